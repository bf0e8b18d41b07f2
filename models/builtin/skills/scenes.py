"""One picture and several questions about it."""

try:
    from . import pictures_words as w
    from .case import Case, heldout_key
    from .charts import CHART_PATTERNS, Bars, Empty, Grid, Noise, Pie, Text, number
    from .curves_lights import Curve, Traffic
    from .things import Things
    from .things_words import PATTERNS
except ImportError:
    import pictures_words as w
    from case import Case, heldout_key
    from charts import CHART_PATTERNS, Bars, Empty, Grid, Noise, Pie, Text, number
    from curves_lights import Curve, Traffic
    from things import Things
    from things_words import PATTERNS

SKILL = "pictures"
TABLE = w.wordings({**PATTERNS, **CHART_PATTERNS, **w.FOLLOW_PATTERNS})
SCENES = [
    (52, Things),
    (15, Text),
    (9, number),
    (7, Bars),
    (4, Pie),
    (6, Grid),
    (4, Curve),
    (2.5, Traffic),
    (2, Empty),
    (0.7, Noise),
]
# Questions that are trained oftener than they are asked: what is hardest to learn.
OFTENER = {"ask_relation": 4, "ask_side": 5, "ask_where": 3, "ask_larger": 2.5, "ask_at": 2,
           "ask_count": 2, "ask_half": 2, "ask_list": 2, "ask_same": 2, "ask_more": 1.5}
_MAKERS, _WEIGHTS = [s[1] for s in SCENES], [s[0] for s in SCENES]


def scene(rng, heldout, maker=None):
    """A scene of the side that HELDOUT names, made by MAKER or by a maker that is drawn."""
    maker = maker or rng.choices(_MAKERS, _WEIGHTS)[0]
    while True:
        drawn = maker(rng)
        if heldout_key("pictures " + drawn.identity) == heldout:
            return drawn


def crowded(rng):
    return Things(rng, n=rng.choices((2, 3, 4, 5), (3, 3, 3, 2))[0])


# Scenes that are trained oftener, as a share of all that are trained.
_HARD = [(0.63, None), (0.27, crowded), (0.1, Text)]


def case(rng, heldout, maker=None):
    """A case of a scene by MAKER, or of one that is drawn."""
    if heldout:
        drawn, most = scene(rng, heldout, maker), 6
        asks = drawn.asks()
    else:
        (hard,) = rng.choices([m for _, m in _HARD], [share for share, _ in _HARD])
        drawn, most = scene(rng, heldout, maker or hard), 12
        asks = [(weight * OFTENER.get(ask.__name__, 1), ask) for weight, ask in drawn.asks()]
    turns = w.pick_turns(rng, asks, 3, most)
    if rng.random() < 0.6:
        # Mostly first; a later description must not lean on what was said before.
        place = 0 if rng.random() < 0.6 else len(turns)
        turns.insert(place, drawn.ask_describe(rng))
    picture = drawn.draw(rng)
    return Case(SKILL, w.converse(rng, heldout, TABLE, turns[:most], [picture]))


def texts():
    """Every wording of a question once."""
    yield from w.samples(TABLE)
