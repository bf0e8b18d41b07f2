"""What the talking skills share: patterns of wordings, and how people really type them."""

import itertools
import re
import tomllib
from pathlib import Path

GROUP = re.compile(r"\(([^()]*)\)")

OPENERS = (
    "Hi, ", "Hello, ", "Hey, ", "Hey there, ", "OK, ", "Okay, ", "So, ", "Well, ", "Now, ", "And ",
    "Hmm, ", "Right, ", "Alright, ", "Um, ", "Just wondering, ", "Quick question: ", "Question: ",
    "One more thing: ", "Another question: ", "Next question: ", "By the way, ", "Good morning, ",
    "Good evening, ", "Excuse me, ", "Sorry, ", "Tell me: ", "Please tell me: ", "Dear model, ",
    "I want to know: ", "I would like to know: ", "Now something else: ", "Let me ask: ",
)
HELD_OPENERS = ("Good day, ", "Here is a question: ", "Say, ", "Oh, ", "May I ask: ", "Then ")
ORDERS = (
    "Please ", "Can you ", "Could you ", "Could you please ", "Can you please ", "Would you ",
    "I want you to ", "I need you to ", "I would like you to ", "Now ", "Kindly ", "Now please ",
    "Will you ", "Help me: ", "Hi, please ", "Hey, can you ", "Hello, could you ", "You should ",
)
HELD_ORDERS = ("Would you please ", "I ask you to ", "Hi, can you ", "Go and ", "Try to ")
CLOSERS = (" Thanks.", " Thank you.", " Thanks!", " Thank you!", " Please.", " thx", " pls", " :)")
CONTRACT = (
    ("What is ", "What's "), ("what is ", "what's "), ("Who is ", "Who's "), ("Where is ",
    "Where's "),
    ("I am ", "I'm "), ("How is ", "How's "), ("do not ", "don't "), ("cannot ", "can't "),
    ("You are ", "You're "), ("you are ", "you're "), ("It is ", "It's "), ("it is ", "it's "),
    ("I would ", "I'd "), ("That is ", "That's "), ("I have ", "I've "),
)


def expand(pattern):
    """All texts of PATTERN, in which (a|b|) stands for any of a, b and nothing."""
    parts = GROUP.split(pattern)
    choices = [p.split("|") if i % 2 else [p] for i, p in enumerate(parts)]
    texts = []
    for picked in itertools.product(*choices):
        text = " ".join("".join(picked).split())
        text = re.sub(r" ([,.?!])", r"\1", text)
        texts.append(text[:1].upper() + text[1:])
    return list(dict.fromkeys(texts))


def normal(text):
    """TEXT without what lenient readers ignore: case, punctuation, white space."""
    kept = "".join(c if c.isalnum() or c in "'" else " " for c in text.lower())
    return " ".join(kept.split())


def _facts():
    """Wordings of facts.toml, if it is there: those trained and those held out, each with the
    answer of its fact."""
    path = Path(__file__).parent.parent / "facts.toml"
    trained, held = {}, {}
    if path.exists():
        with open(path, "rb") as file:
            facts = tomllib.load(file)["fact"]
        for fact in facts:
            trained.update((normal(q), fact["answer"]) for q in fact["questions"])
            held.update((normal(q), fact["answer"]) for q in fact["heldout"])
    return trained, held


# One question has one answer: what facts.toml answers is answered so here too.
FACTS, HELD_FACTS = _facts()


def answer_of(question, own):
    """The answer that facts.toml gives to QUESTION, or else OWN."""
    return FACTS.get(normal(question), own)


def fits(text, answer, heldout):
    """Whether TEXT may stand on this side of the split with this ANSWER, given facts.toml."""
    key = normal(text)
    if FACTS.get(key, answer) != answer or HELD_FACTS.get(key, answer) != answer:
        return False
    return key not in (FACTS if heldout else HELD_FACTS)


def lower_first(text):
    """TEXT with a small first letter, unless its first word is always written with a capital."""
    word = text.split(" ", 1)[0]
    if word in ("I", "I'm", "I've", "I'd") or word.isupper() and len(word) > 1:
        return text
    return text[:1].lower() + text[1:]


SAFE = set(
    "My The It There Remember Please Call At Our Let Keep People This You We Note As Actually "
    "Sorry No Now Correction Is Am Do Change What Where Who Which How When Tell Say Give "
    "Can".split()
)


def safe_lower(text):
    """TEXT with a small first letter if its first word cannot be a name."""
    return lower_first(text) if text.split(" ", 1)[0].rstrip(",:") in SAFE else text


def upper_first(text):
    return text[:1].upper() + text[1:]


def slip(rng, text):
    """TEXT with one slip of the fingers in one long word; digits and capitals are left alone."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) >= 5 and w.isalpha() and w.islower()]
    if not long:
        return text
    i = rng.choice(long)
    word, at = words[i], rng.randrange(1, len(words[i]) - 2)
    kind = rng.randrange(3)
    if kind == 0:
        words[i] = word[:at] + word[at + 1 :]
    elif kind == 1:
        words[i] = word[:at] + word[at] + word[at:]
    else:
        words[i] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


def careless(rng, text, keep=False):
    """TEXT as typed in haste: contracted, small letters, no full stop, a slip. With KEEP the
    letters stay, for texts with names that the answer copies."""
    for full, short in CONTRACT:
        if full in text and rng.random() < 0.35:
            text = text.replace(full, short)
    if rng.random() < 0.3:
        text = text.rstrip(".?!")
    elif rng.random() < 0.06:
        text = text.rstrip(".?!") + rng.choice(("??", "!", "!!", "...", " ?", "?!"))
    if keep:
        return text if rng.random() < 0.75 else safe_lower(text)
    if rng.random() < 0.3:
        text = text.lower()
    elif rng.random() < 0.015:
        text = text.upper()
    if rng.random() < 0.08:
        text = slip(rng, text)
    return text


def dress(rng, text, heldout=False, keep=False):
    """TEXT, a question (ends with ?) or an order, in one of the ways in which people put it."""
    if rng.random() < 0.4:
        if text.endswith("?"):
            pool = HELD_OPENERS if heldout and rng.random() < 0.3 else OPENERS
            text = rng.choice(pool) + lower_first(text)
        elif text.endswith("."):
            pool = HELD_ORDERS if heldout and rng.random() < 0.3 else ORDERS
            start = rng.choice(pool)
            text = start + lower_first(text)
            if start.split(", ")[-1].lower().startswith(("can", "could", "would", "will")):
                text = text[:-1] + "?"
    if text[-1:] in ".?!" and rng.random() < 0.1:
        text += rng.choice(CLOSERS)
    elif text[-1:] in ".?" and rng.random() < 0.06:
        text = text[:-1] + ", please" + text[-1]
    return careless(rng, text, keep)
