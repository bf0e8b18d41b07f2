"""Pictures of text, numbers, bar and pie charts, grids, and of nothing, with questions."""

import math
import random

try:
    from . import pictures_words as w
    from .draw import BACKGROUNDS, FITTING, FONTS, ON, SHADES, SHAPES, WIDE, Canvas
    from .draw import lightness, noise_picture, pick_background, shade
    from .icons import ICON_COLOURS
    from .pictures_words import PIC as P
    from .text_words import TEXT_WORDS
    from .things import Things, colours_of, draw_thing, make_thing, nothing
except ImportError:
    import pictures_words as w
    from draw import BACKGROUNDS, FITTING, FONTS, ON, SHADES, SHAPES, WIDE, Canvas
    from draw import lightness, noise_picture, pick_background, shade
    from icons import ICON_COLOURS
    from pictures_words import PIC as P
    from text_words import TEXT_WORDS
    from things import Things, colours_of, draw_thing, make_thing, nothing

COLOURS = list(SHADES)
BAR_HEIGHTS = (0.2, 0.36, 0.52, 0.68, 0.84, 1.0)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _readable():
    """The colours in which thin strokes can be read on each background: of another lightness."""

    table = {}
    for name, _, values, _ in BACKGROUNDS:
        grounds = [lightness(v) for v in values]
        table[name] = [
            c
            for c in ON[name]
            if all(abs(lightness(s) - g) > 35 for s in FITTING[name, c] for g in grounds)
        ]
    return table


READABLE = _readable()

CHART_PATTERNS = {
    "says": [
        'Does (it|the {p}|the text) say "{x}"?',
        "Does (it|the {p}|the text) say {x}?",
        "Is the (word|text) {x} (shown|written|printed) (|here)?",
        "(Is it true|Is it right) that it says {x}?",
        "It says {x}, (right|correct|does it not)?",
    ],
    "length": [
        "How many {x} (does it have|are there|are shown|do you see|has it)?",
        "How many {x} does the {y} have?",
        "(Count|Please count) the {x}",
        "(How long is|What is the length of) the {y}?",
    ],
    "nth": [
        "What is the {x} {y} (|shown|of it|in the picture)?",
        "(Which|What) {y} (is|comes) {x}?",
        "(Name|Tell me) the {x} {y}",
        "With (what|which) {y} does it {z}?",
    ],
    "bar most": [
        "(Which|What) bar is (the|) {r} (|of all|in the chart)?",
        "(What|Which) is the {r} bar (|in the chart|here)?",
        "(Name|Find|Tell me) the {r} bar",
        "(Which|What) bar has the {v} value?",
        "Which one is the {r}?",
    ],
    "bar colour": [
        "(What|Which) colour (is|has) the {r} bar?",
        "What is the colour of the {r} bar?",
        "The {r} bar: what colour is it?",
    ],
    "slice most": [
        "(Which|What) (slice|part|piece|share) is (the|) {r} (|of all|in the chart)?",
        "(What|Which) is the {r} (slice|part|piece|share) (|of the chart|here)?",
        "(Which|What) colour has the {r} (slice|part|share|piece)?",
        "(Name|Find|Tell me) the {r} (slice|part|piece)",
        "Which one is the {r}?",
    ],
    "half": [
        "Is more than (half|one half) of (the pie|the chart|it) {x}?",
        "Does the {x} (slice|part) (make up|fill|take) more than half (|of the pie|of it)?",
        "Is the {x} (slice|part) (more|larger|bigger) than (half|a half|half of the pie)?",
    ],
    "trend": [
        "Does (the line|the curve|it) go up or down?",
        "Is (the line|the curve|it) going (up or down|down or up)?",
        "(Which|What) (way|direction) does (the line|the curve|it) go?",
        "(How|Where) does (the line|the curve|it) (go|run|change)?",
        "What is the (trend|development|direction of the line)?",
        "Is (the line|it) (rising or falling|falling or rising)?",
        "What (does the line|does the curve) do?",
    ],
    "rises": [
        "(Does|Will) (the line|the curve|it) {r}?",
        "(Would you say|Is it true) that (the line|the curve|it) {s}?",
        "Is (the line|the curve|it) {t}?",
    ],
    "light": [
        "(What|Which) colour (is|has) (the light|the traffic light|it)?",
        "(What|Which) (light|lamp) is (on|lit|shining)?",
        "What does the (light|traffic light) (show|say)?",
        "(Which|What) colour (does the traffic light show|is lit|is on)?",
        "In what state is the (light|traffic light)?",
    ],
    "go": [
        "(May|Can|Should) (I|we|one|cars) (go|drive|cross) (|now)?",
        "(Am I|Are cars) allowed to (go|drive|pass) (|now)?",
        "Is it (safe|allowed) to (go|drive|cross) (|now)?",
    ],
    "rows": [
        "How many {x} (are there|do you see|does the grid have|can you see) (|in the grid)?",
        "(Count|Please count) the {x}",
        "What is the number of {x} (|in the grid)?",
    ],
    "odd": [
        "(Which|What) colour (is|has) the (odd|different|other) one?",
        "(Which|What) (colour|one) (does not fit|is different|stands out|is the odd one out)?",
        "What colour is the one that (is different|does not fit|stands out)?",
        "One is different: (which|what) colour is it?",
    ],
    "is odd": [
        "Is one (of them|thing|object) (different|not like the others|another colour)?",
        "(Does one|Does any of them) (stand out|look different|have another colour)?",
    ],
    "is same": [
        "Are they all (the same|equal|of one colour)?",
        "(Do they all|Do all of them) have the same colour?",
    ],
    "is empty": [
        f"Is (the|this) {P} (empty|blank)?",
        "Is (this|it) (empty|blank|a blank page)?",
    ],
    "bar is": [
        "Is {x} {r} than {y}?",
        "(Would you say|Is it true) that {x} is {r} than {y}?",
        "{x} is {r} than {y}, (right|correct|is it not)?",
    ],
    "bar taller": [
        "(Which|What) (is|bar is|one is) {r}, {x} or {y}?",
        "Is {x} or {y} {r}?",
        "Which of the two is {r}: {x} or {y}?",
    ],
    "letter colour": [
        "(What|Which) colour (is|has) {x}?",
        "What is the colour of {x}?",
        "{x}: what colour is it?",
    ],
}


# What a scene of these modules can be; the first two are no objects.
NOUNS = ["text", "number", "bar chart", "pie chart", "line chart", "traffic light"]


class Scene(Things):
    """A scene whose content is no list of things; questions about things are answered by no."""

    no = ("time", "number", "read", "is text", "cannot")
    noun = ""

    def __init__(self, rng):
        self.background = pick_background(rng)
        self.things = []

    def colour(self, rng, but=()):
        return rng.choice([c for c in ON[self.background] if c not in but])

    def ask_no(self, rng):
        return nothing(rng, self.no)

    def ask_what(self, rng):
        return w.Turn("what", f"It is {w.article(self.noun)}.")

    def ask_is_there(self, rng):
        """Mostly whether there is a thing of this sort or of another sort of scene."""
        if rng.random() < 0.35 or not self.noun:
            return super().ask_is_there(rng)
        true = rng.random() < 0.6
        noun = self.noun if true else rng.choice([n for n in NOUNS if n != self.noun])
        return w.Turn("is there", "Yes." if true else "No.", w.yes_no(true), x=w.article(noun))

    def ask_is_this(self, rng):
        true = rng.random() < 0.5
        noun = self.noun if true else rng.choice([n for n in NOUNS if n != self.noun])
        answer = ("Yes" if true else "No") + f", it is {w.article(self.noun)}."
        return w.Turn("is this", answer, w.yes_no(true, answer), x=w.article(noun))

    def common(self):
        return [
            (3, self.ask_is_there),
            (2 if self.noun in NOUNS[2:] else 0, self.ask_is_this),
            (0.8, self.ask_colour),
            (0.8, self.ask_where),
            (0.3, self.ask_point),
            (4, self.ask_background),
            (2.5, self.ask_no),
            (0.8, self.ask_empty),
        ]


class Text(Scene):
    """A word or a string of letters, or a number."""

    no = ("time", "number", "cannot", "cannot")

    def __init__(self, rng, number=False):
        super().__init__(rng)
        self.number = number
        if number:
            self.no = ("time", "cannot")
            digits = rng.choices((1, 2, 3, 4), (30, 35, 28, 7))[0]
            self.text = str(rng.randrange(10 ** (digits - 1) if digits > 1 else 0, 10**digits))
        elif rng.random() < 0.75:
            self.text = rng.choice(TEXT_WORDS)
            case = rng.random()
            if case < 0.5:
                self.text = self.text.upper()
            elif case < 0.75:
                self.text = self.text.capitalize()
        else:
            n = rng.choices((1, 2, 3), (45, 35, 20))[0]
            self.text = "".join(rng.choice(LETTERS) for _ in range(n))
        self.ink = rng.choice(READABLE[self.background])
        self.plate = self.colour(rng) if rng.random() < 0.15 else ""
        if self.plate and self.ink == self.plate or not FITTING.get((self.plate, self.ink), True):
            self.plate = ""
        self.sort = "number" if number else "text"
        self.identity = f"text {self.text.lower()}"
        if len(self.text) < 3:
            self.identity += f" {self.ink} {self.background} {rng.randrange(4)}"

    def draw(self, rng):
        canvas = Canvas(rng, self.background, WIDE)
        n, width, height = len(self.text), canvas.width, canvas.height
        most = min(height * 0.6, width * 1.25 / n)
        size = max(8.0, rng.uniform(0.72, 1.0) * most)
        free = height / 2 - size * 0.75 - 2
        x = width / 2 + rng.uniform(-0.03, 0.03) * width
        y = height / 2 + (rng.uniform(-free, free) if free > 0 and rng.random() < 0.5 else 0)
        rgb = shade(rng, self.ink, self.background)
        if self.plate:
            plate = shade(rng, self.plate, self.background)
            if sum((a - b) ** 2 for a, b in zip(rgb, plate)) > 20000:
                k = canvas.scale
                box = [2 * k, (y - size * 0.8) * k, (width - 2) * k, (y + size * 0.8) * k]
                canvas.draw.rectangle(box, fill=plate)
        angle = rng.uniform(-6, 6) if rng.random() < 0.3 else 0
        canvas.letters(self.text, x, y, size, rgb, self.ink, angle=angle, width=width * 0.88)
        return canvas.finish()

    def describe(self):
        return f"The {self.sort} {self.text} in {self.ink}."

    def asks(self):
        own = [
            (12, self.ask_read),
            (2, self.ask_has_number),
            (4 if len(self.text) == 1 else 0, self.ask_single),
            (3, self.ask_ink),
            (2.5, self.ask_length),
            (3, self.ask_nth),
            (2.5, self.ask_says),
            (1.2, self.ask_is_text),
            (1, self.ask_what),
        ]
        return own + [(p / 2, f) for p, f in self.common()]

    def ask_describe(self, rng):
        return w.Turn("describe", self.describe(), self.told(), self.spelled())

    def spelled(self):
        """The text as it stands in an answer."""
        return f" {self.text}"

    def told(self):
        """An accept for the text and its colour."""

        def accept(answer):
            said = answer.lower().replace(".", " ").split()
            got, want = (
                [c for c in w.content(text) if c in SHADES] for text in (answer, self.describe())
            )
            return self.text.lower() in said and got == want

        return accept

    def ask_what(self, rng):
        return w.Turn("what", self.describe(), self.told(), self.spelled())

    def ask_read(self, rng):
        if self.number and rng.random() < 0.7:
            return w.Turn("number", f"The number is {self.text}.", w.reads(self.text))
        answer = f"It says {self.text}."
        return w.Turn("read", answer, w.reads(self.text), self.spelled())

    def ask_single(self, rng):
        """Which digit or letter the only one is."""
        sort = "digit" if self.number else "letter"
        answer = f"The {'number' if self.number else 'letter'} is {self.text}."
        return w.Turn(sort, answer, w.reads(self.text))

    def ask_has_number(self, rng):
        true = self.number
        return w.Turn("is number", "Yes." if true else "No.", w.yes_no(true))

    def ask_ink(self, rng):
        x = rng.choice(("text", "word", "writing"))
        if self.number:
            x = rng.choice(("number", "number", "digits"))
        if x == "digits" or (x == "text" and rng.random() < 0.2):
            x = "digits" if self.number else "letters"
            answer = f"The {x} are {self.ink}."
            return w.Turn("colours", answer, w.means(answer, self.ink), x=x)
        answer = f"The {x} is {self.ink}."
        return w.Turn("colour", answer, w.means(answer, self.ink), x=x)

    def ask_length(self, rng):
        n, noun = len(self.text), "digit" if self.number else "letter"
        answer = f"It has {n} {noun if n == 1 else noun + 's'}."
        y = "number" if self.number else rng.choice(("word", "text"))
        return w.Turn("length", answer, w.means(answer, str(n)), x=noun + "s", y=y)

    def ask_nth(self, rng):
        last, noun = rng.random() < 0.5, "digit" if self.number else "letter"
        x, c = ("last", self.text[-1]) if last else ("first", self.text[0])
        answer = f"The {x} {noun} is {c}."
        accept = lambda text: text.lower().rstrip(". ").split()[-1:] == [c.lower()]
        return w.Turn("nth", answer, accept, x=x, y=noun, z="end" if last else "begin")

    def ask_says(self, rng):
        true, text = rng.random() < 0.5, self.text
        if not true:
            i = rng.randrange(len(text))
            pool = "0123456789" if self.number else LETTERS
            other = rng.choice([c for c in pool if c != text[i].upper()])
            other = other if text[i].isupper() or self.number else other.lower()
            text = text[:i] + other + text[i + 1 :]
            if not self.number and rng.random() < 0.6:
                text = rng.choice(TEXT_WORDS)
                text = text.upper() if self.text.isupper() else text
                if text.lower() == self.text.lower():
                    return None
        answer = f"It says {self.text}, so {w.yes(true)}."
        accept, p = w.concludes(true, answer), rng.choice(("picture", "image"))
        return w.Turn("says", answer, accept, self.spelled(), x=text, p=p)

    def ask_is_text(self, rng):
        if self.number:
            return None
        return w.Turn("is text", "Yes.", w.yes_no(True))


def number(rng):
    return Text(rng, True)


class Bars(Scene):
    """A bar chart, with bars of different colours or with letters below."""

    no = ("time", "cannot")
    noun = "bar chart"

    def __init__(self, rng):
        super().__init__(rng)
        n = rng.choice((2, 3, 3, 4, 4, 5))
        self.heights = rng.sample(BAR_HEIGHTS, n)
        self.lettered = rng.random() < 0.5
        colours = rng.sample(ON[self.background], n)
        self.bars = [colours[0]] * n if self.lettered and rng.random() < 0.6 else colours
        self.names = [f"bar {c}" for c in LETTERS[:n]] if self.lettered else None
        self.identity = f"bars {self.background} {self.bars} {self.heights} {self.lettered}"

    def draw(self, rng):
        canvas = Canvas(rng, self.background, WIDE)
        width, height, n = canvas.width, canvas.height, len(self.bars)
        foot = height - (13 if self.lettered else rng.uniform(4, 9))
        top, left = rng.uniform(5, 12), rng.uniform(5, 10)
        step = (width - left - rng.uniform(3, 8)) / n
        wide = step * rng.uniform(0.55, 0.85)
        ink = "black" if "black" in ON[self.background] else "white"
        rgb = shade(rng, ink, self.background)
        shades = {c: shade(rng, c, self.background) for c in self.bars}
        font = rng.choice(FONTS)
        plain = canvas.pen(0, 0, 1)
        for i, (colour, tall) in enumerate(zip(self.bars, self.heights)):
            x = left + step * i + (step - wide) / 2
            level = f"bar {BAR_HEIGHTS.index(tall)}"
            pen = canvas.pen(0, 0, 1, 0, canvas.name_mark("bar", colour, place=level))
            pen.box(x, foot - (foot - top) * tall, x + wide, foot, shades[colour])
            if self.lettered:
                canvas.letters(LETTERS[i], x + wide / 2, foot + 7, 8.5, rgb, ink, font)
        if rng.random() < 0.7:
            plain.line([(left - 1, foot), (width - 3, foot)], 1.2, rgb)
            if rng.random() < 0.6:
                plain.line([(left - 1, top - 3), (left - 1, foot)], 1.2, rgb)
        return canvas.finish()

    def bar(self, i):
        return self.names[i] if self.lettered else f"the {self.bars[i]} bar"

    def said(self, text):
        """A sentence that begins with the name of a bar."""
        return text[0].upper() + text[1:]

    def ask_describe(self, rng):
        best = self.heights.index(max(self.heights))
        answer = f"A bar chart with {len(self.bars)} bars. "
        answer += self.said(f"{self.bar(best)} is the tallest.")
        return w.Turn("describe", answer)

    def asks(self):
        own = [
            (8, self.ask_bar_most),
            (6, self.ask_compare),
            (3, self.ask_bars),
            (3, self.ask_bar_colour),
            (2, self.ask_what),
            (1, self.ask_colours),
        ]
        return own + [(p / 2, f) for p, f in self.common()]

    def extreme(self, rng):
        if rng.random() < 0.5:
            at = self.heights.index(max(self.heights))
            asked = ("tallest", "tallest", "highest", "longest", "largest")
            return at, "tallest", rng.choice(asked)
        at = self.heights.index(min(self.heights))
        return at, "shortest", rng.choice(("shortest", "shortest", "lowest", "smallest"))

    def ask_bar_most(self, rng):
        at, word, asked = self.extreme(rng)
        answer = self.said(f"{self.bar(at)} is the {word}.")
        value = "highest" if word == "tallest" else "lowest"
        return w.Turn("bar most", answer, w.means(answer, self.bar(at)), r=asked, v=value)

    def ask_compare(self, rng):
        a, b = rng.sample(range(len(self.bars)), 2)
        x, y = ((self.names[i] if self.lettered else f"{self.bars[i]} bar") for i in (a, b))
        the = "" if self.lettered else "the "
        asked, tall = rng.choice((("taller", 1), ("higher", 1), ("shorter", 0), ("lower", 0)))
        first = (self.heights[a] > self.heights[b]) == bool(tall)
        said = "taller" if tall else "shorter"
        if rng.random() < 0.5:
            kind = "bar is" if self.lettered else "is larger"
            answer = self.said(f"{the}{x if first else y} is {said}, so {w.yes(first)}.")
            return w.Turn(kind, answer, w.concludes(first, answer), x=x, y=y, r=asked)
        answer = self.said(f"{the}{x if first else y} is {said}.")
        kind = "bar taller" if self.lettered else "larger"
        return w.Turn(kind, answer, w.means(answer, x if first else y), x=x, y=y, r=asked)

    def ask_bars(self, rng):
        answer = w.counted(len(self.bars), "bar")
        return w.Turn("count", answer, w.means(answer, str(len(self.bars))), x="bars")

    def ask_bar_colour(self, rng):
        at, _, asked = self.extreme(rng)
        if self.lettered and rng.random() < 0.4:
            at = rng.randrange(len(self.bars))
            answer = f"Bar {LETTERS[at]} is {self.bars[at]}."
            return w.Turn("letter colour", answer, w.means(answer, self.bars[at]), x=self.names[at])
        word = "tallest" if self.heights[at] == max(self.heights) else "shortest"
        answer = f"The {word} bar is {self.bars[at]}."
        return w.Turn("bar colour", answer, w.means(answer, self.bars[at]), r=asked)

    def ask_colours(self, rng):
        answer = "I see " + w.listed(dict.fromkeys(self.bars)) + "."
        return w.Turn("colour list", answer)


class Pie(Scene):
    """A pie chart of two to four slices."""

    no = ("time", "number", "read", "cannot")
    noun = "pie chart"

    def __init__(self, rng):
        super().__init__(rng)
        n = rng.choice((2, 3, 3, 4))
        while True:
            cuts = sorted(rng.sample(range(2, 19), n - 1))
            self.parts = [b - a for a, b in zip([0] + cuts, cuts + [20])]
            ranked = sorted(self.parts)
            apart = ranked[-1] - ranked[-2] >= 3 and ranked[1] - ranked[0] >= 2
            if ranked[0] >= 2 and apart:
                break
        self.colours = rng.sample(ON[self.background], n)
        self.identity = f"pie {self.background} {self.colours} {self.parts}"

    def draw(self, rng):
        canvas = Canvas(rng, self.background)
        unit = min(canvas.width, canvas.height)
        r = unit * rng.uniform(0.28, 0.45)
        x = canvas.width / 2 + rng.uniform(-0.5, 0.5) * (unit - 2 * r - 4)
        start = rng.uniform(0, 2 * math.pi)
        line = rng.random() < 0.3
        for colour, part in zip(self.colours, self.parts):
            end = start + 2 * math.pi * part / 20
            steps = max(3, int(part * 2.5))
            angles = [start + (end - start) * i / steps for i in range(steps + 1)]
            share = f"slice {min(part // 3, 5)}"
            mark = canvas.name_mark("slice", colour, place=share)
            pen = canvas.pen(x, canvas.height / 2, r, 0, mark)
            points = [(0, 0)] + [(math.cos(a), math.sin(a)) for a in angles]
            pen.poly(points, shade(rng, colour, self.background))
            if line:
                pen.mark = 0
                pen.hollow(points, (255, 255, 255), 1)
            start = end
        return canvas.finish()

    def ask_describe(self, rng):
        best = self.colours[self.parts.index(max(self.parts))]
        answer = f"A pie chart with {len(self.parts)} slices. The {best} slice is the largest."
        return w.Turn("describe", answer)

    def asks(self):
        own = [
            (6, self.ask_slice_most),
            (3, self.ask_slices),
            (4, self.ask_half),
            (4, self.ask_slice_compare),
            (2, self.ask_what),
        ]
        return own + [(p / 2, f) for p, f in self.common()]

    def ask_slice_most(self, rng):
        large = rng.random() < 0.55
        at = self.parts.index((max if large else min)(self.parts))
        asked = rng.choice(("largest", "biggest") if large else ("smallest",))
        answer = f"The {self.colours[at]} slice is the {'largest' if large else 'smallest'}."
        return w.Turn("slice most", answer, w.means(answer, self.colours[at]), r=asked)

    def ask_slices(self, rng):
        answer = w.counted(len(self.parts), "slice")
        x = rng.choice(("slices", "slices", "parts", "pieces"))
        return w.Turn("count", answer, w.means(answer, str(len(self.parts))), x=x)

    def ask_half(self, rng):
        at = self.parts.index(max(self.parts))
        if rng.random() < 0.4:
            at = rng.randrange(len(self.parts))
        if 8 < self.parts[at] < 12:
            return None
        true = self.parts[at] > 10
        return w.Turn("half", "Yes." if true else "No.", w.yes_no(true), x=self.colours[at])

    def ask_slice_compare(self, rng):
        a, b = rng.sample(range(len(self.parts)), 2)
        if abs(self.parts[a] - self.parts[b]) < 2:
            return None
        x, y = f"{self.colours[a]} slice", f"{self.colours[b]} slice"
        word, large = rng.choice((("larger", 1), ("bigger", 1), ("smaller", 0)))
        first = (self.parts[a] > self.parts[b]) == bool(large)
        answer = f"The {x if first else y} is {'larger' if large else 'smaller'}."
        if rng.random() < 0.5:
            answer = f"{answer[:-1]}, so {w.yes(first)}."
            return w.Turn("is larger", answer, w.concludes(first, answer), x=x, y=y, r=word)
        return w.Turn("larger", answer, w.means(answer, x if first else y), x=x, y=y, r=word)


class Grid(Scene):
    """Rows and columns of one shape or icon, of which one may have another colour."""

    def __init__(self, rng):
        super().__init__(rng)
        self.rows, self.columns = rng.choice((1, 2, 2, 3, 3, 4)), rng.choice((2, 2, 3, 3, 4))
        while True:
            kinds = SHAPES if rng.random() < 0.7 else list(ICON_COLOURS)
            self.kind = rng.choice([k for k in kinds if k != "line"])
            colours = colours_of(self.kind, self.background)
            if len(colours) > 1:
                break
        self.main, other = rng.sample(colours, 2)
        self.other = other if rng.random() < 0.5 and self.rows * self.columns > 2 else ""
        self.odd = rng.randrange(self.rows * self.columns)
        self.identity = f"grid {self.background} {self.rows} {self.columns} {self.kind} {self.main}"
        self.identity += f" {self.other} {self.odd if self.other else ''}"

    def draw(self, rng):
        canvas = Canvas(rng, self.background)
        step = min(canvas.width / self.columns, canvas.height / self.rows, 30)
        step *= rng.uniform(0.85, 1)
        r = step * rng.uniform(0.33, 0.43)
        thing = make_thing(rng, self.kind, self.background, 0, "large", self.main)
        seed = rng.getrandbits(64) if rng.random() < 0.75 else None
        for i in range(self.rows * self.columns):
            x = canvas.width / 2 + (i % self.columns - (self.columns - 1) / 2) * step
            y = canvas.height / 2 + (i // self.columns - (self.rows - 1) / 2) * step
            thing.colour = self.other if self.other and i == self.odd else self.main
            canvas.rng = random.Random(seed) if seed else rng
            draw_thing(canvas, thing, place=(x, y), radius=r)
        canvas.rng = rng
        return canvas.finish()

    def ask_describe(self, rng):
        rows = f"{self.rows} row" + ("s" if self.rows > 1 else "")
        names = w.plural(f"{self.main} {self.kind}")
        answer = f"A grid of {rows} and {self.columns} columns of {names}."
        if self.other:
            answer = answer[:-1] + f", one of them {self.other}."
        return w.Turn("describe", answer)

    def asks(self):
        return [
            (6, self.ask_number),
            (5, self.ask_rows),
            (4, self.ask_odd),
            (2, self.ask_there),
            (2.5, self.ask_background),
            (1.5, self.ask_no),
        ]

    def ask_number(self, rng):
        n = self.rows * self.columns
        noun = rng.choice((self.kind, self.kind, "object", "thing"))
        if self.kind in SHAPES and rng.random() < 0.2:
            noun = "shape"
        if rng.random() < 0.25:
            colour = self.other or self.main
            n = 1 if self.other else n
            noun = f"{colour} {self.kind}"
        answer = w.counted(n, noun)
        if n > 1 and self.rows > 1:
            answer = f"{self.rows} rows of {self.columns}: t{answer[1:]}"
        return w.Turn("count", answer, w.means(answer, str(n)), x=w.plural(noun))

    def ask_rows(self, rng):
        n, noun = rng.choice(((self.rows, "row"), (self.columns, "column")))
        answer = w.counted(n, noun)
        return w.Turn("rows", answer, w.means(answer, str(n)), x=noun + "s")

    def ask_odd(self, rng):
        if self.other and rng.random() < 0.45:
            answer = f"The different one is {self.other}."
            return w.Turn("odd", answer, w.means(answer, self.other))
        if rng.random() < 0.5:
            same = not self.other
            return w.Turn("is same", "Yes." if same else "No.", w.yes_no(same))
        other = bool(self.other)
        return w.Turn("is odd", "Yes." if other else "No.", w.yes_no(other))

    def ask_there(self, rng):
        true = rng.random() < 0.5
        name = self.kind if true else self.absent(rng)
        if name == self.kind and not true:
            return None
        return w.Turn("is there", "Yes." if true else "No.", w.yes_no(true), x=w.article(name))


class Empty(Scene):
    """Nothing but a background."""

    def __init__(self, rng):
        super().__init__(rng)
        self.identity = f"empty {self.background} {rng.randrange(100)}"

    def draw(self, rng):
        return Canvas(rng, self.background, WIDE).finish()

    def asks(self):
        own = [(4, self.ask_none), (3, self.ask_empty), (1, self.ask_what)]
        return own + [(p, f) for p, f in self.common()]

    def ask_what(self, rng):
        return w.Turn("what", self.describe())

    def ask_none(self, rng):
        noun = rng.choice((self.absent(rng), "object", "thing", "shape"))
        if rng.random() < 0.3:
            noun = f"{rng.choice(COLOURS)} {noun}"
        answer = w.counted(0, noun)
        return w.Turn("count", answer, w.means(answer, "no"), x=w.plural(noun))

    def ask_empty(self, rng):
        return w.Turn("is empty", "Yes.", w.yes_no(True))

    def ask_is_there(self, rng):
        return Things.ask_is_there(self, rng)


NOISE = "I cannot tell what this shows."


class Noise(Scene):
    """Something that cannot be made out; every question has the same answer."""

    def __init__(self, rng):
        super().__init__(rng)
        self.identity = f"noise {rng.getrandbits(40)}"

    def draw(self, rng):
        return noise_picture(rng)

    def asks(self):
        return [(1, self.ask_noise)]

    def ask_describe(self, rng):
        return w.Turn("describe", NOISE, w.means(NOISE))

    def ask_noise(self, rng):
        family = rng.choice(("what", "describe", "read", "number", "time", "kind list", "cannot"))
        answer = w.CANNOT if family == "cannot" else NOISE
        return w.Turn(family, answer, w.means(answer))
