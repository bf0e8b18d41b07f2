"""Families of tools that do something, and those without parameters."""

from .tools_families import _AT, _DEVICE, _TEXT, family, slot

_OK = {"ok": ("status result state ok success message", "ok")}
_OKS = "[ok]"

for _unit, _names in (
    ("minutes", "minutes minutes duration_minutes mins duration"),
    ("seconds", "seconds seconds duration_seconds secs duration"),
):
    family(
        "timer",
        "set timer|timer|start timer|countdown|kitchen timer|new timer|egg timer|timer "
        "start|create timer|begin countdown",
        f"Set a timer in {_unit}|Start a countdown|A timer in {_unit}|Starts a timer|Rings after "
        f"some time",
        [slot("n", "small", _names, f"length in {_unit}|how many {_unit}|{_unit}|time in {_unit}",
              "integer integer number")],
        f"!set a timer for {{n}} {_unit}|!start a timer of {{n}} {_unit}|!start a {{n}} {_unit} "
        f"timer|?timer {{n}} {_unit}|!wake me in {{n}} {_unit}|!count down {{n}} {_unit}|!set the "
        f"timer to {{n}} {_unit}|!put a timer on for {{n}} {_unit}|!begin a countdown of {{n}} "
        f"{_unit}|?I need a timer for {{n}} {_unit}|!let me know when {{n}} {_unit} are "
        f"over|!~make a timer for {{n}} {_unit}|?~set timer {{n}} {_unit}|!~give me a timer of "
        f"{{n}} {_unit}|!ring in {{n}} {_unit}",
        _OK, _OKS, f"The timer is set for {{n}} {_unit}.", back="For how long?",
        vague="!set a timer|!start a timer|!start the timer|!~set the timer|?I need a timer|!put a "
        "timer on|!start a countdown|!~make a timer",
        weight=0.6,
    )  # fmt: skip

family(
    "alarm",
    "set alarm|alarm|alarm clock|wake up|wake me|new alarm|create alarm|morning alarm|add alarm",
    "Set an alarm|Alarm clock|Wakes the user at a time|Sets the alarm clock|Alarm at a time of day",
    [_AT],
    "!set an alarm for {at}|!wake me at {at}|!set the alarm clock to {at}|?alarm at {at}|!wake me "
    "up at {at}|!put the alarm on {at}|?I need an alarm at {at}|?I have to get up at {at}|!set my "
    "alarm to {at}|!ring the alarm at {at}|!~make an alarm for {at}|!~let the alarm ring at "
    "{at}|?~I must get up at {at}",
    _OK, _OKS, "The alarm is set for {at}.", back="For what time?",
    vague="!set an alarm|!wake me up|!set the alarm clock|!set my alarm|?I need an alarm|!~make an "
    "alarm|!wake me tomorrow|!~put the alarm on",
)  # fmt: skip

_TO = slot(
    "person", "person", "to recipient person receiver contact name send_to",
    "who gets it|the recipient|name of the recipient|whom to send it to",
)  # fmt: skip
family(
    "message",
    "send message|message|text|send text|sms|send sms|chat message|write message|post message|send "
    "chat|notify|tell person|messenger|deliver message",
    "Send a message to a person|Sends a text message|Write to a contact|Text somebody|Messenger",
    [_TO, _TEXT],
    "!send {person} the message: {text}|!tell {person} that {text}|!text {person}: {text}|!send a "
    "message to {person}: {text}|!write to {person}: {text}|!message {person}: {text}|!send {text} "
    "to {person}|!let {person} know: {text}|!send the text '{text}' to {person}|!write {person} "
    "that {text}|!send \"{text}\" to {person}|!text {person} that {text}|!send a text to {person} "
    "that says {text}|!~inform {person}: {text}|!~write a message to {person}: {text}|!~let "
    "{person} know that {text}|!tell {person}: {text}",
    _OK, _OKS, "The message to {person} is sent.", weight=1.5,
)  # fmt: skip

for _states, _types in ((("on", "off"), "enum"), (("on", "off"), "boolean")):
    family(
        "switch",
        "switch device|switch|set device|device control|power|toggle device|smart "
        "home|turn|control device|device power|home control|set power|set switch",
        "Turn a device on or off|Switch a device|Controls the devices at home|Smart home "
        "switch|Power of a device",
        [_DEVICE,
         slot("state", "onoff", {"enum": "state action mode command power status value",
                                 "boolean": "on enabled active is_on power"}[_types],
              {"enum": "on or off|the new state|what to do",
               "boolean": "true for on, false for off|whether it is on|on or off"}[_types],
              _types)],
        "!turn {state} the {device}|!turn the {device} {state}|!switch {state} the "
        "{device}|!switch the {device} {state}|?{device} {state}|!turn my {device} {state}|!put "
        "the {device} {state}|?I want the {device} {state}|!set the {device} to {state}|!~get the "
        "{device} {state}|?~the {device} should be {state}|!~power {state} the {device}|?turn "
        "{state} {device}",
        _OK, _OKS, "The {device} is now {state}.", weight=0.8, covers="turn_on turn_off",
        follows="?and the {device} {state}|!now turn {state} the {device}|!also turn the {device} "
        "{state}|!~then switch the {device} {state}",
    )  # fmt: skip

family(
    "turn_on",
    "turn on|switch on|power on|activate|device on|enable device|start device",
    "Turn a device on|Switch on a device|Powers a device up",
    [_DEVICE],
    "!turn on the {device}|!turn the {device} on|!switch on the {device}|!switch the {device} "
    "on|?{device} on|!put the {device} on|?I want the {device} on|!~power on the {device}|!~get "
    "the {device} on",
    _OK, _OKS, "The {device} is now on.", weight=0.4,
)  # fmt: skip
family(
    "turn_off",
    "turn off|switch off|power off|deactivate|device off|disable device|shut off",
    "Turn a device off|Switch off a device|Powers a device down",
    [_DEVICE],
    "!turn off the {device}|!turn the {device} off|!switch off the {device}|!switch the {device} "
    "off|?{device} off|!put the {device} off|?I want the {device} off|!~power off the "
    "{device}|!~get the {device} off",
    _OK, _OKS, "The {device} is now off.", weight=0.4,
)  # fmt: skip

family(
    "translate",
    "translate|translator|translate text|translation|language converter|interpreter|to "
    "language|translate word|get translation",
    "Translate a text into a language|Translator|Translates words|Gives the translation of a text",
    [slot("text", "phrase", "text words source_text content phrase input", "the text|what to "
          "translate|text to translate"),
     slot("lang", "language", "language target to target_language lang into to_language",
          "the language|target language|language to translate to")],
    "!translate {text} into {lang}|!translate '{text}' to {lang}|?how do you say {text} in "
    "{lang}|?what is {text} in {lang}|!say {text} in {lang}|!translate to {lang}: {text}|?what "
    "does one say in {lang} for {text}|?{text} in {lang}|!translate the text '{text}' into "
    "{lang}|?how do I say '{text}' in {lang}|!give me the {lang} for {text}|!~put {text} into "
    "{lang}|?~what is the {lang} word for {text}|!~translate \"{text}\" to {lang}|!tell me {text} "
    "in {lang}",
    {"out": ("translation text result translated output", "foreign")},
    "[out]|{lang}: [out]|translation: [out]", "In {lang}: [out].",
)  # fmt: skip

family(
    "search",
    "search|web search|search web|find|google|lookup|search internet|query|browse|web "
    "lookup|internet search|find pages",
    "Search the web|Web search|Searches the internet|Finds pages about something|Search engine",
    [slot("query", "topic", "query q text search terms keywords what", "the query|what to search "
          "for|search terms|words to look for")],
    "!search for {query}|!search the web for {query}|!find pages about {query}|!look for "
    "{query}|!find {query} on the web|?what can you find about {query}|!search {query}|!google "
    "{query}|!do a search for {query}|!look up {query} on the internet|!search the internet for "
    "{query}|?find me {query}|!~run a web search for {query}|!~find something about {query}|?~what "
    "does the web say about {query}|!look {query} up online",
    {"title": ("title result text top snippet page", "page")},
    "[title]|1. [title]|Found: [title]", "I found: [title].", back="What should I search for?",
    vague="!search the web|!do a web search|!search for something|!~look something up "
    "online|!search the internet|!~find something on the web",
)  # fmt: skip

family(
    "level",
    "set level|dim|set brightness|set volume|set temperature|thermostat|adjust|set "
    "value|dimmer|set percent|device level|change setting|adjust device",
    "Set a device to a level|Sets the level of a device|Dims or adjusts a device|Change the value "
    "of a device",
    [_DEVICE,
     slot("level", "level", "level value percent amount setting to number", "the level|the new "
          "value|how much|the number", "integer number")],
    "!set the {device} to {level}|!dim the {device} to {level}|!put the {device} at "
    "{level}|!adjust the {device} to {level}|?{device} to {level}|!change the {device} to "
    "{level}|!turn the {device} to {level}|!bring the {device} to {level}|!~move the {device} to "
    "{level}|?~I want the {device} at {level}|!set the level of the {device} to {level}",
    _OK, _OKS, "The {device} is now at {level}.",
)  # fmt: skip

family(
    "colour",
    "set color|light color|set light|lamp color|change color|color|set colour|led|paint light",
    "Set the colour of a light|Changes the colour of a device|Colour of the lights",
    [_DEVICE,
     slot("hue", "hue", "color colour hue value tone to", "the colour|new colour|which colour",
          "enum enum string")],
    "!make the {device} {hue}|!set the {device} to {hue}|!turn the {device} {hue}|!change the "
    "{device} to {hue}|!change the colour of the {device} to {hue}|?I want the {device} {hue}|!set "
    "the color of the {device} to {hue}|?{device} {hue}|!let the {device} shine {hue}|!~switch the "
    "{device} to {hue}|!~give the {device} the colour {hue}|!colour the {device} {hue}",
    _OK, _OKS, "The {device} is now {hue}.", weight=0.7,
)  # fmt: skip

family(
    "move",
    "move|move robot|drive|go|robot move|step|walk|drive robot|steer|move arm|motion|robot drive",
    "Move the robot|Drives the robot in a direction|Moves some steps|Robot motion",
    [slot("way", "way", "direction dir way where heading side", "the direction|where to go|which "
          "way", "enum enum string"),
     slot("n", "level", "steps distance cm amount count length", "how far|number of steps|the "
          "distance", "integer number")],
    "!move {way} {n} steps|!go {way} {n}|!go {n} steps {way}|!drive {n} cm {way}|!move {n} "
    "{way}|!move the robot {way} by {n}|!move {way} by {n}|!take {n} steps {way}|!drive {way} for "
    "{n} cm|!step {way} {n} times|!~walk {way} {n} steps|!~let the robot go {way} {n} steps|!~move "
    "{n} cm {way}|?{way} {n}",
    _OK, _OKS, "Moved {way} by {n}.", weight=0.8,
    follows="?and {way} {n}|!then {way} {n}|!now {n} steps {way}|!~after that {way} {n}",
)  # fmt: skip

family(
    "calendar",
    "add event|calendar|create event|new appointment|calendar add|schedule|schedule event|plan "
    "event|make appointment|diary|book event|add appointment",
    "Add an event to the calendar|Creates an appointment|Calendar entry|Plans an event for a day",
    [slot("event", "event", "title event name what summary subject", "the event|title of the "
          "event|what it is"),
     slot("day", "day", "day date when on event_date", "the day|date of the event|which day")],
    "!add the {event} on {day} to my calendar|!put the {event} in my calendar for {day}|!schedule "
    "the {event} for {day}|!plan the {event} for {day}|!add to my calendar: {event}, {day}|!make "
    "an appointment for the {event} on {day}|!note the {event} on {day} in the calendar|?I have "
    "the {event} on {day}, add it to my calendar|!create an event: {event}, {day}|!enter the "
    "{event} for {day}|!~book the {event} for {day}|!~write the {event} on {day} in my "
    "calendar|!~save the {event} for {day}",
    _OK, _OKS, "The {event} is in the calendar for {day}.",
)  # fmt: skip

family(
    "remind",
    "remind|reminder|set reminder|remind me|add reminder|create reminder|new reminder|memo at",
    "Remind the user of something at a time|Set a reminder|Reminder with a time|Creates a reminder",
    [slot("task", "task", "text task what about title message note", "what to do|the task|what to "
          "remind of"),
     _AT],
    "!remind me to {task} at {at}|!remind me at {at} to {task}|!set a reminder at {at}: "
    "{task}|!set a reminder to {task} at {at}|?I must {task} at {at}, remind me|!at {at} remind me "
    "to {task}|!do not let me forget to {task} at {at}|!make a reminder for {at}: {task}|!~add a "
    "reminder to {task} at {at}|!~help me remember to {task} at {at}|!remind me: {task}, {at}",
    _OK, _OKS, "I will remind you at {at}: {task}.",
)  # fmt: skip

family(
    "note",
    "add note|note|save note|take note|write note|notes|new note|create note|memo|jot down|add "
    "todo|todo|add task",
    "Save a note|Writes a note|Takes notes|Add something to the list of things to do",
    [slot("text", "task", "text note content body what todo", "the note|text of the note|what to "
          "write")],
    "!make a note: {text}|!take a note: {text}|!note that I must {text}|!save the note: "
    "{text}|!write down: {text}|!add a note: {text}|!note down: {text}|!add to my notes: "
    "{text}|!~jot down: {text}|!~keep a note: {text}|!write a note: {text}|!~please note: {text}",
    _OK, _OKS, "The note is saved.", back="What should I write?",
    vague="!make a note|!take a note|!write a note|!save a note|!~add a note|!note something "
    "down|!~write something down",
)  # fmt: skip

family(
    "shopping",
    "add to list|shopping list|add item|buy list|add to cart|cart|put in cart|basket|groceries|add "
    "product|list add",
    "Add an item to the shopping list|Shopping list|Puts a product into the cart|List of what to "
    "buy",
    [slot("item", "item", "item product article thing name what entry", "the item|what to buy|name "
          "of the product")],
    "!add {item} to the shopping list|!put {item} on the shopping list|!put {item} on my list|?we "
    "need {item}, add it to the list|!add {item} to my list|!write {item} on the shopping "
    "list|!add {item} to my cart|!put {item} into the cart|!note {item} on the shopping list|!~get "
    "{item} on the list|!~include {item} in the shopping list|?shopping list: {item}",
    _OK, _OKS, "The list now has {item}.", back="Which item?",
    vague="!add something to the shopping list|!put something on my list|!~add an item to the "
    "list|!add an item to my shopping list|!~write something on the shopping list",
    follows="?and {item}|!also add {item}|?and also {item}|!~add {item} too",
)  # fmt: skip

family(
    "music",
    "play music|play song|play|music player|play title|start music|song|player|media play|jukebox",
    "Play a song|Music player|Plays a title|Starts a song",
    [slot("song", "title", "song title track name music what", "the song|title of the song|what to "
          "play")],
    "!play {song}|!play the song {song}|?I want to hear {song}|!put on {song}|!start the song "
    "{song}|!play me {song}|!let me hear {song}|!play the title {song}|!~start playing {song}|?~I "
    "would like to listen to {song}|!~put on the song {song}",
    _OK, _OKS, "Now playing: {song}.", back="Which song?",
    vague="!play a song|!play some music|!put on some music|!start the music|?I want to hear "
    "music|!~play music|?~I would like to listen to music",
    follows="?and then {song}|!now play {song}|!~play {song} next",
)  # fmt: skip

family(
    "distance",
    "distance|get distance|route|route length|how far|travel distance|directions|km between|path "
    "length|navigate|road distance",
    "Distance between two cities|How far two places are apart|Length of a route|Route from one "
    "city to another",
    [slot("a", "city", "from start origin source from_city a", "start of the route|the first "
          "city|where it starts"),
     slot("b", "city", "to end destination target to_city b", "end of the route|the second "
          "city|where it ends")],
    "?how far is it from {a} to {b}|?what is the distance from {a} to {b}|?how many km are there "
    "from {a} to {b}|?distance from {a} to {b}|!tell me the distance between {a} and {b}|?how far "
    "is {b} from {a}|!find the distance between {a} and {b}|?how long is the route from {a} to "
    "{b}|?what is the distance between {a} and {b}|?~how far apart are {a} and {b}|!~look up the "
    "distance from {a} to {b}|?~how many km is it from {a} to {b}|?{a} to {b}, how far",
    {"km": ("distance km distance_km length result kilometres", "count")},
    "[km]|[km] km|It is [km] km.", "From {a} to {b} it is [km] km.",
    follows="?and from {a} to {b}|?~how about {a} to {b}",
)  # fmt: skip

family(
    "share",
    "share price|stock price|quote|get quote|ticker|stock quote|share value|market price|get share",
    "Price of a share|Stock quote by symbol|Share price of a company|Market price of a symbol",
    [slot("symbol", "symbol", "symbol ticker share code company stock", "the symbol|ticker "
          "symbol|symbol of the share")],
    "?what is the share price of {symbol}|?how is {symbol} doing on the market|?what is the "
    "{symbol} share worth|!get the share price of {symbol}|?share price of {symbol}|!tell me the "
    "share price of {symbol}|!look up the {symbol} share|?what does a share of {symbol} "
    "cost|?where does {symbol} trade|?~quote for {symbol}|!~check the {symbol} share price|?~how "
    "much is one {symbol} share",
    {"price": ("price value quote last close result", "price")},
    "[price]|{symbol}: [price]|{symbol} trades at [price].",
    "The share price of {symbol} is [price].", back="Which share?",
    vague="?what is the share price|!look up a share price|!get a share price|?~how is the share "
    "doing|!check the share price",
    follows="?and {symbol}|?what about {symbol}|?~how about {symbol}",
)  # fmt: skip

family(
    "file",
    "read file|open file|cat|get file|file content|load file|show file|view file|read "
    "document|file reader",
    "Read a file|Content of a file|Opens a file and returns its text|Reads a document",
    [slot("file", "file", "path file filename name file_path file_name document", "the file|path "
          "of the file|name of the file")],
    "!read {file}|!open {file}|!show me {file}|?what is in {file}|!read the file {file}|!open the "
    "file {file}|?what does {file} say|!show the content of {file}|!load {file}|!display the file "
    "{file}|!~view {file}|?~what does the file {file} contain|!~let me see {file}",
    {"text": ("content text data body result", "task")},
    "[text]", "{file} says: [text].", back="Which file?",
    vague="!read a file|!open a file|!show me the file|!read the file|!~open the file|!load a "
    "file|!~view a file",
)  # fmt: skip

family(
    "book",
    "book table|reserve table|reservation|restaurant booking|reserve|make reservation|table "
    "booking|book restaurant",
    "Book a table in a restaurant|Reserves a table|Restaurant reservation",
    [slot("place", "name", "restaurant place name where venue", "the restaurant|name of the "
          "restaurant"),
     slot("n", "guests", "people guests persons party_size seats count", "number of people|how "
          "many guests|number of guests", "integer")],
    "!book a table at {place} for {n} people|!reserve a table for {n} at {place}|!book a table for "
    "{n} at {place}|?I need a table at {place} for {n}|!get us a table for {n} people at "
    "{place}|!make a reservation at {place} for {n} people|?we are {n} people and want to eat at "
    "{place}|?table for {n} at {place}|!~reserve a table at {place} for {n} guests|!~book {place} "
    "for {n} people|?~we want a table for {n} at {place}",
    _OK, _OKS, "A table for {n} at {place} is booked.",
)  # fmt: skip

family(
    "email",
    "send email|email|send mail|mail|write email|mail to|compose email|e mail",
    "Send an email|Sends a mail to a person|Write an email with a subject",
    [_TO,
     slot("subject", "event", "subject title topic about headline", "the subject|subject of the "
          "mail|title of the mail"),
     slot("text", "saying", "body text content message", "the text|text of the mail|the message")],
    "!send an email to {person} about the {subject}: {text}|!email {person} about the {subject}: "
    "{text}|!write a mail to {person}, subject {subject}: {text}|!mail {person}, subject "
    "{subject}, text {text}|!send {person} an email with subject {subject} and text "
    "{text}|!~compose an email to {person} about the {subject}: {text}|!~mail {person} about the "
    "{subject}: {text}",
    _OK, _OKS, "The email to {person} is sent.", weight=0.7,
)  # fmt: skip

for _key, _names, _notes, _asks, _keys, _kind, _texts, _answer in (
    ("date", "get date|today|current date|date|calendar date|what day|todays date|day today",
     "Get today's date|Current date|Tells which day it is",
     "?what day is it today|?what is the date today|?what is today's date|!tell me the date|?which "
     "date is it|?what is the date|?which day is it|?today's date|!give me the current date|!look "
     "up the date|?do you know the date|?~what date do we have today|!~tell me what day it "
     "is|?~which day is today",
     "date today result value day", "date", "[v]|Today is [v].", "Today is [v]."),
    ("here", "now|get time|current time|clock|system time|time|local clock|wall clock",
     "Get the current time|The time now|Clock of this machine",
     "?what time is it|?what is the time|!tell me the time|?how late is it|?what time is it "
     "now|?do you have the time|!give me the current time|?current time|?which time is it|!show me "
     "the time|!check the clock|?~what is the time now|!~say the time|?~do you know what time it "
     "is",
     "time now result clock value", "hhmm", "[v]|It is [v].", "It is [v]."),
    ("battery", "battery|battery level|get battery|charge level|battery status|power level",
     "Battery level|Charge of the battery in percent|How full the battery is",
     "?how full is the battery|?what is the battery level|!check the battery|?battery level|!tell "
     "me the battery level|?how much battery is left|!read the battery|?is the battery full|?~how "
     "charged is the battery|!~show the battery level|?~how much charge is left",
     "battery level percent charge value", "level", "[v]|[v]%|[v] percent",
     "The battery is at [v]%."),
    ("dice", "roll dice|dice|random number|random|roll|throw dice|pick number|rng",
     "Roll the dice|Random number|Throws a die",
     "!roll the dice|!roll a die|!throw the dice|!give me a random number|!pick a random "
     "number|?random number please|!roll for me|!draw a random number|!~throw a die|!~roll the "
     "dice for me|?~I need a random number|!choose a number for me",
     "number value result roll", "small", "[v]|You rolled [v].", "The number is [v]."),
    ("position", "get location|where am i|gps|my location|current position|position|locate",
     "Current location of the user|Where the user is|Position by GPS",
     "?where am I|?what is my location|!find my location|!tell me where I am|?which city am I "
     "in|!get my position|?what is my position|!locate me|!show my location|?~in which city am "
     "I|!~say where I am|?~what place is this",
     "city location place position", "city", "[v]|You are in [v].", "You are in [v]."),
    ("photo", "take photo|camera|snapshot|take picture|photo|capture image|shoot|camera shot",
     "Take a photo|Takes a picture with the camera|Camera",
     "!take a photo|!take a picture|!make a photo|!shoot a picture|!use the camera|!take a "
     "snapshot|?photo please|!take a photo of me|!make a picture|!~capture a picture|!~take one "
     "photo|!take a picture now|!~shoot a photo",
     "file path name image result", "file", "[v]|saved as [v]|Photo [v]", "The photo is [v]."),
    ("mail_count", "unread|check mail|inbox|count mails|new mail|unread mails|mailbox",
     "Number of unread mails|Checks the inbox|New mail",
     "?do I have new mail|?how many unread mails are there|!check my inbox|!check my mail|?any new "
     "mail|!count my unread mails|?is there new mail for me|!look into my inbox|?~how many new "
     "mails do I have|!~see if I have mail|?~what is in my inbox",
     "unread count new mails number", "count", "[v]|[v] unread|[v] new mails",
     "You have [v] new mails."),
):  # fmt: skip
    family(
        _key, _names, _notes, [], _asks, {"v": (_keys, _kind)}, _texts, _answer, weight=0.45,
        covers="clock here" if _key == "here" else _key,
    )
