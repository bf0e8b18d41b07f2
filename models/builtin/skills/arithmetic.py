"""Arithmetic of small numbers: sums, differences, products, divisions, comparisons, short stories.

The answer always writes the equation, so that a small model finds the operands next to the result.
Sums and the like are split by a hash of operation and operands; tables so small that they must be
learnt whole (12 x 12 and the like) are split by wording.
"""

import re

from . import arithmetic_words as words
from .case import Case, Message, heldout_key

SKILL = "arithmetic"

_NUMBER = re.compile(r"(?<!\d)-?\d+")
_SYMBOL = {"add": "+", "sub": "-", "mul": "×", "div": "÷"}
_LENGTHS = [(1, 1)] * 3 + [(2, 1)] * 5 + [(1, 2)] * 3 + [(2, 2)] * 12
_LENGTHS += [(3, 1)] * 2 + [(3, 2)] * 5 + [(2, 3)] * 3 + [(3, 3)] * 16
_FROM = {1: 0, 2: 10, 3: 100}


def _ends_with(number, *operands):
    """An accept for answers whose last number is NUMBER and whose equation, if there is one, begins
    with OPERANDS."""

    def accept(answer):
        answer = answer.replace("−", "-")
        found = _NUMBER.findall(answer)
        left = [int(n) for n in re.findall(r"\d+", answer.split("=")[0])]
        stated = "=" not in answer or not operands or sorted(left) == sorted(operands)
        return bool(found) and int(found[-1]) == number and stated

    return accept


_RELATION = re.compile(r"(-?\d+) is (larger|smaller|equal) (?:than|to) (-?\d+)")


def _compares(numbers, best):
    """An accept for answers that name BEST first and compare truly where they compare."""

    def accept(answer):
        found = [int(n) for n in _NUMBER.findall(answer)]
        return found[:1] == [best] and set(found) <= set(numbers) and _is_true(answer)

    return accept


def _is_true(answer):
    """Whether what ANSWER says of two numbers holds."""
    for a, relation, b in _RELATION.findall(answer.lower()):
        sign = (int(a) > int(b)) - (int(a) < int(b))
        if sign != {"larger": 1, "smaller": -1, "equal": 0}[relation]:
            return False
    return True


def _yes_no(yes, numbers):
    """An accept for yes or no, and true words after it about NUMBERS."""
    right, wrong = ("yes", "no") if yes else ("no", "yes")

    def accept(answer):
        said = re.findall(r"[a-z]+", answer.lower())
        known = {int(n) for n in _NUMBER.findall(answer)} <= set(numbers)
        return right in said and wrong not in said and known and _is_true(answer)

    return accept


def _is_kind(kind, n, start=""):
    """An accept for answers that begin with START and call N, and nothing else, KIND last."""

    def accept(answer):
        said = re.findall(r"even|odd", answer.lower())
        known = {int(m) for m in _NUMBER.findall(answer)} <= {n}
        return answer.lower().startswith(start) and said[-1:] == [kind] and known

    return accept


def _side(draw, heldout):
    """Operands from DRAW() -> (key, value) whose key lies on the wanted side of the split."""
    while True:
        key, value = draw()
        if heldout_key(key) == heldout:
            return value


def _digits(rng, length):
    return rng.randrange(_FROM[length], 10**length)


def _pair(rng, op):
    """Two operands of a sum or difference: all lengths, and many with a carry."""
    la, lb = rng.choice(_LENGTHS)
    a, b = _digits(rng, la), _digits(rng, lb)
    if rng.random() < 0.3:
        carry = a % 10 + b % 10 > 9 if op == "add" else a % 10 < b % 10
        if not carry:
            a, b = _digits(rng, la), _digits(rng, lb)
    if op == "sub" and a < b and rng.random() < 0.65:
        a, b = b, a
    return a, b


def _is_fact(op, a, b):
    if op == "add":
        return a <= 12 and b <= 12
    if op == "sub":
        return a <= 20 and b <= 12
    if op == "mul":
        return (a <= 12 and b <= 12) or a % 10 == 0 or b % 10 == 0
    return True


def _key(op, a, b):
    if op in ("add", "mul"):
        a, b = min(a, b), max(a, b)
    return f"{op} {a} {b}"


def _product(rng):
    part = rng.random()
    if part < 0.5:
        low = rng.choice((0, 2, 2, 2))
        return rng.randint(low, 12), rng.randint(low, 12)
    if part < 0.86:
        a, b = rng.randint(13, 99), rng.randint(2, 9)
    elif part < 0.94:
        a, b = 10 * rng.randint(1, 10), rng.randint(2, 9)
    else:
        a, b = rng.randint(2, 99), 10
    return (a, b) if rng.random() < 0.7 else (b, a)


def _draw_operands(rng, op):
    if op == "mul":
        return _product(rng)
    if op == "div":
        b = rng.randint(1, 12)
        return b * rng.randint(0 if rng.random() < 0.1 else 1, 12), b
    return _pair(rng, op)


def _operands(rng, op, heldout):
    """(a, b, whether this is a fact) for OP on the wanted side, facts as common on both sides."""
    a, b = _draw_operands(rng, op)
    if _is_fact(op, a, b):
        return a, b, True
    while _is_fact(op, a, b) or heldout_key(_key(op, a, b)) != heldout:
        a, b = _draw_operands(rng, op)
    return a, b, False


def _result(op, a, b):
    if op == "add":
        return a + b
    if op == "sub":
        return a - b
    return a * b if op == "mul" else a // b


def _places(n):
    """The parts of N by its digits: 285 is 200, 80 and 5."""
    digits = str(n)
    return [int(d) * 10 ** (len(digits) - i - 1) for i, d in enumerate(digits) if d != "0"] or [0]


def _steps(left, op, right):
    """What LEFT and RIGHT make, a digit of RIGHT at a time: "332 - 85", "252 - 5", "247". Each step
    changes one digit of a number, which a small model learns far sooner than the whole."""
    found, parts = [], _places(right)
    while parts:
        left += parts[0] if op == "+" else -parts[0]
        parts = parts[1:]
        found.append(f"{left} {op} {sum(parts)}" if parts else str(left))
    return found


def equation(op, a, b):
    """The equation with its steps; a larger product is the sum of two that are in the tables."""
    chain = [f"{a} {_SYMBOL[op]} {b}"]
    if op == "add":
        long, short = (b, a) if len(str(a)) < len(str(b)) else (a, b)
        if long != a and short > 9:
            chain.append(f"{long} + {short}")
        chain += _steps(long, "+", short)
    elif op == "sub" and a >= b:
        chain += _steps(a, "-", b)
    elif op == "sub":
        parts = [f"{b} - {a}", *_steps(b, "-", a)]
        chain += [f"-({part})" for part in parts[:-1]] + ["-" + parts[-1]]
    elif op == "mul" and not _is_fact(op, a, b):
        long, short = max(a, b), min(a, b)
        tens, ones = long // 10 * 10 * short, long % 10 * short
        chain += [f"{tens} + {ones}", *_steps(tens, "+", ones)]
    else:
        chain.append(str(_result(op, a, b)))
    return " = ".join(chain)


def _calculation(rng, heldout, op=None):
    op = op or rng.choices(("add", "sub", "mul", "div"), (30, 28, 18, 12))[0]
    a, b, fact = _operands(rng, op, heldout)
    in_words = fact and max(a, b) <= 20 and rng.random() < 0.12
    question = words.calculation(rng, op, a, b, heldout, fact, in_words)
    return question, equation(op, a, b) + ".", _ends_with(_result(op, a, b), a, b)


def _remainder(rng, heldout):
    b = rng.randint(2, 10)
    if rng.random() < 0.06:
        a = rng.randint(1, 100)
        question = words.calculation(rng, "div", a, 0, heldout, True, False)
        accept = lambda s: "zero" in s.lower() and bool(re.search(r"\b(cannot|can't|not)\b", s))
        return question, "You cannot divide by zero.", accept
    a = b * rng.randint(1, 9) + rng.randint(1, b - 1)
    question = words.calculation(rng, "div", a, b, heldout, True, False)
    want = [a // b, a % b]
    accept = lambda s: [int(n) for n in _NUMBER.findall(s)][-2:] == want
    return question, f"{a} ÷ {b} = {want[0]} remainder {want[1]}.", accept


def _check(rng, heldout):
    """Whether an equation holds: the answer computes first, so that it need not guess."""
    op = rng.choice(("add", "add", "sub", "mul"))
    a, b, fact = _operands(rng, op, heldout)
    right = _result(op, a, b)
    shown = right if rng.random() < 0.5 else right + rng.choice((-10, -2, -1, 1, 1, 2, 10))
    end = "yes" if shown == right else "no"
    question = words.check(rng, op, a, b, shown, heldout, fact)
    computes = _ends_with(right, a, b)

    def accept(answer):
        said = [w for w in re.findall("[a-z]+", answer.lower()) if w in ("yes", "no")]
        return set(said) == {end} and computes(answer)

    return question, f"{equation(op, a, b)}, so {end}.", accept


def _near(rng, n):
    """A number that is easily confused with N: one digit changed, two swapped, or one more."""
    digits = list(str(n))
    at = rng.randrange(len(digits))
    kind = rng.randrange(4)
    if kind == 0:
        digits.append(str(rng.randrange(10)))
    elif kind == 1 and len(digits) > 1:
        digits[0], digits[-1] = digits[-1], digits[0]
    else:
        digits[at] = str(rng.randrange(10))
    return int("".join(digits)) % 1000


def _distinct(rng, count):
    found = [_digits(rng, rng.choice((1, 2, 2, 3, 3)))]
    while len(found) < count:
        n = _near(rng, found[-1]) if rng.random() < 0.6 else _digits(rng, rng.choice((1, 2, 3)))
        if n not in found:
            found.append(n)
    rng.shuffle(found)
    return found


def _compare(rng, heldout):
    up = rng.random() < 0.5
    if rng.random() < 0.45:
        return _is_larger(rng, heldout, up)
    count = 2 if rng.random() < 0.6 else rng.choice((3, 3, 4, 5))

    def draw():
        numbers = _distinct(rng, count)
        return "compare " + " ".join(map(str, sorted(numbers))), numbers

    numbers = _side(draw, heldout)
    best = max(numbers) if up else min(numbers)
    question = words.comparison(rng, numbers, up, heldout)
    if count == 2:
        word = "larger" if up else "smaller"
        other = numbers[0] + numbers[1] - best
        return question, f"{best} is {word} than {other}.", _compares(numbers, best)
    word = "largest" if up else "smallest"
    return question, f"{best} is the {word}.", _compares(numbers, best)


def _is_larger(rng, heldout, up):
    def draw():
        numbers = _distinct(rng, 2)
        if rng.random() < 0.06:
            numbers[1] = numbers[0]
        return "compare " + " ".join(map(str, sorted(numbers))), numbers

    a, b = _side(draw, heldout)
    question = (words.LARGER if up else words.SMALLER).draw(rng, heldout).format(a=a, b=b)
    yes = a > b if up else a < b
    relation = "equal to" if a == b else "larger than" if a > b else "smaller than"
    start = "Yes" if yes else "No"
    return question, f"{start}, {a} is {relation} {b}.", _yes_no(yes, (a, b))


def _parity(rng, heldout):
    def draw():
        n = _digits(rng, rng.choice((1, 2, 2, 3, 3)))
        return f"parity {n}", n

    n = _side(draw, heldout)
    kind = "odd" if n % 2 else "even"
    asked = rng.choice(("even", "odd", None))
    if asked is None:
        question = words.PARITY.draw(rng, heldout).format(a=n)
        return question, f"{n} is {kind}.", _is_kind(kind, n)
    question = words.IS_PARITY.draw(rng, heldout).format(a=n, k=asked)
    start = "Yes" if asked == kind else "No"
    return question, f"{start}, {n} is {kind}.", _is_kind(kind, n, start.lower())


def _neighbour(rng, heldout):
    after = rng.random() < 0.5

    def draw():
        n = _digits(rng, rng.choice((1, 2, 2, 3, 3)))
        if rng.random() < 0.35:
            n = n // 10 * 10 + (9 if after else 0)
        return f"neighbour {after} {n or 1}", n or 1

    n = _side(draw, heldout)
    question = (words.AFTER if after else words.BEFORE).draw(rng, heldout).format(a=n)
    if after:
        return question, f"After {n} comes {n + 1}.", _ends_with(n + 1)
    return question, f"Before {n} comes {n - 1}.", _ends_with(n - 1)


def _double(rng, heldout):
    if rng.random() < 0.5:
        n = _side(lambda: (lambda n: (f"double {n}", n))(rng.choice(_TO_DOUBLE)), heldout)
        question = words.DOUBLE.draw(rng, heldout).format(a=n)
        return question, equation("add", n, n) + ".", _ends_with(2 * n, n, n)
    if rng.random() < 0.25:
        n = rng.randint(2, 12)
        question = words.SQUARE.draw(rng, heldout, True).format(a=n)
        return question, f"{n} × {n} = {n * n}.", _ends_with(n * n, n, n)
    n = _side(lambda: (lambda n: (f"half {n}", n))(2 * rng.choice(_TO_DOUBLE)), heldout)
    question = words.HALF.draw(rng, heldout).format(a=n)
    return question, f"{n} ÷ 2 = {n // 2}.", _ends_with(n // 2, n, 2)


_TO_DOUBLE = list(range(1, 101)) * 3 + list(range(101, 250))


def _story(rng, heldout):
    """A little story of one calculation, and its answer."""
    while True:
        op, text, tail = words.story(rng, heldout)
        noun, person = rng.choice(words.THINGS), rng.choice(words.PEOPLE)
        if op == "add":
            a, b = rng.randint(2, 60), rng.randint(2, 40)
        elif op == "sub":
            a = rng.randint(5, 90)
            b = rng.randint(2, a - 2)
        else:
            a, b = rng.randint(2, 12), rng.randint(2, 10)
        if op == "div":
            a *= b
        if heldout_key(f"story {op} {a} {b} {noun}") == heldout:
            break
    r = _result(op, a, b)
    if r < 2:
        return _story(rng, heldout)
    fill = {"a": a, "b": b, "n": noun, "p": person, "r": r}
    answer = f"{equation(op, a, b)}. {tail.format(**fill)}"
    return text.format(**fill), answer, _ends_with(r, a, b)


def _three(rng, heldout):
    """Three numbers, added or subtracted from left to right, never below zero."""

    def draw():
        top = rng.choice((10, 10, 30, 99))
        a, b, c = (rng.randint(1, top) for _ in range(3))
        return f"three {sorted((a, b, c))}", (a, b, c)

    while True:
        a, b, c = _side(draw, heldout)
        p, q = ("+" if rng.random() < 0.7 else "-" for _ in range(2))
        first = a + b if p == "+" else a - b
        total = first + c if q == "+" else first - c
        if first >= 0 and total >= 0:
            break
    chain = [f"{a} {p} {b}", *_steps(a, p, b)]
    chain = [f"{part} {q} {c}" for part in chain] + _steps(first, q, c)
    question = words.three(rng, a, b, c, p, q, heldout)
    return question, " = ".join(chain) + ".", _ends_with(total, a, b, c)


def _several(rng, heldout):
    """Two or three calculations in one message, one line each in the answer."""
    parts, wants = [], []
    for _ in range(rng.choice((2, 2, 3))):
        op = rng.choice(("add", "sub", "mul", "add", "sub"))
        a, b, fact = _operands(rng, op, heldout)
        while fact and heldout:
            a, b, fact = _operands(rng, op, heldout)
        parts.append((op, a, b))
        wants.append(_ends_with(_result(op, a, b), a, b))
    question = words.several(rng, parts, heldout)
    answer = "\n".join(equation(*part) + "." for part in parts)

    def accept(text):
        lines = [line for line in text.splitlines() if line.strip()]
        return len(lines) == len(wants) and all(
            want(line) for want, line in zip(wants, lines)
        )

    return question, answer, accept


def _turns(rng, heldout):
    """A calculation and then one or two that go on from its result."""
    question, answer, accept = _calculation(rng, heldout, rng.choice(("add", "sub", "mul")))
    messages = [Message("user", question), Message("assistant", answer, accept=accept)]
    value = int(_NUMBER.findall(answer)[-1])
    for _ in range(rng.choice((1, 1, 2))):
        if not 1 <= value <= 999:
            break
        op = rng.choice(("add", "sub"))

        def draw():
            b = rng.randint(1, rng.choice((9, 50, 200)))
            return _key(op, value, b), b

        b = _side(draw, heldout)
        question = words.FOLLOW[op].draw(rng, heldout).format(b=b)
        value_next = _result(op, value, b)
        answer = equation(op, value, b) + "."
        messages.append(Message("user", question))
        messages.append(Message("assistant", answer, accept=_ends_with(value_next, value, b)))
        value = value_next
    return Case(SKILL, messages)


_TASKS = [
    (_calculation, 58),
    (_remainder, 2),
    (_check, 3),
    (_compare, 9),
    (_parity, 4),
    (_neighbour, 4),
    (_double, 4),
    (_story, 8),
    (_three, 3),
    (_several, 4),
]
_CHOICES, _WEIGHTS = [t for t, _ in _TASKS], [w for _, w in _TASKS]


def case(rng, heldout):
    """One conversation; see case.py."""
    if rng.random() < 0.04:
        return _turns(rng, heldout)
    task = rng.choices(_CHOICES, _WEIGHTS)[0]
    question, answer, accept = task(rng, heldout)
    return Case(SKILL, [Message("user", question), Message("assistant", answer, accept=accept)])
