"""What a skill hands to training and evaluation: short conversations whose answers can be judged.

A skill is a module of this folder with

    SKILL                      its name
    case(rng, heldout) -> Case one conversation drawn with RNG (random.Random). HELDOUT chooses the
                               side of the split that the case comes from: what is drawn with one
                               value is never drawn with the other.
    texts() -> iterator        optional: more text for the tokenizer to see
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Callable, Optional


@dataclass
class Picture:
    """96 x 96 pixels, and what can be seen in each of the 8 x 8 patches of 12 x 12 pixels: labels
    that help the picture encoder to learn at the start and are no part of the model."""

    pixels: object  # numpy uint8 [96, 96, 3]
    labels: object  # numpy int16 [8, 8, n]: of what fills most of a patch, what draw.LABELS counts


@dataclass
class Message:
    """One message. An assistant message with `accept` is judged: accept(answer) says whether a
    greedy answer, given all messages before, is right. `learn` is false for an assistant message
    that is only there as history and must not be imitated. `spelled` is a part of the content that
    is learned letter by letter, whatever tokens its letters make together: a word as it is read
    from a picture."""

    role: str  # system, user, assistant, tool
    content: str
    pictures: list = field(default_factory=list)  # Picture, shown before the text
    accept: Optional[Callable[[str], bool]] = None
    learn: bool = True
    spelled: str = ""


@dataclass
class Case:
    """One conversation. TOOLS are OpenAI function definitions, or None. It can be joined to others
    in one conversation unless ALONE is set."""

    skill: str
    messages: list
    tools: Optional[list] = None
    alone: bool = False


def heldout_key(key, share=0.1):
    """Whether the thing that KEY names (any string) belongs to the held-out side: a fixed share of
    all keys, chosen by hash and so the same on every machine and in every run."""
    digest = hashlib.sha256(key.encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def says(*needed):
    """An accept for answers that must contain each of NEEDED, whatever the case of letters; an item
    that is a tuple is met by any of its strings."""

    def accept(answer):
        text = " ".join(answer.lower().split())
        return all(
            any(n.lower() in text for n in (item if isinstance(item, tuple) else (item,)))
            for item in needed
        )

    return accept


def exactly(expected):
    """An accept for answers that equal EXPECTED up to white space around and inside."""
    return lambda answer: answer.split() == expected.split()


def bare(word):
    """An accept for the bare WORD, in any case of letters, with or without marks around it."""
    return lambda answer: answer.strip(" .!\"'*\n").lower() == str(word).lower()


def listed(items):
    """ITEMS as a list in words."""
    items = [str(item) for item in items]
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def same_json(value):
    """An accept for JSON equal to VALUE: same keys in any order, same types; a fence may be round
    it."""

    def accept(answer):
        text = answer.strip()
        if text.startswith("```"):
            text = text.strip("`").removeprefix("json")
        try:
            found = json.loads(text)
        except ValueError:
            return False
        # 1 == True and 1 == 1.0 in Python, but not for a reader of JSON
        return json.dumps(found, sort_keys=True) == json.dumps(value, sort_keys=True)

    return accept


def ask(skill, question, answer, accept=None, pictures=(), tools=None):
    """A case of one question and one answer; without ACCEPT the answer must come exactly."""
    return Case(
        skill,
        [
            Message("user", question, list(pictures)),
            Message("assistant", answer, accept=accept or exactly(answer)),
        ],
        tools,
    )
