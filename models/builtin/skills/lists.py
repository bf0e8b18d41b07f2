"""Exact work on texts and short lists: copying, reversing, sorting, counting, ends, looking up.

Answers are bare: the item, or the items joined by ", ". Lists and texts are split by a hash of task
and content. The largest and the smallest of a list are asked for in arithmetic.py.
"""

import re

from . import basics_lexicon as lex
from . import lists_words as words
from . import lookup, quotes
from .case import Case, Message, bare, exactly, heldout_key, listed
from .common_words import WORDS

SKILL = "lists"

_INVENTED = 0.1


def _listed(items):
    """An accept for answers that give ITEMS in order, however separated."""
    want = [str(item).lower() for item in items]
    return lambda answer: re.findall(r"-?[\w'’.:]*\w", answer.lower()) == want


def _side(draw, heldout):
    """What DRAW() -> (key, value) gives on the wanted side of the split."""
    while True:
        key, value = draw()
        if heldout_key(key) == heldout:
            return value


def _items(rng, count, numbers=None):
    """COUNT different items: lexicon words, names, invented words or numbers."""
    kind = rng.random()
    if numbers or (numbers is None and kind < 0.2):
        top = rng.choice((20, 100, 100, 1000))
        return rng.sample(range(top), count)
    if kind < 0.2 + _INVENTED:
        return list(dict.fromkeys(lex.invented(rng, rng.choice((1, 2, 2))) for _ in range(count)))
    if kind < 0.42:
        return rng.sample(lex.NAMES, count)
    if kind < 0.57:
        return rng.sample(lex.CATEGORIES[rng.choice(_LARGE)], count)
    if kind < 0.7:
        return rng.sample(WORDS, count)
    found = rng.sample(lex.WORDS, count)
    return [word.capitalize() for word in found] if rng.random() < 0.12 else found


_LARGE = [kind for kind, members in lex.CATEGORIES.items() if len(members) >= 8]


def _written(rng, items, plain=False):
    """ITEMS as a user writes a list."""
    items = [str(item) for item in items]
    form = rng.random()
    if form < 0.55 or plain and form < 0.75:
        return ", ".join(items)
    if form < 0.75:
        return " ".join(items)
    if form < 0.82 and len(items) > 1:
        return listed(items)
    if form < 0.87:
        return ",".join(items)
    if form < 0.91:
        return "; ".join(items)
    if form < 0.96:
        return "[" + ", ".join(items) + "]"
    return "\n" + "\n".join("- " + item for item in items)


def _tidy(question):
    """QUESTION, whose list of lines only stays one where it follows a colon."""
    before, mark, after = question.partition("\n- ")
    if not mark:
        return question
    if before.rstrip().endswith(":"):
        return before.rstrip() + mark + after
    return before + after.replace("\n- ", ", ")


def _joined(items):
    return ", ".join(str(item) for item in items)


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _code(rng):
    """Digits, letters, or both, of which none follows from those before."""
    kind = rng.randrange(4)
    if kind == 0:
        return "".join(str(rng.randrange(10)) for _ in range(rng.randint(2, 8)))
    letters = [rng.choice(_LETTERS) for _ in range(rng.randint(2, 6))]
    if kind == 1:
        return rng.choice((" ", " ", "", "-")).join(letters)
    if kind == 2:
        return " ".join(letters).upper()
    head = "".join(letters[:3]).upper()
    return head + rng.choice(("-", " ", "")) + str(rng.randrange(10, 10000))


def _text(rng):
    """A text to copy."""
    kind = rng.random()
    if kind < 0.35:
        pattern = rng.choice(words.SENTENCES)
        text = pattern.format(
            a=rng.choice(lex.NOUNS),
            b=rng.choice(lex.NOUNS),
            c=rng.choice(lex.CATEGORIES["colour"]),
            n=rng.randint(2, 99),
            p=rng.choice(lex.NAMES),
            q=rng.choice(lex.NAMES),
            t=rng.choice(lex.CITIES),
            d=rng.choice(lex.DAYS),
            x=lex.invented(rng, 2),
        )
        if rng.random() < 0.2:
            text = text.lower()
        return text.rstrip(".") if rng.random() < 0.3 else text
    if kind < 0.5:
        return _code(rng)
    if kind < 0.62:
        made = [lex.invented(rng, rng.choice((1, 2, 3))) for _ in range(rng.randint(1, 4))]
        return " ".join(w.capitalize() if kind < 0.56 else w for w in made)
    items = _items(rng, rng.choice((1, 1, 2, 3, 4, 5, 6)))
    text = rng.choice((", ", " ", " ", "-")).join(str(item) for item in items)
    return text.upper() if rng.random() < 0.07 else text


def _copy(rng, heldout):
    def draw():
        text = _text(rng)
        return "copy " + " ".join(re.findall(r"\w+", text.lower())), text

    text = _side(draw, heldout)
    if rng.random() < 0.3:
        mark = rng.choice(('"', '"', "'"))
        question = words.COPY_QUOTED.draw(rng, heldout).format(x=mark + text + mark)
    else:
        question = words.COPY.draw(rng, heldout).format(x=text)
    return question, text, exactly(text)


def _draw_list(rng, heldout, task, low, high, numbers=None):
    def draw():
        items = _items(rng, rng.randint(low, high), numbers)
        return f"{task} {items}", items

    return _side(draw, heldout)


def _reverse(rng, heldout):
    items = _draw_list(rng, heldout, "reverse", 2, 6)
    question = words.REVERSE.draw(rng, heldout).format(x=_written(rng, items))
    return question, _joined(items[::-1]), _listed(items[::-1])


def _sort_numbers(rng, heldout):
    def draw():
        top = rng.choice((10, 30, 100, 100, 100, 1000))
        numbers = rng.sample(range(top), rng.choice((2, 3, 3, 3, 4, 4, 5)))
        return f"sort {sorted(numbers)}", numbers

    numbers = _side(draw, heldout)
    down = rng.random() < 0.4
    wording = words.SORT_DOWN if down else words.SORT_UP
    question = wording.draw(rng, heldout).format(x=_written(rng, numbers))
    order = sorted(numbers, reverse=down)
    return question, _joined(order), _listed(order)


_BY_LETTER = {}
for _word in lex.WORDS:
    _BY_LETTER.setdefault(_word[0], []).append(_word)
_NAMES_BY_LETTER = {}
for _word in lex.NAMES:
    _NAMES_BY_LETTER.setdefault(_word[0], []).append(_word)


def _sort_words(rng, heldout):
    """Words of different first letters, which a model that sees no letters can still learn."""

    names = rng.random() < 0.25
    table = _NAMES_BY_LETTER if names else _BY_LETTER

    def draw():
        letters = rng.sample(sorted(table), rng.choice((2, 3, 3, 3, 4, 4)))
        found = [rng.choice(table[letter]) for letter in letters]
        return f"alphabet {sorted(found)}", found

    found = _side(draw, heldout)
    template = words.SORT_WORDS.draw(rng, heldout)
    if names and rng.random() < 0.7:
        template = template.replace("words", "names")
    question = template.format(x=_written(rng, found))
    return question, _joined(sorted(found)), _listed(sorted(found))


def _end(rng, heldout):
    """The first or the last item."""
    items = _draw_list(rng, heldout, "end", 2, 6)
    what = "number" if isinstance(items[0], int) else "word"
    what = rng.choice((what, what, "item"))
    which, answer = rng.choice((("first", items[0]), ("last", items[-1])))
    question = words.END.draw(rng, heldout).format(k=which, w=what, x=_written(rng, items))
    return question, str(answer), bare(answer)


def _count(rng, heldout):
    items = _draw_list(rng, heldout, "count", 2, 6)
    what = "numbers" if isinstance(items[0], int) else "words"
    if rng.random() < 0.4:
        what = "items"
    question = words.COUNT.draw(rng, heldout).format(w=what, x=_written(rng, items))

    def accept(answer):
        return re.findall(r"\d+", answer) == [str(len(items))]

    return question, f"There are {len(items)} {what}.", accept


def _contains(rng, heldout):
    items = _draw_list(rng, heldout, "contains", 2, 6)
    inside = rng.random() < 0.5
    word = rng.choice(items)
    if not inside:
        items = [item for item in items if item != word]
    question = words.CONTAINS.draw(rng, heldout).format(w=word, x=_written(rng, items))
    start = "Yes" if inside else "No"
    answer = f"{start}, {word} is {'' if inside else 'not '}in the list."

    def accept(text):
        said = re.findall(r"\w+", text.lower())
        return said[:1] == [start.lower()] and (len(said) == 1 or str(word).lower() in said)

    return question, answer, accept


def _turns(rng, heldout):
    """A list, and one more wish about it."""
    items = _draw_list(rng, heldout, "turns", 3, 5, numbers=rng.random() < 0.5)
    numeric = isinstance(items[0], int)
    question = words.COPY_LIST.draw(rng, heldout).format(x=_written(rng, items, True))
    messages = [
        Message("user", question),
        Message("assistant", _joined(items), accept=_listed(items)),
    ]
    kind = rng.choice(("up", "down") if numeric else ("reverse", "first", "last", "count"))
    question = words.THEN[kind].draw(rng, heldout)
    if kind == "count":
        answer = f"There are {len(items)} items."
        accept = lambda text: re.findall(r"\d+", text) == [str(len(items))]
    elif kind in ("first", "last"):
        answer = items[0] if kind == "first" else items[-1]
        accept = bare(answer)
    else:
        order = items[::-1] if kind == "reverse" else sorted(items, reverse=kind == "down")
        answer, accept = _joined(order), _listed(order)
    messages.append(Message("user", question))
    messages.append(Message("assistant", answer, accept=accept))
    return Case(SKILL, messages)


# How often a task is asked, and trained: sorting and membership are the hardest to learn.
_TASKS = [
    (_copy, 30, 20),
    (_reverse, 10, 10),
    (_sort_numbers, 18, 30),
    (_sort_words, 13, 28),
    (_end, 8, 6),
    (_count, 8, 6),
    (_contains, 9, 18),
]
_CHOICES = [task for task, _, _ in _TASKS]
_ASKED, _TRAINED = [asked for _, asked, _ in _TASKS], [trained for _, _, trained in _TASKS]


def case(rng, heldout):
    """One conversation; see case.py."""
    if rng.random() < 0.04:
        return _turns(rng, heldout)
    draw = rng.random() * (2.5 if heldout else 0.8)
    if draw < 0.4:
        return (quotes if draw < 0.22 else lookup).case(rng, heldout, SKILL)
    task = rng.choices(_CHOICES, _ASKED if heldout else _TRAINED)[0]
    question, answer, accept = task(rng, heldout)
    question = _tidy(question)
    return Case(SKILL, [Message("user", question), Message("assistant", answer, accept=accept)])
