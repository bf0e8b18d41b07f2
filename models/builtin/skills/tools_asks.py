"""More wordings of what tools_families.py asks for, all for training: by family what asks for it,
what lacks the value, second questions, descriptions and names."""


MORE = {
    "clock": {
        "asks": (
            "?what time do people in {city} have right now|?is it still morning in {city}|?is it "
            "already night in {city}|?what time would it be in {city} now|?how late is it over "
            "in {city} at the moment|?I would like to know the time in {city}|?my sister is in "
            "{city}, what time is it there|?what hour is it over in {city}|!find the current "
            "local time for {city}|!get me the exact time in {city}|?is it too late to call "
            "someone in {city} now|!see what time it is in {city} right now|?what's the time "
            "over in {city}|!report the time of day in {city}|?I'm flying to {city}, what time "
            "is it there|?in {city}, what time is it now|?local time for {city} right now|!let "
            "me know how late it is in {city}|?any idea what time it is in {city}|?what are the "
            "clocks showing in {city}|?has midnight passed in {city} yet"
        ),
        "vague": (
            "?have you got the time|?what time is it over there right now|!check what time it is "
            "abroad|?what's the time at the moment|!find the local time for me|?I need to know "
            "what time it is|?what time is it where my friend lives|?how late is it in the other "
            "city|!get me the time in another place|?what hour is it right now|?is it morning or "
            "evening over there|!let me know the current time|?what does the clock say|!see what "
            "time it is in a different country"
        ),
        "follows": (
            "?and what time is it in {city}|?and over in {city}|?what time is it in {city} "
            "then|?ok, and for {city}|?also for {city}|?is it the same time in {city}|?and how "
            "late is it in {city}"
        ),
        "notes": (
            "Return what the clock shows in the given city|Look up the local time for a city "
            "name|Gives the time of day at a place in the world|Finds out how late it is in some "
            "city|Current hour and minute in the named city|Takes a city and returns the time "
            "there|World clock that shows the time for any city|Reads the clock of the time zone "
            "a city is in|Shows what time it is right now in a place|Fetch the present local "
            "time of a town or city"
        ),
        "names": (
            "time in place|time at location|read world clock|show city clock|find local "
            "time|lookup time|city clock|time zone clock|time by city|local clock"
        ),
    },
    "weather": {
        "asks": (
            "?will I get wet in {city} today|?how many degrees is it in {city}|?is the sun "
            "shining in {city}|!find out if it is raining in {city}|?should I take a coat to "
            "{city}|?is it windy in {city} right now|!see what the weather is doing in "
            "{city}|?what's it like outside in {city}|?I'm going to {city}, what will the "
            "weather be|?current weather for {city}|!tell me how hot it is in {city}|?is there "
            "any snow in {city}|?are there clouds over {city} now|!fetch the current conditions "
            "in {city}|?how hot does it get in {city} today|?is it nice out in {city}|?in "
            "{city}, is the weather good or bad|?what kind of weather do they have in "
            "{city}|!let me know the temperature in {city}|?is it foggy in {city} this "
            "morning|?any rain in {city} today|?what does the sky look like in {city}"
        ),
        "vague": (
            "?will it rain later|!give me the forecast|?is the sun out today|?how many degrees "
            "is it outside|?should I take a coat|!find out what the weather is like "
            "there|?what's the weather doing right now|?is it going to snow|!show me the weather "
            "report for my town|?how hot is it at the moment|?I want to know the weather|?is it "
            "windy out there|!look up the temperature for me|?will the weather be nice today"
        ),
        "follows": (
            "?and is it nice in {city}|?what is it like in {city}|?ok, and for {city}|?is it any "
            "better in {city}|?and over in {city}|?and how warm is it in {city}|?then how is it "
            "in {city}"
        ),
        "notes": (
            "Return the current weather conditions for the given city|Says if it rains or shines "
            "in a city|Gives the temperature and the sky at a place|Fetches today's weather "
            "report for a named city|Look up how warm or cold it is somewhere|Takes a city and "
            "returns its weather|Shows sun, rain, wind or snow for a town|Finds the weather "
            "forecast of the place you name|Current temperature and rain at a location|Reports "
            "what the weather is like in some city"
        ),
        "names": (
            "weather in city|temperature|get temperature|weather now|weather at place|local "
            "weather|show weather|weather conditions|read forecast|weather service"
        ),
    },
    "calc": {
        "asks": (
            "?what do I get for {expr}|?how much does {expr} come to|!find the value of "
            "{expr}|!figure out {expr}|!work this out for me: {expr}|?what's the answer to "
            "{expr}|!do the math for {expr}|!do this calculation: {expr}|?I need the result of "
            "{expr}|?what comes out of {expr}|!run the numbers on {expr}|?can you tell me how "
            "much this is: {expr}|!give me the answer to {expr}|?what number is {expr}|!get the "
            "result for {expr}|!put this into the calculator: {expr}|?how much would it be: "
            "{expr}|?please help with my homework: {expr}|?quick math question: {expr}|!find out "
            "what {expr} equals|?how much would that make: {expr}|!check how much {expr} makes"
        ),
        "vague": (
            "!work out a sum for me|?can you do a calculation|?I have a math problem for "
            "you|?what is the result of my sum|!run a calculation for me|?I need help with some "
            "arithmetic|!solve a math problem for me|!add some numbers up for me|?can you solve "
            "an equation for me|!multiply a few numbers for me|?how much is it all together when "
            "I add it up|!evaluate an expression for me|?I want to calculate something|!figure "
            "out my math homework"
        ),
        "notes": (
            "Return the value of an arithmetic expression|Takes a formula as text and returns "
            "its result|Evaluates sums like 2 + 3 * 4|Pocket calculator for plus, minus, times "
            "and divided by|Works out the result of a calculation|Computes the number that an "
            "expression stands for|Solve a piece of arithmetic and give the answer|Do the math "
            "written in the expression|Runs a calculation and returns the number|Parse an "
            "arithmetic expression and compute the answer"
        ),
        "names": (
            "math calculator|eval math|pocket calculator|work out|number "
            "cruncher|calculation|formula|evaluate formula|do arithmetic|solve expression"
        ),
    },
    "add": {
        "asks": (
            "?what do you get when you add {a} and {b}|!sum up {a} and {b}|!find the sum of {a} "
            "and {b}|!add up the numbers {a} and {b}|?what do {a} and {b} come to together|?how "
            "much do {a} and {b} make together|?what is the total of {a} and {b}|!tell me what "
            "{a} plus {b} makes|!work out {a} + {b}|?I have {a} and get {b} more, how many is "
            "that|!increase {a} by {b}|?if I add {b} to {a}, what comes out|?what are {a} and "
            "{b} added together|!give me the total of {a} plus {b}|?what does {a} + {b} "
            "equal|!take {a} and add {b} to it|?what number is {b} more than {a}|?{a} and {b} "
            "make how much|!solve {a} + {b} for me|?what is the result of {a} plus {b}|!figure "
            "out how much {a} and {b} are together"
        ),
        "notes": (
            "Return the sum of two given numbers|Adds the second number to the first|Takes two "
            "numbers and gives back their total|Put two numbers together and return the "
            "sum|Compute a plus b for two numbers|Find out how much two numbers make "
            "together|Addition of one number and another number|Calculates the total of the two "
            "values|Add b to a and return the result|Simple sum of the numbers a and b"
        ),
        "names": (
            "add values|get sum|total|calc sum|sum two numbers|add up|add pair|compute sum|plus "
            "numbers|find total"
        ),
    },
    "subtract": {
        "asks": (
            "!subtract {b} from {a}|!take {b} away from {a}|?what is left of {a} if I take away "
            "{b}|?what is the difference between {a} and {b}|!tell me what {a} minus {b} "
            "is|?what do you get when you subtract {b} from {a}|!work out {a} - {b}|?I had {a} "
            "and gave away {b}, how many remain|?what does {a} - {b} equal|!reduce {a} by "
            "{b}|?how much remains if I take {b} from {a}|?what is {a} less {b}|!find the "
            "difference of {a} and {b}|!solve {a} - {b}|?how much more is {a} than {b}|!start "
            "with {a} and take off {b}|?what is the result of {a} minus {b}|!give me {a} minus "
            "{b}|?{a} take away {b} makes what|?if I spend {b} out of {a}, how much is "
            "left|!figure out how much {a} minus {b} makes"
        ),
        "notes": (
            "Return the difference between two given numbers|Takes the second number away from "
            "the first|Compute a minus b for two numbers|Subtracts one number from another "
            "one|Gives what is left of a without b|Subtraction of two numbers, first minus "
            "second|Find how much remains after taking b off|Lowers the first number by the "
            "second number|Calculates how much bigger a is than b|Take b from a and return the "
            "rest"
        ),
        "names": (
            "take away|get difference|subtract two numbers|calc difference|compute "
            "difference|sub|minus numbers|subtract values|find difference|number difference"
        ),
    },
    "multiply": {
        "asks": (
            "!find the product of {a} and {b}|!work out {a} times {b}|?what do you get when you "
            "multiply {a} by {b}|!tell me what {a} times {b} is|?how much is {a} multiplied by "
            "{b}|?what does {a} * {b} equal|!calculate {a} x {b}|?I buy {a} boxes with {b} in "
            "each, how many altogether|!solve {a} * {b} for me|?what is {a} multiplied with "
            "{b}|!give me the product of {a} times {b}|?what are {a} groups of {b} in "
            "total|!take {a} and multiply it by {b}|?{a} multiplied by {b} makes what|?what is "
            "the result of {a} times {b}|?if I have {a} rows of {b}, how many is that|!figure "
            "out {a} multiplied by {b}|!do the multiplication {a} x {b}|?how many are {a} times "
            "{b}|!compute the product of {a} with {b}|?when I multiply {a} and {b}, what comes "
            "out"
        ),
        "notes": (
            "Return the product of two given numbers|Takes two numbers and multiplies "
            "them|Compute a times b for two numbers|Multiplies the first number by the "
            "second|Multiplication of one number with another|Gives the result of multiplying "
            "two values|Find how much one number times another is|Calculates the product of the "
            "numbers a and b|Take one number several times and return the total|Multiply a by b "
            "and return the answer"
        ),
        "names": (
            "mul|get product|times numbers|calc product|multiply values|compute product|multiply "
            "pair|find product|product of two|number product"
        ),
    },
    "divide": {
        "asks": (
            "!split {a} into {b} equal parts|!work out {a} divided by {b}|?how many times does "
            "{b} go into {a}|?what is the quotient of {a} and {b}|!tell me what {a} divided by "
            "{b} is|?what do you get when you divide {a} by {b}|!calculate {a} / {b}|?{b} "
            "friends share {a} coins, how many does each get|!share {a} equally among {b}|?what "
            "does {a} / {b} equal|!solve {a} / {b} for me|!find the quotient of {a} and "
            "{b}|?what is {a} over {b}|?how much is {a} shared by {b}|!give me {a} divided by "
            "{b}|?what is the result of {a} divided by {b}|?if I divide {a} by {b}, what comes "
            "out|!do the division {a} / {b}|?how often does {b} fit into {a}|!take {a} and "
            "divide it by {b}|!figure out how much {a} / {b} makes"
        ),
        "notes": (
            "Return the quotient of two given numbers|Takes the first number and divides it by "
            "the second|Compute a divided by b|Splits a number into equal parts|Division of one "
            "number by another|Find how often one number goes into another|Share a equally among "
            "b and return each part|Gives the result of dividing two values|Calculates the "
            "quotient of the numbers a and b|Divide the first value by the second value"
        ),
        "names": (
            "div|get quotient|divided by|calc quotient|divide values|compute quotient|split "
            "number|find quotient|split equally|number division"
        ),
    },
    "convert": {
        "asks": (
            "?what would {value} {src} be in {dst}|!work out what {value} {src} are in {dst}|?I "
            "have {value} {src}, how many {dst} is that|?if something measures {value} {src}, "
            "what is it in {dst}|!switch {value} {src} over to {dst}|?{value} {src} is how many "
            "{dst}|?what do {value} {src} come to in {dst}|!show {value} {src} as {dst}|?in "
            "{dst}, how much is {value} {src}|?how do I write {value} {src} in {dst}|!find out "
            "how many {dst} {value} {src} are|!do the conversion from {value} {src} to "
            "{dst}|?what are {value} {src} when measured in {dst}|?what is {value} {src} "
            "converted to {dst}|?the recipe says {value} {src}, what is that in {dst}|!translate "
            "{value} {src} to {dst}|?how many {dst} equal {value} {src}|!rewrite {value} {src} "
            "in {dst}|?I need {value} {src} in {dst}"
        ),
        "notes": (
            "Return a measured value in a different unit|Takes a value with its unit and gives "
            "another unit|Turns miles into kilometers, pounds into kilograms and so on|Express a "
            "length, weight or temperature in other units|Calculates how much a quantity is in "
            "the target unit|Changes a measurement from the source unit to the target "
            "unit|Converts lengths, weights, volumes and other measures|Work out the same amount "
            "in a different unit|Translate a quantity between two units of measure|Give the "
            "value again, measured in the other unit"
        ),
        "names": (
            "change units|change unit|unit calculator|measurement converter|convert between "
            "units|switch units|measure conversion|translate units|unit change|convert quantity"
        ),
    },
    "currency": {
        "asks": (
            "?what would {value} {src} be in {dst}|?how many {dst} would {value} {src} buy "
            "me|!work out what {value} {src} are worth in {dst}|?I have {value} {src}, how many "
            "{dst} is that|?what do I get in {dst} for {value} {src}|?{value} {src} is how many "
            "{dst}|!give me the value of {value} {src} in {dst}|?if I change {value} {src}, how "
            "many {dst} come out|!trade {value} {src} for {dst}|?in {dst}, how much is {value} "
            "{src}|!calculate how many {dst} {value} {src} are|?the hotel costs {value} {src}, "
            "what is that in {dst}|?how much money is {value} {src} in {dst}|!use today's rate "
            "to turn {value} {src} into {dst}|?I want to exchange {value} {src} for {dst}|!find "
            "out how much {value} {src} is in {dst}|?what amount in {dst} equals {value} "
            "{src}|?what are {value} {src} at the current rate in {dst}|!show me {value} {src} "
            "in {dst}|?my budget is {value} {src}, how much in {dst}|?how many {dst} will the "
            "bank give for {value} {src}"
        ),
        "notes": (
            "Return an amount of money in a different currency|Turns dollars into euros and "
            "other currencies|Calculates what an amount is worth in another currency|Takes an "
            "amount and exchanges it at today's rate|Change money from the source currency to "
            "the target currency|Uses the exchange rate to convert a sum of money|Find out how "
            "much foreign money you get|Exchange an amount between two currencies like a "
            "bank|Works out the value of money in foreign currency|Swap one currency for another "
            "at the current rate"
        ),
        "names": (
            "change money|swap currency|currency rate|money exchange|foreign exchange|change "
            "currency|money conversion|exchange currency|currency calculator|rate converter"
        ),
    },
    "price": {
        "asks": (
            "?what would the {item} cost me|?how much do you want for the {item}|!find the price "
            "tag of the {item}|?I want to buy the {item}, how much is it|?what are you asking "
            "for the {item}|!let me know how much the {item} costs|?how much money do I need for "
            "the {item}|?what's the {item} going for|!see how much the {item} is|?what does the "
            "{item} sell for|?current price for the {item}|!pull up the price of the {item}|?for "
            "how much do you sell the {item}|?can you say what the {item} costs|?how much would "
            "I pay for the {item}|?I'd like to know the price of the {item}|?what is the {item} "
            "worth in your shop|!quote me a price for the {item}|?is the {item} cheap or "
            "not|!look up how much we charge for the {item}|?the {item}, how much is that"
        ),
        "vague": (
            "?how much do you charge for it|?is it expensive|?what would it cost me|?how much is "
            "that one|!find out what it costs|?what's the price of this thing|!look up the cost "
            "for me|?how much money do I need for it|!see how much that is|?I want to know a "
            "price|?what does this product cost|!quote me a price|?how much do you want for "
            "it|!get the price of an article for me"
        ),
        "follows": (
            "?and what does the {item} cost|?ok, and for the {item}|?then what is the "
            "{item}|?and is the {item} cheaper|?what would the {item} be|?also the {item}|?and "
            "for the {item} instead"
        ),
        "notes": (
            "Return how much the given product costs|Finds the selling price of an item in the "
            "shop|Takes the name of a product and returns its price|Look up the price tag of an "
            "article|Tells a customer what they must pay for something|Reads the price of a "
            "product from the catalog|How much money an item in the store costs|Fetch the "
            "current price for a named item|Gives the cost of one piece of a product|Price list "
            "lookup for things that we sell"
        ),
        "names": (
            "show price|item cost|read price tag|price of item|price finder|how much|catalog "
            "price|price tag|cost lookup|shop price"
        ),
    },
    "stock": {
        "asks": (
            "?how many pieces of the {item} remain|!count how many of the {item} are in the "
            "warehouse|?is the {item} sold out|?can I still get the {item}|!find out if the "
            "{item} is available|!let me know if we have the {item}|?how large is our stock of "
            "the {item}|?have we run out of the {item}|!look in the warehouse for the {item}|?do "
            "you carry the {item} right now|?is the {item} anywhere in the store|?I want the "
            "{item}, do you have one|!check whether the {item} can be ordered now|?how many "
            "units of the {item} are there|?is the {item} on the shelf|?what quantity of the "
            "{item} is available|!get the inventory count for the {item}|?has the {item} come "
            "back in stock|?does the shop have the {item} at the moment|!show me how many of the "
            "{item} remain"
        ),
        "vague": (
            "?do you still have it|?is it sold out|!look in the warehouse for me|?have we run "
            "out of it|?are there any left|!find out if it is available|?is that product in "
            "stock|!see if we still have some|?how many pieces are there|!count the items in the "
            "warehouse|?can I still get one|?what is the stock at the moment|!look up the "
            "inventory for a product"
        ),
        "follows": (
            "?and do we have the {item}|?ok, and the {item}|?is the {item} in stock too|?and how "
            "many of the {item}|?any of the {item} left|?and is the {item} sold out|?also check "
            "the {item}"
        ),
        "notes": (
            "Return how many pieces of an item are left|Says if a product is available or sold "
            "out|Counts the units of an item in the warehouse|Takes a product name and returns "
            "the quantity in stock|Check whether the shop still has an article|Looks up the "
            "inventory for the given item|Current stock level of a product in the store|Tells "
            "how much of something we still have|Find out if an item can be bought now|Number of "
            "units that remain on the shelf"
        ),
        "names": (
            "in stock|items left|count stock|warehouse stock|stock check|get "
            "availability|inventory check|inventory count|product stock|quantity left"
        ),
    },
    "order": {
        "asks": (
            "?when will order {order} arrive|?did order {order} leave the warehouse|!see how far "
            "along order {order} is|?I'm still waiting for order {order}, where is it|?how is "
            "order {order} coming along|!find out where order {order} is now|?any news on order "
            "{order}|?has my order {order} been shipped yet|!let me know when order {order} gets "
            "here|?I ordered something, the number is {order}, any news|?why is order {order} "
            "not here yet|!give me an update on order {order}|?was order {order} delivered|!show "
            "me the progress of order {order}|?is my package with number {order} coming "
            "today|?how long until order {order} gets here|!locate the parcel for order "
            "{order}|?what state is order {order} in|?order {order} should be here, where is "
            "it|!pull up the details of order {order}|?has anyone packed order {order} yet|?did "
            "order {order} get lost"
        ),
        "vague": (
            "?when will my order arrive|?where is my package|?any news on my order|!find out "
            "where my parcel is|?I'm still waiting for my delivery|!give me an update on my "
            "order|?is my order on its way|?why has my order not come yet|!look up an order for "
            "me|?did my package get lost|?what happened to the thing I ordered|!see if my order "
            "has left|?how long until my order gets here|?was my order delivered"
        ),
        "follows": (
            "?and where is order {order}|?ok, and number {order}|?has order {order} been sent "
            "too|?and my other order {order}|?is {order} on its way as well|?also check order "
            "{order}|?and the one with number {order}"
        ),
        "notes": (
            "Return where an order is on its way|Says if an order was shipped or delivered|Takes "
            "an order number and returns its status|Find out when a customer's order will "
            "arrive|Follows a parcel by the number of its order|Look up the delivery state of an "
            "order|Shows the progress of an order for the customer|Check if the order has left "
            "the warehouse|Gives the shipping status for an order number|Tracking of orders, "
            "packages and their delivery"
        ),
        "names": (
            "where is order|order tracking|order tracker|shipping status|track package|parcel "
            "status|order info|order progress|track delivery|shipment lookup"
        ),
    },
    "phone": {
        "asks": (
            "?how do I reach {person} by phone|?which number should I dial for {person}|!find "
            "{person} in my contacts|?I want to call {person}, what's the number|!pull up the "
            "contact of {person}|?do we have a phone number for {person}|!let me have the phone "
            "number of {person}|?what number do I use to call {person}|?is {person} in the phone "
            "book|!search my contacts for {person}|?what is the mobile number of {person}|?I "
            "have to ring {person}, which number is it|!see if there is a number for "
            "{person}|?what's the telephone number of {person}|?can you find me {person}'s "
            "number|!get the number so I can phone {person}|?where can I call {person}|?I forgot "
            "the number of {person}|!check the phone book for {person}|?I'd like to text "
            "{person}, what's the number|!look in the directory for {person}'s number"
        ),
        "vague": (
            "!find someone in my contacts|?I want to call someone|?which number should I "
            "dial|!search the phone book|?how can I reach him by phone|?what is her phone "
            "number|!look someone up in the phone book|?do you have the number|!get me a "
            "telephone number|?I forgot a phone number|!check the contacts for me|?under which "
            "number can I call them|?I need a phone number|!tell me the number of a friend"
        ),
        "follows": (
            "?and {person}'s number|?ok, and for {person}|?do you have {person}'s number "
            "too|?and how do I reach {person}|?also {person}|?and which number does {person} "
            "have|?then how can I call {person}"
        ),
        "notes": (
            "Return the telephone number of the given person|Takes a name and looks it up in the "
            "contacts|Search the phone book for someone by name|Gives the number to dial to "
            "reach somebody|Find out how to call a person|Reads the phone number from the "
            "address book|Directory of people and their telephone numbers|Look someone up and "
            "return their phone number|Telephone number for a friend or colleague by name|Fetch "
            "the contact number that belongs to a name"
        ),
        "names": (
            "telephone number|search contacts|number lookup|call number|address book|search "
            "phone book|person number|contact number|find number|telephone lookup"
        ),
    },
    "define": {
        "asks": (
            "?I don't know the word {word}, what is it|?what does it mean when someone says "
            "{word}|?how would you define {word}|!check the dictionary for {word}|?what is meant "
            "by {word}|?how does the dictionary explain {word}|!describe what the word {word} "
            "stands for|?what is a good definition for {word}|!let me know the meaning of "
            "{word}|?I read the word {word}, what does it mean|?is {word} in the dictionary|!get "
            "the dictionary entry for {word}|?what's the sense of the word {word}|?definition of "
            "{word}|!show me what {word} means|?can you explain {word}|?my teacher used the word "
            "{word}, what's that|!find {word} in a dictionary|?in simple words, what does {word} "
            "mean|?what do people mean with the word {word}|!say what {word} means in plain "
            "english"
        ),
        "vague": (
            "!search the dictionary|?I don't understand a word|!find the meaning of a word for "
            "me|?what does it mean|!check a word in the dictionary|?what is the definition|?how "
            "would you define that word|!give me a definition|!open the dictionary for me|?there "
            "is a word I don't know|?can you explain that word|!tell me what this word means|?I "
            "need the meaning of a word|?what is meant by that word"
        ),
        "follows": (
            "?and the meaning of {word}|?and the word {word}|?ok, and {word}|?then what is "
            "{word}|?also the word {word}|?does {word} mean the same|?and how do you define "
            "{word}"
        ),
        "notes": (
            "Return the dictionary definition of the given word|Takes a word and explains what "
            "it means|Finds the meaning of a term in the dictionary|Tells what a difficult word "
            "stands for|Look up the sense of an unknown word|Gives a short explanation of a "
            "word|Fetch the dictionary entry for one word|Describes in simple terms what a word "
            "means|Searches the dictionary and returns the meaning|Says what people mean by a "
            "certain word"
        ),
        "names": (
            "meaning|get meaning|explain word|find meaning|search dictionary|lookup "
            "definition|meaning of word|word explainer|look up word|dictionary entry"
        ),
    },
    "search": {
        "asks": (
            "!see what the internet says about {query}|?what can you find online about "
            "{query}|!find information about {query}|!check the web for {query}|?are there any "
            "websites about {query}|!get me some links about {query}|?I want to read something "
            "about {query}|!browse the web for {query}|?what does the web say about "
            "{query}|!show me search results for {query}|!find websites on the topic of "
            "{query}|?is there anything on the internet about {query}|!dig up something online "
            "on {query}|?can you search for {query}|!bring up pages on {query}|?I'm looking for "
            "information on {query}|!try to find articles about {query}|!type this into the "
            "search engine: {query}|?where on the web can I find {query}|!use the search engine "
            "to find {query}|!go online and look for {query}"
        ),
        "vague": (
            "?can you search the internet|!google something for me|!find some pages on the "
            "web|?I want to search for something|!use the search engine|!look it up on the "
            "internet|?can you find something online|!run a search for me|!find a website for "
            "me|?I need to look something up on the web|!go online and find something|!check the "
            "web for me|?what can you find on the internet"
        ),
        "notes": (
            "Return web pages that match the query|Takes a query and searches the internet for "
            "it|Find websites and articles about a given topic|Looks up information online with "
            "a search engine|Runs a search on the web and returns results|Gives links to pages "
            "about the search words|Find out what the internet says about something|Send the "
            "query to a search engine|Get a list of results from the web|Search online for "
            "pages, news and facts"
        ),
        "names": (
            "search engine|find pages|google search|online search|query web|find online|browse "
            "web|search pages|run search|web lookup"
        ),
    },
    "here": {
        "asks": (
            "?can you tell what time it is|?have you got the time|?how late is it right now|!let "
            "me know what time it is|?what time do we have|?what does the clock say|!read the "
            "clock for me|?the time now|?is it late already|!say what time it is now|?I need to "
            "know the time|?what hour is it|?could you tell me how late it is|!see how late it "
            "is|?I have no watch, what time is it|!look up the current time|?what time is it at "
            "the moment|?is it noon yet|!find out the exact time|?can you see the time|?what "
            "does your watch say"
        ),
        "notes": (
            "Return the time of day right now|Reads the clock and returns what it shows|Gives "
            "the current hour and minute|Tells how late it is at this moment|Look at the clock "
            "of this computer|Current time on the clock of the system|Says what time it is right "
            "now|Fetch the present time, needs no arguments|Returns the hour of the day as "
            "text|Find out the exact time at the moment"
        ),
        "names": (
            "now time|read clock|what time|show time|tell time|check clock|time of day|clock "
            "time|fetch time|check time"
        ),
    },
    "date": {
        "asks": (
            "?can you tell me the date|?which day of the week is it today|!let me know what day "
            "it is|?what day of the month is it|?what month are we in|?is it monday today|!look "
            "at the calendar for today's date|?do you know what day it is|?could you tell me "
            "today's date|!say which day it is today|?I need today's date|?which day are we "
            "on|!check the date for me|?the date for today|!find out which day it is|?what year "
            "is it now|!show me the date of today|?what does the calendar say today|?I forgot "
            "what day it is|!get the date from the calendar|?can you check today's date"
        ),
        "notes": (
            "Return the day, month and year of today|Reads today's date from the calendar|Gives "
            "the current day of the month|Says what day it is right now|Look at the calendar and "
            "return the day|Fetch the date of the present day|Current day, month and year, needs "
            "no arguments|Tells the date that it is today|Find out which date we have "
            "now|Returns the calendar date for the current day"
        ),
        "names": (
            "what day|calendar date|calendar|check date|show date|fetch date|read "
            "calendar|current day|day today|which date"
        ),
    },
}  # fmt: skip

# What is asked with all but one value.
MORE_PARTIAL = {
    "convert": (
        "?what is {value} {src} in other units|!change {value} {src} into a different "
        "unit|?I have {value} {src} and need them in another unit|!switch {value} {src} to "
        "the other unit|?how much is {value} {src} in the unit they use there|?can you "
        "convert {value} {src}|!express {value} {src} some other way|!do a unit conversion "
        "for {value} {src}|?it says {value} {src}, what would that be for me|!turn {value} "
        "{src} into some other measure|?how many would {value} {src} be after "
        "converting|!use the unit converter on {value} {src}|?I want to convert {value} {src}"
    ),
    "currency": (
        "?what are {value} {src} worth abroad|!change {value} {src} into foreign money|?how "
        "much is {value} {src} in another currency|!convert {value} {src} to a different "
        "currency|?I have {value} {src} and want to exchange them|?what do I get for {value} "
        "{src} at the bank|!swap {value} {src} for other money|?can you exchange {value} "
        "{src}|!turn {value} {src} into the local currency|?how much foreign money do I get "
        "for {value} {src}|!use the currency converter for {value} {src}|?I need to change "
        "{value} {src} before my trip|!work out the exchange rate for {value} {src}"
    ),
}  # fmt: skip
