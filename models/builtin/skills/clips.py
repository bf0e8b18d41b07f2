"""Several pictures in one conversation: short clips in which something happens, and pairs."""

import random
from dataclasses import replace

try:
    from . import pictures_words as w
    from .case import Case, heldout_key
    from .charts import Text
    from .clips_words import CLIP_PATTERNS
    from .curves_lights import Traffic
    from .draw import ICONS, SHADES, SHAPES, Canvas, pick_background, unlike
    from .scenes import TABLE as SCENE_TABLE
    from .things import Things, colours_of, draw_thing, make_thing, nothing
except ImportError:
    import pictures_words as w
    from case import Case, heldout_key
    from charts import Text
    from clips_words import CLIP_PATTERNS
    from curves_lights import Traffic
    from draw import ICONS, SHADES, SHAPES, Canvas, pick_background, unlike
    from scenes import TABLE as SCENE_TABLE
    from things import Things, colours_of, draw_thing, make_thing, nothing

SKILL = "clips"
TABLE = {**SCENE_TABLE, **w.wordings(CLIP_PATTERNS)}
COLOURS = list(SHADES)
ORDER = ("first", "second", "third", "fourth")

# A movement: its words, where it leads, the cells that it goes through for each of three lanes.
MOVES = {
    "right": ("from left to right", [(0, 1, 2), (3, 4, 5), (6, 7, 8)]),
    "left": ("from right to left", [(2, 1, 0), (5, 4, 3), (8, 7, 6)]),
    "down": ("from top to bottom", [(0, 3, 6), (1, 4, 7), (2, 5, 8)]),
    "up": ("from bottom to top", [(6, 3, 0), (7, 4, 1), (8, 5, 2)]),
}
ACTIONS = ["move"] * 6 + ["grow", "shrink", "colour"] * 3 + ["appear", "disappear", "turn"] * 2
ACTIONS += ["none"] * 3


def new_colours(thing, background):
    """The colours that THING (or None) can change to so that everyone sees it."""
    if not thing:
        return []
    return [c for c in colours_of(thing.kind, background) if unlike(c, thing.colour)]


class Clip:
    """Two to four frames in which one thing does something while another may stay as it is."""

    def __init__(self, rng):
        self.background = pick_background(rng)
        self.n = rng.choice((3, 3, 4, 4, 2))
        self.action = rng.choice(ACTIONS)
        pool = SHAPES if rng.random() < 0.65 else ICONS
        while True:
            kinds = rng.sample(pool, 3)
            self.thing = make_thing(rng, kinds[0], self.background, 4, "large")
            self.other = make_thing(rng, kinds[1], self.background, 4, "large")
            self.after = kinds[2]
            colours = new_colours(self.thing, self.background)
            if self.thing and self.other and (self.action != "colour" or colours):
                break
        self.path = (rng.randrange(9),) * 3
        if self.action in ("grow", "shrink"):
            self.path = (4,) * 3 if rng.random() < 0.6 else self.path
        if self.action == "move":
            self.way = rng.choice(list(MOVES))
            self.path = rng.choice(MOVES[self.way][1])
        self.colour = self.thing.colour
        if self.action == "colour":
            self.colour = rng.choice(colours)
        self.at = rng.randrange(1, self.n)
        free = [c for c in range(9) if c not in self.path]
        self.other.cell = rng.choice(free)
        if rng.random() < 0.5:
            self.other = None
        self.radius, self.pace = rng.uniform(10, 16), rng.choice((1, 1, 1, 0.7, 1.4))
        self.beside = rng.uniform(-0.06, 0.06), rng.uniform(-0.06, 0.06)
        parts = (self.background, self.n, self.action, self.thing.name, self.path, self.colour)
        self.identity = f"{parts} {self.at} {self.other and self.other.whole()} {self.after}"

    def shown(self, i):
        """The thing in frame I with its place (as shares) and radius, or None."""
        thing, t = self.thing, (i / (self.n - 1)) ** self.pace
        a, b = self.path[0], self.path[2]
        x = self.beside[0] + 0.18 + 0.32 * (a % 3 + (b % 3 - a % 3) * t)
        y = self.beside[1] + 0.18 + 0.32 * (a // 3 + (b // 3 - a // 3) * t)
        radius = self.radius
        if self.action in ("grow", "shrink"):
            most = 32 if self.path[0] == 4 and not self.other else 16
            t = t if self.action == "grow" else 1 - t
            radius = 7 + (most - 7) * t
        late = i >= self.at
        if self.action == "colour" and late:
            thing = replace(thing, colour=self.colour)
        if self.action == "turn" and late:
            thing = replace(thing, kind=self.after, turn="")
        if (self.action == "appear" and not late) or (self.action == "disappear" and late):
            return None
        return thing, x, y, radius

    def possible(self):
        """Whether what the thing turns into can have its colour."""
        return self.action != "turn" or self.thing.colour in colours_of(self.after, self.background)

    def draw(self, rng):
        seed, filmed, frames = rng.getrandbits(64), rng.random() < 0.3, []
        for i in range(self.n):
            canvas = Canvas(random.Random(seed), self.background)
            unit = min(canvas.width, canvas.height) / 96
            if self.other:
                draw_thing(canvas, self.other)
            canvas.rng = random.Random(seed + 1)
            shown = self.shown(i)
            if shown:
                thing, x, y, radius = shown
                radius *= unit
                x = min(max(x * canvas.width, 1.08 * radius), canvas.width - 1.08 * radius)
                y = min(max(y * canvas.height, 1.08 * radius), canvas.height - 1.08 * radius)
                draw_thing(canvas, thing, place=(x, y), radius=radius)
            canvas.rng = random.Random(seed + 2)
            frames.append(canvas.finish(filmed))
        return frames

    def event(self):
        """What happens."""
        name, kind = self.thing.name, self.thing.kind
        return {
            "move": f"The {name} moves {MOVES[self.way][0]}." if self.action == "move" else "",
            "grow": f"The {name} grows.",
            "shrink": f"The {name} shrinks.",
            "colour": f"The {kind} changes from {self.thing.colour} to {self.colour}.",
            "appear": f"{w.article(name).capitalize()} appears.",
            "disappear": f"The {name} disappears.",
            "turn": f"The {name} turns into {w.article(self.thing.colour + ' ' + self.after)}.",
            "none": "Nothing changes.",
        }[self.action]

    def asks(self):
        return [
            (6, self.ask_happens),
            (2, self.ask_anything),
            (4 if self.action == "move" else 1, self.ask_moves),
            (4 if self.action == "move" else 0, self.ask_way),
            (3 if self.action in ("grow", "shrink") else 0, self.ask_grows),
            (2.5, self.ask_which),
            (3, self.ask_colour),
            (3, self.ask_where),
            (1.5, self.ask_frames),
            (2, self.ask_objects),
            (2.5, self.ask_is_in),
            (2, self.ask_shows),
            (1, self.ask_cannot),
        ]

    def ask_happens(self, rng):
        answer = self.event()
        return w.Turn("happens", answer, w.means(answer, ordered=True))

    def ask_anything(self, rng):
        true = self.action != "none"
        if true and rng.random() < 0.85:
            return None
        return w.Turn("anything", "Yes." if true else "No.", w.yes_no(true))

    def ask_moves(self, rng):
        thing = self.other if self.other and rng.random() < 0.4 else self.thing
        true = thing is self.thing and self.action == "move"
        if self.action in ("turn", "appear", "disappear") and thing is self.thing:
            return None
        name = thing.kind if rng.random() < 0.6 else thing.name
        if self.action == "colour" and thing is self.thing:
            name = thing.kind
        return w.Turn("moves", "Yes." if true else "No.", w.yes_no(true), x=name)

    def ask_way(self, rng):
        name = rng.choice((self.thing.kind, self.thing.name))
        if rng.random() < 0.35:
            way = self.way if rng.random() < 0.4 else rng.choice(list(MOVES))
            true = way == self.way
            phrase = "to the " + way if way in ("left", "right") and rng.random() < 0.5 else way
            return w.Turn("moves so", "Yes." if true else "No.", w.yes_no(true), x=name, d=phrase)
        pair = ("up", "down") if self.way in ("up", "down") else ("left", "right")
        a, b = rng.sample(pair, 2)
        answer = f"It moves {self.way}."
        return w.Turn("way", answer, w.means(answer, self.way), x=name, a=a, b=b)

    def ask_grows(self, rng):
        answer = f"It {self.action}s."
        name = rng.choice((self.thing.kind, self.thing.name))
        return w.Turn("grows", answer, x=name)

    def ask_which(self, rng):
        word = {"move": "moves", "grow": "grows", "shrink": "shrinks"}.get(self.action, "moves")
        if self.action in ("colour", "appear", "disappear", "turn"):
            return None
        if self.action == "none" or (self.action != "move" and rng.random() < 0.25):
            return w.Turn("which", "Nothing moves.", w.means("Nothing moves.", "no"), r="moves")
        answer = f"The {self.thing.name} {word}."
        return w.Turn("which", answer, w.means(answer, self.thing.name), r=word)

    def pick_frame(self, rng):
        """The first or the last frame, as its name and number."""
        return rng.choice((("first", 0), ("last", self.n - 1)))

    def ask_colour(self, rng):
        word, i = self.pick_frame(rng)
        shown = self.shown(i)
        thing = self.other if self.other and rng.random() < 0.3 else shown and shown[0]
        if not thing:
            return None
        answer = f"The {thing.kind} is {thing.colour} in the {word} picture."
        return w.Turn("colour in", answer, w.means(answer, thing.colour), x=thing.kind, i=word)

    def ask_where(self, rng):
        word, i = self.pick_frame(rng)
        shown = self.shown(i)
        if self.other and rng.random() < 0.25:
            thing, cell = self.other, self.other.cell
        elif shown:
            thing, cell = shown[0], self.path[0 if i == 0 else 2]
        else:
            return None
        answer = f"The {thing.kind} is {w.CELLS[cell]} in the {word} picture."
        return w.Turn("where in", answer, w.means(answer, w.CELLS[cell]), x=thing.kind, i=word)

    def ask_frames(self, rng):
        answer = f"There are {self.n} pictures."
        return w.Turn("frames", answer, w.means(answer, str(self.n)))

    def things_in(self, i):
        """The things of frame I in the order of reading."""
        shown = self.shown(i)
        things = [replace(shown[0], cell=self.path[0 if i == 0 else 2])] if shown else []
        return sorted(things + ([self.other] if self.other else []), key=lambda t: t.cell)

    def ask_objects(self, rng):
        word, i = self.pick_frame(rng)
        n, noun = len(self.things_in(i)), rng.choice(("object", "thing"))
        answer = w.counted(n, noun)[:-1] + f" in the {word} picture."
        return w.Turn("count in", answer, w.means(answer, str(n)), x=w.plural(noun), i=word)

    def ask_is_in(self, rng):
        word, i = self.pick_frame(rng)
        kinds = {t.kind for t in self.things_in(i)}
        thing = self.thing if self.action in ("appear", "disappear", "turn") else None
        kind = thing.kind if thing else rng.choice(ICONS + SHAPES)
        if rng.random() < 0.4 and kinds:
            kind = rng.choice(sorted(kinds))
        true = kind in kinds
        return w.Turn("is in", "Yes." if true else "No.", w.yes_no(true), x=w.article(kind), i=word)

    def ask_shows(self, rng):
        word, i = self.pick_frame(rng)
        return shows(self.things_in(i), word, self.background)

    def ask_cannot(self, rng):
        return nothing(rng, ("cannot",))


def shows(things, word, background):
    """The question what the picture called WORD shows."""
    if not things:
        answer = f"The {word} picture is empty."
        return w.Turn("shows", answer, w.means(answer, "empty"), i=word)
    answer = w.sentence(w.listed(w.article(t.name) for t in things))
    return w.Turn("shows", answer, w.means(answer, ordered=True), i=word)


class Change(Clip):
    """A clip of a traffic light or of a number that goes up or down."""

    def __init__(self, rng):
        self.lights = rng.random() < 0.35
        self.n = rng.choice((2, 3, 3, 4))
        seed = rng.getrandbits(64)
        scene = Traffic(rng) if self.lights else Text(rng, True)
        if self.lights:
            first, last = rng.sample(list(scene.LAMPS), 2)
            at = rng.randrange(1, self.n)
            self.values = [first if i < at else last for i in range(self.n)]
        else:
            step, start = rng.choice((1, 1, 2, 5, -1, -1, -2, -5)), rng.randrange(0, 60)
            if rng.random() < 0.5:
                start, step = rng.randrange(0, 7), rng.choice((1, -1))
            start += 0 if step > 0 else -step * (self.n - 1)
            self.values = [start + step * i for i in range(self.n)]
        self.scene, self.seed = scene, seed
        self.identity = f"change {self.values} {scene.background if self.lights else scene.ink}"

    def possible(self):
        return True

    def draw(self, rng):
        frames = []
        for value in self.values:
            if self.lights:
                self.scene.lit = value
            else:
                self.scene.text = str(value)
            frames.append(self.scene.draw(random.Random(self.seed)))
        return frames

    def event(self):
        a, b = self.values[0], self.values[-1]
        if self.lights:
            return f"The light changes from {a} to {b}."
        return f"The number goes {'up' if b > a else 'down'} from {a} to {b}."

    def asks(self):
        return [(5, self.ask_happens), (2, self.ask_anything), (6, self.ask_value)] + [
            (1.5, self.ask_frames),
            (2, self.ask_up),
        ]

    def ask_anything(self, rng):
        return w.Turn("anything", "Yes.", w.yes_no(True))

    def ask_value(self, rng):
        word, i = self.pick_frame(rng)
        if self.lights:
            answer = f"The light is {self.values[i]} in the {word} picture."
            return w.Turn("colour in", answer, w.means(answer, self.values[i]), x="light", i=word)
        answer = f"The number is {self.values[i]} in the {word} picture."
        accept = lambda text: [t for t in w.content(text) if t.isdigit() or t == "no"] == [
            str(self.values[i]) if self.values[i] else "no"
        ]
        return w.Turn("number in", answer, accept, i=word)

    def ask_up(self, rng):
        if self.lights:
            return None
        up = self.values[-1] > self.values[0]
        answer = f"It goes {'up' if up else 'down'}."
        return w.Turn("number way", answer, w.means(answer, "up" if up else "down"))


class Pair:
    """Two pictures of things: the same but for one change, or two different ones."""

    CHANGES = ("colour", "colour", "kind", "place", "size", "added", "removed", "none", "none")

    def __init__(self, rng):
        n = rng.choices((1, 2, 3), (6, 5, 2))[0]
        self.one = Things(rng, n=n)
        self.identity = self.one.identity
        self.change = rng.choice(self.CHANGES) if rng.random() < 0.5 else "other"
        self.two = Things(rng, n=rng.choices((1, 2, 3), (6, 5, 2))[0])
        self.differs = None
        if self.change != "other":
            self.differs = self.alter(rng)
            if self.differs is None:
                self.change = "other"
                self.two = Things(rng)

    def alter(self, rng):
        """Makes the second picture from the first; returns what differs, None if it cannot be."""
        one = self.one
        self.two = two = Things(rng, one.background, 1)
        two.things = [replace(t) for t in one.things]
        if self.change == "none":
            return "Nothing differs."
        i = rng.randrange(len(two.things)) if two.things else None
        free = [c for c in range(9) if c not in [t.cell for t in one.things]]
        if i is None:
            return None
        thing = two.things[i]
        alone = len(one.of(thing.kind)) == 1
        if self.change in ("added", "removed"):
            if self.change == "removed" or len(one.of(thing.kind, thing.colour)) > 1:
                if len(one.of(thing.kind, thing.colour)) > 1:
                    return None
                two.things.remove(thing)
                return f"{w.article(thing.name).capitalize()} is only in the first picture."
            kind = rng.choice([k for k in SHAPES if not one.of(k)])
            new = make_thing(rng, kind, one.background, rng.choice(free))
            two.things = sorted(two.things + [new], key=lambda t: t.cell)
            return f"{w.article(new.name).capitalize()} is only in the second picture."
        if not alone:
            return None
        return self.vary(rng, thing, free)

    def vary(self, rng, thing, free):
        """Changes THING; returns what differs."""
        name, old = thing.name, replace(thing)
        if self.change == "colour":
            others = new_colours(thing, self.one.background)
            if not others:
                return None
            thing.colour = rng.choice(others)
            a, b = old.colour, thing.colour
            return f"The {thing.kind} is {a} in the first picture and {b} in the second."
        if self.change == "kind":
            pool = SHAPES if thing.kind in SHAPES else ICONS
            kinds = [k for k in pool if thing.colour in colours_of(k, self.one.background)]
            kinds = [k for k in kinds if not self.one.of(k) and k != "arrow"]
            if not kinds:
                return None
            thing.kind, thing.turn = rng.choice(kinds), ""
            new = w.article(thing.name)
            return f"The first picture has {w.article(name)} and the second {new}."
        if self.change == "place":
            far = [c for c in free if c != thing.cell]
            thing.cell = rng.choice(far)
            self.two.things.sort(key=lambda t: t.cell)
            a, b = w.CELLS[old.cell], w.CELLS[thing.cell]
        else:
            thing.size = "small" if thing.size == "large" else "large"
            a, b = old.size, thing.size
        return f"The {name} is {a} in the first picture and {b} in the second."

    def draw(self, rng):
        if self.change == "other":
            return [self.one.draw(rng), self.two.draw(rng)]
        # What is said not to differ must not; only how the pictures were taken may.
        seed = rng.getrandbits(64)
        again = seed if rng.random() < 0.6 else seed + 1
        one = self.one.draw(random.Random(seed), seed)
        return [one, self.two.draw(random.Random(again), seed)]

    def asks(self):
        return [
            (0 if self.change == "other" else 9, self.ask_differs),
            (3, self.ask_same),
            (5, self.ask_which),
            (5, self.ask_count),
            (4, self.ask_more),
            (4, self.ask_colour),
            (3, self.ask_where),
            (4, self.ask_shows),
            (3, self.ask_is_in),
            (1, self.ask_frames),
        ]

    def pick(self, rng):
        return rng.choice((("first", self.one), ("second", self.two)))

    def ask_differs(self, rng):
        if not self.differs:
            return None
        return w.Turn("differs", self.differs, w.means(self.differs, ordered=True))

    def ask_same(self, rng):
        same = self.change == "none"
        if not same and rng.random() < 0.75:
            return None
        return w.Turn("same", "Yes." if same else "No.", w.yes_no(same))

    def ask_which(self, rng):
        things = self.one.things + self.two.things
        chance = rng.random()
        thing = rng.choice(things) if things else None
        if thing and chance < 0.75:
            kind, colour = thing.kind, thing.colour if rng.random() < 0.4 else None
        else:
            kind, colour = rng.choice(SHAPES + ICONS), None
        a, b = bool(self.one.of(kind, colour)), bool(self.two.of(kind, colour))
        if a and b and rng.random() < 0.3:
            return None
        name = f"{colour} {kind}" if colour else kind
        answer = {(1, 1): "Both pictures.", (1, 0): "The first picture."}.get((a, b))
        answer = answer or ("The second picture." if b else "Neither picture.")
        return w.Turn("which picture", answer, x=w.article(name))

    def ask_count(self, rng):
        word, scene = self.pick(rng)
        things = scene.things + (self.one.things if rng.random() < 0.2 else [])
        kind = rng.choice(things).kind if things and rng.random() < 0.7 else None
        n = len(scene.of(kind))
        noun = kind or rng.choice(("object", "thing"))
        answer = w.counted(n, noun)[:-1] + f" in the {word} picture."
        return w.Turn("count in", answer, w.means(answer, str(n)), x=w.plural(noun), i=word)

    def ask_more(self, rng):
        kind = None
        if self.one.things and rng.random() < 0.5:
            kind = rng.choice(self.one.things + self.two.things).kind
        a, b = len(self.one.of(kind)), len(self.two.of(kind))
        noun = w.plural(kind or rng.choice(("object", "thing")))
        answer = f"{a} in the first and {b} in the second: "
        most = f"the {'first' if a > b else 'second'} picture."
        answer += "both have the same." if a == b else most
        return w.Turn("more in", answer, w.means(answer, ordered=True), x=noun)

    def ask_colour(self, rng):
        word, scene = self.pick(rng)
        if not scene.things:
            return None
        kind = rng.choice(scene.things).kind
        if len(scene.of(kind)) > 1:
            return None
        colour = scene.of(kind)[0].colour
        answer = f"The {kind} is {colour} in the {word} picture."
        return w.Turn("colour in", answer, w.means(answer, colour), x=kind, i=word)

    def ask_where(self, rng):
        word, scene = self.pick(rng)
        thing, name = scene.known(rng)
        if not thing:
            return None
        answer = f"The {name} is {w.CELLS[thing.cell]} in the {word} picture."
        return w.Turn("where in", answer, w.means(answer, w.CELLS[thing.cell]), x=name, i=word)

    def ask_shows(self, rng):
        word, scene = self.pick(rng)
        return shows(scene.things, word, scene.background)

    def ask_is_in(self, rng):
        word, scene = self.pick(rng)
        other = self.two if scene is self.one else self.one
        things = scene.things if rng.random() < 0.5 else other.things
        kind = rng.choice(things).kind if things else rng.choice(SHAPES)
        true = bool(scene.of(kind))
        return w.Turn("is in", "Yes." if true else "No.", w.yes_no(true), x=w.article(kind), i=word)

    def ask_frames(self, rng):
        return w.Turn("frames", "There are 2 pictures.", w.means("2 pictures", "2"))


def clip(rng, heldout):
    """The messages about a clip."""
    maker = Clip if rng.random() < 0.82 else Change
    while True:
        drawn = maker(rng)
        if drawn.possible() and heldout_key("clip " + drawn.identity) == heldout:
            break
    turns = w.pick_turns(rng, drawn.asks(), 3, 6)
    if all(turn.family != "happens" for turn in turns) and rng.random() < 0.6:
        turns[0] = drawn.ask_happens(rng)
    return w.converse(rng, heldout, TABLE, turns, drawn.draw(rng))


def pair(rng, heldout):
    """The messages about two pictures, which come together or one after the other."""
    while True:
        drawn = Pair(rng)
        keys = [drawn.identity]
        if drawn.change == "other":
            keys.append(drawn.two.identity)
        if all(heldout_key("pictures " + key) == heldout for key in keys):
            break
    turns = w.pick_turns(rng, drawn.asks(), 3, 6)
    if drawn.change != "other" and all(t.family != "differs" for t in turns):
        turns[0] = drawn.ask_differs(rng)
    one, two = drawn.draw(rng)
    if rng.random() < 0.55:
        return w.converse(rng, heldout, TABLE, turns, [one, two])
    before = w.pick_turns(rng, drawn.one.asks(), 1, 2)
    if not before or rng.random() < 0.4:
        before = [drawn.one.ask_describe(rng)]
    messages = w.converse(rng, heldout, TABLE, before, [one])
    if drawn.change == "other" and rng.random() < 0.6:
        # A question that names no picture is about the latest one.
        turns = w.pick_turns(rng, drawn.two.asks(), 2, 4)
        if rng.random() < 0.6 or not turns:
            answer = drawn.two.describe()
            turns[:1] = [w.Turn("shows now", answer, w.means(answer, ordered=True))]
    return messages + w.converse(rng, heldout, TABLE, turns[:4], [two])


def case(rng, heldout):
    messages = (clip if rng.random() < 0.55 else pair)(rng, heldout)
    return Case(SKILL, messages)


def texts():
    """Every wording of a question once."""
    yield from w.samples({family: TABLE[family] for family in CLIP_PATTERNS})
