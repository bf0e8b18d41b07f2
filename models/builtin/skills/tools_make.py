"""Tools, questions, calls, results and answers made from the families."""

import itertools
import json
import re

from . import tools_actions, tools_generic  # noqa: F401 (they add their families)
from .case import heldout_key
from .tools_families import FAMILIES
from .tools_words import APART, COLOURS, KINDS, MONEY, THINGS, UNIT_PAIRS, invented, number, pick

BY_KEY = {}
for _family in FAMILIES:
    BY_KEY.setdefault(_family.key, []).append(_family)
# What the model is for; the rest teaches to go by the definitions.
MAIN = frozenset(
    "clock calc add subtract multiply divide convert currency weather price stock order phone "
    "define search".split()
)
_SUMS = list(itertools.accumulate(
    f.weight * (2 if f.key in MAIN else 0.5 if f.weight < 0.2 else 1) for f in FAMILIES
))
SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "calc": ""}
_PLACE = re.compile(r"\{(\w+)\}|\[(\w+)\]")


def some_family(rng):
    return rng.choices(FAMILIES, cum_weights=_SUMS)[0]


# Kinds of values that a definition may list as an enum.
CHOICES = {
    "onoff": ["on", "off"],
    "way": ["left", "right", "forward", "back", "up", "down"],
    "hue": ["red", "green", "blue", "yellow", "white", "purple", "orange"],
}


class Tool:
    """A family's tool as one user defined it."""

    def __init__(self, kind, name):
        self.kind, self.name = kind, name
        self.names, self.types = {}, {}  # by slot
        self.option = None  # an optional parameter that a question may use
        self.definition = None


def _styled(rng, words, held):
    """WORDS as the name of a function, in one of the styles that programmers use."""
    style = rng.random()
    parts = words.split()
    if style < 0.5:
        name = "_".join(parts)
    elif style < 0.64:
        name = parts[0] + "".join(p.capitalize() for p in parts[1:])
    elif style < 0.69:
        name = "-".join(parts)
    elif style < 0.73:
        name = "".join(p.capitalize() for p in parts)
    elif style < 0.84:
        name = "_".join(parts) + rng.choice(("_tool", "_v2", "_api", "_fn", "_x", "_service", "_1"))
    elif style < 0.96:
        name = rng.choice(("my", "api", "do", "home", "app", "run", "tool")) + "_" + "_".join(parts)
    else:
        name = invented(rng, held)
        if style > 0.975:
            name = rng.choice(("fn", "tool", "f", "func", name)) + f"_{rng.randrange(1, 100)}"
        elif style > 0.97:
            name += "_" + invented(rng, held)
    return name


def _function_name(rng, kind, held, must):
    """A name: on the held-out side often one, and with MUST always one, that training never saw."""
    wanted = held and (must or rng.random() < 0.5)
    while True:
        name = _styled(rng, rng.choice(kind.names), held)
        if must and rng.random() < 0.5:
            name += f"_{rng.randrange(1, 100)}"
        if heldout_key("tool name:" + name, 0.12) == wanted:
            return name


def _parameter_name(rng, slot, held, taken):
    """A parameter's name, and whether it says by itself what it is."""
    wanted = held and rng.random() < 0.3
    for attempt in range(0 if rng.random() < 0.05 else 16):
        name = rng.choice(slot.names)
        if rng.random() < 0.1 and "_" in name:
            parts = name.split("_")
            name = parts[0] + "".join(p.capitalize() for p in parts[1:])
        apart = heldout_key("tool parameter:" + name, 0.1)
        if name not in taken and (apart == wanted or held and attempt > 7):
            return name, len(name) > 2
    while True:
        name = rng.choice((invented(rng, held), invented(rng, held), f"arg{rng.randrange(1, 10)}",
                           f"p_{rng.randrange(1, 100)}"))  # fmt: skip
        if name not in taken:
            return name, False


_OPTIONS = (
    ("verbose", {"type": "boolean"}), ("limit", {"type": "integer"}), ("lang", {"type": "string"}),
    ("format", {"type": "string", "enum": ["short", "long"]}), ("timeout", {"type": "number"}),
    ("debug", {"type": "boolean", "default": False}), ("note", {"type": "string"}),
)  # fmt: skip


_EXAMPLES = frozenset("city person country item word language day event device clock".split())
_MORE = (
    "Returns JSON", "Use it when the user asks for it", "Gives one result", "Works at any time",
    "Only for known names", "Needs all parameters", "Fast", "Demo version", "For users of the app",
)  # fmt: skip


def _schema(rng, slot, kind, plain, held):
    schema = {"type": "string" if kind == "enum" else kind}
    if kind == "enum":
        schema["enum"] = CHOICES[slot.kind][:]
        rng.shuffle(schema["enum"])
    if not plain or rng.random() < 0.45:
        note = rng.choice(slot.notes)
        if rng.random() < 0.4:
            note = note[0].upper() + note[1:]
        if slot.kind in _EXAMPLES and "e.g." not in note and rng.random() < 0.12:
            # What the definition gives as an example must not be taken for the user's value.
            note += f", e.g. {KINDS[slot.kind](rng, held)}"
        schema["description"] = note
    return schema


def make_tool(rng, kind, held, alone=False):
    """A tool of the family KIND. Only one that stands ALONE may lack a description."""
    tool = Tool(kind, _function_name(rng, kind, held, not kind.slots))
    properties = {}
    same = {s.types: rng.choice(s.types) for s in kind.slots}  # a and b are of one type
    slots = list(kind.slots)
    if len(slots) > 1 and rng.random() < 0.2:
        rng.shuffle(slots)
    for slot in slots:
        name, plain = _parameter_name(rng, slot, held, properties)
        tool.names[slot.name], tool.types[slot.name] = name, same[slot.types]
        properties[name] = _schema(rng, slot, same[slot.types], plain, held)
    required = list(properties)
    if kind.key == "weather" and rng.random() < 0.3:
        tool.option = rng.choice(("unit", "units", "scale", "temperature_unit"))
        properties[tool.option] = {"type": "string", "enum": ["celsius", "fahrenheit"]}
    elif kind.slots and rng.random() < 0.07:
        name, schema = rng.choice(_OPTIONS)
        if name not in properties:
            properties[name] = dict(schema)
    function = {"name": tool.name}
    told = any(w in tool.name.lower() for words in kind.names for w in words.split())
    if not (alone and told) or rng.random() > 0.06:
        note = rng.choice(kind.notes)
        if rng.random() < 0.12:
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
    "+": (" + ", " + ", "+", " plus ", " and then plus "), "-": (" - ", " - ", "-", " minus "),
    "*": (" * ", " * ", "*", " times ", " x ", "x", " multiplied by "),
    "/": (" / ", " / ", "/", " divided by ", " over "),
}  # fmt: skip


def _operand(rng, whole):
    if not whole and rng.random() < 0.2:
        return round(number(rng, rng.choice((2, 3, 4))) / rng.choice((10, 100)), 2)
    return number(rng, rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 5)))


def tidy(value):
    """VALUE as a tool prints it: whole, or with at most four decimals."""
    value = round(value, 4)
    return int(value) if value == int(value) else value


def _expression(rng, hard):
    """What the user types, and the expression that the tool gets."""
    a, b = _operand(rng, False), _operand(rng, False)
    if hard:
        a, b = number(rng, rng.choice((4, 5, 6))), number(rng, rng.choice((4, 5)))
    shape = 0 if hard else rng.random()
    sign = rng.choice("+-*/+*")
    if shape < 0.66:
        return f"{a}{rng.choice(_SIGN_WORDS[sign])}{b}", f"{a} {sign} {b}"
    c, other = _operand(rng, True), rng.choice("+-*/")
    if shape < 0.78:
        gaps = rng.choice((" ", " ", ""))
        return f"{a}{gaps}{sign}{gaps}{b}{gaps}{other}{gaps}{c}", f"{a} {sign} {b} {other} {c}"
    if shape < 0.9:
        text = f"({a} {sign} {b}) {other} {c}"
        if rng.random() < 0.4:
            text = f"{c} {other} ({a} {sign} {b})"
        return (text if rng.random() < 0.7 else text.replace(" ", "")), text
    if shape < 0.95:
        return f"{a}{rng.choice(('%', ' %', ' percent'))} of {b}", f"{b} * {a} / 100"
    if rng.random() < 0.5:
        return f"the square root of {c}", f"sqrt({c})"
    a, b = number(rng, rng.choice((1, 1, 2))), rng.randrange(2, 10)
    return f"{a} to the power of {b}", f"{a} ** {b}"


_ALLOWED = {"sqrt": lambda x: x**0.5}


def value_of(expression):
    """The result that a calculator gives, or None when it has none."""
    try:
        return tidy(eval(expression, {"__builtins__": {}}, _ALLOWED))
    except ZeroDivisionError:
        return None


def _draw(rng, tool, slot, held, got, hard):
    """(what the user types, what the tool gets) for one slot."""
    kind, want = slot.kind, tool.types[slot.name]
    if kind == "expr":
        return _expression(rng, hard)
    if kind in CHOICES:
        text = rng.choice(CHOICES[kind])
        return text, (text == "on" if want == "boolean" else text)
    if kind == "unit_from":
        got["units"] = rng.choice(UNIT_PAIRS)
        value = got["units"][0]
    elif kind == "unit_to":
        value = got["units"][1]
    elif kind == "money_from":
        value = rng.choice(MONEY)
    elif kind == "money_to":
        value = rng.choice([m for m in MONEY if m.lower() != str(got.get("src", ("",))[0]).lower()])
    elif kind == "phrase":
        value = rng.choice((KINDS["word"], KINDS["saying"]))(rng, held)
    elif kind == "guests":
        value = rng.randrange(2, 13)
    elif kind == "operand":
        value = _operand(rng, want == "integer")
    else:
        value = KINDS[kind](rng, held)
        if hard and value == "Japanese":
            value = "German"  # Japanese needs no tool: it is a skill of the model itself
    return str(value), (str(value) if want == "string" else value)


def draw_values(rng, tool, held, hard=False):
    """Values for all slots, of the wanted side of the split; with HARD nothing that the model
    does by itself."""
    while True:
        got, values = {}, {}
        for slot in tool.kind.slots:
            got[slot.name] = values[slot.name] = _draw(rng, tool, slot, held, got, hard)
        shown = [v[0].lower() for v in values.values()]
        if len(set(shown)) < len(shown) and tool.kind.key in ("distance",):
            continue
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
_STATUS = """shipped|delivered|delayed|cancelled|ready|packed|on the way|open|closed|running|stopped
|pending|paid|waiting|lost|in progress|finished|offline|on hold""".replace("\n", "").split("|")
_ROLES = "teacher nurse driver cook baker pilot farmer singer painter doctor lawyer writer".split()
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
    "count": lambda rng, held: rng.randrange(10 ** rng.choice((1, 2, 2, 3, 4))),
    "big": lambda rng, held: number(rng, rng.choice((3, 4, 5, 6, 7))),
    "status": lambda rng, held: rng.choice(_STATUS),
    "phone": _phone,
    "definition": lambda rng, held: pick(rng, "definition", held),
    "foreign": lambda rng, held: " ".join(
        invented(rng, held) for _ in range(rng.choice((1, 1, 2, 3)))),
    "page": lambda rng, held: f"{rng.choice(('The', 'A', 'Your', 'My'))} {rng.choice(COLOURS)} "
                              f"{rng.choice(THINGS)}" if rng.random() < 0.5
                              else f"All about {pick(rng, 'topic', held)}",
    "street": lambda rng, held: f"{rng.randrange(1, 99)} {rng.choice(THINGS).capitalize()} "
                                f"{rng.choice(('Street', 'Road', 'Lane'))}",
    "mail": lambda rng, held: f"{invented(rng, held)}@{invented(rng, held)}.com",
    "date": lambda rng, held: f"{rng.choice(_WEEKDAYS)}, {rng.randrange(1, 32)} "
                              f"{rng.choice(_MONTHS)}",
    "openness": lambda rng, held: rng.choice(("open", "closed", "locked", "half open")),
    "role": lambda rng, held: rng.choice(_ROLES),
    "score": lambda rng, held: f"{rng.randrange(10)}:{rng.randrange(10)}",
    "colour": lambda rng, held: rng.choice(COLOURS[:11]),
    "place": lambda rng, held: f"{rng.choice(('shelf', 'room', 'hall', 'rack'))} "
                               f"{rng.randrange(1, 99)}",
    "year": lambda rng, held: rng.randrange(1900, 2030),
}  # fmt: skip
_GOOD = ("ok", "done", "success", "OK", "sent", "set")
_NOISE = ("id", "source", "cached", "code", "version", "ms", "request")


def draw_fields(rng, tool, values, held):
    """What the tool found out."""
    got = {}
    for name, (_, kind) in tool.kind.fields.items():
        if kind == "ok":
            got[name] = rng.choice(_GOOD)
        elif kind == "value":
            sign = SIGNS[tool.kind.key]
            got[name] = value_of(
                f"{values['a'][1]} {sign} {values['b'][1]}" if sign else values["expr"][1]
            )
        else:
            got[name] = (_RESULTS.get(kind) or KINDS[kind])(rng, held)
    return got


def _as_json(rng, tool, values, fields):
    out = {}
    for name, value in fields.items():
        keys, kind = tool.kind.fields[name]
        key = rng.choice(keys.split())
        if kind == "ok" and key in ("ok", "success"):
            value = True
        if kind == "price" and isinstance(value, str) and rng.random() < 0.6:
            amount, money = value.split()
            out[key] = float(amount) if "." in amount else int(amount)
            out["currency"] = money
        else:
            out.setdefault(key, value)
    if rng.random() < 0.3:
        for slot in tool.kind.slots:
            out.setdefault(slot.name if len(slot.name) > 1 else tool.names[slot.name],
                           values[slot.name][1])  # fmt: skip
    if rng.random() < 0.15:
        noise = rng.choice(_NOISE)
        out.setdefault(noise, rng.choice((True, "api", rng.randrange(1, 999))))
    items = list(out.items())
    if rng.random() < 0.4:
        rng.shuffle(items)
    out = dict(items)
    if tool.kind.key == "search" and rng.random() < 0.5:
        # The first of several is the answer.
        more = [out] + [{"title": _RESULTS["page"](rng, False)} for _ in range(rng.randrange(3))]
        return json.dumps({"results": more} if rng.random() < 0.5 else more, ensure_ascii=False)
    if rng.random() < 0.07:
        out = {rng.choice(("data", "result", "response", "output")): out}
    return json.dumps(out, ensure_ascii=False)


def result_text(rng, tool, values, fields):
    """The tool's result, as JSON or as text."""
    if rng.random() < 0.62:
        return _as_json(rng, tool, values, fields)
    return fill(rng.choice(tool.kind.texts), values, fields)
