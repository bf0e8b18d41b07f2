"""What tools are for: families of tools with the ways to define them, to ask for them, and to read
their results. Wordings: "?" starts a question, "!" an order; "~" after it marks one that only the
held-out side uses. {slots} are filled with the user's values, [fields] with the tool's."""

from dataclasses import dataclass, field


@dataclass
class Slot:
    """A parameter: the kind of its value and how definitions call and describe it."""

    name: str
    kind: str
    names: list
    notes: list
    types: tuple = ("string",)


@dataclass
class Family:
    key: str
    names: list  # words of the function's name; "verb noun", joined in one of many styles
    notes: list  # descriptions; plain enough to know the purpose by
    slots: list
    asks: list
    fields: dict  # field -> (keys in JSON results, kind of value)
    texts: list  # results as plain text
    answer: str
    covers: frozenset = frozenset()
    back: str = ""  # the question back when a value is missing
    vague: list = field(default_factory=list)  # wordings without the value
    follows: list = field(default_factory=list)  # wordings of a second question of the kind
    lookup: bool = False  # a search engine might answer it too
    weight: float = 1.0


def slot(name, kind, names, notes, types="string"):
    return Slot(name, kind, names.split(), notes.split("|"), tuple(types.split()))


FAMILIES = []


def family(key, names, notes, slots, asks, fields, texts, answer, **more):
    covers = frozenset(more.pop("covers", key).split())
    follows, vague = more.pop("follows", ""), more.pop("vague", "")
    FAMILIES.append(
        Family(
            key, names.split("|"), notes.split("|"), slots,
            [" ".join(a.split()) for a in asks.split("|")], fields, texts.split("|"), answer,
            covers, follows=follows.split("|") if follows else [],
            vague=vague.split("|") if vague else [], **more,
        )
    )  # fmt: skip


_CITY = slot(
    "city", "city", "city place location town where city_name area q destination",
    "the city|name of the city|city name|the place|which city|a city, e.g. Oslo",
)  # fmt: skip
_PERSON = slot(
    "person", "person", "person name contact who full_name contact_name user friend",
    "the person|name of the person|name of the contact|who|full name",
)  # fmt: skip
_ITEM = slot(
    "item", "item", "item product article thing name product_name goods query",
    "the product|name of the item|which article|product name|the item",
)  # fmt: skip
_DEVICE = slot(
    "device", "device", "device name appliance entity target which device_name object",
    "the device|name of the device|which device|device to switch",
)  # fmt: skip
_TEXT = slot(
    "text", "saying", "text message body content msg message_text words",
    "the text|the message|text of the message|what to say",
)  # fmt: skip
_AT = slot(
    "at", "clock", "time at when clock_time hour due", "the time|time of day|when|at what time"
)

family(
    "clock",
    "get time|current time|time in city|clock|world clock|local time|get current time|time "
    "now|what time|time lookup|city clock|fetch time|timezone clock|time zone time|now in",
    "Get the current time in a city|Current time of a place|Tells the time in a city|World "
    "clock|Return the local time of a city|What time it is somewhere",
    [slot("city", "city", "city place location timezone town zone where tz city_name q",
          "the city|name of the city|city or time zone|the place|which city|a city, e.g. Oslo")],
    "?what time is it in {city}|?what is the time in {city}|?what is the current time in "
    "{city}|!tell me the time in {city}|?how late is it in {city}|!show me the local time in "
    "{city}|!give me the current time in {city}|?time in {city}|?what time is it now in {city}|?do "
    "you know the time in {city}|!check the clock in {city}|?what does the clock say in "
    "{city}|!look up the time in {city}|?what is the local time in {city}|?which time is it in "
    "{city}|?{city} time|!find out what time it is in {city}|?what is the hour in {city}|?I need "
    "the time in {city}|?~what time is it right now in {city}|?~what is {city}'s time|!~say what "
    "time it is in {city}|?~current time in {city}",
    {"time": ("time local_time now current_time datetime clock result", "hhmm")},
    "[time]|The time in {city} is [time].|[time] local time",
    "It is [time] in {city}.", back="Which city?",
    vague="?what time is it|!tell me the time|?what is the time|?how late is it|?what time is it "
    "now|?~do you have the time|?what time is it there|!tell me the time somewhere else|?what is "
    "the local time in that city|?~what is the time in another city|!tell me the time in a "
    "city|!look up the time in some city|?~what time is it in that place",
    follows="?and in {city}|?what about {city}|?and the time in {city}|?now {city}|?~how about "
    "{city}|?and {city}|?same for {city}", weight=2.0,
)  # fmt: skip

family(
    "weather",
    "get weather|weather|current weather|weather report|weather forecast|get "
    "forecast|forecast|fetch weather|weather in city|weather lookup|meteo|check weather|weather "
    "now|city weather|get current weather|weather api|sky report|climate now",
    "Get the weather in a city|Current weather of a place|Weather report for a city|Tells how the "
    "weather is somewhere|Returns temperature and sky for a city|Look up the weather|Forecast",
    [_CITY],
    "?what is the weather in {city}|?how is the weather in {city}|?what is the weather like in "
    "{city}|!tell me the weather in {city}|?what is the weather in {city} today|!check the weather "
    "in {city}|?is it raining in {city}|?is it cold in {city}|?is it warm in {city}|?do I need an "
    "umbrella in {city}|!show me the weather for {city}|?weather in {city}|?how warm is it in "
    "{city}|?{city} weather|!look up the weather in {city}|?what is the temperature in "
    "{city}|!give me the forecast for {city}|?is it sunny in {city}|!get the weather report for "
    "{city}|?how cold is it in {city}|?does it snow in {city}|?I need the weather in {city}|?what "
    "is the weather at the moment in {city}|?~how is the weather today in {city}|?~is it hot in "
    "{city}|!~find out how the weather is in {city}|?~weather for {city}|?~what weather do they "
    "have in {city}",
    {"sky": ("condition sky weather summary description conditions state", "sky"),
     "temp": ("temperature temp temp_c degrees celsius temperature_c t", "temp")},
    "[sky], [temp] degrees|The weather in {city} is [sky], [temp] degrees.|[sky] and [temp] "
    "C|[temp] degrees and [sky]",
    "The weather in {city} is [sky], [temp] degrees.", back="Which city?",
    vague="?what is the weather|?how is the weather|!tell me the weather|?how is the weather "
    "today|?is it raining|!check the weather|?~what is the weather like|?is it cold outside|!~give "
    "me the weather report|?what is the weather like today|?do I need an umbrella",
    follows="?and in {city}|?what about {city}|?and the weather in {city}|?now {city}|?~how about "
    "{city}|?and {city}|?same for {city}", weight=2.0,
)  # fmt: skip

_EXPRESSION = slot(
    "expr", "expr", "expression expr formula input math query calculation term sum e",
    "the expression|expression to compute|what to compute, e.g. 2 * 3|math expression|the formula",
)  # fmt: skip
family(
    "calc",
    "calculator|calculate|compute|calc|evaluate|eval expression|math|do "
    "math|solve|arithmetic|evaluate expression|math eval|compute expression|pocket "
    "calculator|number cruncher",
    "Compute an expression|Evaluate a math expression|A calculator|Calculates a formula|Does "
    "arithmetic|Works out sums and products|Calculator for numbers",
    [_EXPRESSION],
    "?what is {expr}|!compute {expr}|!calculate {expr}|?how much is {expr}|?{expr}|!work out "
    "{expr}|?what is the result of {expr}|!tell me what {expr} is|?{expr} =|!evaluate "
    "{expr}|!solve {expr}|?what does {expr} make|?can you do {expr}|!give me the result of "
    "{expr}|?what does {expr} equal|?what is the value of {expr}|!~find {expr}|?~how much does "
    "{expr} make|?~{expr} equals|!~please do the math: {expr}|!use the calculator: {expr}|!do the "
    "sum {expr}",
    {"value": ("result value answer output number res", "value")},
    "[value]|{expr} = [value]|The result is [value].|result: [value]",
    "{expr} = [value].", covers="add subtract multiply divide calc", back="What should I compute?",
    vague="!do a sum for me|!calculate something|!use the calculator|!compute something for "
    "me|!~work something out for me|!do some math|!~help me to calculate",
    weight=3.0,
)  # fmt: skip

for _key, _sign, _names, _notes, _asks in (
    ("add", "+", "add|sum|plus|add numbers|sum two|addition|add two numbers|total of",
     "Add two numbers|Sum of two numbers|a plus b|Adds",
     "?what is {a} + {b}|?what is {a} plus {b}|!add {a} and {b}|!compute {a} + {b}|?{a} + {b}|?how "
     "much is {a} + {b}|?what is the sum of {a} and {b}|?how much is {a} plus {b}|?~{a} plus "
     "{b}|!~tell me the sum of {a} and {b}|!calculate {a} plus {b}"),
    ("subtract", "-", "subtract|minus|difference|subtract numbers|subtraction|take away",
     "Subtract b from a|Difference of two numbers|a minus b",
     "?what is {a} - {b}|?what is {a} minus {b}|?how much is {a} minus {b}|!compute {a} - {b}|?{a} "
     "- {b}|!calculate {a} minus {b}|?~{a} minus {b}|!~tell me {a} minus {b}|?how much is {a} - "
     "{b}"),
    ("multiply", "*", "multiply|times|product|multiply numbers|mul|multiplication|product of",
     "Multiply two numbers|Product of two numbers|a times b|Multiplies",
     "?what is {a} * {b}|?what is {a} times {b}|!multiply {a} by {b}|!multiply {a} and {b}|?{a} * "
     "{b}|?how much is {a} times {b}|?what is the product of {a} and {b}|!compute {a} * {b}|?{a} x "
     "{b}|?~{a} times {b}|!~tell me the product of {a} and {b}|?what is {a} x {b}"),
    ("divide", "/", "divide|quotient|divide numbers|division|ratio|div|split number",
     "Divide a by b|Quotient of two numbers|a divided by b|Divides",
     "?what is {a} / {b}|?what is {a} divided by {b}|!divide {a} by {b}|?{a} / {b}|?how much is "
     "{a} divided by {b}|!compute {a} / {b}|?~{a} divided by {b}|!~tell me {a} divided by {b}"),
):  # fmt: skip
    family(
        _key, _names, _notes,
        [slot("a", "operand", "a x first left num1 n1 number1", "first number|the first number|a",
              "number number integer"),
         slot("b", "operand", "b y second right num2 n2 number2", "second number|the second "
              "number|b", "number number integer")],
        _asks, {"value": ("result value answer output number " + _key, "value")},
        "[value]|The result is [value].|result: [value]", "{a} " + _sign + " {b} = [value].",
        weight=0.4,
    )  # fmt: skip

family(
    "convert",
    "convert units|convert|unit converter|unit conversion|units|convert unit|measure "
    "converter|change unit|unit convert|to unit|converter",
    "Convert a value from one unit to another|Unit conversion|Converts units|Change the unit of a "
    "value|Converts between units of measure",
    [slot("value", "amount", "value amount number quantity x val", "the value|the number to "
          "convert|how much", "number"),
     slot("src", "unit_from", "from from_unit source unit src unit_from", "unit to convert "
          "from|source unit|the unit of the value"),
     slot("dst", "unit_to", "to to_unit target target_unit dst unit_to into", "unit to convert "
          "to|target unit|the wanted unit")],
    "!convert {value} {src} to {dst}|?how much is {value} {src} in {dst}|?what is {value} {src} in "
    "{dst}|?how many {dst} are {value} {src}|!change {value} {src} into {dst}|?{value} {src} in "
    "{dst}|?{value} {src} to {dst}|!tell me how many {dst} are in {value} {src}|!express {value} "
    "{src} in {dst}|!turn {value} {src} into {dst}|?how many {dst} is {value} {src}|!convert "
    "{value} {src} into {dst}|?~what are {value} {src} in {dst}|!~give me {value} {src} in "
    "{dst}|?~how many {dst} do {value} {src} make|!~calculate {value} {src} in {dst}",
    {"out": ("result value converted output amount answer", "decimal")},
    "[out]|[out] {dst}|{value} {src} = [out] {dst}",
    "{value} {src} is [out] {dst}.", weight=1.3,
)  # fmt: skip

family(
    "currency",
    "convert currency|exchange|exchange rate|currency converter|money exchange|fx|forex|convert "
    "money|currency|change money|exchange money",
    "Convert money from one currency to another|Currency conversion|Exchange money|Converts an "
    "amount of money|Exchange rates",
    [slot("value", "amount", "amount value sum money quantity", "the amount|how much money|the sum",
          "number"),
     slot("src", "money_from", "from from_currency source base src have", "currency to convert "
          "from|source currency|the currency you have"),
     slot("dst", "money_to", "to to_currency target dst want quote", "currency to convert "
          "to|target currency|the wanted currency")],
    "!convert {value} {src} to {dst}|?how much is {value} {src} in {dst}|?what is {value} {src} in "
    "{dst}|!exchange {value} {src} for {dst}|!change {value} {src} into {dst}|?{value} {src} in "
    "{dst}|?how many {dst} do I get for {value} {src}|?how many {dst} are {value} {src}|!tell me "
    "what {value} {src} are in {dst}|?{value} {src} to {dst}|?what are {value} {src} worth in "
    "{dst}|!~swap {value} {src} for {dst}|?~how much are {value} {src} in {dst}|!~give me {value} "
    "{src} in {dst}",
    {"out": ("result amount value converted output total", "decimal")},
    "[out]|[out] {dst}|{value} {src} = [out] {dst}",
    "{value} {src} is [out] {dst}.",
)  # fmt: skip

family(
    "price",
    "get price|price|price lookup|product price|check price|item price|price of|find price|how "
    "much|shop price|cost|item cost|lookup price|price check|catalog price",
    "Get the price of a product|Look up what an item costs|Price of an article|Returns the price "
    "of an item|Shop prices|What a product costs",
    [_ITEM],
    "?how much is the {item}|?what does the {item} cost|?what is the price of the {item}|!tell me "
    "the price of the {item}|?how much does the {item} cost|!look up the price of the "
    "{item}|?price of the {item}|!check the price of the {item}|?what do you charge for the "
    "{item}|?how expensive is the {item}|!find out what the {item} costs|!show me the price of the "
    "{item}|?what is the cost of the {item}|!get the price for the {item}|?what must I pay for the "
    "{item}|?~what would the {item} cost|!~give me the price of the {item}|?~how much do I pay for "
    "the {item}|?~is the {item} expensive",
    {"price": ("price cost amount value result unit_price", "price")},
    "[price]|The {item} costs [price].|price: [price]",
    "The {item} costs [price].", back="Which item?",
    vague="?what does it cost|?how much is it|?what is the price|!tell me the price|!look up a "
    "price|?how much does it cost|?~how expensive is it|!~check a price for me|!check the price",
    follows="?and the {item}|?what about the {item}|?and how much is the {item}|?~how about the "
    "{item}|?and the price of the {item}", weight=1.5,
)  # fmt: skip

family(
    "stock",
    "get stock|stock|check stock|inventory|in stock|stock count|stock level|warehouse "
    "count|inventory lookup|count items|availability|items left|available units",
    "How many of a product are in stock|Look up the stock of an item|Inventory of the shop|Number "
    "of items in the warehouse|Availability of a product",
    [_ITEM],
    "?how many of the {item} are in stock|?is the {item} in stock|?do you have the {item} in "
    "stock|!check the stock of the {item}|?how many of the {item} are left|?is the {item} "
    "available|!look up the stock of the {item}|!tell me how many of the {item} we have|?how much "
    "of the {item} is left|?stock of the {item}|?what is the stock of the {item}|?how many of the "
    "{item} do we have|!see if the {item} is in stock|?~are there any of the {item} left|?~do we "
    "still have the {item}|!~count the {item} in the warehouse|?is the {item} still available",
    {"count": ("stock count quantity available units in_stock left", "count")},
    "[count]|[count] in stock|[count] left|stock: [count]",
    "There are [count] in stock.", back="Which item?",
    vague="?is it in stock|?how many are in stock|!check the stock|?is it available|?~how many are "
    "left|?do you have it in stock|!~look up the stock",
    follows="?and the {item}|?what about the {item}|?~how about the {item}",
)  # fmt: skip

family(
    "order",
    "order status|get order|track order|order lookup|where is order|check order|track "
    "parcel|shipment status|order state|trace order|parcel status|delivery status|find order",
    "Status of an order|Look up an order by its number|Tracks an order|Where an order is|State of "
    "a delivery",
    [slot("order", "order", "order_id order number order_number id order_no tracking_number ref",
          "the order number|number of the order|id of the order|order id",
          "string integer integer")],
    "?where is my order {order}|?what is the status of order {order}|!track order {order}|!check "
    "order {order}|?where is order {order}|?has order {order} been sent|!look up order {order}|?is "
    "order {order} on its way|!tell me the status of order {order}|?what about my order "
    "{order}|?status of order {order}|?when does order {order} come|!find my order {order}|?my "
    "order number is {order}, where is it|?did you ship order {order}|?~how far is order "
    "{order}|!~give me the status of order number {order}|?~has my order {order} arrived|?what "
    "happened to order {order}",
    {"status": ("status state order_status result progress", "status")},
    "[status]|Order {order}: [status]|status: [status]",
    "Order {order} is [status].", back="Which order number?",
    vague="?where is my order|!track my order|?what is the status of my order|?has my order been "
    "sent|!check my order|?~when does my order come|!~look up my order|?did you ship my order",
    follows="?and order {order}|?what about order {order}|?~how about order {order}|?and {order}",
)  # fmt: skip

family(
    "phone",
    "get phone|phone number|phone book|find phone|contact lookup|phone lookup|contacts|get "
    "contact|find number|phone directory|address book|number of person",
    "Phone number of a person|Look up a phone number|Finds the number of a contact|Phone "
    "book|Contacts with their numbers",
    [_PERSON],
    "?what is the phone number of {person}|?what is {person}'s number|!find the phone number of "
    "{person}|?how can I call {person}|!look up {person}'s phone number|!give me the number of "
    "{person}|?phone number of {person}|?do you have the number of {person}|!tell me the phone "
    "number of {person}|!get {person}'s phone number|?which number does {person} have|!show me the "
    "number of {person}|!search the phone book for {person}|?~under which number can I reach "
    "{person}|!~find out {person}'s number|?~{person}'s phone number|?I need the number of "
    "{person}",
    {"phone": ("phone number phone_number tel telephone mobile result", "phone")},
    "[phone]|{person}: [phone]|phone: [phone]",
    "The number of {person} is [phone].", back="Which person?",
    vague="!find a phone number|!look up a phone number|!look up a number for me|?what is the "
    "phone number|!~find a number in the phone book|!give me the phone number|?what is the number",
    follows="?and {person}|?what about {person}|?and the number of {person}|?~how about {person}",
)  # fmt: skip

family(
    "define",
    "define|dictionary|define word|word meaning|lookup word|meaning|get "
    "definition|definition|explain word|glossary|dict lookup|lexicon",
    "Meaning of a word|Dictionary|Look up a word in the dictionary|Definition of a word|Explains a "
    "word",
    [slot("word", "word", "word term entry w headword lemma query", "the word|word to look up|the "
          "term|which word")],
    "?what does {word} mean|!define {word}|?what is the meaning of {word}|!look up the word "
    "{word}|!explain the word {word}|?what is the definition of {word}|?meaning of {word}|!give me "
    "the definition of {word}|!tell me what {word} means|!look up {word} in the dictionary|?what "
    "does the word {word} mean|!search the dictionary for {word}|?~how do you define {word}|!~find "
    "the meaning of {word}|?~the word {word} means what|?what do we mean by {word}",
    {"meaning": ("definition meaning text result explanation", "definition")},
    "[meaning]|{word}: [meaning]",
    "{word} means [meaning].", back="Which word?",
    vague="!look up a word|!define a word|!explain a word to me|?what does this word mean|!~look "
    "something up in the dictionary|?what is the meaning of the word",
    follows="?and {word}|?what about {word}|?~how about {word}|?and what does {word} mean",
)  # fmt: skip
