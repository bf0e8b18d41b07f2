"""How people type what they want from a tool: wrappers, haste, slips."""

_ORDERS = (
    "Please {}.", "Please {}", "{}, please.", "{} please", "Can you {}?", "Could you {}?",
    "Could you please {}?", "Can you please {}?", "Hey, {}.", "Hi, please {}.", "I want you to {}.",
    "I would like you to {}.", "Now {}.", "Would you {}?", "{} for me.", "{} now.", "OK, {}.",
    "Hello! {}.", "Can you {} for me?", "I need you to {}.", "{}!", "Just {}.", "{}. Thanks.",
)  # fmt: skip
_HELD_ORDERS = (
    "Hello, could you {}?", "Would you please {}?", "Be so kind and {}.", "Will you {}?"
)
_QUESTIONS = (
    "Hi, {}?", "Hello, {}?", "Hey, {}?", "Please tell me: {}?", "Tell me: {}?", "Now, {}?",
    "Quick question: {}?",
    "{}? Thanks.", "{}, please?", "So {}?", "I have a question: {}?", "OK, {}?", "Hello! {}?",
    "One question: {}?", "{}??", "{} please", "Can you tell me: {}?", "I want to know: {}?",
)  # fmt: skip
_HELD_QUESTIONS = ("Say, {}?", "May I ask: {}?", "Good day, {}?", "A small question: {}?")
_SHORT = (("what is ", "what's "), ("how is ", "how's "), ("do not ", "don't "), ("I am ", "I'm "))


def _slip(rng, text):
    """TEXT with one typing slip in one of its own longer words, never in a {slot}."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) > 4 and w.isalpha()]
    if not long:
        return text
    i = rng.choice(long)
    word, at, kind = words[i], rng.randrange(1, len(words[i]) - 2), rng.randrange(3)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    words[i] = (word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], swapped)[kind]
    return " ".join(words)


def choose(rng, wordings, held, strict=False):
    """One of WORDINGS. Those marked ~ are the held-out side's, which with STRICT uses no other."""
    marked = held and (strict or rng.random() < 0.5)
    while True:
        wording = rng.choice(wordings)
        if (wording[1] == "~") == marked:
            return wording[0] + wording[1:].removeprefix("~")


_STATEMENTS = ("I ", "we ", "you should", "it is time", "my ", "the ")
_GREETINGS = ("Hi, {}.", "Hello, {}.", "Hey, {}.", "{}, please.", "{}. Thanks.", "OK, {}.", "{}!")
_FREE_ORDERS = ("Please {}", "Hi, {}", "Hey, {}", "Now {}", "OK, {}", "Can you {}", "Could you {}",
                "I want you to {}", "Hello, please {}")  # fmt: skip


def _frame(rng, kind, text, held, free):
    """The words around TEXT and the mark that closes it, if any."""
    if rng.random() > 0.4:
        return "{}", {"!": ".", "?": "?", ".": "."}[kind]
    if free:
        # Nothing may follow: the text that the tool is to get ends there.
        return (rng.choice(_FREE_ORDERS) if kind == "!" else rng.choice(("Hi, {}", "OK, {}"))), ""
    frames = {"!": _ORDERS, "?": _QUESTIONS, ".": _GREETINGS}[kind]
    if held and rng.random() < 0.3 and kind != ".":
        frames = _HELD_ORDERS if kind == "!" else _HELD_QUESTIONS
    return rng.choice(frames), ""


def dress(rng, wording, held, lower):
    """The text to fill for WORDING, in lower case with LOWER."""
    kind, text = wording[0], wording[1:]
    if kind == "?" and text.startswith(_STATEMENTS):
        kind = "."
    for full, short in _SHORT:
        if full in text and rng.random() < 0.25:
            text = text.replace(full, short)
    if rng.random() < 0.06:
        text = _slip(rng, text)
    free = text.endswith("{query}")
    frame, mark = _frame(rng, kind, text, held, free)
    if frame == "{}" and not (free and kind != "?") and rng.random() < 0.75:
        frame += mark
    elif frame[-1] in "?." and rng.random() < 0.2:
        frame = frame[:-1]
    text = frame.replace("{}", text)
    if lower:
        return text.lower()
    return text[0].upper() + text[1:] if text[0] != "{" else text
