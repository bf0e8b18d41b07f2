"""Requests that take two calls, the second with what the first found."""

from .tools_make import BY_KEY, draw_fields, draw_values, fill, result_text, tidy, value_of
from .tools_turns import accept_values
from .tools_wording import choose, dress
from .tools_words import KINDS


def _ask(session, wordings, values):
    rng, held = session.rng, session.held
    session.user(fill(dress(rng, choose(rng, wordings, held), held, False), values, typed=True))


def _call(session, tool, values, fields=None):
    session.calls(tool, values)
    fields = fields or draw_fields(session.rng, tool, values, session.held)
    session.hears(result_text(session.rng, tool, values, fields))
    return fields


def _total(session, price, calc):
    """What several pieces cost: the price, then the calculator."""
    rng = session.rng
    values = draw_values(rng, price, session.held)
    n = rng.randrange(2, 100)
    _ask(session, (
        "?how much are {n} of the {item}", "?what do {n} of the {item} cost", "?what is the price "
        "of {n} of the {item}", "!compute the price of {n} of the {item}", "?how much do I pay for "
        "{n} of the {item}", "!tell me what {n} of the {item} cost", "?what does it cost to "
        "buy {n} of the {item}", "?~how much would {n} of the {item} be", "!~work out "
        "what {n} of the {item} cost", "!work out the price of {n} of the {item}",
        "?price for {n} of the {item}",
        "?how much do {n} of the {item} cost together",
    ), dict(values, n=(str(n), n)))  # fmt: skip
    unit = rng.choice((rng.randrange(2, 400), tidy(rng.randrange(20, 900) / 10)))
    _call(session, price, values, {"price": unit})
    expression = f"{n} * {unit}"
    sums = {"expr": (expression, expression)}
    total = value_of(expression)
    _call(session, calc, sums, {"value": total})
    shown = values["item"][0]
    session.says(f"{n} of the {shown} cost {total}.", accept_values([total]))


def _two_places(session, tool):
    """The same tool for two cities."""
    rng, held = session.rng, session.held
    first = draw_values(rng, tool, held)
    second = draw_values(rng, tool, held)
    if first["city"][0].lower() == second["city"][0].lower():
        return _two_places(session, tool)
    topic = "time" if tool.kind.key == "clock" else "weather"
    both = {"a": first["city"], "b": second["city"]}
    be = "what time is it" if topic == "time" else "how is the weather"
    _ask(session, (
        f"?{be} in {{a}} and in {{b}}", f"?{be} in {{a}} and {{b}}",
        f"?what is the {topic} in {{a}} and in {{b}}",
        f"!tell me the {topic} in {{a}} and {{b}}", f"!compare the {topic} in {{a}} "
        "and {b}", f"!show me the {topic} in {{a}} and in {{b}}", f"?{topic} in {{a}} and {{b}}",
        f"!~check the {topic} in both {{a}} and {{b}}", f"?~what {topic} do {{a}} and {{b}} have",
    ), both)  # fmt: skip
    one = _call(session, tool, first)
    two = _call(session, tool, second)
    a, b = first["city"][0], second["city"][0]
    if topic == "time":
        text = f"It is {one['time']} in {a} and {two['time']} in {b}."
    else:
        text = (
            f"In {a}: {one['sky']}, {one['temp']} degrees. "
            f"In {b}: {two['sky']}, {two['temp']} degrees."
        )
    session.says(text, accept_values([*one.values(), *two.values()]))


def _forward(session, weather, message):
    """The weather, sent to somebody."""
    rng = session.rng
    values = draw_values(rng, weather, session.held)
    person = KINDS["person"](rng, session.held)
    _ask(session, (
        "!send {person} the weather in {city}", "!tell {person} how the weather in {city} is",
        "!send the weather in {city} to {person}", "!message {person} the weather in {city}",
        "!look up the weather in {city} and send it to {person}", "!let {person} know the weather "
        "in {city}", "!check the weather in {city} and tell {person}", "!text {person} the weather "
        "in {city}", "!~find the weather in {city} and write it to {person}",
        "!~inform {person} about the weather in {city}",
    ), dict(values, person=(person, person)))  # fmt: skip
    fields = _call(session, weather, values)
    text = f"{fields['sky']}, {fields['temp']} degrees"
    parts = {"person": (person, person), "text": (text, text)}
    fields = draw_fields(rng, message, parts, session.held)
    _call(session, message, parts, fields)
    session.says(f"The message to {person} is sent.", accept_values([person, "sent"]))


def _in_money(session, price, currency):
    """A price in another currency."""
    rng = session.rng
    values = draw_values(rng, price, session.held)
    while True:
        money = draw_values(rng, currency, False)
        if money["src"][0] != money["dst"][0]:
            break
    src, dst = money["src"], money["dst"]
    _ask(session, (
        "?what does the {item} cost in {dst}", "?how much is the {item} in {dst}", "?what is the "
        "price of the {item} in {dst}", "!tell me the price of the {item} in {dst}", "?how many "
        "{dst} does the {item} cost", "!give me the price of the {item} in {dst}", "?price of the "
        "{item} in {dst}", "?~how much does the {item} cost in {dst}", "!~find the price of the "
        "{item} in {dst}",
    ), dict(values, dst=dst))  # fmt: skip
    amount = rng.randrange(2, 900)
    _call(session, price, values, {"price": f"{amount} {src[0]}"})
    parts = {"value": (str(amount), amount), "src": src, "dst": dst}
    fields = _call(session, currency, parts)
    session.says(
        f"The {values['item'][0]} costs {fields['out']} {dst[0]}.",
        accept_values([fields["out"], dst[0]]),
    )


CHAINS = (
    (_total, ("price", "calc")), (_two_places, ("clock",)), (_two_places, ("weather",)),
    (_forward, ("weather", "message")), (_in_money, ("price", "currency")),
)  # fmt: skip


def kinds_of(chain):
    return [BY_KEY[key][0] for key in chain[1]]


def run(session, chain):
    """CHAIN in SESSION, whose first tools are the ones that it needs."""
    chain[0](session, *session.tools[: len(chain[1])])
