"""Facts about takt: questions in many wordings, each with its one answer (facts.toml).

Training draws from the wordings of facts.toml and of the frames, changed by synonyms, politeness
and typing mistakes. The held-out side has wordings, frames and polite beginnings of its own.
"""

import re

from .case import Case, Message, heldout_key
from . import facts_source as source
from . import facts_words as words

SKILL = "facts"

FACTS = source.load()
BY_ID = {f["id"]: f for f in FACTS}
TRAIN, HELD = False, True
# Facts that are asked for more often: the first things that people type.
WEIGHTS = {"what-is-takt": 3, "who": 3, "can-do": 2, "promises": 2, "how-run": 2, "name": 2}

PREFIXES = words.beginnings(words.PREFIXES)
SUFFIXES = words.SUFFIXES.split("|")
HELD_PREFIXES = words.beginnings(words.HELD_PREFIXES)
SYNONYMS = words.synonym_table()
SYNONYM = re.compile(
    r"(?<![\w/.'-])(?:"
    + "|".join(re.escape(s) for s in sorted(SYNONYMS, key=len, reverse=True))
    + r")(?![\w/'-])",
    re.I,
)
SMALL_WORDS = frozenset(words.SMALL_WORDS.split())
LONG_WORD = re.compile(r"(?<![\w/.~$-])[A-Za-z]{5,}(?![\w/.-])")

HANDMADE = {side: {f["id"]: f["heldout" if side else "questions"] for f in FACTS}
            for side in (TRAIN, HELD)}
NEXT_FRAMES = {TRAIN: words.pieces(words.NEXT_FRAMES), HELD: words.pieces(words.HELD_NEXT_FRAMES)}
USE = {TRAIN: words.pieces(words.USE_WORDINGS), HELD: words.pieces(words.HELD_USE_WORDINGS)}


def _framed():
    """The frames' wordings of both sides: what is held out by hand is never framed for training,
    and the other way round."""
    by_hand = {source.normal(q) for f in FACTS for q in f["heldout"]}
    trained = {source.normal(q) for f in FACTS for q in f["questions"]}
    train = {f["id"]: [q for q in source.framed(f, False) if source.normal(q) not in by_hand]
             for f in FACTS}
    trained.update(source.normal(q) for texts in train.values() for q in texts)
    held = {f["id"]: [q for q in source.framed(f, True) if source.normal(q) not in trained]
            for f in FACTS}
    by_hand.update(source.normal(q) for texts in held.values() for q in texts)
    by_hand.update(source.normal(q) for q in USE[HELD])
    return {TRAIN: train, HELD: held}, frozenset(by_hand)


FRAMED, HELD_WORDINGS = _framed()
TICKETS = [f for f in FACTS for _ in range(WEIGHTS.get(f["id"], 1))]
COMMANDS = [f for f in FACTS if "then" in f]
NOUNS = {f["id"]: [n for kind, n in source.nouns(f) if kind != "tasks"] for f in FACTS}
# Facts of one topic that can be asked for one after the other by their nouns alone.
ROWS = {}
for _fact in FACTS:
    if NOUNS[_fact["id"]] and _fact["topic"] != "The built-in model":
        ROWS.setdefault(_fact["topic"], []).append(_fact)
ROWS = [row for row in ROWS.values() if len(row) > 2]
ROW_TICKETS = [row for row in ROWS for _ in row]
PAIRS = {}  # (first id, second id) -> whether the pair is held out


def _pair_heldout(first, second):
    key = (first["id"], second["id"])
    if key not in PAIRS:
        PAIRS[key] = heldout_key("facts " + " ".join(key), 0.15)
    return PAIRS[key]


def swap_word(rng, text):
    """TEXT with one or two phrases replaced by synonyms."""
    places = [m for m in SYNONYM.finditer(text)]
    if not places:
        return text
    for m in sorted(rng.sample(places, min(len(places), rng.choice((1, 1, 2)))),
                    key=lambda m: -m.start()):
        new = rng.choice(SYNONYMS[m.group().lower()])
        if m.group()[0].isupper():
            new = new[0].upper() + new[1:]
        text = text[:m.start()] + new + text[m.end():]
    return text


def mistype(rng, text):
    """TEXT with one letter of a long word lost, doubled, or swapped with the next one."""
    places = LONG_WORD.findall(text)
    if not places:
        return text
    word = rng.choice(places)
    i = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        new = word[:i] + word[i + 1:]
    elif kind == 1:
        new = word[:i] + word[i] + word[i:]
    else:
        new = word[:i] + word[i + 1] + word[i] + word[i + 2:]
    return text.replace(word, new, 1)


def keywords(rng, text):
    """TEXT as keywords, without most of the small words; the same if too little would be left."""
    kept = [w for w in text.rstrip("?.!").split()
            if w.lower().strip(",") not in SMALL_WORDS or rng.random() < 0.15]
    return " ".join(kept).rstrip(",") if len(kept) >= 3 else text


def lose_word(rng, text):
    """TEXT without one of its small words, as typed in a hurry."""
    parts = text.split()
    small = [i for i, w in enumerate(parts[1:], 1) if w.lower() in SMALL_WORDS]
    if len(parts) < 4 or not small:
        return text
    del parts[rng.choice(small)]
    return " ".join(parts)


def lower_start(text):
    """TEXT to go on after a comma, unless it begins with a name."""
    return text[0].lower() + text[1:] if text[:2] not in ("I ", "I'") and text[1:2].islower() \
        else text


def finish(rng, text):
    """TEXT typed more or less carefully."""
    r = rng.random()
    if r < 0.3:
        text = text.rstrip("?.!")
    elif r < 0.34:
        text = text.rstrip("?.!") + rng.choice(("??", " ?", "?!", "...", "!"))
    if rng.random() < 0.3:
        text = text.lower()
    return text


def wrap(rng, text, prefixes, chance):
    """TEXT behind a polite beginning, sometimes."""
    if rng.random() < chance:
        prefix = rng.choice(prefixes)
        text = prefix + (lower_start(text) if prefix.rstrip()[-1] in ",:" else text)
    return text


def vary(rng, text, own):
    """A training wording TEXT as somebody may type it. OWN: it is about the model itself, where
    "you" and "who" count and so are not dropped."""
    for _ in range(8):
        new = text
        if rng.random() < 0.3:
            new = swap_word(rng, new)
        r = rng.random()
        if r < 0.1 and not own:
            new = keywords(rng, new)
        elif r < 0.18:
            new = lose_word(rng, new)
        if rng.random() < 0.12:
            new = mistype(rng, new)
        if source.normal(new) in HELD_WORDINGS:
            continue
        new = wrap(rng, new, PREFIXES, 0.25)
        if rng.random() < 0.06:
            new = new.rstrip("?.!") + rng.choice(SUFFIXES)
        new = finish(rng, new)
        if source.normal(new) not in HELD_WORDINGS:
            return new
    return text


def vary_heldout(rng, text, _own):
    """A held-out wording with light wrapping only."""
    return finish(rng, wrap(rng, text, HELD_PREFIXES, 0.2))


def question(rng, fact, heldout):
    """One wording that asks for FACT."""
    made = FRAMED[heldout][fact["id"]]
    if made and rng.random() < (0.25 if heldout else 0.5):
        text = rng.choice(made)
    else:
        text = rng.choice(HANDMADE[heldout][fact["id"]])
    own = fact["topic"] == "The built-in model"
    return (vary_heldout if heldout else vary)(rng, text, own)


def turn(fact, text):
    """The two messages of a question and the answer that FACT gives."""
    return [Message("user", text), Message("assistant", fact["answer"], accept=fact["accept"])]


def one_after_other(rng, heldout):
    """Two or three things of one topic, the later ones by their nouns alone: "And takt bench?"."""
    row = rng.choice(ROW_TICKETS)
    first = rng.choice(row)
    messages = turn(first, question(rng, first, heldout))
    for _ in range(rng.choice((1, 1, 2))):
        others = [f for f in row if f is not first and _pair_heldout(first, f) == heldout]
        if not others:
            break
        second = rng.choice(others)
        frame = rng.choice(NEXT_FRAMES[heldout])
        text = source.fill(frame, rng.choice(NOUNS[second["id"]]))
        messages += turn(second, finish(rng, text))
        first = second
    return Case(SKILL, messages)


def then_use(rng, heldout):
    """What a command does, and then how it is used: the second question names no command."""
    first = rng.choice(COMMANDS)
    messages = turn(first, question(rng, first, heldout))
    messages += turn(BY_ID[first["then"]], finish(rng, rng.choice(USE[heldout])))
    return Case(SKILL, messages)


def case(rng, heldout):
    """One conversation about takt."""
    r = rng.random()
    if r < 0.12:
        return one_after_other(rng, heldout)
    if r < 0.17:
        return then_use(rng, heldout)
    fact = rng.choice(FACTS if heldout else TICKETS)
    return Case(SKILL, turn(fact, question(rng, fact, heldout)))
