"""Answers of a given form: JSON of given keys, shape or schema, CSV, lines, a bare value, lists.

What is extracted is split by a hash of the values; besides, some sentences and some requests are
only used on the held-out side.
"""

import json
import re

from . import basics_lexicon as lex
from . import formats_words as words
from .case import Case, Message, bare, exactly, heldout_key, listed, same_json

SKILL = "formats"

_INVENTED = 0.15


def _rows(rows):
    """An accept for the cells of ROWS in lines, whatever separates them."""
    want = [[str(cell).lower() for cell in row] for row in rows]

    def accept(answer):
        found = []
        for line in answer.lower().strip().splitlines():
            cells = [cell.strip(' "') for cell in re.split(r"[|,]", line.strip().strip("|"))]
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                found.append(cells)
        return found == want

    return accept


def _name(rng):
    if rng.random() < _INVENTED:
        name = lex.invented(rng).capitalize()
    else:
        name = rng.choice(lex.NAMES)
    return f"{name} {rng.choice(words.SURNAMES)}" if rng.random() < 0.12 else name


def _city(rng):
    kind = rng.random()
    if kind < _INVENTED:
        return lex.invented(rng).capitalize()
    return rng.choice(words.LONG_CITIES if kind < 0.22 else lex.CITIES)


def _price(rng):
    if rng.random() < 0.7:
        return rng.randint(2, 99)
    return rng.randint(1, 49) + rng.choice((0.5, 0.25, 0.75, 0.99, 0.49))


def _time(rng):
    hour = rng.randint(1, 12)
    if rng.random() < 0.5:
        return f"{hour} {rng.choice(('am', 'pm'))}"
    return f"{rng.randint(7, 22)}:{rng.choice(('00', '15', '30', '45'))}"


_VALUES = {
    "name": _name,
    "person": _name,
    "age": lambda rng: rng.randint(2, 95),
    "city": _city,
    "from": _city,
    "to": _city,
    "job": lambda rng: rng.choice(lex.JOBS),
    "animal": lambda rng: rng.choice(lex.CATEGORIES["animal"]),
    "colour": lambda rng: rng.choice(lex.CATEGORIES["colour"][:11]),
    "item": lambda rng: rng.choice(_ITEMS),
    "quantity": lambda rng: rng.randint(2, 40),
    "price": _price,
    "temperature": lambda rng: rng.randint(-15, 38),
    "condition": lambda rng: rng.choice(words.CONDITIONS),
    "title": lambda rng: rng.choice(words.TITLES),
    "day": lambda rng: rng.choice(lex.DAYS),
    "time": _time,
    "extension": lambda rng: rng.randint(100, 999) if rng.random() < 0.8 else rng.randint(10, 99),
    "department": lambda rng: rng.choice(words.DEPARTMENTS),
    "available": lambda rng: rng.random() < 0.5,
    "article": lambda rng: rng.choice(_ARTICLES),
    "book": lambda rng: f"The {rng.choice(words.OF_BOOKS)} {rng.choice(lex.OTHERS).capitalize()}",
    "author": _name,
    "pages": lambda rng: rng.randint(40, 900),
}
_THINGS = ("fruit", "vegetable", "tool", "instrument", "garment")
_ITEMS = [lex.plural(w) for k in _THINGS for w in lex.CATEGORIES[k] if w in lex.SINGULARS]
_ARTICLES = lex.CATEGORIES["garment"] + lex.CATEGORIES["vehicle"] + lex.OTHERS
_PLACE = re.compile(r"\{(\w+)\}")
_KINDS = ["person"] * 4 + ["order"] * 2 + ["weather", "event", "contact", "trip", "pet"]
_KINDS += ["stock", "book"]


def _sentence(rng, heldout):
    """(kind, sentence with places, its fields)"""
    kind = rng.choice(_KINDS)
    unseen = heldout and rng.random() < 0.35
    template = rng.choice((words.SENTENCES_UNSEEN if unseen else words.SENTENCES)[kind])
    return kind, template, _PLACE.findall(template)


def _record(rng, fields, lower=False):
    values = {}
    for field in fields:
        value = _VALUES[field](rng)
        while field == "to" and value == values.get("from"):
            value = _VALUES[field](rng)
        values[field] = value.lower() if lower and isinstance(value, str) else value
    return values


def _asked_fields(rng, kind, fields, missing):
    """Which fields of a sentence with FIELDS are asked for, in which order; with MISSING one that
    the sentence does not tell."""
    known = [field for field in words.FIELDS[kind] if field in fields]
    count = rng.randint(2, max(2, len(known))) if rng.random() < 0.4 else len(known)
    asked = rng.sample(known, min(count, len(known)))
    if rng.random() < 0.7:
        asked.sort(key=list(words.FIELDS[kind]).index)
    absent = [field for field in words.FIELDS[kind] if field not in fields]
    if missing and absent:
        asked.insert(rng.randint(1, len(asked)), rng.choice(absent))
    return asked


def _key_names(rng, kind, fields):
    """The names the fields are asked by: the usual ones, or some synonyms."""
    usual = {field: words.FIELDS[kind][field][0] for field in fields}
    if rng.random() < 0.6:
        return usual
    named = {field: rng.choice(words.FIELDS[kind][field]) for field in fields}
    if len(set(named.values())) < len(named):
        return usual
    if rng.random() < 0.1:
        named = {field: name.capitalize() for field, name in named.items()}
    return named


def _keys_text(rng, names, quoted=True):
    """Key names as a user lists them."""
    names = list(names)
    form = rng.random()
    if quoted and form < 0.15 or words.UNCLEAR.intersection(names):
        names = [f'"{name}"' for name in names]
    if form > 0.6:
        return ", ".join(names)
    return listed(names)


def _shape(rng, fields, names):
    """An example object for the keys: empty values, types, or values of the right type."""
    style = rng.randrange(5)
    if style == 4:
        example = _record(rng, fields)
        return json.dumps({names[field]: example[field] for field in fields})
    parts = []
    for field in fields:
        number = field in words.NUMBERS
        if field == "available":
            parts.append(f'"{names[field]}": ' + ("true", "boolean", "false", "...")[style])
            continue
        if style == 0:
            text = "0" if number else '"..."'
        elif style == 1:
            text = "number" if number else "string"
        elif style == 2:
            text = "0" if number else '""'
        else:
            text = "..."
        parts.append(f'"{names[field]}": {text}')
    return "{" + ", ".join(parts) + "}"


def _schema(rng, fields, names):
    """A small JSON schema for the keys."""
    types = {}
    for field in fields:
        number = "number" if field == "price" else "integer"
        kind = number if field in words.NUMBERS else "string"
        types[names[field]] = {"type": "boolean" if field == "available" else kind}
    schema = {"type": "object", "properties": types}
    if rng.random() < 0.4:
        schema["required"] = list(types)
    return json.dumps(schema)


_BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=[aeiou])")


def _filled(template, values, rng):
    """The sentence of TEMPLATE with VALUES; a truth value is told in words."""
    told = dict(values)
    if "available" in told:
        told["available"] = rng.choice(words.AVAILABLE[told["available"]])
    return _BEFORE_VOWEL.sub(r"\1n ", template.format(**told))


def _extraction(rng, heldout, count=1, missing=False):
    """(kind, asked fields, key names, values of each record, the text)"""
    while True:
        kind, template, fields = _sentence(rng, heldout)
        lower = rng.random() < 0.07
        asked = _asked_fields(rng, kind, fields, missing)
        values = [_record(rng, fields, lower) for _ in range(count)]
        records = [[one.get(field) for field in asked] for one in values]
        told = [value for record in records for value in record if value is not None]
        different = count == 1 or records[0] != records[1]
        if different and heldout_key(f"{kind} {told}") == heldout:
            break
    sentences = [_filled(template.lower() if lower else template, one, rng) for one in values]
    if not lower:
        sentences = [text[0].upper() + text[1:] for text in sentences]
    if sentences[-1][-1] in ".!" and not lower and rng.random() < 0.12:
        if rng.random() < 0.4:
            sentences[0] = f"{rng.choice(words.BEFORE)} {sentences[0]}"
        else:
            sentences[-1] += " " + rng.choice(words.AFTER)
    joint = " " if sentences[0][-1] in ".!" else "\n"
    return kind, asked, _key_names(rng, kind, asked), records, joint.join(sentences)


def _object(rng, heldout):
    """One JSON object by keys, shape or schema, asked by the user or set by the system message."""
    _, asked, names, records, text = _extraction(rng, heldout, 1, rng.random() < 0.07)
    value = {names[field]: item for field, item in zip(asked, records[0])}
    form = rng.random()
    system = None
    if form < 0.14:
        if rng.random() < 0.5:
            keys = _keys_text(rng, names.values())
            system = words.SYSTEM_KEYS.draw(rng, heldout).format(k=keys)
        else:
            shape = (_shape if rng.random() < 0.6 else _schema)(rng, asked, names)
            system = words.SYSTEM_SHAPE.draw(rng, heldout).format(f=shape)
        question = text
    elif form < 0.6:
        keys = _keys_text(rng, names.values())
        question = words.JSON_KEYS.draw(rng, heldout).format(k=keys, s=text)
    elif form < 0.85:
        shape = _shape(rng, asked, names)
        question = words.JSON_SHAPE.draw(rng, heldout).format(f=shape, s=text)
    else:
        schema = _schema(rng, asked, names)
        question = words.JSON_SCHEMA.draw(rng, heldout).format(f=schema, s=text)
    return question, json.dumps(value), same_json(value), system


def _objects(rng, heldout):
    """A JSON list of two objects."""
    _, asked, names, records, text = _extraction(rng, heldout, 2)
    value = [{names[f]: item for f, item in zip(asked, record)} for record in records]
    if rng.random() < 0.75:
        keys = _keys_text(rng, names.values())
        question = words.JSON_LIST.draw(rng, heldout).format(k=keys, s=text)
    else:
        shape = f"[{_shape(rng, asked, names)}]"
        question = words.JSON_SHAPE.draw(rng, heldout).format(f=shape, s=text)
    return question, json.dumps(value), same_json(value)


def _plain(records):
    """RECORDS as a form without types writes them."""
    truth = {True: "yes", False: "no"}
    return [[truth[x] if isinstance(x, bool) else str(x) for x in record] for record in records]


def _csv(rng, heldout):
    count = rng.choice((1, 1, 2))
    _, asked, names, records, text = _extraction(rng, heldout, count)
    records = _plain(records)
    wording = words.CSV if count == 1 else words.CSV_MANY
    keys = _keys_text(rng, names.values(), False)
    answer = "\n".join(",".join(str(item) for item in record) for record in records)
    return wording.draw(rng, heldout).format(k=keys, s=text), answer, _rows(records)


def _lines(rng, heldout):
    _, asked, names, records, text = _extraction(rng, heldout)
    records = _plain(records)
    keys = _keys_text(rng, names.values(), False)
    question = words.LINES.draw(rng, heldout).format(k=keys, s=text)
    answer = "\n".join(f"{names[f]}: {item}" for f, item in zip(asked, records[0]))
    return question, answer, exactly(answer)


def _value(rng, heldout):
    """One field, bare."""
    _, asked, names, records, text = _extraction(rng, heldout)
    records = _plain(records)
    pick = rng.randrange(len(asked))
    key = names[asked[pick]].replace("_", " ").lower()
    question = words.VALUE.draw(rng, heldout).format(k=key, s=text)
    return question, str(records[0][pick]), bare(records[0][pick])


def _some_items(rng):
    if rng.random() < 0.2:
        return rng.sample(range(rng.choice((20, 100, 1000))), rng.randint(2, 5))
    if rng.random() < 0.12:
        return [lex.invented(rng) for _ in range(rng.randint(2, 4))]
    source = rng.choice((lex.NAMES, lex.WORDS, lex.WORDS, _ITEMS))
    return rng.sample(source, rng.randint(2, 5))


def _list(rng, heldout):
    """A list in another form."""
    kind = rng.randrange(4)
    while True:
        items = _some_items(rng)
        if heldout_key(f"list {kind} {items}") == heldout:
            break
    given = [str(item) for item in items]
    if kind == 2:
        mark = rng.choice(("- ", "- ", "* ", "", None))
        given = "\n".join(
            (f"{i + 1}. " if mark is None else mark) + item for i, item in enumerate(given)
        )
        given = "\n" + given
    elif rng.random() < 0.75:
        given = ", ".join(given)
    else:
        given = listed(given)
    wording = (words.BULLETS, words.NUMBERED, words.COMMAS, words.ARRAY)[kind]
    template = wording.draw(rng, heldout)
    while kind == 2 and ": {x}" not in template and not template.startswith("{x}\n"):
        template = wording.draw(rng, heldout)
    question = template.format(x=given).replace(": \n", ":\n").strip()
    if kind == 0:
        answer = "\n".join(f"- {item}" for item in items)
        return question, answer, lambda text: exactly(answer)(text.replace("*", "-"))
    if kind == 1:
        answer = "\n".join(f"{i + 1}. {item}" for i, item in enumerate(items))
        return question, answer, exactly(answer)
    if kind == 2:
        answer = ", ".join(str(item) for item in items)
        return question, answer, exactly(answer)
    return question, json.dumps(items), same_json(items)






_TASKS = [
    (_object, 58),
    (_objects, 8),
    (_csv, 8),
    (_lines, 4),
    (_value, 8),
    (_list, 14),
]
_CHOICES, _WEIGHTS = [t for t, _ in _TASKS], [w for _, w in _TASKS]


def case(rng, heldout):
    """One conversation; see case.py."""
    task = rng.choices(_CHOICES, _WEIGHTS)[0]
    question, answer, accept, *system = task(rng, heldout)
    messages = [Message("user", question), Message("assistant", answer, accept=accept)]
    if system and system[0]:
        return Case(SKILL, [Message("system", system[0])] + messages, alone=True)
    return Case(SKILL, messages)
