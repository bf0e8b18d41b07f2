"""Values found by their keys: in JSON, in lines, in lists of pairs. Keys and values say nothing of
each other, so that both are found and copied, never guessed."""

import json

from .basics_phrasing import Wordings
from .case import Case, Message, bare, heldout_key
from .quotes import word

ASK = Wordings(
    [
        "?what is {k} in {x}",
        "?what is {k} here: {x}",
        "?what is the value of {k} in {x}",
        "?what is the value of {k}: {x}",
        "?which value has {k} in {x}",
        "!look up {k} in {x}",
        "!find {k} in {x}",
        "!tell me the value of {k}: {x}",
        "!give me {k} from {x}",
        "!read {k} from this: {x}",
        "!get {k}: {x}",
        "={x}\nWhat is {k}?",
        "={x}\nWhat is the value of {k}?",
        "={x}\nFind {k}.",
        "={x}\nWhich value does {k} have?",
        "={x}\nRead {k}.",
    ],
    [
        "?which value belongs to {k} in {x}",
        "!look for {k} in {x}",
        "={x}\nTell me the value of {k}.",
        "={x}\nLook up {k}.",
    ],
    closing=False,
)
AGAIN = Wordings(
    ["?and {k}", "?what is {k}", "?and what is {k}", "!now {k}", "?what about {k}", "!find {k}",
     "!also {k}", "={k}?", "?and the value of {k}"],
    ["?how about {k}", "?which value has {k}", "!then {k}"],
)  # fmt: skip
_UNKNOWN = "There is no {}."


def _words(rng):
    """A word, or two."""
    if rng.random() < 0.8:
        return word(rng)
    return rng.choice(("_", "_", " ", "-")).join(word(rng) for _ in range(2))


def _value(rng):
    if rng.random() < 0.35:
        return rng.randrange(10 ** rng.choice((1, 2, 2, 3, 3, 4)))
    return _words(rng)


def _pairs(rng):
    found = {}
    wanted = rng.choice((2, 2, 3, 3, 4, 5, 6, 8))
    while len(found) < wanted:
        key = _words(rng)
        if not any(key in k or k in key for k in found):
            found[key] = _value(rng)
    return found


def _written(rng, pairs):
    form = rng.randrange(6)
    if form < 3:
        return json.dumps(pairs, ensure_ascii=False)
    between, after = ((": ", ", "), (" = ", ", "), ("=", "; "))[form - 3]
    return after.join(f"{k}{between}{v}" for k, v in pairs.items())


def case(rng, heldout, skill):
    """A question about some pairs, in training more than one; see case.py."""
    while True:
        pairs = _pairs(rng)
        if heldout_key(f"look up {sorted(pairs)}") == heldout:
            break
    asked = rng.sample(list(pairs), min(1 if heldout else rng.choice((1, 2, 3, 4)), len(pairs)))
    messages = []
    for key in asked:
        wording = AGAIN if messages else ASK
        text, answer = wording.draw(rng, heldout), str(pairs[key])
        accept = bare(answer)
        if rng.random() < 0.08:
            key = next(k for k in iter(lambda: _words(rng), None) if k not in pairs)
            answer = _UNKNOWN.format(key)
            accept = lambda a: "no" in a.lower().split()  # noqa: E731
        messages.append(Message("user", text.format(k=key, x=_written(rng, pairs))))
        messages.append(Message("assistant", answer, accept=accept))
    return Case(skill, messages)
