"""Still more wordings for training; see tools_asks.py."""

MORE = {
    "clock": {
        "asks": (
            "?I have to ring a client in {city}, what time is it there|?my sister lives in "
            "{city}, what time is it for her|?are the shops in {city} still open at this hour, "
            "what time is it there|?could you tell me what the clocks in {city} say|?is it "
            "morning or evening in {city}|?I wonder what time it is in {city}|?what would my "
            "watch show if I were in {city}|?I land in {city} soon, to what time should I set my "
            "watch|?how early is it in {city}|?have they had lunch in {city} yet, what time is it "
            "there|?would I wake someone up if I called {city} now|?local time {city}|?what hour "
            "of the day is it in {city}|?at this moment, what time is it in {city}|?I want to "
            "know the hour in {city}|?are people in {city} asleep by now|?is it past midnight in "
            "{city}|?is it noon in {city} yet|?my flight goes through {city}, what is the local "
            "time there|?what does a clock on the wall in {city} show|?would you happen to know "
            "what time it is in {city}|?we have a video call with {city}, what time do they "
            "have|?may I ask what the local time in {city} is|?is the working day in {city} over "
            "yet|?if I phone {city} this minute, what time will it be there|?do you have any idea "
            "how late it is in {city}|?hey, got the time for {city}|!check the world clock for "
            "{city}|!look at the clock for {city}|!say how late it is in {city}|!fetch the local "
            "time of {city}|!read me the time in {city}|!find the hour and minute in {city}|!tell "
            "me whether it is day or night in {city}|!use the clock to see what time it is in "
            "{city}|!let me know what o'clock it is in {city}|!give me the hour for {city} so "
            "that I can plan a call"
        ),
        "vague": (
            "?what time do they have over there|?how late is it in that city|!check the time in "
            "another city|!look at the world clock|?can you tell me the local time of a place|?is "
            "it night over there already|?I want to call someone abroad, what time is it for "
            "them|!find out what time it is in a city|!give me the local time|?what is the hour "
            "over there|?I need the time in a different city|!show me the clock of some other "
            "place"
        ),
        "follows": (
            "?and what time do they have in {city}|?the same for {city}|?then what time is it in "
            "{city}|!now do {city}|!check {city} too"
        ),
        "notes": (
            "Returns the hour and minute for a named city|City time lookup|Fetch the local time "
            "for the place that the user names|Time by city|Finds the time zone of a city and "
            "returns its present time|Reads the clock of any big city in the world|Gives the time "
            "of day at a location|Get local time|Shows how late it is in another part of the "
            "world|Takes the name of a city and answers with the time there|Use this when the "
            "user asks what time it is in some city|Clock for cities around the globe"
        ),
    },
    "weather": {
        "asks": (
            "?I am flying to {city} tomorrow, will it rain there|?should I pack a warm coat for "
            "{city}|?is there a storm over {city}|?are there clouds above {city}|?is it windy in "
            "{city} today|?can I wear shorts in {city}|?what does the sky over {city} look "
            "like|?will we have sun in {city} this weekend|?we want to have a picnic in {city}, "
            "is it dry there|?my parents are on holiday in {city}, do they have nice "
            "weather|?what's the forecast for {city}|?temperature {city}|?forecast {city}|?is it "
            "freezing in {city}|?I'd like to know if it is wet in {city}|?is today a good day for "
            "the beach in {city}|?are the streets in {city} icy this morning|?how many degrees "
            "will {city} have tonight|?is it warm enough to swim in {city}|?is it pouring down in "
            "{city}|?do they expect snow in {city}|?how mild is it in {city} at the moment|?could "
            "you tell me how the weather is in {city}|?I'm going for a run in {city}, is it too "
            "hot|?what clothes do I need in {city}, is it cold|?is there any sign of thunder in "
            "{city}|?I heard it is very hot in {city}, is that true|?would you know what the "
            "weather in {city} is doing|!check if it rains in {city}|!find out how warm it is in "
            "{city}|!tell me about the weather in {city}|!see whether the sun is out in "
            "{city}|!give me today's forecast for {city}|!report the weather conditions in {city}"
        ),
        "vague": (
            "?is it going to rain tomorrow|?how many degrees is it|!look up the weather for "
            "me|?will it snow|?should I take a coat with me|?is the sun shining|?how warm is it "
            "out there|!show me the weather report|?what is the temperature like|?is it windy "
            "today"
        ),
        "follows": (
            "?and how is it in {city}|?is it warmer in {city}|?does it rain in {city} too|?and "
            "how many degrees in {city}|?the same for {city}|?ok, and over in {city}|!check "
            "{city} as well|!now look at {city}"
        ),
        "notes": (
            "Weather lookup by city name|Get the forecast for a city|Returns sun, rain, wind and "
            "temperature at a place|How warm or cold it is in a city|Fetch the latest weather "
            "data for a location|Says if it rains, snows or is sunny in a town|Outdoor "
            "temperature and conditions of a city|City weather|Takes the name of a city and tells "
            "what the weather is like there|Asks the weather service about one city|Use this to "
            "find out how hot, wet or windy some place is|Conditions outside"
        ),
    },
    "calc": {
        "asks": (
            "?could you work this out for me: {expr}|?what number do I get from {expr}|?my "
            "homework says {expr}, what is the answer|?I have to figure out {expr}, what is "
            "it|?what do you get for {expr}|?{expr} equals what|?{expr} is how much|?what would "
            "{expr} be|?can you calculate {expr} for me|?I keep getting {expr} wrong, what is the "
            "right answer|?do you know the answer to {expr}|?how much do I get when I work out "
            "{expr}|?what should I write down for {expr}|?here is a sum: {expr}, what is the "
            "answer|?quick question, what is {expr}|?I typed in {expr}, what should come "
            "out|?what is the outcome of {expr}|?what's the final number for {expr}|?my teacher "
            "wants to know {expr}, what do I say|?I would like to know what {expr} comes to|?is "
            "there a quick answer to {expr}|?what would a calculator show for {expr}|!compute "
            "{expr} for me|!work out the following: {expr}|!use the calculator for {expr}|!put "
            "{expr} into the calculator|!tell me how much {expr} is|!run the numbers for "
            "{expr}|!crunch this for me: {expr}|!check what {expr} gives|!show me the value of "
            "{expr}|!return the value of the expression {expr}|!help me with this bit of math: "
            "{expr}|!let me know what you get for {expr}"
        ),
        "vague": (
            "!crunch some numbers for me|?can you help me with a calculation|?I have a sum to do, "
            "can you work it out|!calculate it for me|?can you calculate something for me|!open "
            "the calculator|!help me with my math|?I need a calculator|?can you work something "
            "out for me|!do a calculation"
        ),
        "notes": (
            "Evaluates an arithmetic expression given as text|Pocket calculator|Solve a sum|Takes "
            "a formula with numbers and returns the result|Math|Parses an expression such as 2 + "
            "3 * 4 and computes it|Does plus, minus, times and divided by in one expression|Use "
            "this for any arithmetic the user asks for|Work out a calculation and give the "
            "answer|Number cruncher|Computes the numeric result of a string with "
            "operators|Evaluate the given expression and return a number"
        ),
    },
    "add": {
        "asks": (
            "?there are {a} people on the bus and {b} get on, how many are there now|?I saved {a} "
            "and my aunt gave me {b} on top, what do I have|?we sold {a} tickets on Monday and "
            "{b} on Tuesday, how many in all|?one box holds {a} and the other holds {b}, how many "
            "altogether|?{a} and another {b}, what does that make|?what is {a} increased by "
            "{b}|?what is {b} more than {a}|?how much is {a} with {b} on top|?could you add {a} "
            "and {b} for me|?if you put {a} and {b} together, how much is it|?what number is {b} "
            "higher than {a}|?when {a} grows by {b}, how big is it|?how many are {a} and {b} in "
            "total|?I bought {a} apples and later {b} more, how many apples are that|?{a} plus "
            "{b} is what|?how much do I get if I sum {a} and {b}|?I walked {a} steps and then {b} "
            "more, what is my total|?the first bill is {a} and the second is {b}, what do they "
            "make together|?my team has {a} points and wins {b} more, what is the score|?the sum "
            "of {a} and {b}|?what comes out when {a} and {b} are summed up|?do you know how much "
            "{a} plus {b} is|?counting {a} and {b} together, what is the total|?starting from {a} "
            "and going up by {b}, where do I end|!add {b} to {a}|!add up {a} and {b}|!total {a} "
            "and {b}|!calculate the sum of {a} and {b}|!put {b} on top of {a}|!raise {a} by "
            "{b}|!count {a} and {b} together|!find the sum of the numbers {a} and {b}|!tell me "
            "the total when {b} is added to {a}|!figure out how much {a} and {b} make "
            "together|!do the addition {a} + {b}"
        ),
        "notes": (
            "Addition|Returns a + b|Adds two values together|Computes the total of its two "
            "arguments|Sum|Takes a and b and adds them up|Use this to add one number to "
            "another|Plus operation for two operands|Gives the sum of the first and the second "
            "number|Increase a number by another number|Add a and b, then return the "
            "result|Counts two amounts together"
        ),
    },
    "subtract": {
        "asks": (
            "?I had {a} and lost {b}, how many are left|?there are {a} people on the bus and {b} "
            "get off, how many stay|?I have {a} in my purse and spend {b}, what remains|?what is "
            "{a} reduced by {b}|?what is {a} lowered by {b}|?what is {b} less than {a}|?how far "
            "apart are {a} and {b}|?how much is left of {a} when {b} is gone|?by how much is {a} "
            "bigger than {b}|?what is {a} without {b}|?what do I have to add to {b} to reach "
            "{a}|?how many more do I need to get to {a} if I have {b}|?how much less is {b} than "
            "{a}|?what remains if {b} is taken from {a}|?out of {a} eggs {b} broke, how many are "
            "still whole|?we had {a} chairs and gave away {b}, how many do we have now|?the book "
            "has {a} pages and I read {b}, how many are left to read|?{a} less {b} is how "
            "much|?the price was {a} and they took {b} off, what do I pay|?when {a} drops by {b}, "
            "where does it end up|?{a} minus {b} is what|?could you subtract {b} from {a}|?what "
            "number is {b} lower than {a}|?from {a} down to {b}, how big is the gap|?how much do "
            "I get if I deduct {b} from {a}|!deduct {b} from {a}|!lower {a} by {b}|!remove {b} "
            "from {a}|!find the difference between {a} and {b}|!do the subtraction {a} - "
            "{b}|!tell me how much is left when I take {b} from {a}|!cut {b} off {a}|!figure out "
            "how much bigger {a} is than {b}|!solve {a} - {b} for me|!decrease {a} by {b}|!count "
            "down from {a} by {b} and give me the number"
        ),
        "notes": (
            "Subtraction|Returns a - b|Difference|Minus operation for two operands|Takes b off a "
            "and gives the rest|Computes how much bigger a is than b|Reduce a number by another "
            "number|Deducts the second value from the first one|Use this to take one number from "
            "another|What remains when b is removed from a|Subtract the second argument from the "
            "first and return the result|Finds the gap between two numbers"
        ),
    },
    "multiply": {
        "asks": (
            "?there are {a} rows of {b} seats, how many seats is that|?I buy {a} tickets at {b} "
            "each, what do I pay|?a room is {a} by {b}, how big is the floor|?each of {a} boxes "
            "holds {b} pens, how many pens are there|?if I work {a} days for {b} hours, how many "
            "hours is that|?what are {a} lots of {b}|?how much are {a} times {b}|?how big is {a} "
            "times {b}|?{a} times {b} is what|?what do {a} groups of {b} make|?how many do I have "
            "with {a} packs of {b}|?could you multiply {a} by {b}|?what comes out of {a} times "
            "{b}|?what is {a} taken {b} times|?what number is {a} times as big as {b}|?I run {a} "
            "laps of {b} meters, how far is it|?what's the answer to {a} x {b}|?if one costs {a}, "
            "how much do {b} of them cost|?every one of the {a} children gets {b} sweets, how "
            "many do we need|?I forgot my times tables, what is {a} times {b}|?do you know how "
            "much {a} x {b} is|?what is the result of {a} multiplied by {b}|?how much does {a} "
            "times {b} come to|?{a} shelves with {b} books each, how many books in all|!give me "
            "{a} times {b}|!times {a} by {b}|!count {a} groups of {b}|!show me what {a} x {b} "
            "makes|!do {a} times {b} for me|!let me know how much {a} times {b} is|!use "
            "multiplication on {a} and {b}"
        ),
        "notes": (
            "Multiplication|Returns a * b|Product|Times operation for two operands|Computes the "
            "product of its two arguments|Takes a and b and gives a times b|Use this when one "
            "number has to be multiplied by another|Multiplies two values and returns the "
            "result|Finds how much a groups of b make|Times table for any two numbers|Scale a "
            "number by another number|Multiply a with b"
        ),
    },
    "divide": {
        "asks": (
            "?we are {b} friends and have {a} sweets, how many does each get|?a bill of {a} is "
            "shared by {b} people, what does each pay|?how many does everyone get when {a} are "
            "split among {b}|?if {b} boxes hold {a} pens, how many are in one box|?what is {a} "
            "split by {b}|?how much is {a} cut into {b} equal parts|?how big is one part when {a} "
            "is cut into {b} pieces|?how many groups of {b} can I make out of {a}|?how many times "
            "can I take {b} out of {a}|?{a} divided by {b} is what|?{a} over {b}|?how many packs "
            "of {b} do I need for {a} pieces|?I drove {a} miles in {b} hours, how many miles per "
            "hour is that|?could you divide {a} by {b}|?how many {b}s are there in {a}|?what "
            "comes out of {a} divided by {b}|?what's the answer to {a} / {b}|?I earn {a} in {b} "
            "days, how much is that per day|?with {a} cards for {b} players, how many cards does "
            "a player have|?do you know how much {a} divided by {b} is|?the ratio of {a} to {b}, "
            "what is it|?what is the result of {a} / {b}|?how much is {a} if it is spread evenly "
            "over {b}|?how does {a} break down into {b} equal shares|!calculate {a} divided by "
            "{b}|!cut {a} into {b} parts and tell me how big one is|!work out {a} / {b}|!break "
            "{a} up into {b} equal parts|!figure out how often {b} goes into {a}|!spread {a} "
            "evenly over {b}|!see how many times {b} fits in {a}|!show me what {a} over {b} makes"
        ),
        "notes": (
            "Division|Returns a / b|Quotient|Computes the quotient of its two arguments|Divides "
            "the first value by the second one|Shares an amount equally|Use this to split one "
            "number by another|Tells how many times b fits into a|Takes a and b and gives a over "
            "b|Ratio of two numbers|Divide two numbers and return the result|Cuts a into b equal "
            "shares and returns one of them"
        ),
    },
    "convert": {
        "asks": (
            "?the manual says {value} {src}, how many {dst} is that|?my recipe asks for {value} "
            "{src}, what is that in {dst}|?how many {dst} are there in {value} {src}|?I only know "
            "{dst}, so how much is {value} {src}|?how would you say {value} {src} in {dst}|?could "
            "you convert {value} {src} to {dst}|?if I have {value} {src}, how many {dst} do I "
            "have|?what does {value} {src} equal in {dst}|?the label reads {value} {src}, can you "
            "give me that in {dst}|?what would {value} {src} be if I used {dst}|?in {dst}, what "
            "is {value} {src}|?how many {dst} would you need for {value} {src}|?is there a way to "
            "write {value} {src} using {dst}|?my ruler shows {dst} only, so what is {value} "
            "{src}|?the sign says {value} {src}, what does that mean in {dst}|?what number of "
            "{dst} matches {value} {src}|?I can't picture {value} {src}, what is it in {dst}|?do "
            "you know how many {dst} {value} {src} are|?what is the measure of {value} {src} in "
            "{dst}|?we measured {value} {src}, what should I note down in {dst}|?an old book "
            "gives {value} {src}, how much is it in {dst}|?what is the {dst} value of {value} "
            "{src}|!calculate how many {dst} {value} {src} are|!tell me how many {dst} equal "
            "{value} {src}|!work out {value} {src} in {dst}|!measure {value} {src} in {dst} "
            "instead|!swap the unit of {value} {src} for {dst}|!figure out what {value} {src} "
            "makes in {dst}|!put {value} {src} into {dst} for me|!do the unit conversion from "
            "{value} {src} to {dst}|!find how much {value} {src} is when counted in "
            "{dst}|!transform {value} {src} to {dst}|!let me know what {value} {src} would be in "
            "{dst}"
        ),
        "notes": (
            "Unit converter|Convert a measurement|Takes a value, its unit and a target unit and "
            "returns the new value|Change of units for length, weight, volume and more|Express a "
            "quantity in a different unit|Converts measures|Translates feet to meters, liters to "
            "gallons and the like|Computes how many of one unit make up an amount of another "
            "unit|From one unit of measure to another|Use this when a length, weight or other "
            "measure must be given in another unit|Rewrites a measured amount with a new "
            "unit|Length, mass, volume and temperature conversion"
        ),
    },
    "currency": {
        "asks": (
            "?I have {value} {src} in my wallet, how much is that in {dst}|?my hotel costs "
            "{value} {src} a night, what is that in {dst}|?if I go to the bank with {value} "
            "{src}, how many {dst} do they give me|?how many {dst} can I get for {value} {src}|?I "
            "earn {value} {src} a week, what would that be in {dst}|?what is the exchange value "
            "of {value} {src} in {dst}|?I still have {value} {src} from my trip, how many {dst} "
            "is that|?the ticket costs {value} {src}, how much do I pay in {dst}|?someone owes me "
            "{value} {src}, how many {dst} should I ask for|?exchange rate for {value} {src} to "
            "{dst}|?how many {dst} are {value} {src} at today's rate|?could you exchange {value} "
            "{src} for {dst}|?at the current exchange rate, how many {dst} are {value} "
            "{src}|?what would I pay in {dst} for something that costs {value} {src}|?what sum in "
            "{dst} do I need to get {value} {src}|?I want to swap {value} {src} for {dst}, how "
            "much will I get|?before I travel I must change {value} {src}, how many {dst} will "
            "that be|?how does {value} {src} translate into {dst} at the exchange office|?someone "
            "offers me {value} {src} in cash, how many {dst} is it worth|?my friend sent me "
            "{value} {src}, what is it worth in {dst}|?I found {value} {src} in an old coat, what "
            "does the bank give me in {dst}|?what's the amount in {dst} when I pay {value} "
            "{src}|?we raised {value} {src}, how much money is that in {dst}|?do you know what "
            "{value} {src} would bring in {dst}|?the rent is {value} {src}, what does that come "
            "to in {dst}|!change my {value} {src} to {dst}|!calculate the worth of {value} {src} "
            "in {dst}|!check the exchange rate and give me {value} {src} in {dst}|!convert a bill "
            "of {value} {src} to {dst}|!find out how many {dst} I get for {value} {src}|!look up "
            "how much money {value} {src} is in {dst}|!turn my {value} {src} into {dst}|!figure "
            "out the price of {value} {src} in {dst}|!tell me how many {dst} the bank pays for "
            "{value} {src}|!work out a payment of {value} {src} in {dst}|!let me know what "
            "{value} {src} would cost me in {dst}"
        ),
        "notes": (
            "Currency converter|Money exchange|Takes an amount, its currency and a target "
            "currency and returns the new amount|Convert a sum of money with the current exchange "
            "rate|Foreign exchange calculator|Says how much you get for your money in another "
            "currency|Changes pounds to dollars, euros to yen and so on|Exchange rate lookup for "
            "an amount|Computes the value of money abroad|Use this when a price or a sum must be "
            "given in another currency|Swap one currency for another|Returns what an amount of "
            "cash is worth in a foreign currency"
        ),
    },
    "price": {
        "asks": (
            "?I want to buy the {item}, how much money do I need|?is the {item} cheap|?how much "
            "would the {item} set me back|?I like the {item}, what does it cost|?could you tell "
            "me the price of the {item}|?what will I pay for the {item}|?what is written on the "
            "price tag of the {item}|?the price for the {item}|?a customer asks what the {item} "
            "costs, what do I say|?how much money must I bring for the {item}|?can I afford the "
            "{item}, what does it cost|?for how much can I get the {item}|?how much is the {item} "
            "in your shop|?I was wondering what the {item} might cost|?at what price do you offer "
            "the {item}|?what's the damage for the {item}|?my mother wants the {item} for her "
            "birthday, how much is it|?would you know the cost of the {item}|?is the {item} on "
            "sale, and what does it cost|?how many euros do you want for the {item}|?before I put "
            "the {item} in my cart, how much is it|?what amount do I owe you for the {item}|?may "
            "I ask how much you take for the {item}|!tell me what I have to pay for the "
            "{item}|!find out what the {item} sells for|!show me the cost of the {item}|!scan the "
            "{item} and tell me its price|!say how expensive the {item} is|!get the selling price "
            "of the {item}|!see what they charge for the {item}"
        ),
        "vague": (
            "?what do I have to pay for it|?what do you charge for that|!find a price for "
            "me|!give me the price of a product|?how much is this one|?what does this thing "
            "cost|!tell me how much it costs|?I want to buy something, what does it cost"
        ),
        "follows": (
            "?and how expensive is the {item}|?and what would the {item} cost|?is the {item} "
            "cheaper|?how much for the {item} then|?ok, and the {item}|?what do you want for the "
            "{item}|!check the {item} too|!now the price of the {item}"
        ),
        "notes": (
            "Price lookup|Cost of an item|Returns the amount a customer pays for a product|Get "
            "the price tag of an article by its name|How much an item is|Reads the price of a "
            "product from the shop list|Takes a product name and returns its price|Retail price "
            "of a given article|Says how expensive something in the store is|Use this when a "
            "customer asks what something costs|Product price query|Fetch what we charge for an "
            "item"
        ),
    },
    "stock": {
        "asks": (
            "?how many pieces of the {item} are left|?do you still have the {item}|?can I get the "
            "{item} right away or is it gone|?is there any {item} left on the shelf|?how many "
            "units of the {item} are in the warehouse|?do you carry the {item} at the moment|?I "
            "came for the {item}, is there still one left|?a customer wants the {item}, do we "
            "have one|?could you check if the {item} is still there|?is the {item} out of "
            "stock|?have you got the {item} in the store|?do we need to reorder the {item} or is "
            "there enough|?are we low on the {item}|?the {item}, do you have it|?is the {item} "
            "gone already|?is there one more {item} in the back|?could I pick up the {item} today "
            "or has it run out|?would you have the {item} in your warehouse|?what does the "
            "inventory say about the {item}|?I can't see the {item} on the shelf, is it sold "
            "out|?is it true that the {item} is sold out|?what number of the {item} do we have in "
            "store|?do we have enough of the {item} for next week|?is the {item} on hand|?did "
            "somebody buy the last {item}|?when I come by today, will you have the {item} "
            "there|!count how many of the {item} we have|!tell me how many of the {item} are "
            "left|!see whether we still have the {item}|!look up the stock level of the "
            "{item}|!find out how many units of the {item} remain|!check if the {item} has sold "
            "out|!show me the inventory for the {item}|!say if you have the {item} in the "
            "shop|!go through the inventory and find the {item}"
        ),
        "vague": (
            "!look in the warehouse|!check if it is available|!see if we have it|?do we still "
            "have some in the warehouse|?has it run out|!look up the inventory|?is there one "
            "left|!tell me how many we have|?how many pieces do we have in stock"
        ),
        "follows": (
            "?is the {item} left as well|?do you also have the {item}|?then do you have the "
            "{item}|!check the {item} too|!now look for the {item}"
        ),
        "notes": (
            "Stock check|Stock level of a product|Says how many units are left in the "
            "shop|Warehouse query for one item|Is an item still available|Takes a product name "
            "and returns the number in stock|Checks whether we still have something|Inventory "
            "count by product|Looks in the warehouse and counts an article|Use this when someone "
            "asks if a product is sold out|How many pieces of an article are on hand|Returns the "
            "quantity on the shelf"
        ),
    },
    "order": {
        "asks": (
            "?how far along is order {order}|?I ordered something last week, the number is "
            "{order}, is it coming|?where is the parcel with number {order}|?why is order {order} "
            "so late|?has the courier picked up order {order}|?did you already send order "
            "{order}|?is order {order} stuck somewhere|?has order {order} been paid and "
            "sent|?could you check how order {order} is doing|?what's going on with order "
            "{order}|?a customer asks about order {order}, was it shipped|?is there any news "
            "about order {order}|?where did order {order} end up|?is order {order} being packed "
            "at the moment|?will order {order} come today|?order {order}, is it out for "
            "delivery|?order number {order}|?did my package arrive, order {order}|?when was order "
            "{order} sent out|?do you see order {order} in the system|?I never got order {order}, "
            "what went wrong|?how is the delivery of order {order} coming along|?where in the "
            "world is my order number {order}|?could I know whether order {order} was "
            "delivered|?has order {order} reached the customer|?I'd like to ask about my order, "
            "number {order}|!tell me where order {order} is|!give me the status of order "
            "{order}|!see if order {order} was sent|!find out when order {order} comes|!trace the "
            "parcel for order {order}|!show me how far order {order} has come|!pull up order "
            "number {order}|!let me know if order {order} has gone out"
        ),
        "vague": (
            "?where is my parcel|!find my order|!look up an order|?has my package been "
            "delivered|?what happened to my order|!tell me where my order is|?I'm still waiting "
            "for my order, where is it|!give me the status of an order|!trace my delivery|?did my "
            "order go out already"
        ),
        "follows": (
            "?and has order {order} been sent|?then where is number {order}|?is order {order} on "
            "its way too|?the same for order {order}|?and what about number {order}|!check "
            "{order} too|!now track order {order}"
        ),
        "notes": (
            "Order tracking|Order status lookup|Get the state of a customer's order|Delivery "
            "status by order number|Tells if a parcel is packed, sent or delivered|Finds out "
            "where a package is|Takes the number of an order and says how far it has come|Check "
            "an order|Shipment tracker|Use this when a customer wants to know where the order "
            "is|Returns the shipping state of one order|Looks in the order system for the given "
            "number"
        ),
    },
    "phone": {
        "asks": (
            "?I need to call {person}, what's the number|?do you have a number for {person}|?what "
            "is {person}'s phone number|?how can I reach {person} by phone|?I lost {person}'s "
            "number, do you have it|?what do I dial to reach {person}|?could you look up the "
            "phone number of {person}|?do we have {person} in our contacts|?on what number is "
            "{person} reachable|?I want to ring {person}, which number is it|?I have to text "
            "{person}, what is the number|?someone asked me for {person}'s number, what is "
            "it|?{person}'s number|?telephone {person}, what's the number|?did I save the number "
            "of {person}|?what's the mobile number of {person}|?which phone number belongs to "
            "{person}|?may I have the telephone number of {person}|?I'd like to give {person} a "
            "ring, what number do I need|?would you know how to get {person} on the phone|?what "
            "did I write down as {person}'s number|?can I get the cell number of {person}|?it's "
            "urgent, what is the number of {person}|?do you know {person}'s number by heart|?does "
            "the phone book list {person}|?if I wanted to phone {person}, what would I dial|?I "
            "can't remember {person}'s phone number, what was it|!look up {person} in the phone "
            "book|!find the telephone number for {person}|!fetch {person}'s number|!tell me how "
            "to reach {person} by phone|!check the contact list for {person}|!read me {person}'s "
            "phone number|!see what number we have for {person}"
        ),
        "vague": (
            "?what number do I have to dial|!search my contacts|?I need to call somebody, what is "
            "the number|!look in the phone book|?can you find a number for me|!get me someone's "
            "telephone number|!tell me the number to call|!look up a contact|?I lost a phone "
            "number, can you find it|?how can I reach someone by phone"
        ),
        "follows": (
            "?and what do I dial for {person}|?then the number for {person}|?the same for "
            "{person}|!now look up {person}|!find {person}'s number as well"
        ),
        "notes": (
            "Phone number lookup|Contact search|Find a telephone number by name|Returns the "
            "number to dial for a contact|Address book with phone numbers|Takes the name of a "
            "person and returns the phone number|Get a contact's number|How to reach someone by "
            "phone|Looks for a name in the contact list|Use this when the user wants to call "
            "somebody|Telephone directory|Reads the saved number of a friend or colleague"
        ),
    },
    "define": {
        "asks": (
            "?my teacher used the word {word}, what is it|?what's the meaning of {word}|?what "
            "does the dictionary say about {word}|?I don't know the word {word}, can you explain "
            "it|?how do you explain {word} to a child|?I came across {word} in a book, what does "
            "it stand for|?could you define the word {word} for me|?what do you understand by the "
            "word {word}|?when somebody says {word}, what do they mean|?is {word} a real word, "
            "and what does it mean|?what sort of word is {word} and what does it mean|?what does "
            "the term {word} stand for|?I never heard the word {word}, what does it mean|?in the "
            "news they said {word}, what does that mean|?what exactly does the word {word} "
            "mean|?I'm not sure what {word} means, can you help|?how is the word {word} "
            "defined|?what idea is behind the word {word}|?for my essay I need the meaning of "
            "{word}, what is it|?I'm learning English, what does the word {word} mean|?would you "
            "tell me what the word {word} means|?what would a dictionary give for {word}|?my son "
            "asked me what {word} means, what do I tell him|?how should I understand the word "
            "{word}|?what does it mean when a text says {word}|?what are the meanings of the word "
            "{word}|!find out what {word} means|!describe the meaning of the word {word}|!look up "
            "the meaning of {word}|!say in plain words what {word} means|!show me the dictionary "
            "entry for {word}|!help me understand the word {word}|!open the dictionary at {word}"
        ),
        "vague": (
            "!open the dictionary|?I don't know what a word means, can you help|?can you explain "
            "a word|!find the meaning of a word|?what is the definition of that word|?there is a "
            "word I never heard, what does it mean|!tell me what a word means|!check the "
            "dictionary for me|?what does that term mean|!help me understand a word"
        ),
        "follows": (
            "?and what is meant by {word}|?then what does {word} mean|?how about the word "
            "{word}|!now explain {word}|!look up {word} too"
        ),
        "notes": (
            "Word lookup|Dictionary search|Define a word|Returns what a word means in simple "
            "language|Looks up the sense of a term|Takes one word and gives its dictionary "
            "entry|Get a definition|Word meanings|Explains hard or rare words|Use this when the "
            "user does not know what a word means|Reads the entry of a word in the "
            "dictionary|Fetch the definition for a given term"
        ),
    },
    "search": {
        "asks": (
            "?are there any web pages on {query}|?where on the web can I read about {query}|?I "
            "want to read up on {query}, can you search for it|?what does the web have on "
            "{query}|?could you google {query} for me|?do you see any good sites about {query}|?I "
            "have to write a report on {query}, can you find pages about it|?can the internet "
            "tell me more about {query}|?what comes up online when you search for {query}|?is "
            "there a website about {query}|?what hits do you get for {query}|?which sites deal "
            "with {query}|?any articles online about {query}|?I need some links on {query}, can "
            "you look|?would you do a web search on {query}|?I'm curious about {query}, what is "
            "there on the net|?are there articles on {query} on the internet|?what are the top "
            "search results for {query}|?my friend keeps talking about {query}, what does the web "
            "say|?can you check online for {query}|?what do people write online about "
            "{query}|?I'd like to see some web pages about {query}|?can I find anything on the "
            "net about {query}|?did anyone publish something online about {query}|!run an online "
            "search on {query}|!find web pages about {query}|!bring up search results for "
            "{query}|!find me some websites on {query}|!surf the net for {query}|!collect a few "
            "links on {query}|!type {query} into the search engine|!hunt for articles about "
            "{query} on the internet|!scan the web for news on {query}|!show me what you can find "
            "online about {query}"
        ),
        "vague": (
            "?can you google something|?I want to search the web, can you do that|!find some web "
            "pages for me|!look something up on the internet|?can you find something on the web "
            "for me|!find me an article online|!run a web search|?I need to look for something on "
            "the net|!browse the internet for me"
        ),
        "notes": (
            "Internet search|Search engine|Google something|Returns links for a search "
            "query|Looks for information online|Sends the query to a search engine and returns "
            "the hits|Find web pages by topic|Online lookup of any topic|Get articles and links "
            "from the net|Use this when the user wants something found on the internet|Query the "
            "web and give back the best results|Takes a topic and lists sites about it"
        ),
    },
    "here": {
        "asks": (
            "?what's the time|?could you tell me the time|?what time do you make it|?my phone is "
            "off, what time is it|?my watch has stopped, what is the right time|?I just woke up, "
            "what time is it|?is it past midnight|?am I late, what time is it|?what o'clock is "
            "it|?I must not miss my train, what time is it now|?what is the exact time at this "
            "moment|?is it time for lunch yet, how late is it|?would you be so kind as to tell me "
            "the time|?do you happen to know how late it is|?got the time|?it's so dark outside, "
            "how late is it|?I lost track of time, how late is it now|?what time of day is "
            "it|?may I ask what time it is|?I want to set my clock, what time is it exactly|?what "
            "does your clock show right now|?how late have we got|!check the time|!give me the "
            "time|!look at your watch and tell me the time|!let me know what time it is right "
            "now|!read me the time|!find out how late it is|!get the exact time for me|!say the "
            "hour and the minute"
        ),
        "notes": (
            "Clock|Time of day|Returns the time at this moment|What time it is|Look at the clock "
            "and return the hour and minute|System clock|Fetch the time right now|Get the present "
            "time, no arguments|Use this when the user asks how late it is|Reads the time from "
            "the computer|Says what time it is now|Current hour and minutes"
        ),
    },
    "date": {
        "asks": (
            "?what's the date|?which day of the month is it|?is it Monday or Tuesday today|?what "
            "day of the week is it|?which day do we have today|?could you tell me what date it "
            "is|?what's the day today|?I have to sign a form, what is the date|?I'm writing a "
            "letter, which date should I put on top|?I lost track of the days, what is today|?is "
            "it the weekend yet, what day is it|?which date is on the calendar today|?current "
            "date|?the date today|?what should I write as today's date|?after this long holiday, "
            "what day is it|?do you happen to know what day we have|?which day and month is "
            "it|?may I ask what the date is today|?what year and month is it|?how far into the "
            "month are we|?would you know today's date|?my calendar is at home, what date is "
            "it|?is it already the first of the month|?is today Friday|?I have an appointment "
            "soon, what date is it today|!give me today's date|!check the calendar for today's "
            "date|!show me the date|!let me know the date of today|!fetch the current date|!read "
            "me the date|!find today's date for me|!tell me the day, the month and the year"
        ),
        "notes": (
            "Today's date|Calendar date of the present day|What day it is today|Returns day, "
            "month and year|Date lookup without arguments|Look at the calendar and return the "
            "date|Current day|Fetch the date of today from the system|Tells the day of the week "
            "and the date|Use this when the user asks what day it is|Day, month and year right "
            "now|Calendar"
        ),
    },
}  # fmt: skip
