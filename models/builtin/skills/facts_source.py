"""facts.toml read and checked: what the wordings of each fact are, and what is wrong with them."""

import re
import subprocess
import tomllib
from pathlib import Path

from .case import says
from . import facts_words as words

SOURCE = Path(__file__).parent.parent / "facts.toml"
KINDS = ("names", "terms", "lists", "tasks")
FRAMES = {
    "names": words.NAME_FRAMES,
    "terms": words.TERM_FRAMES,
    "lists": words.LIST_FRAMES,
    "tasks": words.TASK_FRAMES,
}
# Facts whose needs an answer to another fact may meet too: none so far.
MAY_SHARE = frozenset()
# What follows "takt" in an answer and is no command.
PROSE = frozenset(
    "a always and answers asks builds does enters gives has is it its keeps knows lies made makes"
    " needs predicts project reads refuses runs streams takes then time tries when works".split()
)
# Options in answers that are those of other programs, or of takt itself.
OTHER_FLAGS = frozenset(["--long", "--cflags", "--libs", "--help", "--version"])
# How wordings begin that ask for no answer by their form: they end with a full stop.
ORDERS = re.compile(r"(?:i|explain|tell|describe|show|list|give|name|please|help|info|let|now)\b",
                    re.I)
ARTICLES = ("the ", "a ", "an ", "your ")


def load(path=SOURCE):
    """The facts, in the order of the file, with an `accept` each."""
    with open(path, "rb") as file:
        facts = tomllib.load(file)["fact"]
    for fact in facts:
        fact["accept"] = says(*(tuple(n) if isinstance(n, list) else n for n in fact["needs"]))
    return facts


def variants(name):
    """The ways to name a command or an option."""
    if name.startswith("-"):
        return [name, f"the {name} option", f"the {name} flag", f"the option {name}", name]
    if re.fullmatch(r"takt [a-z]+", name):
        command = name.split()[1]
        return [name, f"the {command} command", f"the command {command}", f"the {name} command"]
    return [name]


def bare(noun):
    """NOUN without its article."""
    for article in ARTICLES:
        if noun.startswith(article):
            return noun[len(article):]
    return noun


def nouns(fact):
    """All (kind, noun) that a frame of FACT may speak of."""
    found = []
    for kind in KINDS:
        for noun in fact.get(kind, ()):
            found += [(kind, v) for v in (variants(noun) if kind == "names" else [noun])]
    return found


def fill(frame, noun):
    """FRAME with NOUN in its hole, as a sentence: a capital, and a mark at its end."""
    text = frame.format(x=noun, b=bare(noun))
    if text[0] != "-" and not text.startswith(("takt", "kv")):
        text = text[0].upper() + text[1:]
    return text + ("." if ORDERS.match(text) and not text.endswith((" it", " is it", " how", " do"))
                   else "?")


def normal(text):
    """TEXT without what does not count: capitals, marks at the ends, politeness around it."""
    text = " ".join(text.lower().replace("’", "'").split())
    before = None
    while text != before:
        before = text
        text = POLITE.sub("", text).rstrip("?!., ").lstrip()
    return text


def _polite():
    """Matches a polite beginning, or a polite end."""
    starts = {p.strip().lower() for p in words.pieces(words.PREFIXES)}
    starts |= {p.strip().lower() for p in words.pieces(words.HELD_PREFIXES)}
    ends = {p.strip().lower() for p in words.SUFFIXES.split("|")}
    first = "|".join(re.escape(s) for s in sorted(starts, key=len, reverse=True))
    last = "|".join(re.escape(s) for s in sorted(ends, key=len, reverse=True))
    return re.compile(rf"^(?:{first}) +(?=\S)|(?<=[\w?!.,]) ?(?:{last})$")


POLITE = _polite()


def framed(fact, heldout):
    """The wordings of FACT that come from frames, without repetition."""
    texts = {}
    for kind, noun in nouns(fact):
        source = words.HELD_FRAMES[kind] if heldout else FRAMES[kind]
        for frame in words.pieces(source):
            texts.setdefault(fill(frame, noun))
    return list(texts)


def help_texts(takt):
    """From each command to its --help; under "" that of the program."""
    def text(*arguments):
        return subprocess.run([takt, *arguments], capture_output=True, text=True).stdout

    top = text("--help")
    commands = re.findall(r"^  ([a-z]+) {2,}\S", top, re.M)
    return {"": top, **{c: text(c, "--help") for c in commands}}


def _check_against_program(facts, takt):
    """What answers and names say of commands and options that the program does not know."""
    helps = help_texts(takt)
    flags = {c: set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", t)) for c, t in helps.items()}
    known = set().union(*flags.values()) | OTHER_FLAGS
    for fact in facts:
        for text in [fact["answer"], *fact.get("names", ())]:
            for command in re.findall(r"\btakt ([a-z]+)\b", text):
                if command not in helps and command not in PROSE:
                    yield f"{fact['id']}: there is no command takt {command}"
            for flag in re.findall(r"(?<![\w-])--[a-z][\w-]*", text):
                if flag not in known:
                    yield f"{fact['id']}: no command has {flag}"
            for command, flag in re.findall(r"\btakt ([a-z]+)\b[^;,]*? (--?[a-z][\w-]*)", text):
                if command in helps and flag not in flags[command] | OTHER_FLAGS:
                    yield f"{fact['id']}: takt {command} has no {flag}"


def _check_wordings(facts):
    """Wordings that belong to two facts, or to training and to the held-out side."""
    train, held = {}, {}
    for fact in facts:
        for text in fact["questions"] + framed(fact, False):
            other = train.setdefault(normal(text), fact["id"])
            if other != fact["id"]:
                yield f"{fact['id']}: {text!r} also asks for {other}"
    for fact in facts:
        for text in fact["heldout"]:
            if normal(text) in train:
                yield f"{fact['id']}: held-out {text!r} is trained"
            other = held.setdefault(normal(text), fact["id"])
            if other != fact["id"]:
                yield f"{fact['id']}: held-out {text!r} also asks for {other}"


def check_source(takt=None, path=SOURCE):
    """What is wrong with facts.toml, as lines; TAKT is the program to hold it against, or None."""
    facts = load(path)
    problems = []
    ids = [f["id"] for f in facts]
    problems += [f"{i}: more than one fact has this id" for i in sorted(set(ids))
                 if ids.count(i) > 1]
    for fact in facts:
        name = fact["id"]
        if len(fact["answer"].split()) > 25:
            problems.append(f"{name}: the answer has more than 25 words")
        if not fact["accept"](fact["answer"]):
            problems.append(f"{name}: its own answer does not meet its needs")
        if fact.get("then", name) not in ids:
            problems.append(f"{name}: there is no fact {fact['then']} to go on with")
        if len(fact["questions"]) < 9 or len(fact["heldout"]) < 3:
            problems.append(f"{name}: needs 9 questions and 3 held-out ones")
        for other in facts:
            if other is not fact and fact["accept"](other["answer"]):
                if (name, other["id"]) not in MAY_SHARE:
                    problems.append(f"{name}: the answer of {other['id']} meets its needs too")
    problems += _check_wordings(facts)
    if takt:
        problems += _check_against_program(facts, takt)
    return problems
