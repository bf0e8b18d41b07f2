"""Memory: what the user has told in this conversation is kept, changed, and given back."""

from . import memory_rules, memory_words as words
from .beyond import ACCEPT, ANSWERS, question
from .case import Case, Message, exactly, heldout_key
from .memory_facts import KIND_NAMES, KIND_WEIGHTS, UNTOLD, draw_fact, third_facts
from .smalltalk import turn
from .talk import careless, dress, lower_first, safe_lower, upper_first

SKILL = "memory"

NOTED = "I will remember that."
NOTHING = "You have not told me anything about you."
WHAT_KNOWN = (
    "What do you know about me?", "What have I told you about me?", "What did I tell you about me?",
    "Tell me what you know about me.", "What do you remember about me?",
    "List what you know about me.", "Say everything that you know about me.",
    "What did you learn about me?", "What have you noted about me?",
    "Tell me all that I told you about me.", "Which things do you know about me?",
    "What can you say about me?",
)


class Talk:
    """A conversation in the making."""

    def __init__(self, rng, heldout):
        self.rng = rng
        self.heldout = heldout
        self.messages = []

    def add(self, user, answer, accept=None):
        self.messages.append(Message("user", user))
        self.messages.append(Message("assistant", answer, accept=accept or exactly(answer)))

    def between(self, low=0, high=3):
        """LOW to HIGH turns about something else."""
        rng = self.rng
        for _ in range(rng.randint(low, high)):
            kind = rng.random()
            if kind < 0.6:
                self.add(*turn(rng, self.heldout))
            elif kind < 0.85:
                self.add(statement(rng), NOTED)
            else:
                name, text = question(rng, self.heldout, rng.choice(("world", "writing", "now")))
                self.add(text, ANSWERS[name], ACCEPT[name])

    def tell(self, facts):
        """FACTS, told one by one or two in one message, with other turns between."""
        rng = self.rng
        i = 0
        while i < len(facts):
            if i + 1 < len(facts) and rng.random() < 0.45:
                a, b = facts[i], facts[i + 1]
                first, second = a.told(rng), b.told(rng)
                joint = rng.choice((". ", ". ", " and ", ", and "))
                tail = upper_first(second) if joint == ". " else lower_first(second)
                text = first + joint + tail + "."
                self.add(opened(rng, text), a.ack + " " + b.ack)
                i += 2
            else:
                self.add(opened(rng, facts[i].told(rng) + "."), facts[i].ack)
                i += 1
            if i < len(facts):
                self.between(0, 1)

    def case(self):
        return Case(SKILL, self.messages, alone=True)


def opened(rng, text):
    if rng.random() < 0.25 and not text.startswith(("Remember", "Please", "I tell", "Keep")):
        start = rng.choice(
            ("Hi, ", "Hello! ", "Hey, ", "Hello, ", "Please remember: ", "Remember: ", "Note: ",
             "By the way, ", "You should know: ", "Remember this: ", "OK, ", "So, ", "Well, ")
        )
        text = start + (safe_lower(text) if start[-2] in ",:" else text)
    return careless(rng, text, keep=True)


def statement(rng):
    text = rng.choice(words.STATEMENTS)
    if rng.random() < 0.35:
        text = f"My {rng.choice(words.KIN)} is at the {rng.choice(words.SHOPS)}"
    return careless(rng, text + ".", keep=True)


def distinct(rng, count):
    """COUNT facts of different kinds."""
    kinds, facts = [], []
    while len(facts) < count:
        kind = rng.choices(KIND_NAMES, KIND_WEIGHTS)[0]
        fact = draw_fact(rng, kind)
        if fact.key not in kinds:
            kinds.append(fact.key)
            facts.append(fact)
    return facts


def recall(rng, heldout):
    """Facts are told, other turns lie between, one or two are asked."""
    talk = Talk(rng, heldout)
    facts = distinct(rng, rng.choices((1, 2, 3), (4, 4, 2))[0])
    if rng.random() < 0.25:
        talk.between(1, 1)
    talk.tell(facts)
    talk.between(0, 3)
    asked = rng.sample(facts, min(len(facts), rng.choice((1, 1, 2))))
    if len(asked) == 2 and rng.random() < 0.4:
        a, b = (f.asked(rng, heldout) for f in asked)
        text = a.rstrip("?.") + " and " + lower_first(b)
        talk.add(careless(rng, text), " ".join(f.answer for f in asked))
    else:
        for fact in asked:
            talk.add(dress(rng, fact.asked(rng, heldout), heldout), fact.answer)
    if rng.random() < 0.15 and len(facts) < 3:
        known = " ".join(f.answer for f in facts)
        talk.add(careless(rng, rng.choice(WHAT_KNOWN)), known)
    return talk.case(), [f.key + f.value for f in facts]


def change(rng, heldout):
    """A fact is told, changed, and asked."""
    talk = Talk(rng, heldout)
    facts = distinct(rng, rng.choice((1, 1, 2)))
    talk.tell(facts)
    talk.between(0, 1)
    i = rng.randrange(len(facts))
    new = draw_fact(rng, facts[i].kind, like=facts[i])
    talk.add(careless(rng, new.changed(rng, facts[i]), keep=True), new.ack)
    old, facts[i] = facts[i], new
    talk.between(0, 2)
    asked = new if rng.random() < 0.75 else rng.choice(facts)
    talk.add(dress(rng, asked.asked(rng, heldout), heldout), asked.answer)
    return talk.case(), [old.key + old.value, new.value]


def missing(rng, heldout):
    """Something is asked that was never told, among things that were."""
    talk = Talk(rng, heldout)
    facts = distinct(rng, rng.choice((1, 2, 2, 3)))
    lost, told = facts[0], facts[1:]
    talk.tell(told)
    talk.between(0 if told else rng.choice((0, 0, 1)), 2)
    asked = [lost] + told[:1]
    rng.shuffle(asked)
    for fact in asked:
        text = dress(rng, fact.asked(rng, heldout), heldout)
        talk.add(text, fact.missing if fact is lost else fact.answer)
    if not told and rng.random() < 0.15:
        talk.add(careless(rng, rng.choice(WHAT_KNOWN)), NOTHING)
    return talk.case(), ["missing" + lost.key] + [f.key + f.value for f in told]


def check(rng, heldout):
    """Is my name Ana? Yes or no, and what is so."""
    talk = Talk(rng, heldout)
    facts = distinct(rng, rng.choice((1, 1, 2)))
    talk.tell(facts)
    talk.between(0, 2)
    fact = rng.choice(facts)
    right = rng.random() < 0.5
    asked = fact if right else draw_fact(rng, fact.kind, like=fact)
    answer = ("Yes, " if right else "No, ") + lower_first(fact.answer)
    talk.add(careless(rng, asked.verify(rng), keep=True), answer)
    return talk.case(), ["check" + f.key + f.value for f in facts] + [asked.value]


def others(rng, heldout):
    """Facts about other people and things, of which one is asked."""
    talk = Talk(rng, heldout)
    facts = third_facts(rng)
    lost = facts.pop() if len(facts) > 2 and rng.random() < 0.4 else None
    sentences = [f.sentence for f in facts]
    if rng.random() < 0.5:
        start = rng.choice(("", "", "Remember: ", "Please remember this: ", "Note: "))
        talk.add(start + " ".join(sentences), NOTED)
        talk.between(0, 2)
    else:
        for sentence in sentences:
            talk.add(opened(rng, sentence), NOTED)
            talk.between(0, 1)
    asked = rng.sample(facts, rng.choice((1, 1, 2)))
    for fact in asked:
        talk.add(dress(rng, rng.choice(fact.questions), heldout, keep=True), fact.sentence)
    if lost:
        talk.add(dress(rng, rng.choice(lost.questions), heldout, keep=True), UNTOLD)
    return talk.case(), sentences


PARTS = (
    (recall, 48), (change, 12), (missing, 16), (check, 6), (others, 8), (memory_rules.rules, 5),
)
MAKERS = [maker for maker, _ in PARTS]
SHARES = [share for _, share in PARTS]


def case(rng, heldout):
    """A conversation in which something is to be remembered."""
    maker = rng.choices(MAKERS, SHARES)[0]
    while True:
        made, identity = maker(rng, heldout)
        if heldout_key("memory/" + "/".join(identity), 0.15) == heldout:
            return made
