"""Pictures of up to five shapes and icons at the places of a 3 x 3 grid, with questions."""

import random
from dataclasses import dataclass

try:
    from .draw import ICONS, ON, SHADES, SHAPES, TURNS, Canvas, pick_background, shape
    from .icons import ICON_COLOURS, icon
    from . import pictures_words as w
except ImportError:
    from draw import ICONS, ON, SHADES, SHAPES, TURNS, Canvas, pick_background, shape
    from icons import ICON_COLOURS, icon
    import pictures_words as w

COLOURS = list(SHADES)
DIRECTIONS = list(TURNS)
NEAR = [(96, 96)] * 12 + [(96, 72), (72, 96), (96, 80), (80, 96)]  # where nine places fit


@dataclass
class Thing:
    """A shape or icon of COLOUR at one of the nine CELLS; an arrow points to TURN."""

    kind: str
    colour: str
    size: str
    cell: int
    turn: str = ""

    @property
    def name(self):
        return f"{self.colour} {self.kind}"

    def whole(self):
        """The thing with all that is said of it in a description."""
        turn = f" pointing {self.turn}" if self.turn else ""
        return f"{w.article(self.size)} {self.name}{turn} {w.CELLS[self.cell]}"


def colours_of(kind, background):
    """The colours that a KIND can have on BACKGROUND."""
    if kind in ICON_COLOURS:
        return [c for c in ICON_COLOURS[kind] if c in ON[background]]
    return ON[background]


def make_thing(rng, kind, background, cell, size=None, colour=None):
    """A Thing, or None when KIND cannot be seen on BACKGROUND."""
    colours = colours_of(kind, background)
    if not colours:
        return None
    if colour not in colours:
        colour = rng.choice(colours)
    turn = rng.choice(DIRECTIONS) if kind == "arrow" else ""
    return Thing(kind, colour, size or rng.choice(("large", "large", "small")), cell, turn)


def draw_thing(canvas, thing, alone=False, place=None, radius=None):
    """Draws THING in its cell, or at PLACE with RADIUS; ALONE it may be much larger."""
    rng, unit = canvas.rng, (min(canvas.width, canvas.height) / 96) ** 0.5
    if thing.size == "large":
        r = min(rng.uniform(13.5, 14.5), 0.15 * 96 * unit)
        if alone:
            r = rng.uniform(15, 40 if thing.cell == 4 else 21)
    else:
        r = rng.uniform(9.4, 10.2) if thing.kind in ICON_COLOURS else rng.uniform(8.6, 9.6)
    r = radius or r * unit
    if place is None:
        x, y = (0.18 + 0.32 * (thing.cell % 3)), (0.18 + 0.32 * (thing.cell // 3))
        x = x * canvas.width + rng.uniform(-2.5, 2.5) * unit
        y = y * canvas.height + rng.uniform(-2.5, 2.5) * unit
        x = min(max(x, 1.08 * r), canvas.width - 1.08 * r)
        y = min(max(y, 1.08 * r), canvas.height - 1.08 * r)
    else:
        x, y = place
    if thing.kind in ICON_COLOURS:
        icon(canvas, thing.kind, thing.colour, x, y, r)
    else:
        shape(canvas, thing.kind, thing.colour, x, y, r, thing.turn or "right")


def kinds_for(rng, n):
    """N kinds: all sorts, or few different ones so that there is something to count."""
    chance = rng.random()
    if n == 1 and chance < 0.07:
        return ["arrow"]
    pool = SHAPES if chance < 0.55 else ICONS if chance < 0.85 else SHAPES + ICONS
    if n > 2 and rng.random() < 0.5:
        pool = rng.sample(pool, 2 if rng.random() < 0.8 else 1)
        return [rng.choice(pool) for _ in range(n)]
    if n <= len(pool) and rng.random() < 0.75:
        return rng.sample(pool, n)
    return [rng.choice(pool) for _ in range(n)]


class Things:
    """A scene of some things on a background."""

    def __init__(self, rng, background=None, n=None):
        self.background = background or pick_background(rng)
        n = n or rng.choices((1, 2, 3, 4, 5), (30, 33, 25, 9, 3))[0]
        cells = sorted(rng.sample(range(9), n))
        if n == 1 and rng.random() < 0.5:
            cells = [4]
        same = rng.choice(ON[self.background]) if rng.random() < 0.12 else None
        self.things = []
        while not self.things:
            for kind, cell in zip(kinds_for(rng, n), cells):
                made = make_thing(rng, kind, self.background, cell, colour=same)
                self.things += [made] if made else []
        self.identity = self.background + ": " + ", ".join(t.whole() for t in self.things)

    def draw(self, rng, seed=None):
        """The Picture. With SEED a thing of a kind has the same form in every picture."""
        canvas = Canvas(rng, self.background, NEAR)
        for thing in self.things:
            if seed is not None:
                canvas.rng = random.Random(f"{seed} {thing.kind}")
            draw_thing(canvas, thing, len(self.things) == 1 and seed is None)
        canvas.rng = rng
        return canvas.finish()

    def describe(self):
        if not self.things:
            return f"The picture is empty. It is plain {self.background}."
        return w.sentence(w.listed(t.whole() for t in self.things))

    def asks(self):
        """The questions that can be asked, with their weights."""
        few, point = len(self.things) < 2, any(t.turn for t in self.things)
        return [
            (0 if few else 7, self.ask_count),
            (5, self.ask_colour),
            (0 if few else 3, self.ask_by_colour),
            (6, self.ask_where),
            (0 if few else 4, self.ask_at),
            (0 if few else 6, self.ask_relation),
            (0 if few else 4, self.ask_side),
            (6, self.ask_is_there),
            (3, self.ask_any),
            (4, self.ask_is_it),
            (0 if few else 4, self.ask_larger),
            (3, self.ask_size),
            (0 if few else 2, self.ask_most),
            (0 if few else 4, self.ask_more),
            (5, self.ask_background),
            (2, self.ask_list),
            (4 if few else 0.7, self.ask_what),
            (5 if few else 0, self.ask_it),
            (10 if point else 0.4, self.ask_point),
            (3 if few else 0, self.ask_is_this),
            (2, self.ask_half),
            (0.6, self.ask_empty),
            (0 if few else 1.5, self.ask_same),
            (4, self.ask_nothing),
        ]

    # Helpers of the questions.

    def of(self, kind=None, colour=None):
        return [
            t
            for t in self.things
            if (kind is None or t.kind == kind) and (colour is None or t.colour == colour)
        ]

    def known(self, rng, besides=None):
        """A thing and a name that names only it."""
        things = [t for t in self.things if len(self.of(t.kind, t.colour)) == 1 and t != besides]
        if not things:
            return None, None
        thing = rng.choice(things)
        short = len(self.of(thing.kind)) == 1 and rng.random() < 0.6
        return thing, thing.kind if short else thing.name

    def absent(self, rng):
        """A kind that is not shown."""
        shown = {t.kind for t in self.things}
        if rng.random() < 0.12:
            return rng.choice(w.ABSENT)
        return rng.choice([k for k in (SHAPES if rng.random() < 0.55 else ICONS) if k not in shown])

    def missing(self, name):
        return f"There is no {name} in the picture."

    # The questions.

    def ask_describe(self, rng):
        answer = self.describe()
        return w.Turn("describe", answer, w.means(answer, ordered=True))

    def ask_what(self, rng):
        if len(self.things) == 1:
            family = "what"
            if self.things[0].kind in SHAPES and rng.random() < 0.4:
                family = "what shape"
            return w.Turn(family, f"It is {w.article(self.things[0].name)}.")
        answer = self.describe()
        return w.Turn("what", answer, w.means(answer, ordered=True))

    def ask_is_this(self, rng):
        """Whether the only thing is what is asked."""
        if len(self.things) != 1:
            return None
        thing, true = self.things[0], rng.random() < 0.5
        name = thing.kind if true else self.absent(rng)
        if rng.random() < 0.3:
            colour = thing.colour if true or rng.random() < 0.5 else rng.choice(COLOURS)
            kind = thing.kind if colour != thing.colour and rng.random() < 0.7 else name
            name = f"{colour} {kind}"
        answer = ("Yes" if true else "No") + f", it is {w.article(thing.name)}."
        return w.Turn("is this", answer, w.yes_no(true, answer), x=w.article(name))

    def ask_half(self, rng):
        """On which half of the picture a thing is; the answer is the same as to where it is."""
        thing, name = self.known(rng)
        if not thing:
            return None
        column, row = thing.cell % 3, thing.cell // 3
        pairs = [p for p, at in (("left or right", column), ("up or down", row)) if at != 1]
        if not pairs:
            return None
        answer = f"The {name} is {w.CELLS[thing.cell]}."
        return w.Turn(rng.choice(pairs), answer, w.means(answer, w.CELLS[thing.cell]), x=name)

    def ask_empty(self, rng):
        return w.Turn("is empty", "No.", w.yes_no(False))

    def ask_it(self, rng):
        """What the only thing is like."""
        if len(self.things) != 1:
            return None
        thing = self.things[0]
        family, said = rng.choice(
            (
                ("its colour", thing.colour),
                ("its place", w.CELLS[thing.cell]),
                ("its size", thing.size),
            )
        )
        answer = f"The {thing.kind} is {said}."
        return w.Turn(family, answer, w.means(answer, said))

    def ask_count(self, rng):
        chance, noun = rng.random(), rng.choice(("object", "thing", "object"))
        if all(t.kind in SHAPES for t in self.things) and rng.random() < 0.6:
            noun = "shape"
        if chance < 0.25:
            found = self.things
        elif chance < 0.4:
            colour = rng.choice(COLOURS) if rng.random() < 0.2 else rng.choice(self.things).colour
            found, noun = self.of(colour=colour), f"{colour} {noun}"
        elif chance < 0.85:
            kind = self.absent(rng) if rng.random() < 0.2 else rng.choice(self.things).kind
            found, noun = self.of(kind), kind
        else:
            thing = rng.choice(self.things)
            colour = thing.colour if rng.random() < 0.8 else rng.choice(COLOURS)
            found, noun = self.of(thing.kind, colour), f"{colour} {thing.kind}"
        answer = w.counted(len(found), noun)
        if found:
            # Where they are comes first: then they only need be counted in the words.
            places = w.listed(w.CELLS[t.cell] for t in found)
            answer = w.sentence(f"{places}: {answer[0].lower()}{answer[1:-1]}")
        return w.Turn("count", answer, w.means(answer, str(len(found))), x=w.plural(noun))

    def ask_colour(self, rng):
        if rng.random() < 0.16 or not self.things:
            kind = self.absent(rng)
            return w.Turn("colour", self.missing(kind), w.means(self.missing(kind), "no"), x=kind)
        kind = rng.choice(self.things).kind
        same = self.of(kind)
        if len(same) == 1:
            answer = f"The {kind} is {same[0].colour}."
            return w.Turn("colour", answer, w.means(answer, same[0].colour), x=kind)
        colours = w.listed(dict.fromkeys(t.colour for t in same))
        answer = f"The {w.plural(kind)} are {colours}."
        return w.Turn("colours", answer, w.means(answer, colours), x=w.plural(kind))

    def ask_by_colour(self, rng):
        if rng.random() < 0.15:
            free = [c for c in COLOURS if not self.of(colour=c) and c not in self.background]
            colour = rng.choice(free)
            answer = f"Nothing is {colour}."
            return w.Turn("by colour", answer, w.means(answer, "no"), x=colour)
        thing = rng.choice(self.things)
        if len(self.of(colour=thing.colour)) > 1:
            return None
        answer = f"The {thing.kind} is {thing.colour}."
        return w.Turn("by colour", answer, w.means(answer, thing.kind), x=thing.colour)

    def ask_where(self, rng):
        if rng.random() < 0.14 or not self.things:
            name = self.absent(rng)
            if self.things and rng.random() < 0.5:
                thing = rng.choice(self.things)
                colour = rng.choice(COLOURS)
                if self.of(thing.kind, colour):
                    return None
                name = f"{colour} {thing.kind}"
            return w.Turn("where", self.missing(name), w.means(self.missing(name), "no"), x=name)
        thing, name = self.known(rng)
        if not thing:
            return None
        answer = f"The {name} is {w.CELLS[thing.cell]}."
        return w.Turn("where", answer, w.means(answer, w.CELLS[thing.cell]), x=name)

    def ask_at(self, rng):
        taken = {t.cell: t for t in self.things}
        cell = rng.choice(list(taken)) if rng.random() < 0.75 else rng.randrange(9)
        place = asked = w.CELLS[cell]
        if cell in (0, 2, 6, 8) and rng.random() < 0.5:
            asked = place.replace("at", "in") + rng.choice(("", " corner", " corner"))
        # "at the top" may be heard as the whole upper row, so it is only asked when that is empty.
        line = {1: (0, 2), 3: (0, 6), 5: (2, 8), 7: (6, 8)}.get(cell, ())
        if any(c in taken for c in line):
            return None
        if cell not in taken:
            answer = f"Nothing is {place}."
            return w.Turn("at", answer, w.means(answer, "no"), x=asked)
        answer = f"{w.article(taken[cell].name).capitalize()} is {place}."
        return w.Turn("at", answer, w.means(answer, taken[cell].name), x=asked)

    def ask_relation(self, rng):
        one, x = self.known(rng)
        other, y = self.known(rng, one)
        if not one or not other:
            return None
        across, down = other.cell % 3 - one.cell % 3, other.cell // 3 - one.cell // 3
        pairs = []
        if across:
            pairs.append((rng.choice(("left of", "left of", "to the left of")), across > 0))
            pairs.append((rng.choice(("right of", "right of", "to the right of")), across < 0))
        if down:
            pairs.append((rng.choice(("above", "above", "over", "higher than")), down > 0))
            pairs.append((rng.choice(("below", "below", "under", "lower than")), down < 0))
        relation, true = rng.choice(pairs)
        # The places first: what follows from them is then a matter of words.
        answer = f"The {x} is {w.CELLS[one.cell]} and the {y} is {w.CELLS[other.cell]}, "
        answer += f"so {w.yes(true)}."
        return w.Turn("relation", answer, w.concludes(true, answer), x=x, y=y, r=relation)

    def ask_side(self, rng):
        thing, name = self.known(rng)
        if not thing:
            return None
        relation = rng.choice(("left of", "right of", "above", "below"))
        c, r = thing.cell % 3, thing.cell // 3
        test = {
            "left of": lambda t: t.cell % 3 < c,
            "right of": lambda t: t.cell % 3 > c,
            "above": lambda t: t.cell // 3 < r,
            "below": lambda t: t.cell // 3 > r,
        }[relation]
        found = [t for t in self.things if test(t)]
        words = relation
        if " " in relation and rng.random() < 0.5:
            words = "to the " + relation
        if len(found) > 1:
            return None
        start = f"The {name} is {w.CELLS[thing.cell]}"
        if not found:
            answer = f"{start}: nothing is {relation} it."
            return w.Turn("side", answer, w.means(answer, "no"), r=words, y=name)
        answer = f"{start}: the {found[0].name} is {relation} it."
        return w.Turn("side", answer, w.means(answer, found[0].name), r=words, y=name)

    def ask_is_there(self, rng):
        true = rng.random() < 0.5 and bool(self.things)
        named = rng.random() < 0.4
        if true:
            thing = rng.choice(self.things)
            name = thing.name if named else thing.kind
        elif named and self.things:
            # The right kind in a colour that is there or not, or the right colour of another kind.
            thing = rng.choice(self.things)
            kind, colour = thing.kind, thing.colour
            if rng.random() < 0.5:
                colour = rng.choice(self.things if rng.random() < 0.5 else [thing]).colour
                kind = rng.choice(self.things).kind if rng.random() < 0.5 else self.absent(rng)
            else:
                colour = rng.choice(COLOURS)
            if self.of(kind, colour):
                return None
            name = f"{colour} {kind}"
        else:
            name = self.absent(rng)
        answer = "Yes." if true else "No."
        if rng.random() < 0.25:
            return w.Turn("are there", answer, w.yes_no(true), x=w.plural(name))
        return w.Turn("is there", answer, w.yes_no(true), x=w.article(name))

    def ask_any(self, rng):
        true = rng.random() < 0.38 and bool(self.things)
        colour = rng.choice(self.things).colour if true else rng.choice(COLOURS)
        if not true and (self.of(colour=colour) or colour in self.background):
            return None
        return w.Turn("any", "Yes." if true else "No.", w.yes_no(true), x=colour)

    def ask_is_it(self, rng):
        kinds = [t for t in self.things if len(self.of(t.kind)) == 1]
        if not kinds:
            return None
        thing = rng.choice(kinds)
        true = rng.random() < 0.5
        others = [t.colour for t in self.things if t.colour != thing.colour]
        colour = rng.choice(others if others and rng.random() < 0.5 else COLOURS)
        colour = thing.colour if true else colour
        true = colour == thing.colour
        answer = ("Yes" if true else "No") + f", the {thing.kind} is {thing.colour}."
        return w.Turn("is it", answer, w.yes_no(true, answer), x=thing.kind, c=colour)

    def ask_larger(self, rng):
        one, x = self.known(rng)
        other, y = self.known(rng, one)
        if not one or not other or one.size == other.size:
            return None
        word, large = rng.choice((("larger", 1), ("bigger", 1), ("smaller", 0)))
        first = (one.size == "large") == bool(large)
        said = "larger" if large else "smaller"
        sizes = f"The {x} is {one.size} and the {y} is {other.size}, so "
        if rng.random() < 0.5:
            answer = f"{sizes}{w.yes(first)}."
            return w.Turn("is larger", answer, w.concludes(first, answer), x=x, y=y, r=word)
        answer = f"{sizes}the {x if first else y} is {said}."
        return w.Turn("larger", answer, w.means(answer, x if first else y), x=x, y=y, r=word)

    def ask_size(self, rng):
        thing, name = self.known(rng)
        if not thing:
            return None
        answer = f"The {name} is {thing.size}."
        return w.Turn("size", answer, w.means(answer, thing.size), x=name)

    def ask_most(self, rng):
        size = rng.choice(("large", "small"))
        found = [t for t in self.things if t.size == size]
        if len(found) != 1:
            return None
        word = size + "st" if size[-1] == "e" else size + "est"
        asked = rng.choice(("largest", "biggest")) if size == "large" else word
        answer = f"The {found[0].name} is the {size}st." if size[-1] == "e" else None
        answer = answer or f"The {found[0].name} is the {word}."
        return w.Turn("most", answer, w.means(answer, found[0].name), r=asked)

    def ask_more(self, rng):
        kinds = list(dict.fromkeys(t.kind for t in self.things))
        if rng.random() < 0.25:
            kinds.append(self.absent(rng))
        if len(kinds) < 2:
            return None
        x, y = rng.sample(kinds, 2)
        a, b = len(self.of(x)), len(self.of(y))
        asks = rng.random() < 0.5
        if asks and a < b and rng.random() < 0.5:
            x, y, a, b = y, x, b, a
        many = w.counted(a, x)[:-1] + f" and {b or 'no'} {y if b == 1 else w.plural(y)}"
        x, y = w.plural(x), w.plural(y)
        if asks:
            answer = f"{many}, so {w.yes(a > b)}."
            return w.Turn("more", answer, w.concludes(a > b, answer), x=x, y=y)
        answer = f"{many}: " + ("as many." if a == b else f"more {x if a > b else y}.")
        return w.Turn("which more", answer, x=x, y=y)

    def ask_background(self, rng):
        answer = f"The background is {self.background}."
        return w.Turn("background", answer, w.means(answer, self.background))

    def ask_list(self, rng):
        if not self.things:
            return None
        if rng.random() < 0.5:
            answer = "I see " + w.listed(dict.fromkeys(t.colour for t in self.things)) + "."
            return w.Turn("colour list", answer)
        kinds = dict.fromkeys(t.kind for t in self.things)
        if len(kinds) < len(self.things):
            return None
        return w.Turn("kind list", w.sentence(w.listed(w.article(k) for k in kinds)))

    def ask_point(self, rng):
        arrows = self.of("arrow")
        if not arrows:
            answer = self.missing("arrow")
            return w.Turn("point", answer, w.means(answer, "no"), x="arrow")
        arrow, name = rng.choice(arrows), "arrow"
        if len(arrows) > 1:
            name = arrow.name
            if len(self.of("arrow", arrow.colour)) > 1:
                return None
        if rng.random() < 0.4:
            turn = arrow.turn if rng.random() < 0.5 else rng.choice(DIRECTIONS)
            true = turn == arrow.turn
            return w.Turn("does point", "Yes." if true else "No.", w.yes_no(true), x=name, d=turn)
        answer = f"The {name} points {arrow.turn}."
        return w.Turn("point", answer, w.means(answer, arrow.turn), x=name)

    def ask_same(self, rng):
        what = rng.choice(("kind", "colour"))
        true = len({getattr(t, what) for t in self.things}) == 1
        if not true and rng.random() < 0.7:
            return None
        return w.Turn("same " + what, "Yes." if true else "No.", w.yes_no(true))

    def ask_nothing(self, rng):
        """A question that the picture does not answer."""
        return nothing(rng, ("read", "is text", "number", "time", "cannot", "cannot"), self)


def nothing(rng, families, scene=None):
    """A question of FAMILIES about what a picture does not have."""
    family = rng.choice(families)
    if family == "cannot":
        return w.Turn(family, w.CANNOT)
    if family == "is text":
        return w.Turn(family, "No.", w.yes_no(False))
    if family == "time":
        if scene and any(t.kind == "clock" for t in scene.things):
            return None
        return w.Turn(family, "There is no clock in the picture.")
    answer = w.NO_TEXT if family == "read" else w.NO_NUMBER
    return w.Turn(family, answer, w.means(answer, "no"))
