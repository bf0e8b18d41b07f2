"""Tools, questions, calls, results and answers made from the families."""

import itertools
import json
import re

from .case import heldout_key
from .tools_families import FAMILIES
from .tools_words import APART, KINDS, MONEY, UNIT_PAIRS, number, odd_name, odd_phrase, pick

_SUMS = list(itertools.accumulate(f.weight for f in FAMILIES))
SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "calc": ""}
_PLACE = re.compile(r"\{(\w+)\}|\[(\w+)\]")


def some_family(rng):
    return rng.choices(FAMILIES, cum_weights=_SUMS)[0]


class Tool:
    """A family's tool as one user defined it."""

    def __init__(self, kind, name):
        self.kind, self.name = kind, name
        self.names, self.types = {}, {}  # by slot
        self.option = None  # an optional parameter that a question may use
        self.definition = None


def _styles(words):
    """WORDS as the name of a function, in the styles that programmers use: the usual ones often."""
    parts = words.split()
    camel = parts[0] + "".join(p.capitalize() for p in parts[1:])
    return ["_".join(parts)] * 9 + [camel] * 4 + ["-".join(parts), camel[0].upper() + camel[1:]]


def _sides(names, key, share):
    """NAMES for training, and those of the held-out side: never the first, most usual one."""
    sides = ([], [])
    for i, name in enumerate(names):
        sides[i > 0 and heldout_key(f"tool {key}:" + " ".join(name), share)].append(name)
    return sides[0], sides[1] or [sides[0].pop()]


# The share of names, in training, that tell nothing: the purpose is then read in the description,
# and names are copied, not guessed.
ODD_NAMES = 0.3
_NAMES = {id(f): _sides([n.split() for n in f.names], "name", 0.2) for f in FAMILIES}


def _function_name(rng, kind, held):
    """A name: on the held-out side often one that training never saw."""
    if not held and rng.random() < ODD_NAMES:
        return rng.choice(_styles(odd_name(rng)))
    words = rng.choice(_NAMES[id(kind)][held and rng.random() < 0.5])
    return rng.choice(_styles(" ".join(words)))


def _parameter_names(rng, kind, held):
    """The names of KIND's parameters, by slot. Values that make a pair are named by the same
    manner: from_unit and to_unit, never from_unit and target."""
    wanted = held and rng.random() < 0.3
    groups = [[s] for s in kind.slots]
    if kind.paired:
        groups = groups[:-2] + [kind.slots[-2:]]
    found = {}
    for group in groups:
        named = zip(*(s.names for s in group), strict=True)
        sides = _sides(named, "parameter", 0.12)
        names = rng.choice(sides[wanted])
        if not held and rng.random() < ODD_NAMES:
            odd = [rng.choice(_styles(odd_name(rng))) for _ in group]
            if len({*odd, *found.values()}) == len(odd) + len(found):
                names = odd
        found.update(zip((s.name for s in group), names))
    return found


_OPTIONS = (
    ("verbose", {"type": "boolean"}), ("limit", {"type": "integer"}), ("lang", {"type": "string"}),
    ("format", {"type": "string", "enum": ["short", "long"]}), ("timeout", {"type": "number"}),
)  # fmt: skip


_EXAMPLES = frozenset("city person item word".split())
_MORE = ("Returns JSON", "Use it when the user asks for it", "Gives one result")


def _schema(rng, slot, kind, held, name):
    schema = {"type": kind}
    if rng.random() < 0.5 or name not in slot.names:
        note = rng.choice(slot.notes)
        if rng.random() < 0.4:
            note = note[0].upper() + note[1:]
        if slot.kind in _EXAMPLES and "e.g." not in note and rng.random() < 0.08:
            # What the definition gives as an example must not be taken for the user's value.
            note += f", e.g. {KINDS[slot.kind](rng, held)}"
        schema["description"] = note
    return schema


def make_tool(rng, kind, held):
    """A tool of the family KIND."""
    tool = Tool(kind, _function_name(rng, kind, held))
    properties = {}
    same = {s.types: rng.choice(s.types) for s in kind.slots}  # a and b are of one type
    tool.names = _parameter_names(rng, kind, held)
    for slot in kind.slots:
        tool.types[slot.name] = same[slot.types]
        properties[tool.names[slot.name]] = _schema(
            rng, slot, same[slot.types], held, tool.names[slot.name]
        )
    required = list(properties)
    if kind.key == "weather" and rng.random() < 0.2:
        tool.option = rng.choice(("unit", "units"))
        properties[tool.option] = {"type": "string", "enum": ["celsius", "fahrenheit"]}
    elif kind.slots and rng.random() < 0.05:
        name, schema = rng.choice(_OPTIONS)
        properties[name] = dict(schema)
    function = {"name": tool.name}
    if rng.random() > 0.03 or not held:
        note = rng.choice(kind.notes)
        if rng.random() < 0.1:
            note += ". " + rng.choice(_MORE)
        function["description"] = note + "." if rng.random() < 0.3 else note
    parameters = {"type": "object", "properties": properties}
    if required or rng.random() < 0.5:
        parameters["required"] = required
    function["parameters"] = parameters
    wrapped = rng.random() < 0.8
    tool.definition = {"type": "function", "function": function} if wrapped else function
    return tool


# --- values ---------------------------------------------------------------------------------------

_SIGN_WORDS = {
    "+": (" + ", " + ", "+", " plus "), "-": (" - ", " - ", "-", " minus "),
    "*": (" * ", " * ", "*", " times ", " x ", " multiplied by "),
    "/": (" / ", " / ", "/", " divided by "),
}  # fmt: skip


def _operand(rng, whole):
    if not whole and rng.random() < 0.1:
        return round(number(rng, rng.choice((2, 3))) / 10, 1)
    return number(rng, rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 4)))


def tidy(value):
    """VALUE as a tool prints it: whole, or with at most four decimals."""
    value = round(value, 4)
    return int(value) if value == int(value) else value


def _expression(rng):
    """What the user types, and the expression that the tool gets."""
    a, b = _operand(rng, False), _operand(rng, False)
    shape, sign = rng.random(), rng.choice("+-*/+*")
    if shape < 0.78:
        return f"{a}{rng.choice(_SIGN_WORDS[sign])}{b}", f"{a} {sign} {b}"
    c, other = _operand(rng, True), rng.choice("+-*/")
    text = f"{a} {sign} {b} {other} {c}" if shape < 0.9 else f"({a} {sign} {b}) {other} {c}"
    return (text if rng.random() < 0.8 else text.replace(" ", "")), text


def value_of(expression):
    """The result that a calculator gives, or None when it has none."""
    try:
        return tidy(eval(expression, {"__builtins__": {}}))
    except ZeroDivisionError:
        return None


def _draw(rng, tool, slot, held, got):
    """(what the user types, what the tool gets) for one slot."""
    kind, want = slot.kind, tool.types[slot.name]
    if kind == "expr":
        return _expression(rng)
    if kind == "unit_from":
        got["units"] = rng.choice(UNIT_PAIRS)
        value = got["units"][0]
    elif kind == "unit_to":
        value = got["units"][1]
    elif kind == "money_from":
        value = rng.choice(MONEY)
    elif kind == "money_to":
        value = rng.choice([m for m in MONEY if m.lower() != str(got.get("src", ("",))[0]).lower()])
    elif kind == "operand":
        value = _operand(rng, want == "integer")
    else:
        value = KINDS[kind](rng, held)
    return str(value), (str(value) if want == "string" else value)


def draw_values(rng, tool, held):
    """Values for all slots, of the wanted side of the split."""
    while True:
        got, values = {}, {}
        for slot in tool.kind.slots:
            got[slot.name] = values[slot.name] = _draw(rng, tool, slot, held, got)
        shown = [v[0].lower() for v in values.values()]
        if "expr" in values and value_of(values["expr"][1]) is None:
            continue
        if not values or any(s.kind in APART for s in tool.kind.slots):
            return values
        if heldout_key(f"tool values:{shown}") == held:
            return values


def lowered(values):
    return {
        k: (shown.lower(), param.lower() if isinstance(param, str) else param)
        for k, (shown, param) in values.items()
    }


def fill(text, values, fields=(), typed=False):
    """TEXT with the user's {slots}, an expression as it was TYPED or as the tool got it, and the
    tool's [fields]."""

    def put(match):
        if match.group(1):
            shown, param = values[match.group(1)]
            return param if match.group(1) == "expr" and not typed else shown
        return str(fields[match.group(2)])

    return _PLACE.sub(put, text)


def call_text(tool, values, option=None):
    """The JSON that calls TOOL, and its parameters."""
    by_name = {name: values[slot][1] for slot, name in tool.names.items()}
    if option:
        by_name[tool.option] = option
    call = {"name": tool.name, "parameters": by_name}
    return json.dumps(call, ensure_ascii=False), by_name


# --- results --------------------------------------------------------------------------------------

_SKIES = """sunny|cloudy|rainy|clear|windy|foggy|snowy|stormy|partly cloudy|light rain|heavy rain
|overcast|dry|light snow|thunderstorm|hazy|mild|showers""".replace("\n", "").split("|")
_STATUS = """shipped|delivered|delayed|cancelled|ready|packed|on the way|pending|paid|waiting|lost
|in progress|on hold|returned""".replace("\n", "").split("|")
_MONTHS = """January February March April May June July August September October November
December""".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def _price(rng, held):
    value = number(rng, rng.choice((1, 2, 2, 3, 3, 4)))
    if rng.random() < 0.35:
        value = round(value + rng.choice((0.5, 0.99, 0.95, 0.25, 0.9)), 2)
    return value if rng.random() < 0.55 else f"{value} {rng.choice(MONEY)}"


def _phone(rng, held):
    start = rng.choice(("555", "0", "+", "0", "")) + str(number(rng, rng.choice((2, 3))))
    return f"{start} {rng.randrange(10000):04d}"


def _decimal(rng, held):
    return tidy(number(rng, rng.choice((2, 3, 4, 5))) / 10 ** rng.choice((0, 1, 2)))


_RESULTS = {
    "hhmm": lambda rng, held: f"{rng.randrange(24):02d}:{rng.randrange(60):02d}",
    "sky": lambda rng, held: rng.choice(_SKIES),
    "temp": lambda rng, held: rng.randrange(-12, 39),
    "decimal": _decimal,
    "price": _price,
    "count": lambda rng, held: rng.randrange(10 ** rng.choice((1, 2, 2, 3))),
    "status": lambda rng, held: rng.choice(_STATUS),
    "phone": _phone,
    "definition": lambda rng, held: pick(rng, "definition", held),
    "page": lambda rng, held: rng.choice(("All about {}", "The {} page", "Guide to {}")).format(
        pick(rng, rng.choice(("topic", "word")), held)),
    "date": lambda rng, held: f"{rng.choice(_WEEKDAYS)}, {rng.randrange(1, 32)} "
                              f"{rng.choice(_MONTHS)}",
}  # fmt: skip
# Results of which, in training, a share is any words: they are copied, not known by heart.
_SAYINGS = {"definition": 0.5, "page": 0.4, "sky": 0.1, "status": 0.1}
_NOISE = ("id", "source", "cached", "version", "ms")


PART = 0.25  # how often a tool that may find a part of its fields finds only that


def draw_fields(rng, tool, values, held):
    """What the tool found out."""
    got, parts = {}, tool.kind.parts
    only = rng.choice(list(parts)) if parts and rng.random() < PART else None
    for name, (_, kind) in tool.kind.fields.items():
        if only not in (None, name):
            continue
        if kind == "value":
            sign = SIGNS[tool.kind.key]
            got[name] = value_of(
                f"{values['a'][1]} {sign} {values['b'][1]}" if sign else values["expr"][1]
            )
        elif kind in _SAYINGS and not held and rng.random() < _SAYINGS[kind]:
            got[name] = odd_phrase(rng)
        else:
            got[name] = _RESULTS[kind](rng, held)
    return got


def _as_json(rng, tool, values, fields):
    out = {}
    for name, value in fields.items():
        keys, kind = tool.kind.fields[name]
        key = rng.choice(keys.split())
        if kind == "price" and isinstance(value, str) and rng.random() < 0.6:
            amount, money = value.split()
            out[key] = float(amount) if "." in amount else int(amount)
            out["currency"] = money
        else:
            out.setdefault(key, value)
    if rng.random() < 0.25:
        for slot in tool.kind.slots:
            out.setdefault(tool.names[slot.name], values[slot.name][1])
    if rng.random() < 0.1:
        noise = rng.choice(_NOISE)
        out.setdefault(noise, rng.choice((True, "api", rng.randrange(1, 999))))
    items = list(out.items())
    if rng.random() < 0.3:
        rng.shuffle(items)
    out = dict(items)
    if tool.kind.key == "search" and rng.random() < 0.5:
        # The first of several is the answer.
        more = [out] + [{"title": _RESULTS["page"](rng, False)} for _ in range(rng.randrange(3))]
        return json.dumps({"results": more} if rng.random() < 0.5 else more, ensure_ascii=False)
    if rng.random() < 0.07:
        out = {rng.choice(("data", "result", "response", "output")): out}
    return json.dumps(out, ensure_ascii=False)


def _wordings(kind, fields):
    """The texts of a result of FIELDS, and the answer that tells it."""
    if fields.keys() == kind.fields.keys():
        return kind.texts, kind.answer
    (name,) = fields
    texts, answer = kind.parts[name]
    return texts.split("|"), answer


def answer_wording(tool, fields):
    """The answer that tells FIELDS, with places for them and for the user's values."""
    return _wordings(tool.kind, fields)[1]


def result_text(rng, tool, values, fields):
    """The tool's result, as JSON or as text."""
    if rng.random() < 0.62:
        return _as_json(rng, tool, values, fields)
    return fill(rng.choice(_wordings(tool.kind, fields)[0]), values, fields)
