"""The wordings of arithmetic.py."""

from .basics_phrasing import Wordings, dress

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()

# How the calculation itself is written, {a} before {b}. "x" and ":" only between spaces.
_SIGNS = {
    "add": ["{a} + {b}"] * 4 + ["{a}+{b}"] * 3 + ["{a} plus {b}"] * 3 + ["{a} and {b} together"],
    "sub": ["{a} - {b}"] * 4 + ["{a}-{b}"] * 3 + ["{a} minus {b}"] * 3 + ["{a} take away {b}"],
    "mul": ["{a} x {b}", "{a} * {b}", "{a} × {b}", "{a} times {b}", "{a} times {b}"]
    + ["{a}*{b}", "{a}x{b}", "{a} multiplied by {b}", "{a} · {b}"],
    "div": ["{a} / {b}", "{a} / {b}", "{a}/{b}", "{a} ÷ {b}", "{a} divided by {b}"]
    + ["{a} divided by {b}", "{a} : {b}"],
}
_SIGNS_IN_WORDS = {
    "add": ["{a} plus {b}"] * 3 + ["{a} and {b} together", "{a} + {b}"],
    "sub": ["{a} minus {b}"] * 3 + ["{a} take away {b}"],
    "mul": ["{a} times {b}"] * 3 + ["{a} multiplied by {b}"],
    "div": ["{a} divided by {b}"],
}

# Frames around a written calculation {e}.
_FRAMES = [
    "={e}",
    "={e}?",
    "={e} =",
    "={e} = ?",
    "={e}=",
    "={e} equals",
    "=What is {e}?",
    "=what is {e}",
    "?what is {e}",
    "?what is {e}",
    "?what's {e}",
    "?what does {e} equal",
    "?what is {e} equal to",
    "?what does {e} make",
    "?how much is {e}",
    "?how much does {e} give",
    "?how many is {e}",
    "?what is the result of {e}",
    "?what is the answer to {e}",
    "?what is the value of {e}",
    "?what do you get for {e}",
    "?what do I get if I compute {e}",
    "?do you know what {e} is",
    "?do you know {e}",
    "?can you tell me what {e} is",
    "!calculate {e}",
    "!calculate: {e}",
    "!compute {e}",
    "!solve {e}",
    "!solve: {e}",
    "!solve {e} = ?",
    "!work out {e}",
    "!evaluate {e}",
    "!find {e}",
    "!find the result of {e}",
    "!tell me what {e} is",
    "!tell me the answer to {e}",
    "!give me the result of {e}",
    "!say what {e} is",
    "!do the math: {e}",
    "=Result of {e}?",
    "=Math question: {e}",
    "=Quick: {e}",
]
_FRAMES_UNSEEN = [
    "?what would {e} be",
    "?what would {e} make",
    "?how much would {e} be",
    "?how much does {e} make",
    "?what does {e} give",
    "?can you work out what {e} is",
    "?what do I get for {e}",
    "!give me {e}",
    "!tell me {e}",
    "!tell me the result of {e}",
    "!work out the result of {e}",
    "!compute the result of {e}",
    "=Quick math: {e}",
    "=Answer of {e}?",
    "={e} is?",
]

# Wordings that only fit one operation.
_DIRECT = {
    "add": [
        "!add {a} and {b}",
        "!add {a} and {b}",
        "!add {a} to {b}",
        "!sum {a} and {b}",
        "!add up {a} and {b}",
        "!add these numbers: {a}, {b}",
        "!add the numbers {a} and {b}",
        "!put {a} and {b} together",
        "!give me the sum of {a} and {b}",
        "?what is the sum of {a} and {b}",
        "?what do {a} and {b} make",
        "?what do you get if you add {a} and {b}",
        "?what do I get when I add {a} to {b}",
        "?how much is {a} and {b}",
        "?what is {a} added to {b}",
        "?what is {a} more than {b}",
        "?what is the total of {a} and {b}",
    ],
    "sub": [
        "!subtract {b} from {a}",
        "!subtract {b} from {a}",
        "!take {b} away from {a}",
        "!take {b} from {a}",
        "!subtract: {a} - {b}",
        "?what is {b} subtracted from {a}",
        "?what is {a} less {b}",
        "?what is {b} less than {a}",
        "?what do you get if you subtract {b} from {a}",
        "?what do I get when I take {b} away from {a}",
        "?what remains if I take {b} from {a}",
        "?how much is left if I take {b} from {a}",
    ],
    "mul": [
        "!multiply {a} by {b}",
        "!multiply {a} and {b}",
        "!multiply {a} with {b}",
        "!give me the product of {a} and {b}",
        "?what is the product of {a} and {b}",
        "?what do you get if you multiply {a} by {b}",
        "?what do I get when I multiply {a} and {b}",
    ],
    "div": [
        "!divide {a} by {b}",
        "!divide {a} by {b}",
        "?what do you get if you divide {a} by {b}",
        "?what do I get when I divide {a} by {b}",
        "?how often does {b} go into {a}",
        "?how many times does {b} fit into {a}",
    ],
}
_DIRECT_UNSEEN = {
    "add": [
        "!find the sum of {a} and {b}",
        "!tell me the sum of {a} and {b}",
        "?what is {a} and {b} added together",
        "?what do you get when you add {a} to {b}",
    ],
    "sub": [
        "!take away {b} from {a}",
        "?what is left if I subtract {b} from {a}",
        "?what do you get when you take {b} from {a}",
    ],
    "mul": [
        "!find the product of {a} and {b}",
        "?what do you get when you multiply {a} by {b}",
        "?how much is {a} multiplied with {b}",
    ],
    "div": [
        "?what do you get when you divide {a} by {b}",
        "?how many times does {b} go into {a}",
    ],
}


# The equation of a difference puts the larger number first, wherever the question has it.
_DIFFERENCE = Wordings(
    [
        "?what is the difference between {a} and {b}",
        "?what's the difference between {a} and {b}",
        "?what is the difference of {a} and {b}",
        "?how far is it from {a} to {b}",
        "!give me the difference between {a} and {b}",
        "!tell me the difference between {a} and {b}",
        "=difference between {a} and {b}?",
    ],
    [
        "!find the difference between {a} and {b}",
        "?how big is the difference between {a} and {b}",
        "=difference of {a} and {b}?",
    ],
)

_CHECK = Wordings(
    [
        "?is {e} = {v}",
        "?is {e} equal to {v}",
        "?does {e} equal {v}",
        "?does {e} make {v}",
        "?is it true that {e} = {v}",
        "?is it true that {e} is {v}",
        "={e} = {v}, right?",
        "={e} = {v}, true or false?",
        "={e} is {v}, correct?",
        "?is {v} the result of {e}",
        "!check this: {e} = {v}",
    ],
    ["?is it right that {e} = {v}", "={e} = {v}, is that true?", "!check if {e} is {v}"],
)


def check(rng, op, a, b, shown, heldout, fact):
    """The question whether A OP B is SHOWN."""
    sign = rng.choice(_SIGNS[op][:6]).format(a=a, b=b)
    return _CHECK.draw(rng, heldout, fact).format(e=sign, v=shown)


def calculation(rng, op, a, b, heldout, fact, in_words):
    """A question for A OP B."""
    unseen = heldout and (fact or rng.random() < 0.5)
    if in_words:
        a, b = _ONES[a], _ONES[b]
    form = rng.random()
    if op == "sub" and not in_words and a >= b and form < 0.08:
        first, last = (a, b) if rng.random() < 0.6 else (b, a)
        return _DIFFERENCE.draw(rng, heldout, fact).format(a=first, b=last)
    if form < 0.3:
        template = rng.choice((_DIRECT_UNSEEN if unseen else _DIRECT)[op])
        return dress(rng, template, heldout).format(a=a, b=b)
    sign = rng.choice((_SIGNS_IN_WORDS if in_words else _SIGNS)[op]).format(a=a, b=b)
    template = rng.choice(_FRAMES_UNSEEN if unseen else _FRAMES)
    return dress(rng, template, heldout).format(e=sign)


def three(rng, a, b, c, p, q, heldout):
    """A question for A P B Q C."""
    unseen = heldout and rng.random() < 0.5
    form = rng.randrange(4)
    if form == 0:
        sign = f"{a}{p}{b}{q}{c}"
    elif form == 1:
        p, q = ("plus" if k == "+" else "minus" for k in (p, q))
        sign = f"{a} {p} {b} {q} {c}"
    elif form == 2 and p == q == "+":
        template = rng.choice(_THREE_UNSEEN if unseen else _THREE)
        return dress(rng, template, heldout).format(a=a, b=b, c=c)
    else:
        sign = f"{a} {p} {b} {q} {c}"
    template = rng.choice(_FRAMES_UNSEEN if unseen else _FRAMES)
    return dress(rng, template, heldout).format(e=sign)


_THREE = [
    "!add {a}, {b} and {c}",
    "!add up {a}, {b} and {c}",
    "!sum {a}, {b}, {c}",
    "!add these numbers: {a}, {b}, {c}",
    "?what is the sum of {a}, {b} and {c}",
    "?what do {a}, {b} and {c} make",
]
_THREE_UNSEEN = ["!find the sum of {a}, {b} and {c}", "?what is the total of {a}, {b} and {c}"]

_MANY = Wordings(
    [
        "={e}",
        "!solve these: {e}",
        "!calculate: {e}",
        "!calculate {e}",
        "!compute these: {e}",
        "?what are {e}",
        "!solve: {e}",
        "!work out {e}",
        "?how much is {e}",
    ],
    ["!work these out: {e}", "!compute: {e}", "!calculate these: {e}"],
)


def several(rng, parts, heldout):
    """A question for several calculations."""
    spaced = rng.random() < 0.5
    written = []
    for op, a, b in parts:
        sign = {"add": "+", "sub": "-", "mul": rng.choice("x*")}[op]
        written.append(f"{a} {sign} {b}" if spaced or sign == "x" else f"{a}{sign}{b}")
    joint = rng.choice((", ", ", ", "; ", "\n"))
    if joint == ", " and rng.random() < 0.6:
        text = ", ".join(written[:-1]) + " and " + written[-1]
    else:
        text = joint.join(written)
    return _MANY.draw(rng, heldout).format(e=text)


# What goes on from the last result.
FOLLOW = {
    "add": Wordings(
        [
            "!add {b}",
            "!add {b} to that",
            "!add {b} to it",
            "!add another {b}",
            "?plus {b}",
            "=+ {b}",
            "=+{b}",
            "=and plus {b}?",
            "=now plus {b}",
            "?what if I add {b}",
            "?what is that plus {b}",
        ],
        ["!add {b} to the result", "?what if you add {b}", "=plus {b} now?"],
    ),
    "sub": Wordings(
        [
            "!subtract {b}",
            "!subtract {b} from that",
            "!subtract {b} from it",
            "!take away {b}",
            "!take {b} from that",
            "?minus {b}",
            "=- {b}",
            "=and minus {b}?",
            "=now minus {b}",
            "?what if I subtract {b}",
            "?what is that minus {b}",
        ],
        ["!subtract {b} from the result", "?what if you subtract {b}", "=minus {b} now?"],
    ),
}

_MORE = ["larger", "larger", "bigger", "greater", "higher", "more"]
_LESS = ["smaller", "smaller", "less", "lower"]
_MOST = ["largest", "largest", "biggest", "greatest", "highest"]
_LEAST = ["smallest", "smallest", "lowest", "least"]


def _with(words, templates):
    """TEMPLATES with each of WORDS in place of #."""
    return [t.replace("#", w) for w in words for t in templates]


_TWO = [
    "?which is #, {x}",
    "?which number is #, {x}",
    "?which one is #: {x}",
    "?what is #, {x}",
    "?what's #: {x}",
    "?is {y} #",
    "!tell me which is #, {x}",
    "!tell me which number is #: {x}",
    "!say which is #: {x}",
    "={x}, which is #?",
    "={x}: which is #?",
    "={x}? Which one is #?",
]
_TWO_UNSEEN = ["?which of the two is #, {x}", "!tell me which one is #: {x}", "?which # is: {x}"]
_ANY = [
    "?which is the #, {x}",
    "?which number is the #: {x}",
    "?which of these numbers is the #: {x}",
    "?which of these is #: {x}",
    "?what is the # of {x}",
    "?what is the # number in {x}",
    "?what is the # number: {x}",
    "!find the # number: {x}",
    "!find the # of {x}",
    "!tell me the # number: {x}",
    "!give me the # of these numbers: {x}",
    "!pick the # number: {x}",
    "={x}: which is the #?",
    "=# of {x}?",
    "=# number: {x}",
]
_ANY_UNSEEN = [
    "?which one of these is the #: {x}",
    "?what is the # of these numbers: {x}",
    "!find the # of these numbers: {x}",
    "!give me the # number: {x}",
]
_COMPARE = {
    True: (Wordings(_with(_MORE, _TWO), _with(_MORE, _TWO_UNSEEN[:2])),
           Wordings(_with(_MOST, _ANY), _with(_MOST, _ANY_UNSEEN))),
    False: (Wordings(_with(_LESS, _TWO), _with(_LESS, _TWO_UNSEEN[:2])),
            Wordings(_with(_LEAST, _ANY), _with(_LEAST, _ANY_UNSEEN))),
}  # fmt: skip


def comparison(rng, numbers, up, heldout):
    """Which of NUMBERS is largest (UP) or smallest."""
    two, more = _COMPARE[up]
    wording = two if len(numbers) == 2 and rng.random() < 0.8 else more
    template = wording.draw(rng, heldout)
    first, last = ", ".join(map(str, numbers[:-1])), numbers[-1]
    link = "and" if "of {x}" in template or "in {x}" in template else "or"
    if len(numbers) > 2 and rng.random() < 0.5:
        listed = f"{first}, {last}"
    else:
        listed = f"{first} {link} {last}"
    return template.format(x=listed, y=f"{first} or {last}")


_IS = [
    "?is {a} # than {b}",
    "?is {a} # than {b}",
    "?is {a} # than {b}",
    "?is the number {a} # than {b}",
    "?would you say that {a} is # than {b}",
    "?is it true that {a} is # than {b}",
    "={a} is # than {b}, right?",
    "={a} is # than {b}, true or false?",
    "={a} # than {b}?",
]
_IS_UNSEEN = [
    "?is {a} a # number than {b}",
    "={a} is # than {b}, is that true?",
    "?is {a} really # than {b}",
]
LARGER = Wordings(
    _with(_MORE, _IS) + ["?is {a} > {b}", "={a} > {b}?"], _with(_MORE[:5], _IS_UNSEEN)
)
SMALLER = Wordings(
    _with(_LESS, _IS) + ["?is {a} < {b}", "={a} < {b}?"], _with(_LESS[1:], _IS_UNSEEN)
)

PARITY = Wordings(
    [
        "?is {a} even or odd",
        "?is {a} even or odd",
        "?is {a} odd or even",
        "?is the number {a} even or odd",
        "?is {a} an even or an odd number",
        "={a}: even or odd?",
        "={a}, odd or even?",
        "=even or odd: {a}",
        "!tell me if {a} is even or odd",
        "!say whether {a} is odd or even",
    ],
    ["?is the number {a} odd or even", "!tell me whether {a} is even or odd", "=odd or even: {a}"],
)
IS_PARITY = Wordings(
    [
        "?is {a} {k}",
        "?is {a} {k}",
        "?is {a} an {k} number",
        "?is the number {a} {k}",
        "?is it true that {a} is {k}",
        "={a} is {k}, right?",
        "={a} is {k}, true or false?",
    ],
    ["?is {a} really {k}", "?would you say that {a} is {k}", "={a}: is it {k}?"],
)
AFTER = Wordings(
    [
        "?what comes after {a}",
        "?which number comes after {a}",
        "?what number comes next after {a}",
        "?what is the next number after {a}",
        "?what is the number after {a}",
        "?which number follows {a}",
        "?what is one more than {a}",
        "!tell me the number after {a}",
        "!give me the number that comes after {a}",
        "=next number after {a}?",
        "?what number is right after {a}",
        "!count one up from {a}",
    ],
    [
        "?which number is next after {a}",
        "!tell me the number that comes after {a}",
        "=number after {a}?",
    ],
)
BEFORE = Wordings(
    [
        "?what comes before {a}",
        "?which number comes before {a}",
        "?what number comes right before {a}",
        "?what is the previous number before {a}",
        "?what is the number before {a}",
        "?which number precedes {a}",
        "?what is one less than {a}",
        "!tell me the number before {a}",
        "!give me the number that comes before {a}",
        "=previous number before {a}?",
        "?what number is right before {a}",
        "!count one down from {a}",
    ],
    [
        "?which number is just before {a}",
        "!tell me the number that comes before {a}",
        "=number before {a}?",
    ],
)
DOUBLE = Wordings(
    [
        "!double {a}",
        "!double the number {a}",
        "?what is double {a}",
        "?what is twice {a}",
        "?what is the double of {a}",
        "?how much is twice {a}",
        "!give me the double of {a}",
        "=double {a}",
        "=twice {a}?",
        "?what do you get if you double {a}",
    ],
    ["?how much is double {a}", "?what do I get if I double {a}", "=double of {a}?"],
)
HALF = Wordings(
    [
        "!halve {a}",
        "!halve the number {a}",
        "?what is half of {a}",
        "?what is half of {a}",
        "?what is the half of {a}",
        "?how much is half of {a}",
        "!give me half of {a}",
        "=half of {a}",
        "=half of {a}?",
        "?what do you get if you halve {a}",
        "?what is one half of {a}",
    ],
    ["?how much is the half of {a}", "?what do I get if I halve {a}", "!tell me half of {a}"],
)
SQUARE = Wordings(
    [
        "!square {a}",
        "?what is {a} squared",
        "?what is the square of {a}",
        "={a} squared",
        "={a}^2",
        "!compute {a} squared",
        "?how much is {a}^2",
        "!multiply {a} by itself",
    ],
    ["?how much is {a} squared", "!give me the square of {a}", "?what is {a} times itself"],
)

THINGS = (
    "apples pears books pens coins cards balls eggs stamps keys cups toys stones shells flowers "
    "cookies candies oranges"
).split()
PEOPLE = (
    "Ana Ben Carl Dora Emma Finn Gina Hugo Ivan Julia Karl Lena Mia Noah Olga Paul Rosa Sam Tom "
    "Vera"
).split()

# (operation, story, closing sentence)
_STORIES = [
    ("add", "I have {a} {n} and get {b} more. How many {n} do I have?", "You have {r} {n}."),
    ("add", "I have {a} {n}. I buy {b} more. How many do I have now?", "You have {r} {n}."),
    ("add", "I had {a} {n} and found {b} more. How many {n} do I have?", "You have {r} {n}."),
    ("add", "{p} has {a} {n} and buys {b} more. How many {n} does {p} have?", "{p} has {r} {n}."),
    ("add", "{p} has {a} {n} and gets {b} more. How many {n} does {p} have now?",
     "{p} has {r} {n}."),
    ("add", "{p} had {a} {n}. Then {p} found {b} more. How many are there now?",
     "{p} has {r} {n}."),
    ("add", "There are {a} {n} in a box. I put in {b} more. How many {n} are in the box?",
     "There are {r} {n}."),
    ("add", "One bag has {a} {n} and another has {b}. How many {n} are there in all?",
     "There are {r} {n}."),
    ("sub", "I have {a} {n} and give away {b}. How many {n} do I have left?", "You have {r} {n}."),
    ("sub", "I have {a} {n} and lose {b}. How many are left?", "You have {r} {n}."),
    ("sub", "I had {a} {n}. I sold {b} of them. How many do I have now?", "You have {r} {n}."),
    ("sub", "{p} has {a} {n} and gives away {b}. How many {n} does {p} have left?",
     "{p} has {r} {n}."),
    ("sub", "{p} has {a} {n} and loses {b}. How many {n} are left?", "{p} has {r} {n}."),
    ("sub", "{p} had {a} {n}. Then {p} sold {b}. How many {n} are left now?", "{p} has {r} {n}."),
    ("sub", "There are {a} {n} in a box. I take out {b}. How many {n} are in the box?",
     "There are {r} {n}."),
    ("sub", "There are {a} {n} on a table. {p} takes {b} of them. How many are left?",
     "There are {r} {n}."),
    ("mul", "There are {a} boxes with {b} {n} each. How many {n} are there?",
     "There are {r} {n}."),
    ("mul", "{p} has {a} bags with {b} {n} in each bag. How many {n} does {p} have?",
     "{p} has {r} {n}."),
    ("mul", "I buy {a} bags of {b} {n}. How many {n} do I have?", "You have {r} {n}."),
    ("mul", "{a} children have {b} {n} each. How many {n} is that?", "There are {r} {n}."),
    ("div", "{a} {n} are shared among {b} children. How many {n} does each child get?",
     "Each gets {r} {n}."),
    ("div", "{p} shares {a} {n} equally among {b} friends. How many does each get?",
     "Each gets {r} {n}."),
    ("div", "I put {a} {n} into {b} boxes equally. How many {n} are in each box?",
     "Each gets {r} {n}."),
]  # fmt: skip
_STORIES_UNSEEN = [
    ("add", "I have {a} {n} and buy {b} more. How many {n} do I have now?", "You have {r} {n}."),
    ("add", "{p} has {a} {n} and finds {b} more. How many {n} does {p} have now?",
     "{p} has {r} {n}."),
    ("add", "There are {a} {n} in a bag. {p} puts in {b} more. How many are in the bag?",
     "There are {r} {n}."),
    ("sub", "I have {a} {n}. I give away {b} of them. How many {n} are left?",
     "You have {r} {n}."),
    ("sub", "{p} has {a} {n} and sells {b}. How many {n} does {p} have now?", "{p} has {r} {n}."),
    ("sub", "There are {a} {n} in a bag. I take out {b} of them. How many are left?",
     "There are {r} {n}."),
    ("mul", "I have {a} boxes with {b} {n} in each box. How many {n} do I have?",
     "You have {r} {n}."),
    ("div", "{p} shares {a} {n} among {b} children. How many {n} does each child get?",
     "Each gets {r} {n}."),
]  # fmt: skip


def story(rng, heldout):
    """(operation, story with places, closing sentence with places)"""
    unseen = heldout and rng.random() < 0.5
    op, text, tail = rng.choice(_STORIES_UNSEEN if unseen else _STORIES)
    if rng.random() < 0.2:
        text = text.replace("How many", "how many").replace("I ", "i ").rstrip("?")
    return op, text, tail
