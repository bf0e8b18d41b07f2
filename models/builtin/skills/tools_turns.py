"""Exchanges about tools: what one user message leads to."""

import json
import re

from . import beyond
from .case import Message, heldout_key, says
from .tools_asks import MORE_PARTIAL
from .tools_make import (
    SIGNS, answer_wording, call_text, draw_fields, draw_values, fill, lowered, make_tool,
    result_text, some_family,
)  # fmt: skip
from .tools_wording import choose, dress
from .tools_words import odd_phrase

NO_TOOL = "I have no tool for that."
_REFUSES = says(("no tool", "not have a tool", "no suitable tool", "cannot know"))


class Session:
    """One conversation with the tools that are offered in it."""

    def __init__(self, rng, held, kinds):
        self.rng, self.held = rng, held
        self.tools, self.messages = [], []
        self.last = None  # the tool that answered last
        self.used = []
        taken = set()
        for kind in kinds:
            tool = make_tool(rng, kind, held)
            while tool.name in taken:
                tool = make_tool(rng, kind, held)
            taken.add(tool.name)
            self.tools.append(tool)
        self.covers = frozenset().union(*(k.covers for k in kinds))

    def user(self, text):
        self.messages.append(Message("user", text))

    def says(self, text, accept):
        self.messages.append(Message("assistant", text, accept=accept))

    def calls(self, tool, values, option=None):
        text, parameters = call_text(tool, values, option)
        self.messages.append(
            Message("assistant", text, accept=accept_call(tool.name, parameters))
        )

    def hears(self, text):
        self.messages.append(Message("tool", text))


def _same(got, want):
    if isinstance(want, bool) or isinstance(got, bool):
        return got is want
    if isinstance(want, str):
        if not isinstance(got, str):
            return False
        got, want = (" ".join(t.lower().split()).strip(" .!?'\"") for t in (got, want))
        return got == want or re.sub(r"\s", "", got) == re.sub(r"\s", "", want)
    return isinstance(got, (int, float)) and abs(got - want) < 1e-9 * max(1, abs(want))


def accept_call(name, parameters):
    """The answer must be this very call as JSON, whatever its white space and case of values."""

    def accept(answer):
        try:
            call = json.loads(answer)
        except ValueError:
            return False
        if not isinstance(call, dict) or call.keys() != {"name", "parameters"}:
            return False
        got = call["parameters"]
        if call["name"] != name or not isinstance(got, dict) or got.keys() != parameters.keys():
            return False
        return all(_same(got[k], parameters[k]) for k in parameters)

    return accept


def accept_values(values):
    """The answer must be words that hold each of VALUES, numbers as whole numbers."""

    def accept(answer):
        text = " ".join(answer.lower().split())
        if text.startswith("{"):
            return False
        for value in values:
            want = " ".join(str(value).lower().split())
            if not re.search(rf"(?<![\w.-]){re.escape(want)}(?![\w]|\.\d)", text):
                return False
        return True

    return accept


def _key_values(answer, values, fields):
    """What the ANSWER must hold: what the tool found, and for what."""
    shown = [values[s][0] for s in values if s != "expr" and "{" + s + "}" in answer]
    return shown + list(fields.values())


def question(session, tool, wordings):
    """Has the user ask for TOOL. Returns the values and the option asked for."""
    rng, held = session.rng, session.held
    lower = rng.random() < 0.22
    values = draw_values(rng, tool, held)
    if lower:
        values = lowered(values)
    # Where there is no value to hold out, it is the wording.
    wording = choose(rng, wordings, held, strict=not tool.kind.slots)
    option = None
    if tool.option and rng.random() < 0.5 and "{city}" in wording:
        option = rng.choice(("celsius", "fahrenheit"))
        wording = wording.replace("{city}", "{city} in " + option)
    session.user(fill(dress(rng, wording, held, lower), values, typed=True))
    return values, option


_TROUBLE = """not found|unknown|missing|invalid|not allowed|offline|busy|not available|too large
|expired|out of range|disabled""".replace("\n", "").split("|")
_PARTS = """city|user|server|network|connection|service|database|key|page|account|item|value|number
|name|order|contact|request|unit|format|date""".replace("\n", "").split("|")
_PLAIN_TROUBLE = ("timeout", "no connection", "permission denied", "rate limit reached",
                  "internal error", "try again later", "access denied", "no data")  # fmt: skip


def _error(rng, tool, values, held):
    while True:
        shown = [v[0] for slot, v in values.items() if slot != "expr"]
        style = rng.random()
        if style < 0.12 and not held:
            return rng.choice(_PLAIN_TROUBLE)
        part = rng.choice(shown) if shown and style < 0.3 else rng.choice(_PARTS)
        if not held and rng.random() < 0.3:
            part = odd_phrase(rng)
        text = f"{part} {rng.choice(_TROUBLE)}"
        if style > 0.85:
            text = f"the {part} is {rng.choice(_TROUBLE)}"
        if heldout_key("tool error:" + text.lower()) == held:
            return text


def _error_form(rng, text):
    style = rng.randrange(8)
    if style < 3:
        return json.dumps({"error": text}, ensure_ascii=False)
    if style == 3:
        return rng.choice(("Error: ", "error: ", "ERROR: ")) + text
    if style == 4:
        return json.dumps({"status": "error", "message": text}, ensure_ascii=False)
    if style == 5:
        return json.dumps({rng.choice(("ok", "success")): False, "error": text}, ensure_ascii=False)
    if style == 6:
        return json.dumps({"error": {"message": text}}, ensure_ascii=False)
    return json.dumps({"error": text, "code": rng.randrange(400, 600)}, ensure_ascii=False)


def finish(session, tool, values, option=None):
    """The call, its result or an error, and the answer."""
    rng, held = session.rng, session.held
    session.calls(tool, values, option)
    session.used.append(tool)
    session.last = None
    if rng.random() < 0.11:
        error = _error(rng, tool, values, held)
        session.hears(_error_form(rng, error))
        session.says(
            f"The tool reports an error: {error}.", says("error", " ".join(error.split()))
        )
        return
    fields = draw_fields(rng, tool, values, held)
    session.hears(result_text(rng, tool, values, fields))
    answer = answer_wording(tool, fields)
    session.says(
        fill(answer, values, fields).replace("..", "."),
        accept_values(_key_values(answer, values, fields)),
    )
    session.last = tool


def use(session):
    """A question for one of the tools."""
    tool = session.rng.choice(session.tools)
    values, option = question(session, tool, tool.kind.asks)
    finish(session, tool, values, option)


def follow(session):
    """A second question of the same kind, in few words."""
    tool = session.last
    if not tool or not tool.kind.follows:
        return use(session)
    values, option = question(session, tool, tool.kind.follows)
    finish(session, tool, values, option)


# What is asked with all but one value: the wordings, the value that lacks, the question back.
PARTIAL = {
    "convert": ("!convert {value} {src}|!change {value} {src}|?how much is {value} {src}|!express "
                "{value} {src} in another unit|!~turn {value} {src} into something else|!convert "
                "{value} {src} to another unit|!convert {value} {src} for me", "dst",
                "To which unit?"),
    "currency": ("!convert {value} {src}|!exchange {value} {src}|!change {value} {src}|?how much "
                 "is {value} {src} in other money|!~exchange {value} {src} for me|!convert my "
                 "{value} {src}", "dst", "To which currency?"),
}  # fmt: skip
_PARTIAL = {
    key: (f"{w}|{MORE_PARTIAL[key]}".split("|"), lacks, back)
    for key, (w, lacks, back) in PARTIAL.items()
}


def _partly(session, tool):
    """A question that lacks one of several values."""
    rng, held = session.rng, session.held
    wordings, lacks, back = _PARTIAL[tool.kind.key]
    values = draw_values(rng, tool, held)
    wording = choose(rng, wordings, held)
    session.user(fill(dress(rng, wording, held, False), values, typed=True))
    _back(session, back)
    if rng.random() < 0.7:
        session.user(rng.choice(("{}", "{}", "{}.", "{}, please.")).format(values[lacks][0]))
        finish(session, tool, values)


def _back(session, text):
    core = text.lower().strip("?").split()[-1]
    session.says(text, lambda a: core in a.lower() and "{" not in a and a.strip().endswith("?"))


def missing(session):
    """A question that lacks what the tool needs; mostly the user then says it."""
    rng, held = session.rng, session.held
    partly = [t for t in session.tools if t.kind.key in _PARTIAL and t not in session.used]
    if partly and rng.random() < 0.6:
        return _partly(session, rng.choice(partly))
    able = [t for t in session.tools if t.kind.back and t not in session.used]
    if not able:
        return use(session)
    tool = rng.choice(able)
    wording = choose(rng, tool.kind.vague, held, strict=True)
    session.user(dress(rng, wording, held, rng.random() < 0.22))
    _back(session, tool.kind.back)
    if rng.random() < 0.65:
        values = draw_values(rng, tool, held)
        slot = tool.kind.slots[0]
        shown = values[slot.name][0]
        frames = ("{}", "{}", "{}.", "{}, please.", "for {}", "{} please")
        session.user(rng.choice(frames).format(shown))
        finish(session, tool, values)


def refuse(session):
    """A request that none of the tools can do: what another tool would find, or something to do."""
    rng, held = session.rng, session.held
    session.last = None
    if "search" in session.covers or rng.random() < 0.5:  # a search may answer any question
        session.user(beyond.question(rng, held, "action")[1])
        session.says(NO_TOOL, _REFUSES)
        return
    while True:
        kind = some_family(rng)
        # Sums have answers without a tool.
        if not kind.covers & session.covers and kind.key not in SIGNS:
            break
    question(session, make_tool(rng, kind, held), kind.asks)
    session.says(NO_TOOL, _REFUSES)


def calm(session):
    """A call for help, which no tool and no list of tools may come between."""
    session.user(beyond.question(session.rng, session.held, "crisis")[1])
    session.says(beyond.ANSWERS["crisis"], beyond.ACCEPT["crisis"])
    session.last = None
