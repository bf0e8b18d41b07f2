"""How people word a request: templates, polite wrappers, and the slips of fast typing.

A template is a text with {places} that the caller fills in afterwards, so that slips never touch
what the answer depends on. Its first character says what it is: "!" an imperative ("!add {a} and
{b}", which can become "Could you add ..."), "?" a question, "=" a text to leave as it is. Templates
start in lower case and carry no closing mark.
"""

import re

# (before, after, closing mark)
_ORDERS = [
    ("please ", "", "."),
    ("please ", "", ""),
    ("", ", please", "."),
    ("", " please", ""),
    ("", " for me", "."),
    ("can you ", "", "?"),
    ("can you please ", "", "?"),
    ("can you ", " for me", "?"),
    ("could you ", "", "?"),
    ("could you please ", "", "?"),
    ("would you please ", "", "?"),
    ("I want you to ", "", "."),
    ("I would like you to ", "", "."),
    ("I need you to ", "", "."),
    ("now ", "", "."),
    ("hi, ", "", "."),
    ("hello, please ", "", "."),
    ("hey, can you ", "", "?"),
    ("ok, ", "", "."),
    ("try to ", "", "."),
    ("your task: ", "", "."),
    ("help me to ", "", "."),
]
_ORDERS_UNSEEN = [
    ("would you ", "", "?"),
    ("hello, could you ", "", "?"),
    ("I'd like you to ", "", "."),
    ("ok, now ", "", "."),
    ("could you ", " for me", "?"),
]
_QUESTIONS = [
    ("hi, ", "", "?"),
    ("hello, ", "", "?"),
    ("hey, ", "", "?"),
    ("please tell me, ", "", "?"),
    ("tell me, ", "", "?"),
    ("tell me: ", "", "?"),
    ("can you tell me: ", "", "?"),
    ("I have a question: ", "", "?"),
    ("question: ", "", "?"),
    ("quick question: ", "", "?"),
    ("so ", "", "?"),
    ("ok, ", "", "?"),
    ("and ", "", "?"),
    ("", ", please", "?"),
    ("", " please", ""),
    ("do you know, ", "", "?"),
]
_QUESTIONS_UNSEEN = [
    ("hey, tell me, ", "", "?"),
    ("one question: ", "", "?"),
    ("could you tell me: ", "", "?"),
    ("please, ", "", "?"),
]
_WORD = re.compile(r"\{[^}]*\}|[A-Za-z]{4,}")


def slip(rng, text):
    """TEXT with one small typing mistake inside a longer word, never in a {place}."""
    spans = [m.span() for m in _WORD.finditer(text) if m.group()[0] != "{"]
    if not spans:
        return text
    start, end = rng.choice(spans)
    at = rng.randrange(start + 1, end - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at] + text[at:]


def _wrap(rng, template, unseen, closing):
    """The wrapped words of TEMPLATE and the mark that closes them."""
    kind, words = template[0], template[1:]
    if kind == "!":
        wrappers, mark = _ORDERS, "."
        extra = _ORDERS_UNSEEN
    else:
        wrappers, mark = _QUESTIONS, "?"
        extra = _QUESTIONS_UNSEEN
    if rng.random() < 0.55:
        return words, (mark if kind == "?" or rng.random() < 0.6 else "")
    if unseen and rng.random() < 0.4:
        wrappers = extra
    before, after, mark = rng.choice(wrappers)
    if after and not closing:
        after = ""
    return before + words + after, mark


def dress(rng, template, heldout=False, closing=True):
    """TEMPLATE as someone would type it. Without CLOSING nothing follows its last place, which
    then is a text whose own end counts."""
    if template[0] == "=":
        return template[1:]
    closing = closing and ":" not in template
    text, mark = _wrap(rng, template, heldout, closing)
    if closing and rng.random() < 0.75:
        text += mark
    style = rng.random()
    if style < 0.25:
        text = text.lower()
        if rng.random() < 0.3:
            text = text.replace("'", "")
    elif text[0] != "{":
        text = text[0].upper() + text[1:]
    if rng.random() < 0.07:
        text = slip(rng, text)
    return text


class Wordings:
    """The templates of one task: TRAINED ones, and UNSEEN ones for the held-out side only."""

    def __init__(self, trained, unseen, closing=True):
        assert not set(trained) & set(unseen)
        self.trained, self.unseen, self.closing = list(trained), list(unseen), closing

    def draw(self, rng, heldout, fact=False):
        """One wording. A FACT is a thing so small that training must show all of it: its held-out
        side is made by the wording alone, which then is always an unseen one."""
        if heldout and (fact or rng.random() < 0.5):
            template = rng.choice(self.unseen)
        else:
            template = rng.choice(self.trained)
        return dress(rng, template, heldout, self.closing)
