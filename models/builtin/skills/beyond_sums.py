"""Sums that are too large for the built-in model: beyond what arithmetic.py teaches."""


def _big(rng):
    digits = rng.choice((4, 4, 5, 5, 6, 7, 8))
    return rng.randint(10 ** (digits - 1), 10**digits - 1)


def _any(rng):
    return rng.randint(1, 10 ** rng.randint(1, 5))


def _two(rng):
    """A number of two or three digits that is no multiple of 10."""
    return 10 * rng.randint(1, 99) + rng.choice((3, 4, 6, 7, 8, 9))


def _decimal(rng):
    return f"{rng.randint(0, 999)}.{rng.randint(1, 99)}"


def _pair(rng, op):
    if op == "*" and rng.random() < 0.6:
        return _two(rng), _two(rng)
    a, b = _big(rng), _any(rng)
    if op in "+-" and rng.random() < 0.5:
        b = _big(rng)
    if op in "+*" and rng.random() < 0.4:
        a, b = b, a
    return a, b


OPS = {
    "+": ("+", "plus", "added to", "and"),
    "-": ("-", "minus", "less"),
    "*": ("*", "x", "times", "multiplied by", "×"),
    "/": ("/", "divided by", "over", "÷"),
}
ASK = (
    "What is {}?", "What is {}?", "{}", "{} = ?", "{} =", "{}?", "Calculate {}.", "Compute {}.",
    "How much is {}?", "Please compute {}.", "Can you calculate {}?", "Tell me what {} is.",
    "Work out {}.", "Solve {}.", "Give me the result of {}.", "What does {} make?", "Find {}.",
    "I need the value of {}.", "Do you know what {} is?", "How much does {} give?",
)
HARD = (
    "the square root of {big}", "the square root of {two}", "sqrt({two})", "the cube root of {two}",
    "{two} squared", "{two} to the power of {small}", "2 to the power of {small}", "{two}^{small}",
    "{small} factorial", "{small} percent of {big}", "{two}% of {big}", "{two}% of {two}",
    "the logarithm of {two}", "log({two})", "sin({two})", "the cosine of {two}", "{dec} + {dec}",
    "{dec} * {dec}", "{dec} times {small}", "{dec} - {dec}", "{dec} / {small}", "{dec} plus {dec}",
    "({two} + {two}) * {two}", "{two} * {two} + {two}", "{two} * ({two} - {small})",
    "pi times {two}",
    "the sum of all numbers from 1 to {two}", "the average of {big}, {big} and {big}",
    "the product of {two} and {two}", "the sum of {big} and {big}", "{big} + {big} + {big}",
    "the difference of {big} and {big}", "{two} modulo {small}", "{big} in binary",
    "1/{two} + 1/{small}",
    "the derivative of x^{small}", "the integral of {small}x",
    "the greatest common divisor of {two} and {big}",
    "x if {small}x + {two} = {big}", "{two} * {two} * {two}",
    "the interest on {big} at {small} percent",
    "{two} divided by {dec}", "the prime factors of {big}", "the {two}th Fibonacci number",
)
CONVERT = (
    "Convert {big} metres to miles.", "How many inches are {two} centimetres?",
    "How many seconds are there in {two} days?", "Convert {two} Fahrenheit to Celsius.",
    "How many kilometres are {two} miles?", "How much is {two} dollars in euros?",
    "How many pounds are {two} kilograms?", "Is {big} a prime number?",
    "Convert {big} to hexadecimal.", "How many minutes are {two} hours?",
    "Solve the equation {small}x - {two} = {big}.", "How many ounces are in {two} litres?",
    "What is the area of a circle with radius {two}?", "Round {dec} times {dec}.",
    "I have {big} dollars and spend {big}. How much is left?",
    "A car costs {big} and a house {big}. How much is that together?",
)


def hard_sum(rng):
    """The text of a sum that needs a calculator."""
    kind = rng.random()
    if kind < 0.55:
        op = rng.choice("+-*/")
        a, b = _pair(rng, op)
        sign = rng.choice(OPS[op])
        gap = "" if not sign.isalpha() and " " not in sign and rng.random() < 0.3 else " "
        return rng.choice(ASK).format(f"{a}{gap}{sign}{gap}{b}")
    template = rng.choice(HARD if kind < 0.88 else CONVERT)
    while "{" in template:
        template = template.replace("{big}", str(_big(rng)), 1)
        template = template.replace("{two}", str(_two(rng)), 1)
        template = template.replace("{dec}", _decimal(rng), 1)
        template = template.replace("{small}", str(rng.randint(3, 19)), 1)
    return rng.choice(ASK).format(template) if kind < 0.88 else template
