"""Exchanges about tools: what one user message leads to."""

import json
import re

from .case import Message, heldout_key, says
from .tools_make import (
    SIGNS, call_text, draw_fields, draw_values, fill, lowered, make_tool, result_text, some_family,
)  # fmt: skip
from .tools_wording import choose, dress

NO_TOOL = "I have no tool for that."
_ACTIONS_ONLY = "search"  # a search engine may answer any question


class Session:
    """One conversation with the tools that are offered in it."""

    def __init__(self, rng, held, kinds):
        self.rng, self.held = rng, held
        self.tools, self.messages = [], []
        self.last = None  # the tool that answered last
        self.used = []
        taken = set()
        for kind in kinds:
            tool = make_tool(rng, kind, held, alone=len(kinds) == 1)
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


def _key_values(tool, values, fields):
    """What the answer must hold: what the tool found or did, and for what."""
    answer = tool.kind.answer
    shown = [values[s][0] for s in values if s != "expr" and "{" + s + "}" in answer]
    if "ok" not in fields:
        return shown + list(fields.values())
    if answer.endswith("}."):
        return shown
    return shown + [re.findall(r"[a-z]+", answer.lower())[-1]]


def question(session, tool, wordings, held_only=False, hard=False, named=True):
    """Has the user ask for TOOL. Returns the values and the option asked for."""
    rng, held = session.rng, session.held
    lower = rng.random() < 0.22
    values = draw_values(rng, tool, held, hard)
    if lower:
        values = lowered(values)
    wording = choose(rng, wordings, held, held_only)
    option = None
    if tool.option and rng.random() < 0.5 and "{city}" in wording:
        option = rng.choice(("celsius", "fahrenheit"))
        wording = wording.replace("{city}", "{city} in " + option)
    text = fill(dress(rng, wording, held, lower), values, typed=True)
    if named and rng.random() < 0.03 and text[-1] in ".?":
        text += f" Use {tool.name}."
    session.user(text)
    return values, option


_TROUBLE = """not found|unknown|missing|invalid|not allowed|offline|busy|broken|closed|locked
|not available|too large|too old|expired|out of range|disabled""".replace("\n", "").split("|")
_PARTS = """city|user|device|server|network|connection|service|database|key|file|page|account|item
|value|number|name|order|contact|network cable|request|password|door|unit|format|date""".replace(
    "\n", "").split("|")  # fmt: skip
_PLAIN_TROUBLE = ("timeout", "no connection", "permission denied", "rate limit reached",
                  "internal error", "try again later", "access denied", "no data")  # fmt: skip


def _error(rng, tool, values, held):
    while True:
        shown = [v[0] for v in values.values()] + list(tool.names.values())
        style = rng.random()
        if style < 0.12 and not held:
            return rng.choice(_PLAIN_TROUBLE)
        part = rng.choice(shown) if shown and style < 0.35 else rng.choice(_PARTS)
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
    answer = fill(tool.kind.answer, values, fields).replace("..", ".")
    session.says(answer, accept_values(_key_values(tool, values, fields)))
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
    "message": ("!send a message to {person}|!text {person}|!write to {person}|!message "
                "{person}|!send {person} a message|?I want to write to {person}|!~send a text to "
                "{person}|!~write {person} a message|!send a message to {person} for me", "text",
                "What should I write?"),
    "translate": ("!translate '{text}'|!translate {text}|!translate the text '{text}'|!translate "
                  "this: {text}|!~please translate {text}|!translate for me: {text}", "lang",
                  "Into which language?"),
    "convert": ("!convert {value} {src}|!change {value} {src}|?how much is {value} {src}|!express "
                "{value} {src} in another unit|!~turn {value} {src} into something else|!convert "
                "{value} {src} to another unit", "dst", "To which unit?"),
    "currency": ("!convert {value} {src}|!exchange {value} {src}|!change {value} {src}|?how much "
                 "is {value} {src} in other money|!~exchange {value} {src} for me|!convert my "
                 "{value} {src}", "dst", "To which currency?"),
    "book": ("!book a table at {place}|!reserve a table at {place}|?I need a table at "
             "{place}|!make a reservation at {place}|!~get a table at {place}|!get us a table at "
             "{place}", "n",
             "For how many people?"),
    "calendar": ("!add the {event} to my calendar|!put the {event} in my calendar|!schedule the "
                 "{event}|!plan the {event}|!~enter the {event} in the calendar|!make an "
                 "appointment for the {event}", "day", "On which day?"),
    "remind": ("!remind me to {task}|!set a reminder to {task}|!set a reminder: {task}|!~add a "
               "reminder to {task}|!do not let me forget to {task}|?I must {task}, remind me",
               "at", "At what time?"),
    "level": ("!adjust the {device}|!dim the {device}|!change the level of the {device}|!set the "
              "level of the {device}|!~adjust the level of the {device}", "level",
              "To what level?"),
    "move": ("!move {way}|!go {way}|!drive {way}|!move the robot {way}|!~let the robot go {way}",
             "n", "How far?"),
    "distance": ("?how far is it from {a}|?how far is it to {a}|!tell me the distance to "
                 "{a}|?~what is the distance to {a}|?how long is the route from {a}",
                 "b", "To which city?"),
}  # fmt: skip
_PARTIAL = {key: (w.split("|"), lacks, back) for key, (w, lacks, back) in PARTIAL.items()}


def _partly(session, tool):
    """A question that lacks one of several values."""
    rng, held = session.rng, session.held
    wordings, lacks, back = _PARTIAL[tool.kind.key]
    values = draw_values(rng, tool, held)
    wording = choose(rng, wordings, held)
    if wording == "?how far is it to {a}" or wording.endswith("distance to {a}"):
        # Then the city that is named is where the way ends.
        wording, lacks, back = wording.replace("{a}", "{b}"), "a", "From which city?"
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
        frames = ("{}", "{}", "{}.", "{}, please.", "for {}", "I mean {}", "{} please", "It is {}.")
        session.user(rng.choice(frames[:5]).format(shown) if rng.random() < 0.9 else
                     rng.choice(frames).format(shown))  # fmt: skip
        finish(session, tool, values)


def refuse(session):
    """A request that none of the tools can do."""
    rng, held = session.rng, session.held
    while True:
        kind = some_family(rng)
        if kind.covers & session.covers or kind.key in SIGNS and kind.key != "calc":
            continue
        if _ACTIONS_ONLY in session.covers and "ok" not in kind.fields:
            continue
        break
    tool = make_tool(rng, kind, held)
    question(session, tool, kind.asks, held_only=not kind.slots, hard=True, named=False)
    session.says(NO_TOOL, says(("no tool", "not have a tool", "no suitable tool")))
    session.last = None
