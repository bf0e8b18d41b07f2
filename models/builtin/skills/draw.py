"""Draws 96 x 96 pictures of simple things, with a label for every patch of 12 x 12 pixels.

A Canvas is drawn several times larger than it ends and then reduced, put between bars when it is
not square, and worn a little (blur, noise, JPEG), so that the model also reads pictures that were
made elsewhere. All coordinates are pixels of the finished picture."""

import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

try:
    from .case import Picture
except ImportError:
    from case import Picture

SIDE = 96
PATCH = 12
PATCHES = SIDE // PATCH
COVER = 0.15  # the least share of a patch that a thing must fill to name it

SHAPES = [
    "circle",
    "square",
    "triangle",
    "star",
    "rectangle",
    "oval",
    "diamond",
    "cross",
    "heart",
    "ring",
    "arrow",
    "line",
]
ICONS = [
    "sun",
    "moon",
    "cloud",
    "raindrop",
    "snowflake",
    "tree",
    "flower",
    "house",
    "car",
    "bus",
    "boat",
    "fish",
    "cat",
    "dog",
    "bird",
    "smiley",
    "sad face",
    "apple",
    "banana",
    "cup",
    "key",
    "lock",
    "umbrella",
    "clock",
    "light bulb",
    "flag",
    "phone",
    "book",
]
CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PARTS = ["bar", "slice", "curve", "traffic light"]
KINDS = ["background"] + SHAPES + list(CHARACTERS) + ICONS + PARTS
KIND_ID = {name: i for i, name in enumerate(KINDS)}
# What else a patch's label says of the thing there: its size; where it is (one of nine cells, which
# letter of its word, how high a bar, how large a slice); which way it points or goes.
SIZES = ["none", "large", "small"]
PLACES = ["none"] + [f"{what} {i}" for what, n in (("cell", 9), ("letter", 10), ("bar", 6),
                                                     ("slice", 6)) for i in range(n)]
WAYS = ["none", "right", "down", "left", "up", "level", "up and down", "down and up"]

# Each colour by several well-known values, so that its name covers what people call by it. Values
# that lie between two names are left out: on a small thing nobody could tell them apart.
SHADES = {
    "red": [(255, 0, 0), (220, 20, 30), (225, 25, 25), (235, 30, 30)],
    "green": [(0, 128, 0), (0, 168, 60), (40, 160, 60), (0, 215, 40), (50, 200, 50), (20, 125, 40)],
    "blue": [(0, 0, 255), (30, 80, 220), (20, 50, 170), (45, 105, 235), (0, 0, 190)],
    "yellow": [(255, 255, 0), (250, 228, 20), (245, 225, 40), (255, 235, 0)],
    "orange": [(255, 150, 0), (255, 140, 0), (245, 135, 20)],
    "purple": [(128, 0, 128), (145, 50, 170), (130, 20, 150), (155, 60, 195)],
    "pink": [(255, 150, 190), (255, 105, 180), (250, 140, 190), (255, 160, 205)],
    "brown": [(139, 69, 19), (125, 72, 28), (120, 65, 30)],
    "black": [(0, 0, 0), (18, 18, 20), (24, 24, 26)],
    "white": [(255, 255, 255), (246, 246, 246)],
    "grey": [(128, 128, 128), (150, 150, 150), (120, 122, 124), (160, 160, 162)],
    "cyan": [(0, 255, 255), (0, 205, 220), (50, 220, 235), (0, 190, 205)],
}
COLOURS = ["none"] + list(SHADES)

# Backgrounds: the name said, the colour name that no thing on it may have, values, and a weight.
BACKGROUNDS = [
    ("white", "white", SHADES["white"] + [(255, 255, 255)] * 2, 32),
    ("black", "black", SHADES["black"], 11),
    ("grey", "grey", [(150, 150, 150), (170, 170, 172), (128, 128, 128), (190, 190, 190)], 8),
    ("light blue", "blue", [(173, 216, 240), (190, 220, 250), (160, 200, 245)], 8),
    ("light green", "green", [(190, 235, 190), (170, 230, 175), (205, 240, 200)], 7),
    ("light yellow", "yellow", [(255, 250, 190), (252, 244, 175)], 7),
    ("light pink", "pink", [(255, 220, 228), (252, 210, 222)], 7),
    ("blue", "blue", [(0, 0, 255), (30, 80, 220), (20, 50, 170)], 7),
    ("green", "green", [(0, 128, 0), (40, 160, 60), (30, 110, 40)], 6),
    ("red", "red", [(220, 20, 30), (200, 30, 30), (255, 0, 0)], 6),
    ("yellow", "yellow", [(250, 222, 20), (255, 235, 0)], 6),
    ("orange", "orange", [(255, 150, 10), (245, 135, 20)], 5),
    ("purple", "purple", [(128, 0, 128), (110, 30, 150)], 5),
]
BACKGROUND_WEIGHTS = [b[3] for b in BACKGROUNDS]
LABEL_COLOURS = list(dict.fromkeys(COLOURS + [b[0] for b in BACKGROUNDS]))
COLOUR_ID = {name: i for i, name in enumerate(LABEL_COLOURS)}
LABELS = [len(each) for each in (KINDS, LABEL_COLOURS, SIZES, PLACES, WAYS)]  # values of each label
DISTANCE = 105  # the least distance of a thing's RGB from its background's


def distance(a, b):
    return math.sqrt(sum((x - y) ** 2 for x, y in zip(a, b)))


def unlike(a, b):
    """Whether no value of the colour called A comes near one of B's."""
    return min(distance(x, y) for x in SHADES[a] for y in SHADES[b]) > 110


def lightness(rgb):
    return 0.3 * rgb[0] + 0.59 * rgb[1] + 0.11 * rgb[2]


def apart(a, b):
    """Whether RGB A is easily seen on RGB B, also when both are dark."""
    far = distance(a, b)
    return far > DISTANCE and (far > 200 or abs(lightness(a) - lightness(b)) > 20)


def _fitting():
    table = {}
    for name, base, values, _ in BACKGROUNDS:
        for colour, shades in SHADES.items():
            fits = [s for s in shades if all(apart(s, v) for v in values)]
            table[name, colour] = fits if colour != base else []
    # Pairs whose names are clear but which people mix up when one lies on the other.
    for name, colour in [
        ("light blue", "cyan"),
        ("light blue", "white"),
        ("light green", "white"),
        ("light yellow", "white"),
        ("light pink", "white"),
        ("white", "grey"),
        ("orange", "brown"),
    ]:
        table[name, colour] = table[name, colour][:2] if colour == "grey" else []
    return table


FITTING = _fitting()
ON = {b[0]: [c for c in SHADES if FITTING[b[0], c]] for b in BACKGROUNDS}


def pick_background(rng):
    """The name of a background."""
    return rng.choices(BACKGROUNDS, BACKGROUND_WEIGHTS)[0][0]


def shade(rng, colour, background=None):
    """An RGB value that everyone calls COLOUR and that stands out from BACKGROUND."""
    shades = FITTING[background, colour] if background else SHADES[colour]
    return tuple(min(255, max(0, v + rng.randint(-8, 8))) for v in rng.choice(shades))


def mix(a, b, part):
    """RGB A with PART of B."""
    return tuple(int(x + (y - x) * part) for x, y in zip(a, b))


def _unit_circle(n):
    return [(math.cos(2 * math.pi * i / n), math.sin(2 * math.pi * i / n)) for i in range(n)]


CIRCLE = _unit_circle(36)
_NOISE = np.random.default_rng(96).standard_normal(SIDE * SIDE * 3 * 4).astype(np.float32)
_FILTERS = [Image.BOX, Image.BILINEAR, Image.HAMMING, Image.BICUBIC, Image.LANCZOS]
PLANES = [(96, 96)] * 15 + [(96, 72), (72, 96), (96, 80), (80, 96), (96, 64)]
WIDE = PLANES + [(96, 54), (96, 60)]


class Canvas:
    """A plane of self.width x self.height on which things are drawn by pens."""

    def __init__(self, rng, background, planes=None):
        self.rng = rng
        self.name = background
        self.width, self.height = rng.choice(planes or PLANES)
        self.scale = rng.choice((1, 2, 2, 2, 2, 3, 3))
        entry = next(b for b in BACKGROUNDS if b[0] == background)
        self.ground = tuple(
            min(255, max(0, v + rng.randint(-5, 5))) for v in rng.choice(entry[2])
        )
        size = (self.width * self.scale, self.height * self.scale)
        if rng.random() < 0.2:
            self.image = self._gradient(size)
        else:
            self.image = Image.new("RGB", size, self.ground)
        self.draw = ImageDraw.Draw(self.image)
        self.offset = ((SIDE - self.width) // 2, (SIDE - self.height) // 2)
        self.marks = Image.new("L", (SIDE, SIDE), 0)
        self.marker = ImageDraw.Draw(self.marks)
        self.named = []
        self.name_mark("background", "none")  # the bars around the plane
        left, top = self.offset
        plane = [left, top, left + self.width - 1, top + self.height - 1]
        self.marker.rectangle(plane, fill=self.name_mark("background", background))

    def _gradient(self, size):
        rng, far = self.rng, self.rng.choice(((0, 0, 0), (255, 255, 255)))
        small = Image.new("RGB", (2, 2))
        for x in (0, 1):
            for y in (0, 1):
                small.putpixel((x, y), mix(self.ground, far, rng.random() * 0.09))
        return small.resize(size, Image.BILINEAR)

    def name_mark(self, kind, colour, size="none", place="none", way="none"):
        """The mark of a new thing, in its patches' labels a KIND of COLOUR."""
        told = SIZES.index(size), PLACES.index(place), WAYS.index(way)
        self.named.append((KIND_ID[kind], COLOUR_ID[colour], *told))
        return len(self.named) - 1

    def thing_pen(self, x, y, radius, angle, kind, colour, way="none"):
        """A pen for a shape or an icon, whose label says its size and its cell, too."""
        large = radius > 11.3 * (min(self.width, self.height) / 96) ** 0.5
        column, row = (min(2, max(0, int(3 * v))) for v in (x / self.width, y / self.height))
        size, place = "large" if large else "small", f"cell {3 * row + column}"
        mark = self.name_mark(kind, colour, size, place, way)
        return Pen(self, x, y, radius, angle, mark)

    def pen(self, x, y, radius, angle=0.0, mark=0):
        return Pen(self, x, y, radius, angle, mark)

    def letters(self, text, x, y, size, rgb, colour, font=None, angle=0.0, width=None):
        """TEXT centred on X, Y with letters about SIZE high and in all at most WIDTH wide."""
        mask, cells, unit = text_mask(text, size * self.scale, font or pick_font(self.rng))
        limit = (width or self.width * 0.94) * self.scale
        if mask.width > limit:
            ratio = limit / mask.width
            mask = mask.resize((int(limit), max(5, int(mask.height * ratio))), Image.BILINEAR)
        wide, high = mask.width / self.scale, mask.height / self.scale
        left, top = x - wide / 2 + self.offset[0], y - high / 2 + self.offset[1]
        for i, character in enumerate(text):
            if character.upper() in KIND_ID:
                mark = self.name_mark(character.upper(), colour, place=f"letter {min(i, 9)}")
                a, b = cells[i] / unit * wide, cells[i + 1] / unit * wide
                box = [left + a, top, max(left + a, left + b - 1), top + high - 1]
                self.marker.rectangle(box, fill=mark)
        if angle:
            mask = mask.rotate(angle, Image.BILINEAR, expand=True)
        place = (int(x * self.scale - mask.width / 2), int(y * self.scale - mask.height / 2))
        self.image.paste(rgb, place, mask)

    def finish(self, filmed=False):
        """The Picture of what was drawn; FILMED: as a frame of a compressed film."""
        rng, image = self.rng, self.image
        if self.scale > 1:
            image = image.resize((self.width, self.height), rng.choice(_FILTERS))
        if (self.width, self.height) != (SIDE, SIDE):
            bars = rng.choice(((128, 128, 128), (0, 0, 0), (255, 255, 255), (0, 0, 0)))
            whole = Image.new("RGB", (SIDE, SIDE), bars)
            whole.paste(image, self.offset)
            image = whole
        if filmed:
            return Picture(np.asarray(compressed(image, rng.randint(20, 90))), self.labels())
        return Picture(wear(rng, image), self.labels())

    def labels(self):
        marks = np.asarray(self.marks).reshape(PATCHES, PATCH, PATCHES, PATCH)
        marks = marks.transpose(0, 2, 1, 3).reshape(PATCHES * PATCHES, PATCH * PATCH)
        n = len(self.named)
        rows = np.arange(PATCHES * PATCHES)[:, None] * n
        counts = np.bincount((marks + rows).ravel(), minlength=PATCHES * PATCHES * n)
        counts = counts.reshape(-1, n)
        counts[:, 2:] *= counts[:, 2:] > COVER * PATCH * PATCH
        counts[:, 2:] *= PATCH * PATCH  # a thing that covers enough goes before what lies behind
        table = np.array(self.named, dtype=np.int16)
        return table[counts.argmax(axis=1)].reshape(PATCHES, PATCHES, len(LABELS))


def compressed(image, quality):
    """IMAGE as a film's or a photograph's encoder leaves it: blocks of 8 x 8, colours at half the
    size."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=2)
    return Image.open(buffer).convert("RGB")


def wear(rng, image):
    """IMAGE as pixels, a little worn by what happens to pictures on their way."""
    fate = rng.random()
    if fate < 0.15:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 0.9)))
    elif fate < 0.27:
        image = compressed(image, rng.randint(45, 92))
    pixels = np.asarray(image)
    fate = rng.random()
    if fate < 0.3:
        values = pixels.astype(np.float32)
        if fate < 0.08:  # uneven light, as on a photograph of a card
            a, b = rng.uniform(0.86, 1.0), rng.uniform(0.86, 1.0)
            light = np.linspace(a, b, SIDE, dtype=np.float32)
            values *= light[:, None, None] if rng.random() < 0.5 else light[None, :, None]
        start = rng.randrange(len(_NOISE) - values.size)
        noise = _NOISE[start : start + values.size].reshape(values.shape)
        values += noise * rng.uniform(1, 7)
        pixels = values.clip(0, 255).astype(np.uint8)
    return np.ascontiguousarray(pixels)


class Pen:
    """Draws in a thing's own coordinates: its centre is 0, 0 and it reaches to -1 and 1."""

    def __init__(self, canvas, x, y, radius, angle, mark):
        self.canvas, self.x, self.y, self.radius, self.mark = canvas, x, y, radius, mark
        turn = math.radians(angle)
        self.cos, self.sin = math.cos(turn) * radius, math.sin(turn) * radius

    def spots(self, points):
        c, s, x, y = self.cos, self.sin, self.x, self.y
        return [(x + c * a - s * b, y + s * a + c * b) for a, b in points]

    def _mark(self, spots):
        if self.mark:
            dx, dy = self.canvas.offset
            self.canvas.marker.polygon([(a + dx, b + dy) for a, b in spots], fill=self.mark)

    def poly(self, points, rgb):
        k, spots = self.canvas.scale, self.spots(points)
        self.canvas.draw.polygon([(a * k, b * k) for a, b in spots], fill=rgb)
        self._mark(spots)

    def hollow(self, points, rgb, width):
        """Only the edge of a polygon, WIDTH pixels wide."""
        k, spots = self.canvas.scale, self.spots(points)
        path = [(a * k, b * k) for a, b in spots + spots[:2]]
        self.canvas.draw.line(path, fill=rgb, width=max(1, round(width * k)), joint="curve")
        self._mark(spots)

    def oval(self, x, y, rx, ry, rgb):
        self.poly([(x + rx * a, y + ry * b) for a, b in CIRCLE], rgb)

    def box(self, x0, y0, x1, y1, rgb):
        self.poly([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], rgb)

    def line(self, points, width, rgb):
        """A path; WIDTH in the thing's own units."""
        k = self.canvas.scale
        path = [(a * k, b * k) for a, b in self.spots(points)]
        wide = max(1, round(width * self.radius * k))
        self.canvas.draw.line(path, fill=rgb, width=wide, joint="curve")
        if self.mark:
            dx, dy = self.canvas.offset
            marked = [(a / k + dx, b / k + dy) for a, b in path]
            self.canvas.marker.line(marked, fill=self.mark, width=max(1, round(wide / k)))

    def arc(self, x, y, rx, ry, start, end, width, rgb):
        """Part of an ellipse's edge, from START to END degrees, clockwise from the right."""
        steps = max(4, int(abs(end - start) / 15))
        angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
        points = [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles]
        self.line(points, width, rgb)


def _heart():
    points = []
    for i in range(32):
        t = 2 * math.pi * i / 32
        x = 16 * math.sin(t) ** 3
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((x / 17, -(y + 2.5) / 16))
    return points


def _star(tips, inner):
    points = []
    for i in range(2 * tips):
        a, r = math.pi * i / tips - math.pi / 2, inner if i % 2 else 1.05
        points.append((r * math.cos(a), r * math.sin(a)))
    return points


HEART = _heart()
STARS = [_star(5, 0.42), _star(5, 0.5), _star(5, 0.4), _star(6, 0.5), _star(5, 0.45)]
RING = {
    hole: CIRCLE + CIRCLE[:1] + [(hole * a, hole * b) for a, b in CIRCLE[:1] + CIRCLE[::-1]]
    for hole in (0.5, 0.58, 0.65)
}
TURNS = {"right": 0, "down": 90, "left": 180, "up": 270}
HOLLOW = {"square", "triangle", "star", "rectangle", "diamond", "heart"}


def outline(rng, kind):
    """The points of a shape and the range of angles by which it may be turned."""
    if kind == "circle":
        return CIRCLE, 0
    if kind == "square":
        return [(-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86)], 7
    if kind == "triangle":
        if rng.random() < 0.2:
            return [(-0.85, -0.95), (0.9, 0.8), (-0.85, 0.8)], 10
        return [(0, -1), (0.95, 0.72), (-0.95, 0.72)], 12
    if kind == "star":
        return rng.choice(STARS), 15
    if kind in ("rectangle", "oval"):
        long, short = 1.05, rng.uniform(0.46, 0.58)
        a, b = (long, short) if rng.random() < 0.6 else (short, long)
        if kind == "oval":
            return [(a * x, b * y) for x, y in CIRCLE], 10
        return [(-a, -b), (a, -b), (a, b), (-a, b)], 6
    if kind == "diamond":
        wide = rng.uniform(0.68, 0.95)
        return [(0, -1), (wide, 0), (0, 1), (-wide, 0)], 4
    if kind == "cross":
        w = rng.uniform(0.24, 0.34)
        points = [(-w, -1), (w, -1), (w, -w), (1, -w), (1, w), (w, w)]
        points += [(w, 1), (-w, 1), (-w, w), (-1, w), (-1, -w), (-w, -w)]
        return points, 6
    if kind == "heart":
        return HEART, 8
    if kind == "ring":
        return RING[rng.choice((0.5, 0.58, 0.65))], 0
    if kind == "arrow":
        w, neck, tip = rng.uniform(0.18, 0.3), rng.uniform(-0.1, 0.25), rng.uniform(0.65, 0.8)
        points = [(-1, -w), (neck, -w), (neck, -tip), (1.05, 0), (neck, tip), (neck, w), (-1, w)]
        return points, 6
    w = rng.uniform(0.12, 0.2)
    return [(-1.1, -w), (1.1, -w), (1.1, w), (-1.1, w)], 4


def shape(canvas, kind, colour, x, y, radius, turn="right", rgb=None):
    """Draws a shape of SHAPES in COLOUR."""
    rng = canvas.rng
    points, sway = outline(rng, kind)
    angle = rng.uniform(-sway, sway) if rng.random() < 0.5 else 0.0
    if kind == "arrow":
        angle += TURNS[turn]
    elif kind == "line":
        angle += rng.choice((0, 90, 45, -45))
    elif kind == "cross" and rng.random() < 0.35:
        angle += 45
    elif kind == "triangle" and rng.random() < 0.15:
        angle += 180
    rgb = rgb or shade(rng, colour, canvas.name)
    way = turn if kind == "arrow" else "none"
    pen = canvas.thing_pen(x, y, radius, angle, kind, colour, way)
    style = rng.random()
    if style < 0.14 and kind in HOLLOW:
        pen.hollow(points, rgb, max(1.7, radius * rng.uniform(0.16, 0.24)))
        return
    pen.poly(points, rgb)
    if style < 0.3 and radius > 8 and kind not in ("line", "ring"):
        pen.mark = 0
        pen.hollow(points, mix(rgb, (0, 0, 0), rng.choice((0.4, 1.0, 1.0))), rng.uniform(0.8, 1.4))


# Letters and digits of five columns and seven rows; each row is a number of five bits.
_GLYPHS = {
    "A": "0e 11 11 1f 11 11 11",
    "B": "1e 11 11 1e 11 11 1e",
    "C": "0e 11 10 10 10 11 0e",
    "D": "1e 11 11 11 11 11 1e",
    "E": "1f 10 10 1e 10 10 1f",
    "F": "1f 10 10 1e 10 10 10",
    "G": "0e 11 10 17 11 11 0e",
    "H": "11 11 11 1f 11 11 11",
    "I": "0e 04 04 04 04 04 0e",
    "J": "07 02 02 02 02 12 0c",
    "K": "11 12 14 18 14 12 11",
    "L": "10 10 10 10 10 10 1f",
    "M": "11 1b 15 15 11 11 11",
    "N": "11 19 19 15 13 13 11",
    "O": "0e 11 11 11 11 11 0e",
    "P": "1e 11 11 1e 10 10 10",
    "Q": "0e 11 11 11 15 12 0d",
    "R": "1e 11 11 1e 14 12 11",
    "S": "0f 10 10 0e 01 01 1e",
    "T": "1f 04 04 04 04 04 04",
    "U": "11 11 11 11 11 11 0e",
    "V": "11 11 11 11 0a 0a 04",
    "W": "11 11 11 15 15 1b 11",
    "X": "11 11 0a 04 0a 11 11",
    "Y": "11 11 0a 04 04 04 04",
    "Z": "1f 01 02 04 08 10 1f",
    "0": "0e 11 13 15 19 11 0e",
    "1": "04 0c 04 04 04 04 0e",
    "2": "0e 11 01 06 08 10 1f",
    "3": "1f 02 04 02 01 11 0e",
    "4": "02 06 0a 12 1f 02 02",
    "5": "1f 10 1e 01 01 11 0e",
    "6": "06 08 10 1e 11 11 0e",
    "7": "1f 01 02 04 04 08 08",
    "8": "0e 11 11 0e 11 11 0e",
    "9": "0e 11 11 0f 01 02 0c",
}
_ROWS = {
    c: [[int(row, 16) >> (4 - i) & 1 for i in range(5)] for row in rows.split()]
    for c, rows in _GLYPHS.items()
}


def _font_names():
    names = ["default", "default", "bitmap"]
    files = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf"]
    for name in files + ["DejaVuSerif.ttf", "DejaVuSansCondensed-Bold.ttf"]:
        try:
            ImageFont.truetype(name, 20)
            names.append(name)
        except OSError:
            pass
    return names


FONTS = _font_names()
_LOADED = {}


def pick_font(rng):
    return rng.choice(FONTS)


def _font(name, size):
    size = max(8, size // 4 * 4 if size > 24 else size)
    if (name, size) not in _LOADED:
        load = ImageFont.load_default if name == "default" else None
        _LOADED[name, size] = load(size) if load else ImageFont.truetype(name, size)
    return _LOADED[name, size]


def text_mask(text, size, font):
    """TEXT as a mask with capitals about SIZE high, where its letters begin and end, and in all."""
    if font == "bitmap" and all(c in _ROWS for c in text):
        rows = np.zeros((7, 6 * len(text) - 1), np.uint8)
        for i, c in enumerate(text):
            rows[:, 6 * i : 6 * i + 5] = _ROWS[c]
        wide, high = max(1, int(size / 7 * rows.shape[1])), max(7, int(size))
        mask = Image.fromarray(rows * 255).resize((wide, high), Image.NEAREST)
        return mask, [6 * i for i in range(len(text))] + [6 * len(text) - 1], rows.shape[1]
    loaded = _font("default" if font == "bitmap" else font, int(size * 1.38))
    left, top, right, bottom = loaded.getbbox(text)
    mask = Image.new("L", (max(1, right - left), max(1, bottom - top)), 0)
    ImageDraw.Draw(mask).text((-left, -top), text, font=loaded, fill=255)
    cells = [loaded.getlength(text[:i]) for i in range(len(text) + 1)]
    return mask, cells, max(1.0, cells[-1])


def noise_picture(rng):
    """A picture of nothing: noise, or noise so blurred that only vague clouds are left."""
    generator = np.random.default_rng(rng.getrandbits(64))
    side = rng.choice((6, 10, 24, 48, 96, 96))
    pixels = generator.integers(0, 256, (side, side, 3 if rng.random() < 0.8 else 1), np.uint8)
    image = Image.fromarray(np.repeat(pixels, 4 - pixels.shape[2], axis=2)[:, :, :3])
    image = image.resize((SIDE, SIDE), rng.choice((Image.NEAREST, Image.BICUBIC)))
    if side < 30:
        image = image.filter(ImageFilter.GaussianBlur(SIDE / side / 2))
    return Picture(np.asarray(image).copy(), np.zeros((PATCHES, PATCHES, len(LABELS)), np.int16))


