"""Pictures of curves, traffic lights, gauges, batteries and clocks, with questions."""

import math

try:
    from . import pictures_words as w
    from .charts import Scene
    from .draw import CIRCLE, ON, WIDE, Canvas, mix, shade
except ImportError:
    import pictures_words as w
    from charts import Scene
    from draw import CIRCLE, ON, WIDE, Canvas, mix, shade

BLACK, WHITE = (20, 20, 24), (250, 250, 250)


def _ink(rng, background):
    """Black, or white where black would not be seen."""
    return shade(rng, "black" if "black" in ON[background] else "white", background)


class Curve(Scene):
    """A line chart that rises, falls, stays level, or turns."""

    no = ("time", "number", "read", "cannot")
    noun = "line chart"
    TRENDS = {
        "up": "The line goes up.",
        "down": "The line goes down.",
        "level": "The line stays level.",
        "up and down": "The line goes up and then down.",
        "down and up": "The line goes down and then up.",
    }

    def __init__(self, rng):
        super().__init__(rng)
        self.trend = rng.choices(list(self.TRENDS), (4, 4, 2, 2, 2))[0]
        self.ink = self.colour(rng)
        self.steps = rng.randint(2, 7)
        self.size = rng.randint(0, 20)
        self.identity = f"curve {self.background} {self.trend} {self.ink} {self.steps} {self.size}"

    def points(self, rng):
        n, high = self.steps, 0.6 + 0.02 * self.size
        wave = rng.uniform(0, 0.5) / n
        points = []
        for i in range(n + 1):
            t = i / n
            if self.trend in ("up", "down"):
                y = t - 0.5
            elif self.trend == "level":
                y, wave = 0.0, 0.02
            else:
                y = 0.5 - abs(2 * t - 1)
            if self.trend in ("down", "down and up"):
                y = -y
            points.append((2 * t - 1, -2 * y * high * 0.85 + rng.uniform(-wave, wave)))
        return points

    def draw(self, rng):
        if self.trend in ("up and down", "down and up") and self.steps % 2:
            self.steps += 1
        canvas = Canvas(rng, self.background, WIDE)
        pen = canvas.pen(canvas.width / 2, canvas.height / 2, canvas.height * 0.4, 0)
        wide = canvas.width / canvas.height * 1.05
        axes = _ink(rng, self.background)
        if rng.random() < 0.75:
            pen.line([(-wide, -1.05), (-wide, 1.05), (wide, 1.05)], 0.04, axes)
        pen.mark = canvas.name_mark("curve", self.ink)
        points = [(x * wide * 0.92, y) for x, y in self.points(rng)]
        rgb = shade(rng, self.ink, self.background)
        pen.line(points, rng.uniform(0.07, 0.14), rgb)
        if rng.random() < 0.35:
            for x, y in points:
                pen.oval(x, y, 0.1, 0.1, rgb)
        return canvas.finish()

    def ask_describe(self, rng):
        answer = f"A line chart. {self.TRENDS[self.trend]}"
        return w.Turn("describe", answer, w.means(answer, self.TRENDS[self.trend], True))

    def asks(self):
        own = [(5, self.ask_trend), (4, self.ask_rises), (2, self.ask_ink), (1, self.ask_what)]
        return own + [(p / 2, f) for p, f in self.common()]

    def ask_trend(self, rng):
        answer = self.TRENDS[self.trend]
        return w.Turn("trend", answer, w.means(answer, ordered=True))

    def ask_rises(self, rng):
        if " " in self.trend:
            return None
        asked = rng.choice(("up", "down", "level"))
        asked = self.trend if rng.random() < 0.3 else asked
        r, s, t = f"go {asked}", f"goes {asked}", f"going {asked}"
        if asked == "level":
            r, s, t = "stay level", "stays level", "level"
        elif rng.random() < 0.5:
            r, s, t = ("rise", "rises", "rising") if asked == "up" else ("fall", "falls", "falling")
        true = asked == self.trend
        return w.Turn("rises", "Yes." if true else "No.", w.yes_no(true), r=r, s=s, t=t)

    def ask_ink(self, rng):
        answer = f"The line is {self.ink}."
        return w.Turn("colour", answer, w.means(answer, self.ink), x="line")


class Traffic(Scene):
    """A traffic light."""

    no = ("time", "number", "read", "cannot")
    noun = "traffic light"
    LAMPS = {"red": (255, 30, 25), "yellow": (255, 215, 20), "green": (20, 215, 60)}

    def __init__(self, rng):
        super().__init__(rng)
        self.lit = rng.choice(list(self.LAMPS))
        self.case = rng.choice((BLACK, (60, 60, 66), (95, 95, 100), (30, 60, 45)))
        self.side, self.size = rng.randint(-12, 12), rng.randint(28, 44)
        self.identity = f"traffic {self.background} {self.lit} {self.case} {self.side} {self.size}"

    def draw(self, rng):
        canvas = Canvas(rng, self.background)
        r = min(self.size, canvas.height * 0.46)
        pen = canvas.pen(
            canvas.width / 2 + self.side, canvas.height / 2, r, 0, "traffic light", self.lit
        )
        edge = 0.05 if self.background != "black" and rng.random() < 0.5 else 0.08
        rim = WHITE if self.background in ("black", "grey", "green", "blue") else BLACK
        pen.box(-0.42 - edge, -1 - edge, 0.42 + edge, 1 + edge, rim)
        pen.box(-0.42, -1, 0.42, 1, self.case)
        dark = rng.choice((0.72, 0.8, 0.88))
        for i, (colour, rgb) in enumerate(self.LAMPS.items()):
            off = (70, 70, 70) if dark == 0.88 else mix(rgb, (0, 0, 0), dark)
            pen.oval(0, -0.64 + 0.64 * i, 0.27, 0.27, rgb if colour == self.lit else off)
        return canvas.finish()

    def ask_describe(self, rng):
        answer = f"A traffic light. The light is {self.lit}."
        return w.Turn("describe", answer, w.means(answer, "traffic " + self.lit))

    def asks(self):
        own = [(6, self.ask_light), (4, self.ask_go), (3, self.ask_is_it), (2, self.ask_what)]
        return own + [(p / 2, f) for p, f in self.common()]

    def ask_light(self, rng):
        answer = f"The light is {self.lit}."
        return w.Turn("light", answer, w.means(answer, self.lit))

    def ask_go(self, rng):
        go = self.lit == "green"
        answer = ("Yes" if go else "No") + f", the light is {self.lit}."
        return w.Turn("go", answer, w.yes_no(go, answer))

    def ask_is_it(self, rng):
        colour = self.lit if rng.random() < 0.5 else rng.choice(list(self.LAMPS))
        true = colour == self.lit
        answer = ("Yes" if true else "No") + f", the light is {self.lit}."
        x = rng.choice(("light", "light", "traffic light"))
        return w.Turn("is it", answer, w.yes_no(true, answer), x=x, c=colour)


class Level(Scene):
    """A gauge, a thermometer or a battery that is low, in the middle, or high."""

    no = ("time", "read", "cannot")

    def __init__(self, rng):
        super().__init__(rng)
        self.noun = rng.choice(("gauge", "thermometer", "battery"))
        self.level = rng.choice(("low", "medium", "high"))
        low = {"low": 4, "medium": 43, "high": 82}[self.level]
        self.value = low + rng.randint(0, 14)
        self.ink = "red" if "red" in ON[self.background] else "black"
        if self.noun == "battery" or rng.random() < 0.4:
            self.ink = self.colour(rng, ("black", "grey", "white"))
        self.word = self.level
        if self.noun == "battery":
            self.word = {"low": "empty", "medium": "half full", "high": "full"}[self.level]
        self.identity = f"level {self.noun} {self.background} {self.value} {self.ink}"

    def draw(self, rng):
        canvas = Canvas(rng, self.background)
        r = min(canvas.width, canvas.height) * rng.uniform(0.32, 0.46)
        x = canvas.width / 2 + rng.uniform(-0.4, 0.4) * (canvas.width - 2 * r - 4)
        pen = canvas.pen(x, canvas.height / 2, r, 0, self.noun, self.ink)
        rgb, edge = shade(rng, self.ink, self.background), _ink(rng, self.background)
        getattr(self, "draw_" + self.noun)(pen, rgb, edge, self.value / 100)
        return canvas.finish()

    def draw_gauge(self, pen, rgb, edge, value):
        half = [CIRCLE[i % 36] for i in range(18, 37)]
        pen.poly([(a, 0.55 + b * 1.05) for a, b in half], edge)
        pen.poly([(0.9 * a, 0.5 + 0.93 * b) for a, b in half], WHITE)
        for i in range(7):
            a = math.pi * (1 + i / 6)
            c, s = math.cos(a), math.sin(a)
            pen.line([(0.74 * c, 0.5 + 0.76 * s), (0.86 * c, 0.5 + 0.88 * s)], 0.05, BLACK)
        a = math.pi * (1 + value)
        tip = (0.72 * math.cos(a), 0.5 + 0.74 * math.sin(a))
        needle = rgb if min(rgb) < 130 and self.ink not in ("white", "yellow") else BLACK
        pen.line([(0, 0.47), tip], 0.1, needle)
        pen.oval(0, 0.45, 0.13, 0.13, needle)

    def draw_thermometer(self, pen, rgb, edge, value):
        pen.box(-0.21, -0.95, 0.21, 0.6, edge)
        pen.oval(0, -0.93, 0.21, 0.1, edge)
        pen.oval(0, 0.7, 0.36, 0.34, edge)
        pen.box(-0.14, -0.92, 0.14, 0.6, WHITE)
        inner = rgb if self.ink not in ("white", "yellow") else (220, 30, 30)
        pen.oval(0, 0.7, 0.28, 0.27, inner)
        pen.box(-0.14, 0.5 - 1.38 * value, 0.14, 0.65, inner)
        for i in range(6):
            pen.line([(0.26, 0.4 - 0.25 * i), (0.4, 0.4 - 0.25 * i)], 0.04, edge)

    def draw_battery(self, pen, rgb, edge, value):
        pen.box(-0.95, -0.48, 0.9, 0.48, edge)
        pen.box(0.9, -0.2, 1.04, 0.2, edge)
        pen.box(-0.87, -0.4, 0.82, 0.4, WHITE)
        inner = rgb if self.ink not in ("white", "yellow") else (40, 170, 70)
        pen.box(-0.82, -0.35, -0.82 + 1.59 * value, 0.35, inner)

    def said(self):
        return f"The {self.noun} is {self.word}."

    def accept(self):
        return w.means(self.said(), self.word)

    def ask_describe(self, rng):
        answer = f"{w.article(self.noun).capitalize()}. {self.said()}"
        return w.Turn("describe", answer)

    def asks(self):
        own = [(6, self.ask_level), (4, self.ask_is), (2, self.ask_what)]
        if self.noun == "thermometer":
            own.append((3, self.ask_warm))
        return own + [(p / 2, f) for p, f in self.common()]

    def ask_level(self, rng):
        return w.Turn("level", self.said(), self.accept(), x=self.noun)

    def ask_is(self, rng):
        words = ("low", "medium", "high")
        if self.noun == "battery":
            words = ("empty", "half full", "full")
        word = self.word if rng.random() < 0.45 else rng.choice(words)
        true = word == self.word
        return w.Turn("is level", "Yes." if true else "No.", w.yes_no(true), x=self.noun, r=word)

    def ask_warm(self, rng):
        answer = {"low": "It is cold.", "medium": "It is mild.", "high": "It is hot."}[self.level]
        return w.Turn("warm", answer, w.means(answer))


class Clock(Scene):
    """A clock face that shows a full hour."""

    no = ("cannot", "cannot", "cannot")
    noun = "clock"

    def __init__(self, rng):
        super().__init__(rng)
        self.hour = rng.randint(1, 12)
        self.ink = self.colour(rng)
        self.size = rng.randint(26, 45)
        self.numbers = rng.random() < 0.35
        self.identity = f"clock {self.background} {self.hour} {self.ink} {self.size} {self.numbers}"

    def draw(self, rng):
        canvas = Canvas(rng, self.background)
        r = min(self.size, canvas.height * 0.46, canvas.width * 0.46)
        pen = canvas.pen(canvas.width / 2, canvas.height / 2, r, 0, "clock", self.ink)
        pen.oval(0, 0, 1, 1, shade(rng, self.ink, self.background))
        pen.oval(0, 0, 0.9, 0.9, rng.choice((WHITE, WHITE, (255, 250, 225))))
        for i in range(12):
            c, s = CIRCLE[3 * i]
            if not (self.numbers and r > 34):
                start = 0.68 if i % 3 == 0 else 0.74
                pen.line([(start * c, start * s), (0.84 * c, 0.84 * s)], 0.05, BLACK)
        if self.numbers and r > 34:
            named = len(canvas.named)
            for hour in (3, 6, 9, 12):
                c, s = CIRCLE[(3 * hour - 9) % 36]
                place = pen.spots([(0.7 * c, 0.7 * s)])[0]
                canvas.letters(str(hour), *place, r * 0.2, BLACK, "black", "default")
            canvas.named[named:] = [pen.canvas.named[pen.mark]] * (len(canvas.named) - named)
        c, s = CIRCLE[(3 * self.hour - 9) % 36]
        hand = rng.choice((BLACK, BLACK, (200, 30, 30)))
        pen.line([(-0.08 * c, -0.08 * s), (0.42 * c, 0.42 * s)], 0.13, BLACK)
        pen.line([(0, 0.08), (0, -0.72)], 0.06, hand)
        pen.oval(0, 0, 0.08, 0.08, hand)
        return canvas.finish()

    def ask_describe(self, rng):
        answer = f"A clock. It shows {self.hour} o'clock."
        return w.Turn("describe", answer)

    def asks(self):
        own = [(7, self.ask_time), (4, self.ask_is_time), (1.5, self.ask_what), (1.5, self.ask_rim)]
        return own + [(p / 2, f) for p, f in self.common()]

    def absent(self, rng):
        kind = super().absent(rng)
        return kind if kind not in ("clock", "circle", "ring") else "star"

    def ask_time(self, rng):
        answer = f"It shows {self.hour} o'clock."
        return w.Turn("time", answer, w.means(answer, str(self.hour)))

    def ask_is_time(self, rng):
        hour = self.hour if rng.random() < 0.5 else rng.randint(1, 12)
        true = hour == self.hour
        return w.Turn("is time", "Yes." if true else "No.", w.yes_no(true), x=hour)

    def ask_rim(self, rng):
        answer = f"The clock is {self.ink}."
        return w.Turn("colour", answer, w.means(answer, self.ink), x="clock")
