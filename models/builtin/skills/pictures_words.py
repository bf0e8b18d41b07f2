"""Words about pictures: names, the many ways to ask, and what makes an answer right.

Every question belongs to a family. A family's wordings come from patterns in which (a|b|) stands
for a choice; each wording belongs by its hash to the training or to the held-out side."""

import re
from functools import lru_cache

try:
    from .case import Message, heldout_key, listed  # noqa: F401
    from .draw import CHARACTERS, COLOURS, ICONS, SHAPES
except ImportError:
    from case import Message, heldout_key, listed  # noqa: F401
    from draw import CHARACTERS, COLOURS, ICONS, SHAPES

CELLS = [
    "at the top left",
    "at the top",
    "at the top right",
    "on the left",
    "in the centre",
    "on the right",
    "at the bottom left",
    "at the bottom",
    "at the bottom right",
]
# Things that are never shown, so that what is asked about is not always something known.
ABSENT = (
    "person child horse cow ball train table chair plane bottle hat shoe pizza cake spider robot "
    "rocket guitar window door mountain river road hexagon pentagon cube elephant lion mouse tower"
).split()
PLURALS = {
    "person": "people",
    "child": "children",
    "cross": "crosses",
    "fish": "fish",
    "bus": "buses",
    "smiley": "smileys",
    "mouse": "mice",
}
NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
CANNOT = "I cannot tell from the picture."
NO_TEXT = "There is no text in the picture."
NO_NUMBER = "There is no number in the picture."


def plural(noun):
    before, _, last = noun.rpartition(" ")
    return (before + " " if before else "") + PLURALS.get(last, last + "s")


def article(words):
    """WORDS after "a" or "an"."""
    return ("an " if words[0] in "aeiou" else "a ") + words


def counted(n, noun):
    """The sentence that says that there are N of NOUN (its singular)."""
    if n == 1:
        return f"There is 1 {noun}."
    return f"There are {n or 'no'} {plural(noun)}."


def sentence(text):
    return text[0].upper() + text[1:] + "."


# --- what an answer means ---------------------------------------------------------------------

_SAME = {
    "gray": "grey",
    "middle": "centre",
    "center": "centre",
    "big": "large",
    "bigger": "larger",
    "biggest": "largest",
    "upper": "top",
    "lower": "bottom",
    "highest": "tallest",
    "lowest": "shortest",
    "ellipse": "oval",
    "none": "no",
    "nothing": "no",
    "0": "no",
    "zero": "no",
    "can't": "cannot",
    "1st": "first",
    "2nd": "second",
    "fishes": "fish",
}
_SAME.update({word: str(i) for i, word in enumerate(NUMBERS) if i})
_PLAIN = (
    "large small larger smaller largest smallest tallest shortest taller shorter left right top "
    "bottom centre up down first second third last yes no not cannot both neither same more fewer "
    "many above below low high full empty half grows shrinks appears disappears moves changes "
    "still level cold warm hot different row column pie light text number word face rows columns "
    "grid traffic clock slice bar line plain letter digit chart"
).split()


def _lexicon():
    known = {}
    for word in _PLAIN + [p for name in SHAPES + ICONS + COLOURS + ABSENT for p in name.split()]:
        known[word] = known[plural(word)] = word
    for word, meaning in _SAME.items():
        known[word] = meaning
    for character in CHARACTERS:
        known.setdefault(character.lower(), character.lower())
    known["a"] = known["i"] = None  # an article and a pronoun; the letters are asked for by "bar a"
    return known


_KNOWN = _lexicon()
_WORD = re.compile(r"[a-z']+|[0-9]+")


@lru_cache(maxsize=4096)
def content(text):
    """The words of TEXT that carry its meaning, in their order."""
    words = _WORD.findall(re.sub(r"\b([Bb]ar|[Ll]etter) A\b", r"\1 aaa", text).lower())
    found = []
    for word in words:
        word = word if word.isdigit() and word != "0" else _KNOWN.get(word, word == "aaa" and "aaa")
        if word:
            found.append(word)
    return tuple(found)


def means(answer, needed=None, ordered=False):
    """An accept: the meaning of ANSWER, of which the words of NEEDED must be said and nothing else;
    ORDERED when the order of the words matters."""

    def accept(text):
        want, got = content(answer), content(text)
        if ordered:
            return got == want
        must = set(content(needed)) if needed else set(want)
        return must <= set(got) <= set(want)

    return accept


def yes_no(true, answer=None):
    """An accept for an answer that begins with yes (TRUE) or no, and that says nothing else than
    ANSWER."""
    wanted, other = ("yes", "no") if true else ("no", "yes")
    whole = answer

    def accept(text):
        words = re.findall(r"[a-z]+", text.lower())
        right = bool(words) and words[0] == wanted and other not in words
        return right and (not whole or set(content(text)) <= set(content(whole)))

    return accept


def yes(true):
    return "yes" if true else "no"


def concludes(true, answer):
    """An accept for an answer that ends with yes (TRUE) or no, and that says nothing else than
    ANSWER."""

    def accept(text):
        words = re.findall(r"[a-z]+", text.lower())
        return words[-1:] == [yes(true)] and set(content(text)) <= set(content(answer))

    return accept


def reads(text):
    """An accept for an answer in which TEXT stands by itself, whatever the case of its letters."""
    skip = "it says the number is in letter digit text word picture a shows".split()

    def accept(answer):
        words = re.findall(r"[a-z0-9]+", answer.lower())
        rest = [w for w in words if w not in skip]
        target = text.lower().split()
        ends = words[-len(target) :] == target
        return rest == target or (ends and all(t in skip for t in target))

    return accept


# --- how people ask ---------------------------------------------------------------------------


def expand(pattern):
    """All strings that PATTERN stands for: (a|b) is a choice, and choices may lie in choices."""
    done, work = [], [pattern]
    while work:
        text = work.pop()
        match = re.search(r"\(([^()]*)\)", text)
        if not match:
            text = re.sub(r"\s+([?.,!])", r"\1", " ".join(text.split()))
            done.append(text.replace(" a image", " an image"))
            continue
        for choice in match.group(1).split("|"):
            work.append(text[: match.start()] + choice + text[match.end() :])
    return sorted(set(done))


PIC = "(picture|picture|image|photo|drawing|pic)"
HERE = f"(|in the {PIC}|in this {PIC}|here)"
SEE = f"(are there {HERE}|do you see {HERE}|can you see|can be seen|are shown|are in the {PIC})"


def wordings(table, share=0.08):
    """TABLE of patterns by family as (training, held-out) by family: for every pattern the list of
    its wordings, so that a pattern with many choices is not drawn more often than a plain one."""
    split = {}
    for family, patterns in table.items():
        train, held = [], []
        for pattern in patterns:
            every = expand(pattern)
            kept = [text for text in every if heldout_key(f"wording {family} {text}", share)]
            rest = [text for text in every if text not in kept]
            train += [rest] if rest else []
            held += [kept] if kept else []
        split[family] = train or held, held if train else []
    return split


_BEFORE = [
    "Please tell me: ",
    "Tell me: ",
    "Can you tell me: ",
    "Hi! ",
    "Hello! ",
    "Hello, ",
    "Look at the picture. ",
    "Look at this picture: ",
    "Look at this. ",
    "Quick question: ",
    "I have a question: ",
    "Question: ",
    "I wonder: ",
    "I would like to know: ",
    "Here is a picture. ",
    "Please look closely. ",
    "Help me please: ",
    "Could you help me? ",
]
_LATER = [
    "And ",
    "Now, ",
    "OK, ",
    "OK. ",
    "Thanks! ",
    "Thank you. ",
    "Good. ",
    "Great! ",
    "Another question: ",
    "One more: ",
    "Next: ",
    "Also, ",
    "So, ",
    "Nice. ",
    "Then ",
]
_AFTER = [" Thanks!", " Thank you.", " Please.", " Please answer.", " Please tell me.", " Thanks"]
_SPELLINGS = [
    ("colour", "color"),
    ("Colour", "Color"),
    ("grey", "gray"),
    ("centre", "center"),
    ("in the centre", "in the middle"),
    ("What is ", "What's "),
    ("Where is ", "Where's "),
    ("what is ", "what's "),
    ("where is ", "where's "),
    ("that is", "that's"),
    (", is it not?", ", isn't it?"),
    (", does it not?", ", doesn't it?"),
]


def _slip(rng, text):
    """TEXT with one small typing mistake inside a longer word."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return text
    i = rng.choice(long)
    word, at = words[i], rng.randrange(1, len(words[i]) - 2)
    if rng.random() < 0.5:
        words[i] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    else:
        words[i] = word[:at] + word[at + 1 :]
    return " ".join(words)


def dress(rng, text, first):
    """A question TEXT as a person may type it; FIRST in its conversation or later."""
    chance = rng.random()
    if chance < 0.24:
        before = rng.choice(_BEFORE if first else _LATER + _BEFORE[:2])
        if before[-2] not in ".!?" or rng.random() < 0.1:
            text = text[0].lower() + text[1:] if text[:2] != "I " else text
        text = before + text
    elif chance < 0.3:
        text += rng.choice(_AFTER)
    if rng.random() < 0.4:
        for british, other in _SPELLINGS:
            if british in text and rng.random() < 0.6:
                text = text.replace(british, other)
    chance = rng.random()
    if chance < 0.22:
        text = text.lower()
    if rng.random() < 0.12:
        text = text.rstrip("?.!")
    if rng.random() < 0.04:
        text = _slip(rng, text)
    return text


class Turn:
    """One question of FAMILY with FILL for its places, and its answer, of which SPELLED is read
    letter by letter."""

    def __init__(self, family, answer, accept=None, spelled="", **fill):
        self.family, self.answer, self.fill = family, answer, fill
        self.spelled = spelled
        self.accept = accept or means(answer)


def converse(rng, heldout, table, turns, pictures):
    """The messages that ask TURNS about PICTURES, which come with the first."""
    messages = []
    for turn in turns:
        train, held = table[turn.family]
        pool = held if heldout and held and rng.random() < 0.6 else train
        text = rng.choice(rng.choice(pool)).format(**turn.fill)
        text = dress(rng, text[0].upper() + text[1:], not messages)
        messages.append(Message("user", text, [] if messages else list(pictures)))
        answer = Message("assistant", turn.answer, accept=turn.accept, spelled=turn.spelled)
        messages.append(answer)
    return messages


# Families after which "and the ...?" asks the same about another thing, and how that is asked.
FOLLOWED = {"colour": "and the", "where": "and the", "size": "and the", "count": "and"}
FOLLOWED["is there"] = "and is there"
FOLLOW_PATTERNS = {
    "and the": [
        "And the {x}?",
        "And what about the {x}?",
        "What about the {x}?",
        "And for the {x}?",
        "(The same for|How about) the {x}?",
    ],
    "and": [
        "And (|how many) {x}?",
        "(What|How) about {x}?",
        "And what about {x}?",
        "And the {x}?",
    ],
    "and is there": ["And {x}?", "(What|How) about {x}?", "And what about {x}?", "Or {x}?"],
}


def pick_turns(rng, asks, least, most):
    """Between LEAST and MOST different turns drawn from ASKS, pairs of a weight and a function of
    RNG that returns a Turn or, when it does not apply, None."""
    wanted, turns, seen = rng.randint(least, most), [], set()
    functions, weights = [a[1] for a in asks], [a[0] for a in asks]
    function = asked = None
    for _ in range(6 * wanted):
        again = function and turns and asked in FOLLOWED and rng.random() < 0.3
        function = function if again else rng.choices(functions, weights)[0]
        turn = function(rng)
        if turn is None:
            continue
        family = turn.family
        key = family + str(sorted(turn.fill.items()))
        if key in seen:
            continue
        seen.add(key)
        if again and family == asked and len(turn.fill) == 1:
            if turn.answer == turns[-1].answer and family != "is there":
                continue
            turn.family = FOLLOWED[family]
        asked = family
        turns.append(turn)
        if len(turns) == wanted:
            break
    return turns


def samples(table):
    """Every training wording once, with something in its places, for the tokenizer."""
    for train, _ in table.values():
        for group in train:
            for text in group:
                yield re.sub(r"\{\w\}", "red circle", text)
