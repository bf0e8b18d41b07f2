"""Pictures of curves and traffic lights, with questions."""

try:
    from . import pictures_words as w
    from .charts import Scene
    from .draw import ON, WIDE, Canvas, mix, shade
except ImportError:
    import pictures_words as w
    from charts import Scene
    from draw import ON, WIDE, Canvas, mix, shade

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
        pen.mark = canvas.name_mark("curve", self.ink, way=self.trend)
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
        mark = canvas.name_mark("traffic light", self.lit)
        pen = canvas.pen(canvas.width / 2 + self.side, canvas.height / 2, r, 0, mark)
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
