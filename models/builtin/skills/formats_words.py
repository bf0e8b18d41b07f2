"""Sentences to extract from, and the wordings of formats.py."""

from .basics_phrasing import Wordings

# kind: {field: names it is asked by, the usual one first}
FIELDS = {
    "person": {
        "name": ["name", "name", "name", "person", "full_name", "first_name"],
        "age": ["age", "age", "age", "years"],
        "city": ["city", "city", "city", "town", "location", "home"],
        "job": ["job", "job", "job", "profession", "occupation", "work"],
    },
    "pet": {
        "name": ["name", "name", "pet_name"],
        "animal": ["animal", "animal", "species", "kind"],
        "colour": ["colour", "color"],
        "age": ["age", "age", "years"],
    },
    "order": {
        "item": ["item", "item", "item", "product", "article"],
        "quantity": ["quantity", "quantity", "amount", "count", "number"],
        "price": ["price", "price", "price", "cost", "total"],
    },
    "weather": {
        "city": ["city", "city", "town", "place", "location"],
        "temperature": ["temperature", "temperature", "temp", "degrees"],
        "condition": ["condition", "condition", "weather", "sky"],
    },
    "event": {
        "title": ["title", "title", "event", "what", "name"],
        "day": ["day", "day", "date", "when"],
        "time": ["time", "time", "hour", "start"],
    },
    "contact": {
        "name": ["name", "name", "person", "contact"],
        "extension": ["extension", "extension", "phone", "phone_extension", "number"],
        "department": ["department", "department", "team", "office"],
    },
    "trip": {
        "from": ["from", "from", "start", "origin"],
        "to": ["to", "to", "destination", "end"],
        "day": ["day", "day", "date", "when"],
        "price": ["price", "price", "cost"],
    },
    "stock": {
        "article": ["item", "item", "product", "article"],
        "colour": ["colour", "color"],
        "price": ["price", "price", "cost"],
        "available": ["available", "in_stock"],
    },
    "book": {
        "book": ["title", "title", "book", "name"],
        "author": ["author", "author", "writer", "by"],
        "pages": ["pages", "pages", "length"],
    },
}
NUMBERS = {"age", "quantity", "price", "temperature", "extension", "pages"}
UNCLEAR = {"from", "to", "by"}  # as keys, these are only readable in quotes
AVAILABLE = {True: ["in stock", "available"], False: ["sold out", "not available"]}
OF_BOOKS = "Red Blue Green Old New Last First Lost Silent Little White Black Long Golden".split()

TITLES = (
    "meeting concert lunch dinner workshop party lesson interview training dance match course "
    "breakfast review call show"
).split()
TITLES += ["team meeting", "piano lesson", "staff party", "book club", "school concert"]
CONDITIONS = "sunny cloudy rainy snowy windy foggy stormy clear dry wet".split()
DEPARTMENTS = "sales support marketing research finance security legal kitchen design".split()
SURNAMES = "Berg Stone Miller Rossi Novak Silva Weber Martin Lopez Brown Keller Moreau".split()
LONG_CITIES = ["New York", "San Diego", "Los Angeles", "Cape Town", "Hong Kong", "Buenos Aires"]

# What may stand before and after a text and tells nothing that is asked for.
BEFORE = ["Hello!", "Good morning!", "Hi,", "News:", "Good news!", "Dear team,"]
AFTER = ["Thank you!", "Thanks.", "See you soon.", "That is all.", "Have a nice day!", "Good luck!"]

SENTENCES = {
    "person": [
        "{name} is {age} years old.",
        "{name} is {age}.",
        "{name}, {age}, lives in {city}.",
        "{name} is {age} and lives in {city}.",
        "{name} is {age} years old and lives in {city}.",
        "{name} lives in {city} and is {age} years old.",
        "{name} lives in {city} and works as a {job}.",
        "{name} works as a {job} in {city}.",
        "{name} is a {job} from {city}.",
        "{name} is a {job} and is {age} years old.",
        "{name} is a {age} year old {job} from {city}.",
        "{name} is a {job}, lives in {city} and is {age} years old.",
        "{name} is {age} years old, lives in {city} and works as a {job}.",
        "My name is {name}, I am {age} years old and I live in {city}.",
        "My name is {name} and I am {age}.",
        "Hi, I am {name}, a {job} from {city}.",
        "I am {name}. I am {age} years old and work as a {job}.",
        "In {city} lives {name}, who is {age}.",
        "The {job} {name} lives in {city}.",
        "{name} ({age}) from {city}",
        "{name}, {age}, {job}, {city}",
        "Name: {name}. Age: {age}. City: {city}.",
        "This is {name}. She is {age} years old and she lives in {city}.",
        "This is {name}. He is a {job} and he is {age}.",
    ],
    "pet": [
        "{name} is a {colour} {animal}.",
        "{name} is a {colour} {animal} and is {age} years old.",
        "My {animal} is called {name} and is {age} years old.",
        "We have a {colour} {animal} called {name}.",
        "I have a {animal}. Its name is {name} and it is {age} years old.",
        "The {colour} {animal} is called {name}.",
        "{name}, our {animal}, is {age}.",
        "My {animal} {name} is {colour}.",
        "{name} the {animal} is {age} years old and {colour}.",
    ],
    "order": [
        "I want {quantity} {item} for {price} dollars.",
        "I would like {quantity} {item} for ${price}.",
        "I ordered {quantity} {item} for {price} dollars.",
        "Please send me {quantity} {item} for {price} euros.",
        "{quantity} {item} cost {price} dollars.",
        "{quantity} {item} for ${price}",
        "{quantity} {item} at {price} euros",
        "We bought {quantity} {item} and paid {price} dollars.",
        "Order: {quantity} {item}, price {price}.",
        "The customer ordered {quantity} {item} and paid ${price}.",
        "The price of {quantity} {item} is {price} dollars.",
        "I paid {price} euros for {quantity} {item}.",
        "An order of {quantity} {item} for {price} dollars came in.",
    ],
    "weather": [
        "It is {temperature} degrees and {condition} in {city}.",
        "In {city} it is {condition} and {temperature} degrees.",
        "In {city} it is {temperature} degrees and {condition}.",
        "The weather in {city} is {condition} with {temperature} degrees.",
        "{city}: {condition}, {temperature} degrees",
        "{city} is {condition} today, with {temperature} degrees.",
        "Today it is {condition} in {city}, at {temperature} degrees.",
        "{city} has {temperature} degrees and is {condition}.",
        "It will be {condition} in {city} at {temperature} degrees.",
        "The temperature in {city} is {temperature} degrees and it is {condition}.",
    ],
    "event": [
        "The {title} is on {day} at {time}.",
        "The {title} starts on {day} at {time}.",
        "On {day} at {time} there is a {title}.",
        "We have a {title} on {day} at {time}.",
        "{title} on {day} at {time}",
        "{title}, {day}, {time}",
        "Come to the {title} on {day} at {time}.",
        "The {title} begins at {time} on {day}.",
        "There will be a {title} on {day} at {time}.",
        "On {day} the {title} starts at {time}.",
        "Do not forget the {title} on {day} at {time}!",
    ],
    "contact": [
        "{name} has extension {extension}.",
        "{name} works in {department} and has extension {extension}.",
        "{name} from {department} has the extension {extension}.",
        "You can call {name} in {department} at extension {extension}.",
        "Call {name} at extension {extension}.",
        "The extension of {name} is {extension}.",
        "{name}, {department}, extension {extension}",
        "{name} is in {department}, phone extension {extension}.",
        "In {department} you can reach {name} at {extension}.",
        "My name is {name}, I work in {department} and my extension is {extension}.",
    ],
    "trip": [
        "{person} travels from {from} to {to} on {day}.",
        "A trip from {from} to {to} on {day} costs {price} dollars.",
        "I want to go from {from} to {to} on {day}.",
        "The train from {from} to {to} leaves on {day}.",
        "The flight from {from} to {to} on {day} costs ${price}.",
        "From {from} to {to} on {day}",
        "On {day} we go from {from} to {to}.",
        "A ticket from {from} to {to} costs {price} euros.",
        "We fly to {to} from {from} on {day}.",
        "One ticket from {from} to {to} for {day}, please.",
    ],
    "stock": [
        "The {colour} {article} costs {price} dollars.",
        "The {colour} {article} costs {price} dollars and is {available}.",
        "The {article} costs ${price} and is {available}.",
        "Our {colour} {article} is {available} for {price} euros.",
        "A {colour} {article} for {price} dollars, {available}",
        "{article}, {colour}, {price} euros, {available}",
        "The price of the {colour} {article} is {price} dollars.",
        "The {colour} {article} is {available}.",
    ],
    "book": [
        "{author} wrote {book}.",
        "{book} was written by {author}.",
        "{book} by {author} has {pages} pages.",
        "I read {book} by {author}.",
        "{author} wrote {book}, which has {pages} pages.",
        "{book} is a book of {pages} pages by {author}.",
        "{book} ({author}, {pages} pages)",
        "The book {book} has {pages} pages.",
    ],
}
SENTENCES_UNSEEN = {
    "person": [
        "{name} lives in {city} and is {age}.",
        "{name} is {age} years old and works as a {job}.",
        "{name} is a {job} in {city} and is {age} years old.",
        "I am {name}, I am {age} years old and I live in {city}.",
        "This is {name}. She is a {job} and she lives in {city}.",
        "{name}, a {job} from {city}, is {age} years old.",
    ],
    "pet": [
        "My {colour} {animal} is called {name}.",
        "We have a {animal} called {name}. It is {age} years old.",
        "{name} is a {animal} and is {age} years old.",
    ],
    "order": [
        "I would like to order {quantity} {item} for {price} dollars.",
        "I bought {quantity} {item} for ${price}.",
        "We paid {price} dollars for {quantity} {item}.",
    ],
    "weather": [
        "The weather in {city} is {condition} and it is {temperature} degrees.",
        "Today in {city} it is {temperature} degrees and {condition}.",
        "It is {condition} in {city} with {temperature} degrees.",
    ],
    "event": [
        "The {title} begins on {day} at {time}.",
        "There is a {title} on {day} at {time}.",
        "On {day} we have a {title} at {time}.",
    ],
    "contact": [
        "{name} in {department} has extension {extension}.",
        "You can reach {name} from {department} at extension {extension}.",
        "My name is {name} and my extension is {extension}.",
    ],
    "trip": [
        "A flight from {from} to {to} on {day} costs {price} dollars.",
        "{person} goes from {from} to {to} on {day}.",
        "On {day} {person} travels from {from} to {to}.",
    ],
    "stock": [
        "The {colour} {article} is {available} and costs {price} dollars.",
        "The price of the {article} is {price} dollars and it is {available}.",
        "{colour} {article}, {price} dollars, {available}",
    ],
    "book": [
        "{author} wrote the book {book}.",
        "{book} was written by {author} and has {pages} pages.",
        "I am reading {book} by {author}.",
    ],
}

# {k}: the keys, {s}: the text
JSON_KEYS = Wordings(
    [
        "!give {k} as JSON: {s}",
        "!give {k} as JSON: {s}",
        "!give me {k} as JSON: {s}",
        "!extract {k} as JSON: {s}",
        "!extract {k} as JSON from this text: {s}",
        "!extract {k} from this text as JSON: {s}",
        "!extract {k} into JSON: {s}",
        "!return {k} as JSON: {s}",
        "!return JSON with {k}: {s}",
        "!return a JSON object with the keys {k}: {s}",
        "!make JSON with {k}: {s}",
        "!make a JSON object with {k} from: {s}",
        "!write {k} as JSON: {s}",
        "!write a JSON object with the keys {k} for this text: {s}",
        "!turn this into JSON with {k}: {s}",
        "!turn this sentence into JSON with the keys {k}: {s}",
        "!convert to JSON with the fields {k}: {s}",
        "!convert this text to JSON (keys: {k}): {s}",
        "!find {k} in this text and answer as JSON: {s}",
        "!answer in JSON with the keys {k}: {s}",
        "=JSON with {k}: {s}",
        "=Text: {s}\nKeys: {k}\nJSON:",
        "={s}\nGive {k} as JSON.",
        "={s}\nExtract {k} as JSON.",
        "={s}\nReturn a JSON object with the keys {k}.",
        "={s}\nAnswer with JSON: {k}.",
        "={s} -> JSON with {k}",
        "?what are {k} here, as JSON: {s}",
    ],
    [
        "!extract {k} from this sentence as JSON: {s}",
        "!give me a JSON object with {k}: {s}",
        "!return {k} from this text as JSON: {s}",
        "!write JSON with the keys {k}: {s}",
        "!convert this to JSON with {k}: {s}",
        "!find {k} and give them as JSON: {s}",
        "={s}\nWrite {k} as JSON.",
        "={s}\nMake a JSON object with the keys {k}.",
    ],
    closing=False,
)
# {f}: the shape
JSON_SHAPE = Wordings(
    [
        "!fill in this JSON: {f}\n{s}",
        "!answer as JSON like {f}\n{s}",
        "!answer in this form: {f}\n{s}",
        "!answer in the form {f}: {s}",
        "!extract the data in this format: {f}\n{s}",
        "!return JSON of this shape: {f}\n{s}",
        "!give JSON like this: {f}\nText: {s}",
        "!use this format: {f}\nText: {s}",
        "!turn the text into JSON of the form {f}\nText: {s}",
        "={s}\nAnswer as JSON like {f}",
        "={s}\nFormat: {f}",
        "={s}\nFill in: {f}",
        "={s}\nUse this JSON format: {f}",
        "=Format: {f}\nText: {s}",
    ],
    [
        "!answer with JSON of this form: {f}\n{s}",
        "!return JSON like {f}\nText: {s}",
        "!give the data in this format: {f}\n{s}",
        "={s}\nAnswer in this form: {f}",
    ],
    closing=False,
)
JSON_SCHEMA = Wordings(
    [
        "!answer as JSON for this schema: {f}\n{s}",
        "!return JSON that matches this schema: {f}\n{s}",
        "!extract JSON with this schema: {f}\nText: {s}",
        "!use this JSON schema: {f}\nText: {s}",
        "={s}\nSchema: {f}",
        "={s}\nAnswer with JSON that follows this schema: {f}",
        "=Schema: {f}\nText: {s}",
        "=JSON schema: {f}\n{s}",
    ],
    [
        "!answer with JSON that matches this schema: {f}\n{s}",
        "!follow this JSON schema: {f}\nText: {s}",
        "={s}\nUse this JSON schema: {f}",
    ],
    closing=False,
)
SYSTEM_KEYS = Wordings(
    [
        "=Answer only with JSON. Keys: {k}.",
        "=Answer only in JSON with the keys {k}.",
        "=Extract {k} from the text of the user and answer with JSON only.",
        "=You turn text into JSON with the keys {k}.",
        "=Return a JSON object with {k}.",
        "=For each message, return JSON with {k}.",
    ],
    [
        "=Answer with JSON only, with the keys {k}.",
        "=You extract {k} from text and answer in JSON.",
    ],
)
SYSTEM_SHAPE = Wordings(
    [
        "=Answer only with JSON like {f}",
        "=Answer in this format: {f}",
        "=Turn each message into JSON: {f}",
        "=You answer with JSON of the form {f}",
        "=Response format: {f}",
    ],
    ["=Answer only in this format: {f}", "=Answer with JSON of this form: {f}"],
)
_MANY_FRAMES = [
    "!give {k} as #: {s}",
    "!give me {k} as #: {s}",
    "!extract {k} as #: {s}",
    "!return {k} as #: {s}",
    "!write {k} as #: {s}",
    "!make # with {k}: {s}",
    "!turn this into # with {k}: {s}",
    "!convert this to # with {k}: {s}",
    "={s}\nGive {k} as #.",
    "={s}\nMake # with {k}.",
]
_MANY_FRAMES_UNSEEN = [
    "!extract {k} from this text as #: {s}",
    "!write # with {k}: {s}",
    "={s}\nWrite {k} as #.",
]


def _forms(names, unseen_names=()):
    """Frames for a format by any of its NAMES."""
    trained = [f.replace("#", n) for n in names for f in _MANY_FRAMES]
    unseen = [f.replace("#", n) for n in names for f in _MANY_FRAMES_UNSEEN]
    unseen += [f.replace("#", n) for n in unseen_names for f in _MANY_FRAMES]
    return Wordings(trained, unseen, closing=False)


JSON_LIST = _forms(
    ["a JSON list", "a JSON array", "a list of JSON objects", "a JSON list of objects"],
    ["a JSON array of objects"],
)
CSV = _forms(["CSV", "a CSV line", "one line of CSV", "comma separated values"], ["a line of CSV"])
CSV_MANY = _forms(["CSV", "CSV lines", "lines of CSV", "comma separated values"])
LINES = _forms(
    ["lines of the form key: value", "key: value lines", "one line each", "lines like key: value",
     "YAML"]
)
VALUE = Wordings(
    [
        "!give only the {k}: {s}",
        "!give me only the {k}: {s}",
        "!answer only with the {k}: {s}",
        "!extract the {k}: {s}",
        "!extract only the {k}: {s}",
        "!find the {k} in this text: {s}",
        "!return just the {k}: {s}",
        "?what is the {k} in this text: {s}",
        "={s}\nGive only the {k}.",
        "={s}\nAnswer only with the {k}.",
        "={s}\nWhat is the {k}? Answer with nothing else.",
        "={s}\nExtract the {k}.",
    ],
    [
        "!return only the {k}: {s}",
        "!write only the {k}: {s}",
        "!extract the {k} from this text: {s}",
        "={s}\nReturn only the {k}.",
    ],
    closing=False,
)

_LIST_FRAMES = [
    "!write this as #: {x}",
    "!write {x} as #",
    "!turn this into #: {x}",
    "!turn {x} into #",
    "!make # of {x}",
    "!make # from this: {x}",
    "!give me # of {x}",
    "!convert this list to #: {x}",
    "!format this as #: {x}",
    "!list these as #: {x}",
    "={x}\nAs #.",
    "={x} as #",
]
_LIST_UNSEEN = [
    "!convert this to #: {x}",
    "!write this list as #: {x}",
    "!format {x} as #",
    "={x}\nMake # of this.",
]


def _list_forms(names):
    fill = lambda frames: [f.replace("#", n) for n in names for f in frames]
    return Wordings(fill(_LIST_FRAMES), fill(_LIST_UNSEEN))


BULLETS = _list_forms(["a bullet list", "bullet points", "a bulleted list", "a list with dashes"])
NUMBERED = _list_forms(["a numbered list", "a numbered list", "a list with numbers"])
COMMAS = _list_forms(["one line with commas", "a comma separated list", "a line with commas"])
ARRAY = _list_forms(["a JSON array", "a JSON list", "JSON", "an array in JSON"])
