"""Words carried from running text into JSON and back. Behind a space a word is cut into other
tokens than behind a quotation mark: that is learned token by token, from words of all sorts."""

import json
import re

from . import basics_lexicon as lex
from .basics_phrasing import Wordings
from .case import Case, Message, heldout_key, listed, same_json
from .common_words import NAMES, WORDS

LIST = Wordings(
    [
        "!write {x} as a JSON list",
        "!write {x} as JSON",
        "!put {x} into a JSON list",
        "!make a JSON list of {x}",
        "!make a JSON array of {x}",
        "!give me {x} as a JSON array",
        "!turn {x} into a JSON list",
        "?how do you write {x} as a JSON list",
        "?can I have {x} as a list in JSON",
        "!convert {x} to a JSON array",
        "!list {x} in JSON",
        "=JSON list of {x}",
        "={x}\nAs a JSON list, please.",
    ],
    [
        "!format {x} as a JSON list",
        "!wrap {x} in a JSON array",
        "={x}\nMake that a JSON list.",
    ],
)
OBJECT = Wordings(
    [
        "!write JSON with {k} set to {x}",
        "!write JSON where {k} is {x}",
        "!make a JSON object with {k}: {x}",
        "!put {x} into JSON under the key {k}",
        "!give me JSON in which {k} is {x}",
        "!set {k} to {x} in JSON",
        "=JSON with the key {k} and the value {x}",
        "?how do you write in JSON that {k} is {x}",
        "=The {k} is {x}. Write that as JSON.",
        "=My {k}: {x}. JSON, please.",
    ],
    [
        "!build a JSON object in which {k} is {x}",
        "=The {k} is {x}. Now in JSON.",
        "!store {x} as {k} in JSON",
    ],
)
READ = Wordings(
    [
        "!read this list: {x}",
        "!read {x}",
        "!write this list in words: {x}",
        "!write {x} as plain text",
        "!say {x} without the quotes",
        "!turn {x} into plain text",
        "?what is in {x}",
        "?what is in this list: {x}",
        "?which words are in {x}",
        "={x}\nWrite that as plain text.",
        "={x}\nWhat does it say?",
    ],
    [
        "!show {x} as plain text",
        "?which items are in {x}",
        "={x}\nPlain text, please.",
    ],
    closing=False,
)


def word(rng):
    """A word of any sort: common, a name, or one that does not exist."""
    draw = rng.random()
    if draw < 0.25:
        made = lex.invented(rng, rng.choice((1, 2, 2, 3)))
        return made.capitalize() if rng.random() < 0.4 else made
    if draw < 0.5:
        return rng.choice(NAMES)
    made = rng.choice(WORDS)
    return made.capitalize() if rng.random() < 0.12 else made


def _phrase(rng):
    if rng.random() < 0.2:
        return " ".join(word(rng) for _ in range(rng.choice((2, 2, 3))))
    return rng.randrange(1000) if rng.random() < 0.06 else word(rng)


def case(rng, heldout, skill):
    """One conversation; see case.py."""
    while True:
        items = [_phrase(rng) for _ in range(rng.choice((1, 1, 2, 2, 3, 4, 5)))]
        if heldout_key(f"quote {items}") == heldout:
            break
    form = rng.randrange(3)
    if form == 0:
        said = ", ".join(map(str, items)) if rng.random() < 0.4 else listed(items)
        question, value = LIST.draw(rng, heldout).format(x=said), items
    elif form == 1:
        key, value = rng.choice(WORDS), items[0]
        question = OBJECT.draw(rng, heldout).format(k=key, x=value)
        value = {key: value}
    else:
        question = READ.draw(rng, heldout).format(x=json.dumps(items))
        want = re.findall(r"\w+", listed(items).lower())
        accept = lambda answer: re.findall(r"\w+", answer.lower()) == want  # noqa: E731
        return _said(skill, question, listed(items), accept)
    return _said(skill, question, json.dumps(value), same_json(value))


def _said(skill, question, answer, accept):
    return Case(skill, [Message("user", question), Message("assistant", answer, accept=accept)])
