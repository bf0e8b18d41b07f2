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
# More of each, for training alone.
MORE_ASK = (
    "How do I compute {}?", "Could you work out {}?", "Can you tell me {}?", "I must know {}.",
    "I want to know {}.", "Do you know {}?", "Evaluate {}.", "Determine {}.", "Add up: {}",
    "And {}?", "Now {}.", "Quick: {}", "My homework: {}", "Help me with {}.", "Give me {}.",
    "What would {} be?", "What is the result of {}?", "What is the answer to {}?", "Result of {}",
    "How big is {}?", "What do I get for {}?", "Show me {}.", "The result of {}, please.",
)
MORE_HARD = (
    "the fourth root of {big}", "the root of {two}", "{two} cubed", "{big} squared",
    "{two}**{small}",
    "e to the power of {small}", "{two}!", "{small}% of {dec}", "{small} percent of {dec}",
    "ln({two})", "tan({two})", "the sine of {two}", "the tangent of {two}", "arctan({two})",
    "{dec} minus {dec}", "{dec} divided by {dec}", "{big} + {big} - {big}", "{big} - {big} - {two}",
    "{two} * {small} * {two}", "({big} - {big}) / {small}", "{big} / {small} + {two}",
    "{two} x {two} - {two} x {small}", "{small}/{two} - {small}/{two}", "{two} times pi",
    "the sum of the numbers from {small} to {big}", "the sum of {two}, {two}, {two} and {two}",
    "the mean of {big} and {big}", "the median of {big}, {big} and {big}", "{big} mod {two}",
    "the remainder of {big} divided by {small}", "{big} in hexadecimal", "{big} in octal",
    "the lowest common multiple of {two} and {two}", "the quotient of {big} and {two}",
    "half of {big}", "a third of {big}", "twice {big}", "ten times {dec}", "double of {big}",
    "{two} choose {small}", "the number {big} rounded after dividing by {small}",
    "the limit of x^{small} at {two}", "the integral of x^{small}", "the area of {two} by {two}",
    "the volume of a ball of radius {two}", "the hypotenuse of {two} and {two}",
)
MORE_CONVERT = (
    "How many feet are {big} metres?", "How many cups are {two} litres?",
    "{two} miles in kilometres",
    "How many grams are {two} ounces?", "How many days are {big} hours?",
    "{two} Celsius in Fahrenheit",
    "How many weeks are {big} days?", "How many yen are {two} euros?",
    "Convert {dec} to a fraction.",
    "Convert {two} knots to kilometres per hour.", "Convert {big} seconds to hours.",
    "How many bytes are {two} megabytes?", "Is {big} divisible by {small}?", "Factor {big}.",
    "Solve {small}x + {two} = {big}.", "Solve x^2 - {small}x + {two} = 0.", "Simplify {two}/{big}.",
    "A loan of {big} at {small} percent for {small} years: what do I pay?",
    "A train goes {two} kilometres an hour for {dec} hours. How far?",
    "I earn {big} a month. How much is that in {small} years?",
    "{small} tickets cost {dec} each. What do I pay in all?",
    "A room is {dec} by {dec} metres. How large is it?",
    "I buy {two} apples at {dec} each. How much is it?",
    "What is the average of {big}, {big}, {big} and {big}?",
    "How many litres are in a box of {two} by {two} by {two} centimetres?",
    "If I save {two} a day, how much do I have after {big} days?",
)


def hard_sum(rng, heldout=False):
    """The text of a sum that needs a calculator."""
    asks, hards, converts = ASK, HARD, CONVERT
    if not heldout:
        asks, hards, converts = ASK + MORE_ASK, HARD + MORE_HARD, CONVERT + MORE_CONVERT
    kind = rng.random()
    if kind < 0.55:
        op = rng.choice("+-*/")
        a, b = _pair(rng, op)
        sign = rng.choice(OPS[op])
        gap = "" if not sign.isalpha() and " " not in sign and rng.random() < 0.3 else " "
        return rng.choice(asks).format(f"{a}{gap}{sign}{gap}{b}")
    template = rng.choice(hards if kind < 0.88 else converts)
    while "{" in template:
        template = template.replace("{big}", str(_big(rng)), 1)
        template = template.replace("{two}", str(_two(rng)), 1)
        template = template.replace("{dec}", _decimal(rng), 1)
        template = template.replace("{small}", str(rng.randint(3, 19)), 1)
    return rng.choice(asks).format(template) if kind < 0.88 else template
