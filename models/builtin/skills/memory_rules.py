"""Rules and facts given in the system message, and conversations that keep to them."""

import re

from . import memory_words as words
from .case import Case, Message, exactly
from .memory_facts import KIND_NAMES, KIND_WEIGHTS, UNTOLD, article, draw_fact, third_facts
from .smalltalk import turn
from .talk import careless, dress

SKILL = "memory"

SHORT = ["greet", "how", "thanks", "bye", "praise", "sorry", "here", "meet", "glad", "sad", "wish",
         "okay", "morning", "evening", "night"]
TITLED = ["greet", "thanks", "bye", "night", "morning", "here", "how", "sorry", "evening", "meet"]
ASK_NAME = (
    "What is your name?", "What are you called?", "Tell me your name.", "Do you have a name?",
    "May I know your name?", "How are you called?", "Your name?", "What is your name, please?",
    "What should I call you?", "How may I call you?", "What do people call you?",
)
ASK_WHO = ("Who are you?", "Tell me who you are.", "Introduce yourself.", "Who am I talking to?",
           "And who are you?", "Please introduce yourself.", "Who is this?", "Who is there?")
ASK_WHAT = ("What are you?", "What is your job?", "What is your role?", "What do you do?",
            "What kind of being are you?", "Tell me what you are.")


def _case(system, turns):
    messages = [Message("system", system)]
    for user, answer, *accept in turns:
        messages.append(Message("user", user))
        messages.append(Message("assistant", answer, accept=(accept or [exactly(answer)])[0]))
    return Case(SKILL, messages, alone=True)


def _small(rng, heldout, count=1):
    """COUNT turns of short small talk, without their accepts."""
    return [turn(rng, heldout, SHORT)[:2] for _ in range(count)]


def _recall(rng, heldout):
    """A fact told and asked, with a turn of small talk between at times."""
    fact = draw_fact(rng, rng.choices(KIND_NAMES, KIND_WEIGHTS)[0])
    turns = [(careless(rng, fact.told(rng) + ".", keep=True), fact.ack)]
    if rng.random() < 0.3:
        turns += _small(rng, heldout)
    turns.append((dress(rng, fact.asked(rng, heldout), heldout), fact.answer))
    return turns, fact


def persona(rng, heldout):
    """A name, at times with a role; both are asked."""
    name = words.name(rng)
    role = article(f"{rng.choice(words.ADJECTIVES)} {rng.choice(words.ROLES)}")
    plain = rng.random() < 0.4
    if plain:
        system = rng.choice(
            ("Your name is {}.", "You are {}.", "You are called {}.",
            "You are an assistant named {}.",
             "You are a helpful assistant called {}.", "Your name is {}. Be kind.", "Act as {}.",
             "You are a helpful assistant. Your name is {}.", "Call yourself {}.")
        ).format(name)
    else:
        system = rng.choice(
            ("You are {}, {}.", "You are {1} named {0}.", "You are {1} called {0}.",
             "Your name is {}. You are {}.", "Act as {}, {}.", "Play {}, {}.", "You play {}, {}.",
             "You are {1}. Your name is {0}.", "Pretend to be {}, {}.")
        ).replace("{}", "{0}", 1).replace("{}", "{1}", 1).format(name, role)
    turns = _small(rng, heldout) if rng.random() < 0.35 else []
    turns = [(user, answer.replace("I am takt.", f"I am {name}.")) for user, answer in turns]
    kinds = [0, 1] if plain else [0, 1, 2]
    for kind in rng.sample(kinds, rng.choice((1, 1, 2))):
        if kind == 0:
            turns.append((dress(rng, rng.choice(ASK_NAME), heldout), f"My name is {name}."))
        elif kind == 1:
            who = f"I am {name}." if plain else f"I am {name}, {role}."
            turns.append((dress(rng, rng.choice(ASK_WHO), heldout), who))
        else:
            turns.append((dress(rng, rng.choice(ASK_WHAT), heldout), f"I am {role}."))
    return _case(system, turns), ["persona", name, "" if plain else role]


def frame(rng, heldout):
    """Each answer ends or begins with given words."""
    turns = _recall(rng, heldout)[0] if rng.random() < 0.45 else _small(rng, heldout, 2)
    if rng.random() < 0.55:
        mark = rng.choice(words.ENDINGS)
        if rng.random() < 0.3:
            mark = words.made_up(rng).capitalize() + rng.choice(".!")
        system = rng.choice(
            ("End each answer with '{}'", "End every answer with \"{}\"",
            "Finish each answer with '{}'",
             "Always end with '{}'", "Add '{}' to the end of each answer.",
             "Each answer ends with '{}'",
             "After each answer say '{}'", "You end every message with '{}'",
             "You are a helpful assistant. End each answer with '{}'")
        ).format(mark)
        turns = [(user, f"{answer} {mark}") for user, answer in turns]
    else:
        mark = rng.choice(words.STARTS)
        if rng.random() < 0.3:
            mark = words.made_up(rng).capitalize()
        mark += rng.choice((":", ",", "!"))
        system = rng.choice(
            ("Begin each answer with '{}'", "Start every answer with \"{}\"",
            "Start each answer with '{}'",
             "Always begin with '{}'", "Put '{}' before each answer.",
             "Each answer begins with '{}'",
             "Before each answer say '{}'", "You begin every message with '{}'",
             "You are a helpful assistant. Begin each answer with '{}'")
        ).format(mark)
        turns = [(user, f"{mark} {answer}") for user, answer in turns]
    return _case(system, turns), ["frame", mark] + [answer for _, answer in turns]


def letters(rng, heldout):
    """All capitals or all small letters, of sentences that are well known."""
    turns = _small(rng, heldout, rng.choice((1, 2, 2, 3)))
    upper = rng.random() < 0.7
    system = rng.choice(
        ("Answer in capital letters.", "Write in capital letters only.",
        "Use only capital letters.",
         "Always answer in uppercase.", "Answer in upper case.",
         "SPEAK LOUDLY: USE CAPITAL LETTERS.",
         "You write everything in capital letters.", "Please answer in all caps.", "Use uppercase.")
        if upper else
        ("Answer in small letters.", "Write in small letters only.", "Use only lower case letters.",
         "Always answer in lowercase.", "Answer in lower case.", "Use lowercase.",
         "You write everything in small letters.", "Never use capital letters.")
    )
    turns = [(user, answer.upper() if upper else answer.lower()) for user, answer in turns]
    return _case(system, turns), ["letters", str(upper)] + [user.lower() for user, _ in turns]


def one_word(rng, heldout):
    """Facts are told and asked; every answer is one word."""
    while True:
        turns, fact = _recall(rng, heldout)
        value = fact.value
        if " " not in value and len(turns) == 2:
            break
    system = rng.choice(
        ("Always answer with one word.", "Answer with one word.", "Answer with a single word.",
         "Use only one word per answer.", "Give one-word answers.", "Each answer is one word.",
         "You answer with exactly one word.", "Reply with one word only.", "One word answers only.")
    )
    answers = ["Noted.", value[:1].upper() + value[1:] + "."]
    turns = [(user, answer) for (user, _), answer in zip(turns, answers)]
    return _case(system, turns), ["one word", fact.key, value]


def constant(rng, heldout):
    """One answer to whatever is said."""
    word = rng.choice((words.code, words.made_up, words.name))(rng)
    word = word[:1].upper() + word[1:] + "."
    if rng.random() < 0.3:
        word = rng.choice(words.STATEMENTS) + "."
    system = rng.choice(
        ("Answer every message with '{}'", "Whatever the user says, answer '{}'", "Always say '{}'",
         "Only ever say '{}'", "Reply to everything with '{}'", "Answer each question with '{}'",
         "No matter what is asked, say '{}'", "Your only answer is '{}'", "You can only say '{}'")
    ).format(word)
    turns = [(user, word) for user, _ in _small(rng, heldout, rng.choice((1, 2)))]
    if rng.random() < 0.5:
        turns.append((_recall(rng, heldout)[0][-1][0], word))
    return _case(system, turns), ["constant", word]


def title(rng, heldout):
    """The user is called by a name or a title in greetings, thanks and goodbyes."""
    name = words.name(rng) if rng.random() < 0.5 else rng.choice(words.TITLES)
    system = rng.choice(
        ("Call the user {}.", "Call the user '{}'.", "Address the user as {}.", "Call me {}.",
         "You call the user {}.", "Always call the user {}.", "Address me as '{}'.",
         "The user wants to be called {}.")
    ).format(name)
    kinds = rng.sample(TITLED, rng.choice((1, 2, 2)))
    turns = []
    for kind in kinds:
        user, answer, _ = turn(rng, heldout, [kind])
        turns.append((user, re.sub(r"(?=[.!])", f", {name}", answer, count=1)))
    return _case(system, turns), ["title", name] + kinds


def secret(rng, heldout):
    """An answer for one question; the rest is as usual."""
    noun = rng.choice(
        ("code", "password", "secret", "name of the ship", "answer", "code word",
        "time of the party",
         "magic word", "plan", "name of the king", "colour of the day", "way out", "treasure")
    )
    word = words.code(rng) if rng.random() < 0.6 else words.made_up(rng)
    word = word[:1].upper() + word[1:] + "."
    system = rng.choice(
        ("If the user asks for the {n}, say '{w}'", "When asked for the {n}, answer '{w}'",
         "When the user wants to know the {n}, say '{w}'",
         "If somebody asks for the {n}, answer '{w}'",
         "Answer '{w}' when the user asks for the {n}.", "Asked for the {n}, you say '{w}'")
    ).format(n=noun, w=word)
    asks = ("What is the {}?", "Tell me the {}.", "Do you know the {}?", "Give me the {}.",
            "I need the {}.", "The {}?", "Can you tell me the {}?", "Say the {}.")
    turns = _small(rng, heldout) if rng.random() < 0.6 else []
    turns.append((careless(rng, rng.choice(asks).format(noun)), word))
    if rng.random() < 0.3:
        turns += _small(rng, heldout)
    return _case(system, turns), ["secret", noun, word]


def given(rng, heldout):
    """Facts in the system message, about the user or others, of which one or two are asked."""
    start = rng.choice(
        ("", "", "", "Facts: ", "Known facts: ", "You are a helpful assistant. ", "Remember: ",
         "Use these facts: ", "You know this: ", "Answer from these facts: ", "Context: ")
    )
    if rng.random() < 0.3:
        fact = draw_fact(rng, rng.choices(KIND_NAMES, KIND_WEIGHTS)[0])
        told = fact.sentence.replace("your ", "the user's ", 1).replace("you live",
        "the user lives")
        told = told.replace("you come", "the user comes").replace("you have", "the user has")
        told = told.replace("you are", "the user is").replace("you like", "the user likes")
        turns = _small(rng, heldout) if rng.random() < 0.4 else []
        turns.append((dress(rng, fact.asked(rng, heldout), heldout), fact.answer))
        return _case(start + told[:1].upper() + told[1:] + ".", turns), ["given", fact.sentence]
    facts = third_facts(rng, most=4)
    lost = facts.pop() if len(facts) > 2 and rng.random() < 0.3 else None
    turns = _small(rng, heldout) if rng.random() < 0.25 else []
    for fact in rng.sample(facts, rng.choice((1, 1, 2))):
        text = dress(rng, rng.choice(fact.questions), heldout, keep=True)
        turns.append((text, fact.sentence))
    if lost:
        turns.append((dress(rng, rng.choice(lost.questions), heldout, keep=True), UNTOLD))
    return _case(start + " ".join(f.sentence for f in facts), turns), [f.sentence for f in facts]


MAKERS = (persona, frame, letters, one_word, constant, title, secret, given)
SHARES = (6, 4, 2.5, 1.5, 2, 2, 2, 6)


def rules(rng, heldout):
    """A conversation under a rule or with facts of the system message, and its identity."""
    return rng.choices(MAKERS, SHARES)[0](rng, heldout)
