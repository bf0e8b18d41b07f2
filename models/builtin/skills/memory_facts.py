"""Facts that are told and asked: about the user, and about other people and things."""

import re
from dataclasses import dataclass

from . import memory_words as words
from .talk import upper_first


def _split(text):
    return [" ".join(part.split()) for part in re.split(r"[|\n]", text)]


# Per kind: how to draw the value, what is remembered (of "you"), how it is told, asked, changed,
# verified, and what is said when it was never told. {v} is the value, {n} the noun, {p} a pet.
# The last two ways of asking of each kind are never trained.
@dataclass
class Kind:
    weight: float
    draw: object
    sentence: str
    missing: str
    tells: list
    asks: list
    changes: list
    verifies: list
    ack: str = ""


KINDS = {
    "name": Kind(
        9, words.name, "your name is {v}", "You have not told me your name.",
        _split("""My friends call me {v}|They call me {v}|I go by {v}|Just call me {v}
                  You may call me {v}|Let me introduce myself: I am {v}|You are talking to {v}
                  I go by the name of {v}|Here is {v}
                  My name is {v}|I am {v}|I'm {v}|I am called {v}|Call me {v}|My name's {v}
                  You can call me {v}|People call me {v}|This is {v}|It is {v} here
                  Please call me {v}|My first name is {v}|The name is {v}"""),
        _split("""By what name do I go?|Which name do I have?|How am I called?
                  How do people call me?|Do you recall who I am?|What did I tell you my name is?
                  Tell me who I am.|Which name did I tell you?|You know my name, what is it?
                  How should you call me?
                  What is my name?|Do you remember my name?|Do you know my name?|Who am I?
                  What am I called?|Tell me my name.|Say my name.|Can you tell me my name?
                  What was my name?|What did I say my name was?|My name?|Do you know who I am?
                  What name did I give you?|Do you still know my name?|What is my name again?
                  Can you recall my name?|Please say what my name is."""),
        _split("""Please call me {v} from now on.|I changed my name to {v}.
                  That was wrong, my name is {v}.|From now on I am {v}.
                  Actually, my name is {v}.|Sorry, my name is {v}, not {o}.|No, I am {v}.
                  I meant {v}, not {o}.|Call me {v} instead of {o}.|My name is {v} now.
                  Correction: my name is {v}."""),
        _split("""Do I go by {v}?|Did I say that my name is {v}?|You know me as {v}, right?
                  Is my name {v}?|Am I {v}?|Am I called {v}?|My name is {v}, right?"""),
        "Nice to meet you, {v}.",
    ),
    "city": Kind(
        5, words.city, "you live in {v}", "You have not told me where you live.",
        _split("""I have a flat in {v}|{v} is where I live|I live here in {v}
                  My address is in {v}|I settled in {v}|I have lived in {v} for years
                  I live in {v}|My home is in {v}|I moved to {v}|My home town is {v}|My city is {v}
                  I am living in {v}|I live in the city of {v}|My house is in {v}"""),
        _split("""Which place do I live in?|What place do I call home?|In which town do I live?
                  What town do I live in?|Where is my house?|Where did I tell you that I live?
                  Do you recall where I live?|What is the name of my city?|Say where I live.
                  Where do I live?|Which city do I live in?|In which city do I live?
                  What is my city?
                  Do you know where I live?|What is my home town?|Where is my home?
                  Tell me where I live.|Do you remember where I live?|Where did I say I live?
                  What city am I living in?|In what place do I live?|Can you say where I live?"""),
        _split("""I no longer live in {o}, I live in {v}.|That was wrong, I live in {v}.
                  My home is in {v} now.
                  Actually, I live in {v}.|I moved to {v}.|No, I live in {v}, not in {o}.
                  Now I live in {v}.|Sorry, I live in {v}.
                  I do not live in {o} any more, but in {v}."""),
        _split("""Is {v} my city?|Did I say that I live in {v}?
                  Do I live in {v}?|Is my home in {v}?|I live in {v}, right?"""),
    ),
    "origin": Kind(
        2, lambda rng: rng.choice(words.COUNTRIES), "you come from {v}",
        "You have not told me where you come from.",
        _split("""I grew up in {v}|I am originally from {v}|My family comes from {v}
                  I come from {v}|I am from {v}|I was born in {v}|My home country is {v}"""),
        _split("""In which country was I born?|What country am I from?
                  Where did I say I come from?|Which country is my home?
                  Do you remember where I come from?
                  Where do I come from?|Where am I from?|Which country do I come from?
                  What is my home country?|Do you know where I am from?|Tell me where I am from.
                  Where was I born?|From which country am I?"""),
        _split("""I meant {v}, I come from {v}.|That was wrong, I come from {v}.
                  Actually, I come from {v}.|No, I am from {v}, not from {o}.
                  Sorry, I am from {v}."""),
        _split("""Was I born in {v}?|Did I say that I come from {v}?
                  Do I come from {v}?|Am I from {v}?"""),
    ),
    "job": Kind(
        4, lambda rng: article(rng.choice(words.JOBS)), "you are {v}",
        "You have not told me your job.",
        _split("""I have a job as {v}|By profession I am {v}|I make my living as {v}
                  I was trained as {v}
                  I am {v}|I work as {v}|My job is {v}|I'm {v}|I am working as {v}|I am {v} by trade
                  I earn my living as {v}"""),
        _split("""What is my work?|What work do I do?|Which job do I have?
                  Which profession do I have?|How do I earn my living?
                  Do you recall what I work as?|What did I say my job was?|Say what my job is.
                  What is my job?|What do I do?|What is my profession?|What do I work as?
                  What do I do for a living?|Do you remember my job?|Do you know my job?
                  Tell me my job.|What am I by profession?|As what do I work?
                  What kind of job do I have?"""),
        _split("""I am no longer {o}, I am {v}.|That was wrong, I am {v}.
                  Actually, I am {v}.|No, I am {v}, not {o}.|I changed my job: I am {v} now.
                  I work as {v} now.|Sorry, I am {v}."""),
        _split("""Is my job {v}?|Did I say that I am {v}?
                  Am I {v}?|Do I work as {v}?|I am {v}, right?"""),
    ),
    "age": Kind(
        3, lambda rng: str(rng.randint(5, 99)), "you are {v} years old",
        "You have not told me your age.",
        _split("""I have turned {v}|I have been {v} since May|I am {v} years of age
                  I am {v} years old|I am {v}|My age is {v}|I'm {v} years old|I turned {v} today
                  I am aged {v}"""),
        _split("""How many years old am I?|What did I say my age was?|Do you recall my age?
                  Do you know my age?|Say how old I am.|How old am I again?
                  How old am I?|What is my age?|Do you know how old I am?|Do you remember my age?
                  Tell me my age.|How old did I say I am?|My age?|Can you say how old I am?
                  Which age did I tell you?"""),
        _split("""That was wrong, I am {v} years old.|I meant {v}, I am {v} years old.
                  Actually, I am {v} years old.|No, I am {v}, not {o}.|Sorry, I am {v} years old.
                  I am {v} now."""),
        _split("""Did I say that I am {v} years old?|I am {v}, right?
                  Am I {v} years old?|Is my age {v}?|Am I {v}?"""),
    ),
    "pet": Kind(
        4, lambda rng: article(rng.choice(words.PETS)) + " called " + words.name(rng),
        "you have {v}", "You have not told me about a pet.",
        _split("""I keep {v}|We have {v} at home|I share my home with {v}
                  I have {v}|My pet is {v}|I own {v}|At home I have {v}|I got {v}
                  There is {v} in my home
                  I live with {v}"""),
        _split("""What animal do I have?|What kind of pet do I have?|Do you recall my pet?
                  What did I say about my pet?|Say what pet I have.|Which animal lives with me?
                  What is my pet called?|What is the name of my pet?|What pet do I have?
                  Do you remember my pet?|Which animal do I have?|Do you know my pet?|Who is my pet?
                  Tell me about my pet.|What is my pet's name?|How is my pet called?
                  Which pet do I own?"""),
        _split("""That was wrong, I have {v}.|My new pet is {v}.
                  Actually, I have {v}.|No, I have {v}.|Sorry, my pet is {v}.|Now I have {v}."""),
        _split("""Did I say that I have {v}?|I have {v}, right?
                  Do I have {v}?|Is my pet {v}?"""),
    ),
    "like": Kind(
        3, lambda rng: rng.choice(words.FOODS + words.DRINKS + words.SPORTS), "you like {v}",
        "You have not told me what you like.",
        _split("""I am a fan of {v}|I adore {v}|What I like is {v}|I am keen on {v}
                  I like {v}|I love {v}|I really like {v}|I enjoy {v}|I am fond of {v}"""),
        _split("""What do I enjoy?|What did I say that I love?|What am I a fan of?
                  Do you recall what I like?|Which thing do I like?
                  What do I like?|Do you know what I like?|What do I love?|Tell me what I like.
                  What did I say I like?|Do you remember what I like?|What am I fond of?
                  Say what I like."""),
        _split("""That was wrong, I like {v}.|I prefer {v} now.
                  Actually, I like {v}.|No, I like {v}, not {o}.|Now I like {v}.
                  Sorry, I like {v}."""),
        _split("""Did I say that I like {v}?|Do I love {v}?
                  Do I like {v}?|I like {v}, right?"""),
    ),
    "code": Kind(
        4, words.code, "the {n} is {v}", "You have not told me the {n}.",
        _split("""Note that the {n} is {v}|Do not forget the {n}: {v}
                  Please remember the {n}, it is {v}|The {n} will be {v}
                  For the record, the {n} is {v}|You need to know the {n}, it is {v}
                  The {n} is {v}|Remember the {n}: {v}|The {n} is: {v}|Let the {n} be {v}
                  Keep in mind that the {n} is {v}|Our {n} is {v}|Remember that the {n} is {v}
                  I tell you the {n}: {v}"""),
        _split("""Which {n} did I give you?|What did I say the {n} was?
                  I forgot the {n}, what is it?|Please tell me the {n}.|What is the {n} again?
                  Remind me of the {n}.|I need the {n}.|Which is the {n}?
                  What is the {n}?|Do you know the {n}?|Tell me the {n}.|Do you remember the {n}?
                  What was the {n}?|Say the {n}.|Give me the {n}.|The {n}?|What {n} did I tell you?
                  Can you recall the {n}?|Now say the {n}."""),
        _split("""Forget the old {n}, it is {v} now.|That was wrong, the {n} is {v}.
                  From now on the {n} is {v}.
                  The {n} is now {v}.|The new {n} is {v}.|Actually, the {n} is {v}.
                  No, the {n} is {v}, not {o}.|I changed the {n} to {v}.|Change the {n} to {v}."""),
        _split("""Did I say that the {n} is {v}?|Would {v} be the {n}?
                  Is the {n} {v}?|The {n} is {v}, right?|Is {v} the {n}?"""),
    ),
    "my": Kind(
        12, None, "your {n} is {v}", "You have not told me your {n}.",
        _split("""Do not forget that my {n} is {v}|You should know that my {n} is {v}
                  For the record, my {n} is {v}|Keep in mind that my {n} is {v}
                  Note that my {n} is {v}|{v} is my {n}
                  My {n} is {v}|My {n} is {v}|Remember that my {n} is {v}|I tell you my {n}: {v}
                  My {n}: {v}|Please note that my {n} is {v}|As for my {n}, it is {v}"""),
        _split("""What did I tell you about my {n}?|I forgot my {n}, what is it?
                  Which is my {n}?|Remind me of my {n}.|Do you still know my {n}?
                  Please tell me my {n}.|I need my {n}, what is it?|What did I say about my {n}?
                  You know my {n}, what is it?
                  What is my {n}?|Do you know my {n}?|Do you remember my {n}?|Tell me my {n}.
                  What was my {n}?|What did I say my {n} was?|My {n}?|Can you tell me my {n}?
                  Say my {n}.|What is my {n} again?|Can you recall my {n}?|Give me my {n}."""),
        _split("""That was wrong, my {n} is {v}.|From now on my {n} is {v}.
                  I meant {v}, my {n} is {v}.|Forget {o}, my {n} is {v}.
                  Actually, my {n} is {v}.|My {n} is {v} now.|No, my {n} is {v}, not {o}.
                  Sorry, my {n} is {v}.|I changed my mind: my {n} is {v}.|My new {n} is {v}.
                  Now my {n} is {v}.|It is {v} now, my {n}."""),
        _split("""Did I say that my {n} is {v}?|Would {v} be my {n}?
                  Is my {n} {v}?|My {n} is {v}, right?|Is {v} my {n}?"""),
    ),
}
KIND_NAMES = list(KINDS)
KIND_WEIGHTS = [k.weight for k in KINDS.values()]
UNTOLD = "You have not told me that."
CODE_NOUNS = (
    "code word", "password", "secret word", "secret number", "code", "magic word", "room number",
    "door code", "key word", "secret", "number", "gate number", "table number", "colour of the day",
)


def article(noun):
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def some(rng, pool):
    """One of POOL as people say it, which is kept as they say it."""
    word = rng.choice(pool)
    return rng.choice(("the " + word, "the " + word, word, article(word)))


def _favourite(pool):
    return lambda rng: rng.choice(pool)


# Noun: how its value is drawn. The first ones are drawn most.
NOUNS = [
    ("favourite colour", _favourite(words.COLOURS)), ("favourite food", _favourite(words.FOODS)),
    ("favourite animal", lambda rng: some(rng, words.ANIMALS)),
    ("favourite number", lambda rng: str(rng.randint(0, 200))),
    ("favourite city", words.city), ("favorite color", _favourite(words.COLOURS)),
    ("favourite drink", _favourite(words.DRINKS)), ("favourite sport", _favourite(words.SPORTS)),
    ("favourite fruit", lambda rng: some(rng, words.FRUITS)),
    ("favourite season", _favourite(words.SEASONS)), ("favourite day", _favourite(words.DAYS)),
    ("favourite month", _favourite(words.MONTHS)), ("hobby", _favourite(words.SPORTS)),
    ("favourite flower", lambda rng: some(rng, words.FLOWERS)),
    ("favourite country", _favourite(words.COUNTRIES)), ("favorite food", _favourite(words.FOODS)),
    ("favourite instrument", lambda rng: some(rng, words.INSTRUMENTS)),
    ("lucky number", lambda rng: str(rng.randint(1, 999))), ("last name", words.name),
    ("nickname", words.name),
    ("birthday", lambda rng: f"{rng.randint(1, 28)} {rng.choice(words.MONTHS)}"),
    ("phone number", lambda rng: f"{rng.randint(100, 999)} {rng.randint(1000, 9999)}"),
]
NOUNS += [(kin + "'s name", words.name) for kin in words.KIN]
NOUN_WEIGHTS = [3] * 8 + [1] * (len(NOUNS) - 8 - len(words.KIN)) + [0.6] * len(words.KIN)


class Fact:
    """One fact about the user: what it says, and the words around it."""

    def __init__(self, kind, noun, value):
        entry = KINDS[kind]
        self.kind, self.noun, self.value = kind, noun, value
        self.key = kind + (noun or "")
        self.sentence = entry.sentence.format(v=value, n=noun)
        self.ack = entry.ack.format(v=value) or f"I will remember that {self.sentence}."
        self.answer = upper_first(self.sentence) + "."
        self.missing = entry.missing.format(n=noun)

    def told(self, rng):
        return rng.choice(KINDS[self.kind].tells).format(v=self.value, n=self.noun)

    def asked(self, rng, heldout=False):
        asks = KINDS[self.kind].asks
        pool = asks[-2:] if heldout and rng.random() < 0.4 else asks[:-2]
        return rng.choice(pool).format(n=self.noun)

    def changed(self, rng, old):
        text = rng.choice(KINDS[self.kind].changes)
        return text.format(v=self.value, o=old.value, n=self.noun)

    def verify(self, rng):
        return rng.choice(KINDS[self.kind].verifies).format(v=self.value, n=self.noun)


def draw_fact(rng, kind, like=None):
    """A fact of KIND; with LIKE of the same noun, but with another value."""
    noun, draw = None, KINDS[kind].draw
    if kind == "my":
        noun, draw = rng.choices(NOUNS, NOUN_WEIGHTS)[0]
        if like:
            noun, draw = next(n for n in NOUNS if n[0] == like.noun)
    elif kind == "code":
        noun = like.noun if like else rng.choice(CODE_NOUNS)
    while True:
        value = draw(rng)
        if kind in ("name", "city") and rng.random() < 0.12:
            value = value.lower()  # typed in haste: it comes back as it was typed
        if not like or value != like.value:
            return Fact(kind, noun, value)


@dataclass
class Third:
    """A fact about somebody or something else, and questions that it answers."""

    sentence: str
    questions: tuple


def _place(rng, who, at):
    return Third(f"{who} lives in {at}.",
                 (f"Where does {who} live?", f"Who lives in {at}?",
                 f"Which city does {who} live in?",
                  f"In which city does {who} live?"))


def _work(rng, who, at):
    return Third(f"{who} is {at}.",
                 (f"What is {who}'s job?", f"What does {who} do?", f"Who is {at}?",
                  f"What is the job of {who}?"))


def _likes(rng, who, at):
    return Third(f"{who} likes {at}.",
                 (f"What does {who} like?", f"Who likes {at}?", f"Tell me what {who} likes.",
                  f"Do you know what {who} likes?"))


def _owns(rng, who, at):
    return Third(f"{who} has {at}.",
                 (f"What does {who} have?", f"Who has {at}?", f"Which animal does {who} have?"))


THIRD = (
    (_place, words.name, words.city),
    (_work, words.name, lambda rng: article(rng.choice(words.JOBS))),
    (_likes, words.name, lambda rng: rng.choice(words.FOODS + words.SPORTS + words.DRINKS)),
    (_owns, words.name, lambda rng: article(rng.choice(words.PETS))),
)


def third_facts(rng, most=3):
    """Two or more facts, mostly of one sort, about different ones."""
    form, who, at = rng.choice(THIRD)
    facts, seen = [], set()
    for _ in range(rng.randint(2, most)):
        if rng.random() < 0.2:
            form, who, at = rng.choice(THIRD)
        while True:
            a, b = who(rng), at(rng)
            if a not in seen and b not in seen:
                break
        seen.update((a, b))
        facts.append(form(rng, a, b))
    return facts
