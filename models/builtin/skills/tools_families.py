"""The tools that the model is for (clock, calculator, units, look-ups), with the ways to define
them, to ask for them, and to read their results. Wordings: "?" starts a question, "!" an order; "~"
after it marks one that only the held-out side uses. {slots} are filled with the user's values,
[fields] with the tool's."""

from dataclasses import dataclass, field

from . import tools_asks, tools_asks_yet


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
    paired: bool = False  # the last two values are called alike: a and b, from and to
    weight: float = 1.0
    parts: dict = field(default_factory=dict)  # field -> (texts, answer) when only it was found


def slot(name, kind, names, notes, types="string"):
    return Slot(name, kind, names.split(), notes.split("|"), tuple(types.split()))


FAMILIES = []


def family(key, names, notes, slots, asks, fields, texts, answer, **more):
    covers = frozenset(more.pop("covers", key).split())
    more_of = [of.MORE.get(key, {}) for of in (tools_asks, tools_asks_yet)]
    split = lambda field, text: [  # noqa: E731
        " ".join(each.split())
        for each in "|".join([text, *(m.get(field, "") for m in more_of)]).split("|") if each
    ]  # fmt: skip
    FAMILIES.append(
        Family(
            key, split("names", names), split("notes", notes), slots, split("asks", asks), fields,
            texts.split("|"), answer, covers, follows=split("follows", more.pop("follows", "")),
            vague=split("vague", more.pop("vague", "")), **more,
        )
    )  # fmt: skip


_CITY = slot(
    "city", "city", "city location place city_name town location_name cityName where",
    "the city|name of the city|city name|the place|which city|a city, e.g. Oslo",
)  # fmt: skip
_PERSON = slot(
    "person", "person", "name person contact person_name contact_name full_name who personName",
    "the person|name of the person|name of the contact|who|full name",
)  # fmt: skip
_ITEM = slot(
    "item", "item", "product item product_name item_name name article productName itemName",
    "the product|name of the item|which article|product name|the item",
)  # fmt: skip

family(
    "clock",
    "get time|current time|get current time|world clock|clock|local time|get local time|"
    "time in city|city time|get city time|time lookup|fetch time|check time|time",
    "Get the current time in a city|Current time of a place|Tells the time in a city|World "
    "clock|Return the local time of a city|What time it is somewhere",
    [slot("city", "city", "city location timezone place city_name town time_zone cityName",
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
    "get weather|weather|current weather|get current weather|weather forecast|get forecast|"
    "forecast|fetch weather|check weather|weather lookup|city weather|weather report|"
    "get weather report|lookup weather|weather info",
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
    parts={
        "sky": ("[sky]|The weather in {city} is [sky].|{city}: [sky]|[sky] in {city}",
                "The weather in {city} is [sky]."),
        "temp": ("[temp] degrees|[temp] C|It is [temp] degrees.|{city}: [temp] degrees",
                 "It is [temp] degrees in {city}."),
    },
)  # fmt: skip

_EXPRESSION = slot(
    "expr", "expr", "expression expr formula input calculation equation math_expression term",
    "the expression|expression to compute|what to compute, e.g. 2 * 3|math expression|the formula",
)  # fmt: skip
family(
    "calc",
    "calculator|calculate|compute|calc|evaluate|math|evaluate expression|do math|"
    "compute expression|solve|arithmetic|calculate expression|run calculator|use calculator|"
    "eval expression",
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
    ("add", "+", "add|sum|plus|add numbers|addition|add two numbers|sum numbers",
     "Add two numbers|Sum of two numbers|a plus b|Adds",
     "?what is {a} + {b}|?what is {a} plus {b}|!add {a} and {b}|!compute {a} + {b}|?{a} + {b}|?how "
     "much is {a} + {b}|?what is the sum of {a} and {b}|?how much is {a} plus {b}|?~{a} plus "
     "{b}|!~tell me the sum of {a} and {b}|!calculate {a} plus {b}"),
    ("subtract", "-", "subtract|minus|difference|subtract numbers|subtraction",
     "Subtract b from a|Difference of two numbers|a minus b",
     "?what is {a} - {b}|?what is {a} minus {b}|?how much is {a} minus {b}|!compute {a} - {b}|?{a} "
     "- {b}|!calculate {a} minus {b}|?~{a} minus {b}|!~tell me {a} minus {b}|?how much is {a} - "
     "{b}"),
    ("multiply", "*", "multiply|times|product|multiply numbers|multiplication|multiply two numbers",
     "Multiply two numbers|Product of two numbers|a times b|Multiplies",
     "?what is {a} * {b}|?what is {a} times {b}|!multiply {a} by {b}|!multiply {a} and {b}|?{a} * "
     "{b}|?how much is {a} times {b}|?what is the product of {a} and {b}|!compute {a} * {b}|?{a} x "
     "{b}|?~{a} times {b}|!~tell me the product of {a} and {b}|?what is {a} x {b}"),
    ("divide", "/", "divide|quotient|divide numbers|division|divide two numbers",
     "Divide a by b|Quotient of two numbers|a divided by b|Divides",
     "?what is {a} / {b}|?what is {a} divided by {b}|!divide {a} by {b}|?{a} / {b}|?how much is "
     "{a} divided by {b}|!compute {a} / {b}|?~{a} divided by {b}|!~tell me {a} divided by {b}"),
):  # fmt: skip
    family(
        _key, _names, _notes,
        [slot("a", "operand", "a x first num1 number1 n1 first_number left",
              "first number|the first number|a", "number number integer"),
         slot("b", "operand", "b y second num2 number2 n2 second_number right",
              "second number|the second number|b", "number number integer")],
        _asks, {"value": ("result value answer output number " + _key, "value")},
        "[value]|The result is [value].|result: [value]", "{a} " + _sign + " {b} = [value].",
        weight=0.3, paired=True,
    )  # fmt: skip

family(
    "convert",
    "convert units|convert|unit converter|unit conversion|convert unit|units|"
    "measure converter|converter|convert measure|units converter|convert measurement|"
    "unit convert",
    "Convert a value from one unit to another|Unit conversion|Converts units|Change the unit of a "
    "value|Converts between units of measure",
    [slot("value", "amount", "value amount number quantity", "the value|the number to convert|how "
          "much", "number"),
     slot("src", "unit_from", "from from_unit source source_unit unit_from fromUnit input_unit",
          "unit to convert from|source unit|the unit of the value"),
     slot("dst", "unit_to", "to to_unit target target_unit unit_to toUnit output_unit",
          "unit to convert to|target unit|the wanted unit")],
    "!convert {value} {src} to {dst}|?how much is {value} {src} in {dst}|?what is {value} {src} in "
    "{dst}|?how many {dst} are {value} {src}|!change {value} {src} into {dst}|?{value} {src} in "
    "{dst}|?{value} {src} to {dst}|!tell me how many {dst} are in {value} {src}|!express {value} "
    "{src} in {dst}|!turn {value} {src} into {dst}|?how many {dst} is {value} {src}|!convert "
    "{value} {src} into {dst}|?~what are {value} {src} in {dst}|!~give me {value} {src} in "
    "{dst}|?~how many {dst} do {value} {src} make|!~calculate {value} {src} in {dst}",
    {"out": ("result value converted output amount answer", "decimal")},
    "[out]|[out] {dst}|{value} {src} = [out] {dst}",
    "{value} {src} is [out] {dst}.", weight=3.0, paired=True, covers="convert currency",
)  # fmt: skip

family(
    "currency",
    "convert currency|exchange|exchange rate|currency converter|get exchange rate|"
    "convert money|currency|currency exchange|exchange money|currency conversion|"
    "money converter",
    "Convert money from one currency to another|Currency conversion|Exchange money|Converts an "
    "amount of money|Exchange rates",
    [slot("value", "amount", "amount value sum money", "the amount|how much money|the sum",
          "number"),
     slot("src", "money_from", "from from_currency source source_currency currency_from "
          "fromCurrency", "currency to convert from|source currency|the currency you have"),
     slot("dst", "money_to", "to to_currency target target_currency currency_to toCurrency",
          "currency to convert to|target currency|the wanted currency")],
    "!convert {value} {src} to {dst}|?how much is {value} {src} in {dst}|?what is {value} {src} in "
    "{dst}|!exchange {value} {src} for {dst}|!change {value} {src} into {dst}|?{value} {src} in "
    "{dst}|?how many {dst} do I get for {value} {src}|?how many {dst} are {value} {src}|!tell me "
    "what {value} {src} are in {dst}|?{value} {src} to {dst}|?what are {value} {src} worth in "
    "{dst}|!~swap {value} {src} for {dst}|?~how much are {value} {src} in {dst}|!~give me {value} "
    "{src} in {dst}",
    {"out": ("result amount value converted output total", "decimal")},
    "[out]|[out] {dst}|{value} {src} = [out] {dst}",
    "{value} {src} is [out] {dst}.", paired=True,
)  # fmt: skip

family(
    "price",
    "get price|price|price lookup|product price|check price|item price|find price|"
    "lookup price|get product price|get item price|price check|fetch price|product cost|"
    "get cost",
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
    "get stock|stock|check stock|inventory|check inventory|stock level|inventory lookup|"
    "availability|check availability|stock lookup|get inventory|stock count|get stock level",
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
    "order status|get order|track order|order lookup|check order|get order status|find order|"
    "track parcel|delivery status|lookup order|check order status|fetch order",
    "Status of an order|Look up an order by its number|Tracks an order|Where an order is|State of "
    "a delivery",
    [slot("order", "order", "order_id order order_number id orderId number orderNumber",
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
    "get phone|phone number|phone book|find phone|contact lookup|phone lookup|get contact|"
    "find contact|get phone number|find phone number|lookup contact|contacts|lookup phone|"
    "phone directory",
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
    "define|dictionary|define word|lookup word|get definition|definition|word definition|"
    "dictionary lookup|word lookup|find definition|get word definition|word meaning",
    "Meaning of a word|Dictionary|Look up a word in the dictionary|Definition of a word|Explains a "
    "word",
    [slot("word", "word", "word term text query entry", "the word|word to look up|the term|which "
          "word")],
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

family(
    "search",
    "search|web search|search web|find|lookup|look up|internet search|search internet|search online"
    "|knowledge lookup",
    "Search the web|Web search|Searches the internet|Finds pages about something|Look something up",
    [slot("query", "topic", "query search_query text topic q search_term keywords",
          "the query|what to search for|search terms|words to look for")],
    "!search for {query}|!search the web for {query}|!find pages about {query}|!look for "
    "{query}|!find {query} on the web|!search {query}|!do a search for {query}|!look up {query} on "
    "the internet|!search the internet for {query}|!look {query} up online|!look up "
    "{query}|!search online for {query}|!google {query}|!find something about {query}|!~run a web "
    "search for {query}|!~find {query} on the internet|!~do a web search for {query}",
    {"title": ("title result text top snippet page", "page")},
    "[title]|1. [title]|Found: [title]", "I found: [title].", back="What should I search for?",
    vague="!search the web|!do a web search|!search for something|!~look something up "
    "online|!search the internet|!~find something on the web", covers="search define",
)  # fmt: skip

family(
    "here", "get time|current time|get current time|clock|time now|get clock|system time|time",
    "Get the current time|The time now|Current time of day|Tells the time", [],
    "?what time is it|?what is the time|!tell me the time|?how late is it|?what time is it now|?do "
    "you have the time|!give me the current time|?current time|?which time is it|!show me the "
    "time|!check the clock|?what is the current time|!look at the clock|!tell me what time it "
    "is|?~what is the time now|!~say what time it is|?~do you know what time it is",
    {"v": ("time now result current_time value", "hhmm")}, "[v]|It is [v].", "It is [v].",
    covers="clock here",
)  # fmt: skip

family(
    "date", "get date|current date|date|today|get current date|date today|today date|get today",
    "Get today's date|Current date|Tells which day it is|Returns the date of today", [],
    "?what day is it today|?what is the date today|?what is today's date|!tell me the date|?which "
    "date is it|?what is the date|?which day is it|?today's date|!give me the current date|!look "
    "up the date|?do you know the date|?what day is it|!tell me today's date|?~what date do we "
    "have today|!~tell me what day it is|?~which day is today",
    {"v": ("date today result current_date day", "date")}, "[v]|Today is [v].", "Today is [v].",
    weight=0.6,
)  # fmt: skip
