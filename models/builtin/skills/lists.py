"""Exact work on texts and lists: copying, reversing, sorting, counting, picking, small word facts.

Answers are bare: the item, or the items joined by ", ". Lists and texts are split by a hash of task
and content; word facts (opposites, plurals, spelling, days ...) are split by wording.
"""

import re

from . import basics_lexicon as lex
from . import lists_words as words
from . import lists_words_more as more
from .case import Case, Message, exactly, heldout_key

SKILL = "lists"

_INVENTED = 0.12


def _listed(items):
    """An accept for answers that give ITEMS in order, however separated."""
    want = [str(item).lower() for item in items]
    return lambda answer: re.findall(r"-?[\w'’.:]*\w", answer.lower()) == want


def _only(word):
    """An accept for the bare WORD, in any case of letters, with or without marks around it."""
    return lambda answer: answer.strip(" .!\"'*\n").lower() == str(word).lower()


def _ends(word):
    """An accept for sentences that end with WORD."""
    return lambda answer: re.findall(r"[\w-]+", answer.lower())[-1:] == [str(word).lower()]


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
    if kind < 0.6:
        return rng.sample(lex.CATEGORIES[rng.choice(_LARGE)], count)
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
        return ", ".join(items[:-1]) + " and " + items[-1]
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


def _text(rng):
    """A text to copy."""
    kind = rng.random()
    if kind < 0.5:
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
    if kind < 0.62:
        return "".join(str(rng.randrange(10)) for _ in range(rng.randint(2, 8)))
    if kind < 0.7:
        return " ".join(lex.invented(rng, rng.choice((1, 2, 3))) for _ in range(rng.randint(1, 4)))
    items = _items(rng, rng.choice((1, 1, 2, 3, 4, 5)))
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


def _again(rng, heldout):
    """A word several times."""

    def draw():
        word = _items(rng, 1)[0]
        count = rng.randint(2, 5)
        return f"again {word} {count}", (word, count)

    word, count = _side(draw, heldout)
    said = rng.choice((str(count), lex.CATEGORIES["number"][count - 1]))
    said = "twice" if count == 2 and rng.random() < 0.4 else said + " times"
    question = words.AGAIN.draw(rng, heldout).format(x=word, n=said)
    return question, _joined([word] * count), _listed([word] * count)


def _draw_list(rng, heldout, task, low, high, numbers=None):
    def draw():
        items = _items(rng, rng.randint(low, high), numbers)
        return f"{task} {items}", items

    return _side(draw, heldout)


def _reverse(rng, heldout):
    items = _draw_list(rng, heldout, "reverse", 2, 5)
    question = words.REVERSE.draw(rng, heldout).format(x=_written(rng, items))
    return question, _joined(items[::-1]), _listed(items[::-1])


def _sort_numbers(rng, heldout):
    def draw():
        top = rng.choice((10, 30, 100, 100, 100, 1000))
        numbers = rng.sample(range(top), rng.randint(3, 6))
        if rng.random() < 0.1:
            numbers[-1] = numbers[0]
            rng.shuffle(numbers)
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
        letters = rng.sample(sorted(table), rng.choice((3, 3, 4, 4, 5)))
        found = [rng.choice(table[letter]) for letter in letters]
        return f"alphabet {sorted(found)}", found

    found = _side(draw, heldout)
    template = words.SORT_WORDS.draw(rng, heldout)
    if names and rng.random() < 0.7:
        template = template.replace("words", "names")
    question = template.format(x=_written(rng, found))
    return question, _joined(sorted(found)), _listed(sorted(found))


def _nth(rng, heldout):
    items = _draw_list(rng, heldout, "nth", 3, 6)
    what = "number" if isinstance(items[0], int) else "word"
    what = rng.choice((what, what, "item"))
    pick = rng.randrange(len(items) + 1)
    last = pick >= len(items) - 1 and (pick == len(items) or rng.random() < 0.5)
    pick = len(items) - 1 if last else pick
    ordinal = "last" if last else lex.ORDINALS[pick]
    if not last and rng.random() < 0.15:
        ordinal = f"{pick + 1}{words.ENDINGS[pick]}"
    question = words.NTH.draw(rng, heldout).format(k=ordinal, w=what, x=_written(rng, items))
    return question, str(items[pick]), _only(items[pick])


def _longest(rng, heldout):
    up = rng.random() < 0.65

    def draw():
        found = rng.sample(lex.WORDS, rng.randint(3, 4))
        order = sorted(found, key=len, reverse=up)
        clear = abs(len(order[0]) - len(order[1])) >= 2
        return f"longest {sorted(found)}" if clear else None, (found, order[0])

    while True:
        key, (found, best) = draw()
        if key and heldout_key(key) == heldout:
            break
    wording = words.LONGEST if up else words.SHORTEST
    question = wording.draw(rng, heldout).format(x=_written(rng, found))
    return question, best, _only(best)


def _count(rng, heldout):
    items = _draw_list(rng, heldout, "count", 2, 7)
    what = "numbers" if isinstance(items[0], int) else "words"
    if rng.random() < 0.4:
        what = "items"
    question = words.COUNT.draw(rng, heldout).format(w=what, x=_written(rng, items))

    def accept(answer):
        return re.findall(r"\d+", answer) == [str(len(items))]

    return question, f"There are {len(items)} {what}.", accept


def _unique(rng, heldout):
    items = _draw_list(rng, heldout, "unique", 2, 4)
    many = items + [rng.choice(items) for _ in range(rng.randint(1, 2))]
    rng.shuffle(many)
    order = list(dict.fromkeys(many))
    question = words.UNIQUE.draw(rng, heldout).format(x=_written(rng, many))
    return question, _joined(order), _listed(order)


def _contains(rng, heldout):
    items = _draw_list(rng, heldout, "contains", 3, 6)
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


def _add_item(rng, heldout):
    """Add an item at the end, or take one out."""
    items = _draw_list(rng, heldout, "change", 3, 5)
    if rng.random() < 0.5:
        word, items = items[-1], items[:-1]
        question = words.APPEND.draw(rng, heldout).format(w=word, x=_written(rng, items))
        return question, _joined(items + [word]), _listed(items + [word])
    word = rng.choice(items)
    question = words.REMOVE.draw(rng, heldout).format(w=word, x=_written(rng, items))
    rest = [item for item in items if item != word]
    return question, _joined(rest), _listed(rest)


def _member(rng, heldout):
    """Which of these is a ...: one of the kind among others, or two (all of them are asked)."""
    kinds = rng.sample(_KINDS, 4)
    if "fruit" in kinds and "vegetable" in kinds:  # a tomato would be arguable
        kinds = [kind for kind in kinds if kind != "vegetable"]
    several = rng.random() < 0.25

    def draw():
        chosen = rng.sample(lex.CATEGORIES[kinds[0]], 2 if several else 1)
        if kinds[0] == "number" and rng.random() < 0.4:
            chosen = [str(n) for n in rng.sample(range(100), len(chosen))]
        others = [rng.choice(lex.CATEGORIES[kind]) for kind in kinds[1 : rng.choice((3, 3, 4))]]
        mixed = chosen + others
        rng.shuffle(mixed)
        return f"member {sorted(mixed)}", (mixed, chosen)

    mixed, chosen = _side(draw, heldout)
    right = [word for word in mixed if word in chosen]
    article = "an" if kinds[0][0] in "aeiou" else "a"
    fill = {"k": kinds[0], "a": article, "p": lex.plural(kinds[0])}
    if several:
        question = words.MEMBERS.draw(rng, heldout).format(x=_written(rng, mixed), **fill)
        return question, _joined(right), _listed(right)
    written = _written(rng, mixed)
    if ", " in written and rng.random() < 0.4 and "[" not in written:
        written = ", ".join(mixed[:-1]) + " or " + mixed[-1]
    question = words.MEMBER.draw(rng, heldout).format(x=written, **fill)
    return question, right[0], _only(right[0])


_KINDS = list(lex.CATEGORIES)


def _odd_one_out(rng, heldout):
    kind, other = rng.sample(_KINDS, 2)

    def draw():
        mixed = rng.sample(lex.CATEGORIES[kind], 3) + [rng.choice(lex.CATEGORIES[other])]
        odd = mixed[-1]
        rng.shuffle(mixed)
        return f"odd {sorted(mixed)}", (mixed, odd)

    mixed, odd = _side(draw, heldout)
    question = words.ODD.draw(rng, heldout).format(x=_written(rng, mixed))
    return question, odd, _only(odd)


def _case_of_letters(rng, heldout):
    upper = rng.random() < 0.6
    count = rng.choice((1, 1, 1, 2, 3))
    source = lex.WORDS + lex.NAMES if upper else lex.WORDS

    def draw():
        found = rng.sample(source, count)
        return f"letters {found}", found

    fact = count == 1
    found = draw()[1] if fact else _side(draw, heldout)
    text = " ".join(found)
    wording = more.UPPER if upper else more.LOWER
    given, answer = (text, text.upper()) if upper else (text.upper(), text.lower())
    question = wording.draw(rng, heldout, fact).format(x=given)
    return question, answer, exactly(answer)


def _spell(rng, heldout):
    word = rng.choice(_TO_SPELL)
    question = more.SPELL.draw(rng, heldout, True).format(x=word)
    return question, "-".join(word), lambda answer: "".join(re.findall("[a-z]", answer)) == word


_TO_SPELL = [word for word in lex.WORDS if len(word) <= 7]


def _letters(rng, heldout):
    """How many letters a word has, or its first or last letter. Counting spells first."""
    word = rng.choice(_TO_SPELL)
    if rng.random() < 0.5:
        question = more.HOW_MANY_LETTERS.draw(rng, heldout, True).format(x=word)
        accept = lambda text: re.findall(r"\d+", text) == [str(len(word))]
        return question, f"{'-'.join(word)}: {len(word)} letters.", accept
    which, letter = rng.choice((("first", word[0]), ("first", word[0]), ("last", word[-1])))
    question = more.LETTER.draw(rng, heldout, True).format(x=word, k=which)
    return question, f"The {which} letter of {word} is {letter}.", _ends(letter)


def _opposite(rng, heldout):
    word = rng.choice(_ASKED_OPPOSITES)
    question = more.OPPOSITE.draw(rng, heldout, True).format(x=word)
    answer = lex.OPPOSITE[word]
    return question, f"The opposite of {word} is {answer}.", _ends(answer)


_ASKED_OPPOSITES = sorted(lex.OPPOSITE)


def _plural(rng, heldout):
    word = rng.choice(lex.SINGULARS)
    many = lex.plural(word)
    if rng.random() < 0.25 and many != word:
        question = more.SINGULAR.draw(rng, heldout, True).format(x=many)
        return question, f"The singular of {many} is {word}.", _ends(word)
    question = more.PLURAL.draw(rng, heldout, True).format(x=word)
    return question, f"The plural of {word} is {many}.", _ends(many)


def _day(rng, heldout):
    """The neighbours of a day or a month, and the places of months and days."""
    if rng.random() < 0.12:
        return _alphabet(rng, heldout)
    month = rng.random() < 0.5
    names, what = (lex.MONTHS, "month") if month else (lex.DAYS, "day")
    i = rng.randrange(len(names))
    name, kind = names[i], rng.randrange(5)
    fill = {"x": name.lower() if rng.random() < 0.2 else name, "w": what}
    if kind < 4 and not (kind == 3 and not month):
        step = (1, -1, 1, 0)[kind]
        if step:
            wording = more.NEXT if step > 0 else more.PREVIOUS
            answer = names[(i + step) % len(names)]
            side = "after" if step > 0 else "before"
            question = wording.draw(rng, heldout, True).format(**fill)
            return question, f"The {what} {side} {name} is {answer}.", _ends(answer)
        question = more.MONTH_NUMBER.draw(rng, heldout, True).format(**fill)
        return question, f"{name} is month {i + 1}.", _ends(i + 1)
    if month and rng.random() < 0.5:
        question = more.MONTH_DAYS.draw(rng, heldout, True).format(**fill)
        days = lex.MONTH_DAYS[i]
        accept = lambda text: re.findall(r"\d+", text)[:1] == [str(days)]
        return question, f"{name} has {days} days.", accept
    ordinal = lex.ORDINALS[i]
    whole = "year" if month else "week"
    fill.update(k=ordinal, y=whole)
    question = more.PLACE.draw(rng, heldout, True).format(**fill)
    return question, f"The {ordinal} {what} of the {whole} is {name}.", _ends(name)


def _alphabet(rng, heldout):
    """The neighbours of a letter."""
    i, step = rng.choice([(i, s) for i in range(26) for s in (1, -1) if 0 <= i + s < 26])
    letter, answer = (chr(ord("a") + k) for k in (i, i + step))
    wording, side = (more.NEXT, "after") if step > 0 else (more.PREVIOUS, "before")
    given = letter.upper() if rng.random() < 0.5 else letter
    question = wording.draw(rng, heldout, True).format(x=given, w="letter")
    return question, f"The letter {side} {letter} is {answer}.", _ends(answer)


def _sequence(rng, heldout):
    """Numbers counted up or down, or the numbers that go on a row."""
    step = rng.choice((1, 1, 2, 5, 10))

    counted = step == 1 and rng.random() < 0.7

    def draw():
        start, length = rng.randint(0, 60), rng.randint(3, 8) if counted else rng.choice((4, 5))
        return f"sequence {start} {length} {step} {counted}", (start, length)

    start, length = _side(draw, heldout)
    row = [start + step * i for i in range(length)]
    if counted:
        if rng.random() < 0.35:
            row = row[::-1]
        question = more.COUNT_UP.draw(rng, heldout).format(a=row[0], b=row[-1])
        return question, _joined(row), _listed(row)
    question = more.GO_ON.draw(rng, heldout).format(x=_joined(row[:-1]))
    return question, str(row[-1]), _only(row[-1])


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
        accept = _only(answer)
    else:
        order = items[::-1] if kind == "reverse" else sorted(items, reverse=kind == "down")
        answer, accept = _joined(order), _listed(order)
    messages.append(Message("user", question))
    messages.append(Message("assistant", answer, accept=accept))
    return Case(SKILL, messages)


_TASKS = [
    (_copy, 17),
    (_again, 3),
    (_reverse, 8),
    (_sort_numbers, 11),
    (_sort_words, 7),
    (_nth, 9),
    (_longest, 4),
    (_count, 6),
    (_unique, 4),
    (_contains, 3),
    (_add_item, 4),
    (_member, 6),
    (_odd_one_out, 2),
    (_case_of_letters, 6),
    (_spell, 5),
    (_letters, 4),
    (_opposite, 5),
    (_plural, 5),
    (_day, 6),
    (_sequence, 4),
]
_CHOICES, _WEIGHTS = [t for t, _ in _TASKS], [w for _, w in _TASKS]


def case(rng, heldout):
    """One conversation; see case.py."""
    if rng.random() < 0.04:
        return _turns(rng, heldout)
    task = rng.choices(_CHOICES, _WEIGHTS)[0]
    question, answer, accept = task(rng, heldout)
    question = _tidy(question)
    return Case(SKILL, [Message("user", question), Message("assistant", answer, accept=accept)])
