"""Small drawings of everyday things, made of polygons, in the coordinates of a Pen."""

import math

try:
    from .draw import CIRCLE, ICONS, mix, shade
except ImportError:
    from draw import CIRCLE, ICONS, mix, shade

BLACK, WHITE = (20, 20, 24), (250, 250, 250)
WOOD, LEAF, GLASS = (125, 75, 35), (40, 150, 60), (185, 225, 245)

MANY = ["red", "blue", "green", "yellow", "orange", "purple", "pink", "brown", "cyan"]
ICON_COLOURS = {
    "sun": ["yellow", "orange"],
    "moon": ["yellow", "white", "grey"],
    "cloud": ["white", "grey", "blue"],
    "raindrop": ["blue", "cyan"],
    "snowflake": ["blue", "white", "cyan"],
    "tree": ["green", "orange"],
    "flower": ["red", "pink", "purple", "yellow", "orange", "white", "blue"],
    "house": ["red", "blue", "yellow", "white", "grey", "orange", "green", "pink"],
    "car": MANY + ["grey", "black", "white"],
    "bus": ["red", "yellow", "blue", "green", "orange"],
    "boat": ["red", "brown", "blue", "green", "orange"],
    "fish": ["orange", "blue", "red", "yellow", "purple", "green"],
    "cat": ["orange", "grey", "black", "brown", "white"],
    "dog": ["brown", "grey", "orange", "white"],
    "bird": ["blue", "red", "yellow", "green", "black"],
    "smiley": ["yellow", "green", "orange", "pink"],
    "sad face": ["yellow", "blue", "orange", "grey"],
    "apple": ["red", "green"],
    "banana": ["yellow", "green"],
    "cup": MANY + ["white"],
    "key": ["yellow", "grey", "black", "brown"],
    "lock": ["yellow", "grey", "red", "blue"],
    "umbrella": ["red", "blue", "purple", "black", "green", "pink", "yellow"],
    "clock": ["red", "blue", "black", "green", "brown"],
    "light bulb": ["yellow", "white", "orange"],
    "flag": ["red", "blue", "green", "yellow", "orange", "purple", "white"],
    "phone": ["black", "grey", "blue", "red", "pink"],
    "book": ["red", "blue", "green", "brown", "purple", "orange"],
}


def _dark(rgb):
    return mix(rgb, (0, 0, 0), 0.35)


def sun(pen, rgb, rng):
    rays = rng.choice((8, 8, 10, 12))
    for i in range(rays):
        a = 2 * math.pi * i / rays
        c, s = math.cos(a), math.sin(a)
        if rays == 8:
            tip = [(1.05 * c, 1.05 * s), (0.62 * c - 0.2 * s, 0.62 * s + 0.2 * c)]
            pen.poly(tip + [(0.62 * c + 0.2 * s, 0.62 * s - 0.2 * c)], rgb)
        else:
            pen.line([(0.5 * c, 0.5 * s), (c, s)], 0.11, rgb)
    pen.oval(0, 0, 0.55, 0.55, rgb)


def moon(pen, rgb, rng):
    bite = rng.uniform(0.4, 0.55)
    outer = [(math.cos(a), math.sin(a)) for a in _angles(50, 310, 24)]
    inner = [(bite + 0.75 * math.cos(a), 0.77 * math.sin(a)) for a in _angles(280, 80, 18)]
    pen.poly(outer + inner, rgb)


def _angles(start, end, steps):
    return [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]


def cloud(pen, rgb, rng):
    edge = mix(rgb, (90, 100, 120), 0.45)
    parts = [(-0.5, 0.15, 0.42), (0.02, -0.15, 0.52), (0.52, 0.12, 0.42)]
    for grow, tone in ((0.07, edge), (0.0, rgb)):
        for x, y, r in parts:
            pen.oval(x, y, r + grow, r + grow, tone)
        pen.box(-0.55, 0.1, 0.55, 0.55 + grow, tone)


def raindrop(pen, rgb, rng):
    pen.poly([(0, -1.05), (0.52, 0.12), (-0.52, 0.12)], rgb)
    pen.oval(0, 0.36, 0.6, 0.6, rgb)
    if rng.random() < 0.5:
        pen.arc(0, 0.36, 0.38, 0.38, 20, 80, 0.1, mix(rgb, WHITE, 0.6))


def snowflake(pen, rgb, rng):
    for i in range(6):
        a = math.pi * i / 3 + math.pi / 6
        c, s = math.cos(a), math.sin(a)
        pen.line([(0, 0), (c, s)], 0.13, rgb)
        for side in (-0.7, 0.7):
            d, e = math.cos(a + side), math.sin(a + side)
            pen.line([(0.5 * c, 0.5 * s), (0.5 * c + 0.34 * d, 0.5 * s + 0.34 * e)], 0.1, rgb)


def tree(pen, rgb, rng):
    pen.box(-0.14, 0.3, 0.14, 1, WOOD)
    if rng.random() < 0.5:
        for y, w in ((-0.45, 0.5), (-0.05, 0.65), (0.4, 0.8)):
            pen.poly([(0, y - 0.6), (w, y), (-w, y)], rgb)
    else:
        for x, y, r in ((-0.35, -0.1, 0.42), (0.35, -0.1, 0.42), (0, -0.5, 0.48), (0, 0, 0.4)):
            pen.oval(x, y, r, r, rgb)


def flower(pen, rgb, rng):
    pen.line([(0, 0), (0, 1)], 0.12, LEAF)
    pen.poly([(0, 0.85), (0.5, 0.45), (0.4, 0.8)], LEAF)
    petals = rng.choice((5, 6, 6))
    for i in range(petals):
        a = 2 * math.pi * i / petals
        pen.oval(0.38 * math.cos(a), -0.35 + 0.38 * math.sin(a), 0.28, 0.28, rgb)
    middle = (250, 200, 30) if rgb[2] > 110 or rgb[1] < 110 else (130, 70, 30)
    pen.oval(0, -0.35, 0.22, 0.22, middle)


def house(pen, rgb, rng):
    pen.box(-0.7, -0.15, 0.7, 0.95, rgb)
    roof = rng.choice(((110, 50, 35), (70, 70, 80), _dark(rgb)))
    pen.poly([(-0.95, -0.1), (0, -0.95), (0.95, -0.1)], roof)
    pen.box(-0.18, 0.35, 0.18, 0.95, WOOD)
    for x in (-0.55, 0.3):
        pen.box(x, 0.1, x + 0.26, 0.36, GLASS)


def _wheels(pen, y, places, r):
    for x in places:
        pen.oval(x, y, r, r, BLACK)
        pen.oval(x, y, r * 0.45, r * 0.45, (190, 190, 190))


def car(pen, rgb, rng):
    pen.poly([(-0.6, 0), (-0.38, -0.5), (0.35, -0.5), (0.65, 0)], rgb)
    pen.poly([(-1, 0.4), (-1, 0.02), (-0.6, -0.05), (0.7, -0.05), (1, 0.1), (1, 0.4)], rgb)
    pen.poly([(-0.44, -0.04), (-0.28, -0.4), (-0.04, -0.4), (-0.04, -0.04)], GLASS)
    pen.poly([(0.06, -0.04), (0.06, -0.4), (0.28, -0.4), (0.48, -0.04)], GLASS)
    _wheels(pen, 0.42, (-0.55, 0.55), 0.22)


def bus(pen, rgb, rng):
    pen.box(-1, -0.65, 1, 0.5, rgb)
    for i in range(4):
        pen.box(-0.86 + 0.45 * i, -0.45, -0.52 + 0.45 * i, -0.05, GLASS)
    pen.line([(-1, 0.2), (1, 0.2)], 0.06, _dark(rgb))
    _wheels(pen, 0.52, (-0.58, 0.58), 0.22)


def boat(pen, rgb, rng):
    pen.poly([(-0.95, 0.35), (0.95, 0.35), (0.6, 0.85), (-0.6, 0.85)], rgb)
    pen.line([(0, 0.35), (0, -1)], 0.08, WOOD)
    sail = rng.choice((WHITE, (235, 235, 215), mix(rgb, WHITE, 0.55)))
    pen.poly([(0.08, -0.95), (0.75, 0.2), (0.08, 0.2)], sail)
    pen.poly([(-0.08, -0.75), (-0.6, 0.2), (-0.08, 0.2)], mix(sail, (150, 150, 150), 0.35))


def fish(pen, rgb, rng):
    side = rng.choice((1, -1))
    pen.poly([(0.4 * side, 0), (1 * side, -0.5), (1 * side, 0.5)], _dark(rgb))
    pen.oval(-0.15 * side, 0, 0.75, 0.46, rgb)
    pen.poly([(-0.2 * side, -0.4), (0.25 * side, -0.35), (0.15 * side, -0.7)], _dark(rgb))
    pen.oval(-0.55 * side, -0.1, 0.13, 0.13, WHITE)
    pen.oval(-0.57 * side, -0.1, 0.07, 0.07, BLACK)


def _eyes(pen, x, y, r, dark):
    for side in (-x, x):
        pen.oval(side, y, r, r, WHITE if dark else BLACK)
        if dark:
            pen.oval(side, y, r * 0.5, r * 0.5, BLACK)


def cat(pen, rgb, rng):
    for side in (-1, 1):
        pen.poly([(side * 0.15, -0.5), (side * 0.8, -1), (side * 0.8, -0.1)], rgb)
        pen.poly([(side * 0.4, -0.55), (side * 0.7, -0.8), (side * 0.68, -0.4)], (250, 180, 190))
    pen.oval(0, 0.12, 0.86, 0.76, rgb)
    dark = sum(rgb) < 150
    _eyes(pen, 0.34, -0.05, 0.14, dark)
    pen.poly([(-0.1, 0.22), (0.1, 0.22), (0, 0.36)], (240, 130, 150))
    ink = (200, 200, 200) if dark else BLACK
    for side in (-1, 1):
        pen.line([(side * 0.25, 0.3), (side * 0.98, 0.18)], 0.05, ink)
        pen.line([(side * 0.25, 0.4), (side * 0.98, 0.46)], 0.05, ink)


def dog(pen, rgb, rng):
    pen.oval(0, 0, 0.68, 0.8, rgb)
    ear = mix(rgb, (0, 0, 0), 0.5)
    for side in (-1, 1):
        pen.oval(side * 0.72, -0.05, 0.25, 0.58, ear)
    _eyes(pen, 0.27, -0.2, 0.12, sum(rgb) < 150)
    pen.oval(0, 0.4, 0.4, 0.32, mix(rgb, WHITE, 0.6))
    pen.oval(0, 0.25, 0.17, 0.13, BLACK)
    pen.poly([(-0.13, 0.5), (0.13, 0.5), (0.1, 0.85), (-0.1, 0.85)], (235, 90, 110))


def bird(pen, rgb, rng):
    side = rng.choice((1, -1))
    pen.poly([(-0.4 * side, 0.1), (-1 * side, -0.15), (-0.95 * side, 0.3)], _dark(rgb))
    pen.oval(-0.05 * side, 0.2, 0.6, 0.44, rgb)
    pen.oval(0.42 * side, -0.3, 0.34, 0.34, rgb)
    pen.poly([(0.7 * side, -0.42), (1.08 * side, -0.28), (0.7 * side, -0.15)], (245, 160, 20))
    pen.oval(0.5 * side, -0.38, 0.08, 0.08, WHITE if sum(rgb) < 150 else BLACK)
    pen.poly([(-0.35 * side, 0.1), (0.2 * side, 0.1), (-0.15 * side, 0.45)], _dark(rgb))
    for x in (-0.12, 0.1):
        pen.line([(x, 0.6), (x, 0.95)], 0.07, (230, 140, 20))


def smiley(pen, rgb, rng):
    pen.oval(0, 0, 1, 1, _dark(rgb))
    pen.oval(0, 0, 0.92, 0.92, rgb)
    _eyes(pen, 0.34, -0.25, 0.13, False)
    if rng.random() < 0.7:
        pen.arc(0, 0.05, 0.55, 0.5, 15, 165, 0.13, BLACK)
    else:
        mouth = [(0.55 * math.cos(a), 0.12 + 0.5 * math.sin(a)) for a in _angles(0, 180, 12)]
        pen.poly(mouth, BLACK)


def sad_face(pen, rgb, rng):
    pen.oval(0, 0, 1, 1, _dark(rgb))
    pen.oval(0, 0, 0.92, 0.92, rgb)
    _eyes(pen, 0.34, -0.25, 0.13, False)
    pen.arc(0, 0.72, 0.5, 0.42, 200, 340, 0.13, BLACK)
    if rng.random() < 0.4:
        pen.oval(-0.42, 0.1, 0.1, 0.17, (70, 140, 250))


def apple(pen, rgb, rng):
    pen.oval(-0.3, 0.15, 0.55, 0.7, rgb)
    pen.oval(0.3, 0.15, 0.55, 0.7, rgb)
    pen.line([(0, -0.45), (0.1, -0.95)], 0.11, WOOD)
    pen.poly([(0.12, -0.68), (0.6, -0.98), (0.55, -0.6)], LEAF)


def banana(pen, rgb, rng):
    side = rng.choice((1, -1))
    outer = [(side * 0.95 * math.cos(a), -0.45 + 1.2 * math.sin(a)) for a in _angles(0, 150, 18)]
    inner = [(side * 0.8 * math.cos(a), -0.5 + 0.62 * math.sin(a)) for a in _angles(150, 0, 18)]
    pen.poly(outer + inner, rgb)
    pen.box(side * 0.78, -0.75, side * 0.96, -0.4, WOOD)


def cup(pen, rgb, rng):
    pen.arc(0.5, 0.05, 0.4, 0.36, -90, 90, 0.15, rgb)
    pen.poly([(-0.75, -0.55), (0.55, -0.55), (0.42, 0.75), (-0.62, 0.75)], rgb)
    pen.oval(-0.1, -0.55, 0.65, 0.17, mix(rgb, BLACK, 0.5))


def key(pen, rgb, rng):
    pen.arc(-0.58, 0, 0.32, 0.32, 0, 360, 0.2, rgb)
    pen.box(-0.22, -0.1, 1, 0.1, rgb)
    pen.box(0.78, 0, 0.95, 0.42, rgb)
    pen.box(0.45, 0, 0.62, 0.34, rgb)


def lock(pen, rgb, rng):
    pen.arc(0, -0.2, 0.42, 0.6, 180, 360, 0.17, (130, 130, 140) if rgb[0] > 170 else _dark(rgb))
    pen.box(-0.72, -0.15, 0.72, 0.9, rgb)
    pen.oval(0, 0.28, 0.15, 0.15, BLACK)
    pen.poly([(-0.06, 0.3), (0.06, 0.3), (0.11, 0.65), (-0.11, 0.65)], BLACK)


def umbrella(pen, rgb, rng):
    pen.line([(0, 0), (0, 0.8)], 0.09, WOOD)
    pen.arc(0.17, 0.78, 0.17, 0.17, 180, 20, 0.09, WOOD)
    top = [(math.cos(a), 0.08 + 0.98 * math.sin(a)) for a in _angles(180, 360, 20)]
    pen.poly(top + [(0.67, -0.1), (0.33, 0.08), (0, -0.1), (-0.33, 0.08), (-0.67, -0.1)], rgb)


def clock(pen, rgb, rng):
    pen.oval(0, 0, 1, 1, rgb)
    pen.oval(0, 0, 0.78, 0.78, WHITE)
    for i in range(12):
        c, s = CIRCLE[3 * i]
        pen.line([(0.62 * c, 0.62 * s), (0.72 * c, 0.72 * s)], 0.06, BLACK)
    c, s = CIRCLE[3 * rng.randrange(12)]
    pen.line([(0, 0), (0.38 * c, 0.38 * s)], 0.12, BLACK)
    pen.line([(0, 0), (0, -0.6)], 0.08, BLACK)


def light_bulb(pen, rgb, rng):
    pen.poly([(-0.5, 0), (0.5, 0), (0.26, 0.55), (-0.26, 0.55)], rgb)
    pen.oval(0, -0.3, 0.64, 0.64, rgb)
    pen.arc(0, -0.3, 0.64, 0.64, 140, 400, 0.06, _dark(rgb))
    pen.box(-0.27, 0.5, 0.27, 0.88, (120, 120, 125))
    pen.line([(-0.2, 0.3), (-0.12, -0.2), (0, 0), (0.12, -0.2), (0.2, 0.3)], 0.06, _dark(rgb))


def flag(pen, rgb, rng):
    pen.box(-0.8, -1, -0.66, 1, WOOD if rng.random() < 0.6 else (110, 110, 115))
    if rng.random() < 0.5:
        pen.box(-0.66, -0.92, 0.9, 0.1, rgb)
    else:
        pen.poly([(-0.66, -0.92), (0.95, -0.4), (-0.66, 0.12)], rgb)


def phone(pen, rgb, rng):
    pen.box(-0.55, -1, 0.55, 1, rgb)
    pen.box(-0.43, -0.8, 0.43, 0.68, rng.choice((GLASS, (225, 235, 240), (120, 190, 240))))
    pen.oval(0, 0.84, 0.09, 0.09, mix(rgb, WHITE, 0.7))


def book(pen, rgb, rng):
    if rng.random() < 0.5:
        pen.poly([(0, -0.5), (-1, -0.7), (-1, 0.6), (0, 0.8), (1, 0.6), (1, -0.7)], rgb)
        pen.poly([(0, -0.4), (-0.85, -0.58), (-0.85, 0.45), (0, 0.62)], WHITE)
        pen.poly([(0, -0.4), (0.85, -0.58), (0.85, 0.45), (0, 0.62)], (235, 235, 230))
        for y in (-0.2, 0.05, 0.3):
            pen.line([(-0.7, y - 0.12), (-0.12, y)], 0.05, (150, 150, 150))
            pen.line([(0.7, y - 0.12), (0.12, y)], 0.05, (150, 150, 150))
    else:
        pen.box(-0.7, -0.95, 0.7, 0.95, rgb)
        pen.box(-0.7, -0.95, -0.5, 0.95, _dark(rgb))
        pen.box(-0.6, 0.72, 0.62, 0.85, WHITE)
        pen.box(-0.3, -0.6, 0.5, -0.25, mix(rgb, WHITE, 0.75))


_PROGRAMS = {name: globals()[name.replace(" ", "_")] for name in ICONS}


def icon(canvas, kind, colour, x, y, radius):
    """Draws an icon of ICONS with COLOUR as its main colour."""
    rng = canvas.rng
    angle = rng.uniform(-8, 8) if rng.random() < 0.35 else 0.0
    pen = canvas.thing_pen(x, y, radius, angle, kind, colour)
    _PROGRAMS[kind](pen, shade(rng, colour, canvas.name), rng)
