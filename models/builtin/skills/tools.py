"""Tool calls: calling what is offered, reading results, and knowing when no tool helps."""

import importlib

from .case import Case, Message
from .tools_make import SIGNS, some_family
from .tools_turns import Session, calm, follow, missing, refuse, use

SKILL = "tools"

_SYSTEMS = (
    "You are a helpful assistant.", "You are a helpful assistant with tools.", "Be kind and short.",
    "You are takt's built-in model.", "Use the tools when they help.", "You help at home.",
    "Answer in short sentences.", "You are an assistant in a shop.", "Call a tool when needed.",
)  # fmt: skip
_HELD_SYSTEMS = ("You are a kind assistant.", "Use tools if they help.", "You are an assistant.")


def _load(names):
    """Other skills, whose questions need no tool; those that are not there are left out."""
    found = {}
    for name in names:
        full = f"{__package__}.{name}"
        try:
            found[name] = importlib.import_module(full)
        except ModuleNotFoundError as e:
            if e.name != full:
                raise
    return found


# Drawn as often as they stand here. Sums only while no tool computes.
_OTHERS = _load(("smalltalk", "facts", "memory", "arithmetic"))
_PICK = [n for n in ("smalltalk", "smalltalk", "facts", "memory", "arithmetic") if n in _OTHERS]


def _other(session):
    """Something that needs no tool."""
    for _ in range(4):
        if not _PICK:
            break
        name = session.rng.choice(_PICK)
        if name == "arithmetic" and session.covers & SIGNS.keys():
            continue
        case = _OTHERS[name].case(session.rng, session.held)
        plain = not case.tools and not any(m.pictures for m in case.messages)
        if plain and case.messages[0].role == "user" and len(case.messages) <= 6:
            session.messages += case.messages
            session.last = None
            return
    use(session)


def _fitting(rng, kinds, n):
    """KINDS with others, up to N, of which no two do the same."""
    covers = frozenset().union(*(k.covers for k in kinds))
    while len(kinds) < n:
        kind = some_family(rng)
        if not kind.covers & covers:
            kinds.append(kind)
            covers |= kind.covers
    return kinds


def case(rng, heldout):
    """A conversation of one to three exchanges with one to four tools; in training of more, for
    the tools are what is long in it."""
    n = rng.choice((1, 1, 1, 2, 2, 2, 2, 3, 3, 4))
    session = Session(rng, heldout, _fitting(rng, [some_family(rng)], n))
    for _ in range(rng.choice((1, 1, 2, 2, 3) if heldout else (1, 2, 3, 4, 5, 6))):
        r = rng.random()
        if session.last and r < 0.2:
            follow(session)
        elif r < 0.68:
            use(session)
        elif r < 0.79:
            _other(session)
        elif r < 0.89:
            refuse(session)
        elif r < 0.97:
            missing(session)
        else:
            calm(session)
    tools = [t.definition for t in session.tools]
    rng.shuffle(tools)
    messages = session.messages
    if rng.random() < 0.2:
        systems = _HELD_SYSTEMS if heldout and rng.random() < 0.5 else _SYSTEMS
        messages = [Message("system", rng.choice(systems))] + messages
    return Case(SKILL, messages, tools, alone=True)
