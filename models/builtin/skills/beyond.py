"""What a tiny model cannot do gets a kind refusal: one short form for each kind of request."""

import re
import string

from . import beyond_more, beyond_words, beyond_yet
from .beyond_requests import COLOURS, IMAGES, REQUESTS, SHAPES
from .beyond_sums import hard_sum
from .case import Case, Message, heldout_key
from .smalltalk import NEUTRAL
from .talk import careless, dress, fits, upper_first

SKILL = "beyond"

TAIL = "I am a tiny demonstration model. Ask me about takt, simple pictures, small sums or phrases."

# Most requests get the same answer: which of them it was matters to nobody.
BEYOND = "That is beyond me: " + TAIL
_ALIKE = ("world", "writing", "code", "opinion", "language")

# Kind: (weight, answer, cores of which an answer must have one, kinds whose answer is as good).
KINDS = {
    "world": (30, BEYOND, ("beyond me",), ("now", "advice", *_ALIKE)),
    "writing": (9, BEYOND, ("beyond me",), _ALIKE),
    "code": (6, BEYOND, ("beyond me",), _ALIKE),
    "opinion": (6, BEYOND, ("beyond me", "no opinions"), _ALIKE),
    "language": (6, "Other languages are beyond me: I know only English and some Japanese phrases.",
                 ("beyond me", "beyond my phrasebook"), _ALIKE),
    "advice": (6, "Such advice is beyond me: please ask a professional.", ("professional",), ()),
    "now": (7, "I cannot know that: I have no clock, news or internet.", ("cannot know",), ()),
    "harm": (4, "I will not help with that: it could do harm.", ("will not help",), ()),
    "crisis": (12, "I am so sorry. Please call for help now: an emergency number or someone near.",
               ("call for help",), ()),
    "action": (5, "I have no tool for that.", ("no tool",), ("now",)),
    "picture": (9, "I do not see a picture.", ("not see a picture",), ()),
    "sum": (6, "That is too large for me to compute reliably: give me a calculator tool.",
            ("too large", "calculator"), ()),
    "noise": (4, "I do not understand that. Please ask in other words.", ("not understand",), ()),
}
ANSWERS = {name: kind[1] for name, kind in KINDS.items()}
NAMES = list(KINDS)
WEIGHTS = [KINDS[n][0] for n in NAMES]
# What matters most is trained more often than it is asked.
RARE = {"crisis": 30, "harm": 7, "language": 7}
TRAIN_WEIGHTS = [RARE.get(n, KINDS[n][0]) for n in NAMES]
# In a conversation with tools or pictures before it, these would have other answers.
ALONE = {"action", "picture", "sum", "now", "noise", "language"}

WORDS = dict(beyond_words.WORDS)
WORDS["colour"] = tuple(COLOURS)
WORDS["image"] = tuple(IMAGES.split(","))
WORDS["shape"] = tuple(pair.split()[0] for pair in SHAPES.split(","))
WORDS["shapes"] = tuple(pair.split()[1] for pair in SHAPES.split(","))

TONGUES = (
    "Wie spät ist es?|Wo ist der Bahnhof?|Ich heiße Anna.|Was kostet das?|Ich habe Hunger.|"
    "Können Sie mir helfen?|Das Wetter ist schön.|Ich verstehe dich nicht.|Was kannst du?|"
    "Erzähl mir einen Witz.|Wer bist du?|Was ist die Hauptstadt von Frankreich?|"
    "Sprichst du Deutsch?|Schreib mir ein Gedicht.|Ich möchte einen Kaffee.|Quelle heure est-il ?|"
    "Où est la gare ?|"
    "Je m'appelle Marie.|Combien ça coûte ?|J'ai faim.|Pouvez-vous m'aider ?|Il fait beau.|"
    "Je ne comprends pas.|Parlez-vous français ?|Qui es-tu ?|Raconte-moi une histoire.|"
    "Quelle est la capitale de l'Espagne ?|Je voudrais un café.|¿Qué hora es?|"
    "¿Dónde está la estación?|Me llamo Carlos.|¿Cuánto cuesta?|Tengo hambre.|¿Puedes ayudarme?|"
    "Hace buen tiempo.|"
    "No entiendo.|¿Hablas español?|¿Quién eres?|Cuéntame un chiste.|¿Cuál es la capital de Italia?|"
    "Quiero un café, por favor.|Che ore sono?|Dov'è la stazione?|Mi chiamo Luca.|Quanto costa?|"
    "Ho fame.|Puoi aiutarmi?|Fa bel tempo.|Non capisco.|Parli italiano?|Chi sei?|"
    "Vorrei un caffè.|Que horas são?|Onde fica a estação?|Quanto custa?|Estou com fome.|"
    "Pode me ajudar?|Não entendo.|Você fala português?|Quem é você?|Hoe laat is het?|"
    "Waar is het station?|Ik heet Jan.|Ik begrijp het niet.|Spreek je Nederlands?|Hur mår du?|"
    "Vad heter du?|Jag förstår inte.|Var är stationen?|Który jest rok?|Gdzie jest dworzec?|"
    "Nie rozumiem.|Jak się nazywasz?|Saat kaç?|Nerede istasyon?|Anlamıyorum.|Kto ty?|Где вокзал?|"
    "Который час?|Как тебя зовут?|Я не понимаю.|Что ты умеешь?|你叫什么名字？|你会做什么？|"
    "今天天气怎么样？|我不明白。|火车站在哪里？|지금 몇 시예요?|역이 어디예요?|이름이 뭐예요?|كم الساعة؟|"
    "أين المحطة؟|ما اسمك؟|Πού είναι ο σταθμός;|Τι ώρα είναι;|Quid est veritas?|"
    "Mikä sinun nimesi on?|Hvad hedder du?|Hvor er stasjonen?|Mluvíte česky?|Kolik je hodin?|"
    "Hány óra van?|Ce faci?"
).split("|")

SALAD = (
    "banana the of seven green why under spoon not because window if blue fork then walking "
    "of but the to and with moon shoe table up in on from very small loud door nine yes paper "
    "chair or is was it over tree run stone key soap hat cloud salt glue lamp wall at by rope"
).split()
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "asdf", "jkl", "qwe", "wasd", "hjkl", "dfg", "sdf")
MARKS = ".,;?!-_#*/\\=+%&$@~^<>()[]{}|:"


POLITE = re.compile(r"^(please|can you|could you|would you|will you|go and|i (want|need) you to) ")


def _norm(sentence):
    return " ".join(re.sub(r"[^a-z]+", " ", sentence.lower()).split())


def _sentences(text):
    return [s for s in (_norm(s) for s in re.split(r"[.:;!?]", text)) if s]


ALL_SENTENCES = {name: set(_sentences(ANSWERS[name])) for name in KINDS}


def _refuses(name):
    """An accept: a refusal of this kind (or one as good), made of the known sentences alone."""
    kinds = (name,) + KINDS[name][3]
    cores = [core for kind in kinds for core in KINDS[kind][2]]
    known = set().union(*(ALL_SENTENCES[kind] for kind in kinds))

    def accept(answer):
        text = " ".join(answer.lower().split())
        if not any(core in text for core in cores):
            return False
        return all(s in known or any(c in s for c in cores) for s in _sentences(answer))

    return accept


ACCEPT = {name: _refuses(name) for name in KINDS}


def _key(request):
    """What counts of a request: with and without "can you" it is the same, dress() adds that."""
    return POLITE.sub("", _norm(request))


def _parts(line):
    """The template LINE as pairs of a text and the slot after it."""
    return [(before, slot) for before, slot, _, _ in string.Formatter().parse(line)]


def _tables():
    """From each slot its words: trained, held out, both, and all that are trained. From each kind
    its templates: trained, held out, and those that held-out words fill. The texts in other
    languages of both sides, and the keys of what is held out."""
    fill = {}
    for slot, words in WORDS.items():
        few = slot in ("colour", "shape", "shapes", "image", "lang", "phrase", "plang")
        share = 0.08 if few else 0.12
        sides = ([], [])
        for word in words:
            sides[heldout_key(f"beyond/{slot}/{word}", share)].append(word)
        more = [w for w in beyond_more.WORDS.get(slot, ()) if w not in words]
        fill[slot] = (sides[0], sides[1] or sides[0], list(words), sides[0] + more)
    for slot, words in beyond_more.WORDS.items():
        fill.setdefault(slot, (list(words),) * 4)
    forms = {}
    unseen = set()
    for name, text in REQUESTS.items():
        sides = ([], [])
        for line in text.strip().splitlines():
            key = _key(line)
            held = heldout_key("beyond/" + key, 0.1 if "{" in line else 0.13)
            sides[held].append(_parts(line))
            if held:
                unseen.add(key)
        slotted = [p for p in sides[0] if any(slot for _, slot in p)]
        forms[name] = (sides[0], sides[1], slotted)
    for line in beyond_words.CRISIS_UNSEEN.strip().splitlines():
        forms["crisis"][1].append(_parts(line))
        unseen.add(_key(line))
    forms["crisis"] = ([p for p in forms["crisis"][0] if _key(p[0][0]) not in unseen],
                       *forms["crisis"][1:])
    for name, text in (*beyond_more.REQUESTS.items(), *beyond_yet.REQUESTS.items()):
        more = [_parts(line) for line in text.strip().splitlines() if _key(line) not in unseen]
        forms[name] = (forms[name][0] + more, *forms[name][1:])
    tongues = ([], [])
    for text in TONGUES:
        tongues[heldout_key("beyond/" + text, 0.12)].append(text)
    tongues[0].extend(t for t in beyond_more.TONGUES if t not in TONGUES)
    return fill, forms, tongues, frozenset(unseen)


FILL, FORMS, TONGUE_SIDES, UNSEEN = _tables()


def _filled(rng, parts, sides):
    """The template PARTS with words of SIDES: for the first slot one side, then another."""
    text, used = [], []
    side = sides[0]
    for before, slot in parts:
        text.append(before)
        if slot:
            words = FILL[slot][side]
            word = rng.choice(words)
            if word in used:
                word = words[(words.index(word) + 1) % len(words)]
            used.append(word)
            text.append(word)
            side = sides[1]
    return upper_first("".join(text))


def _request(rng, name, heldout):
    train, held, slotted = FORMS[name]
    if not heldout:
        while True:
            text = _filled(rng, rng.choice(train), (3, 3))
            if _key(text) not in UNSEEN:
                return text
    if not slotted or (held and rng.random() < 0.45):
        return _filled(rng, rng.choice(held), (2, 2))
    while True:
        parts = rng.choice(slotted)
        slot = next(slot for _, slot in parts if slot)
        if FILL[slot][1] is not FILL[slot][0]:
            return _filled(rng, parts, (1, 2))


def _odd(rng):
    """More that has no sense, for training alone."""
    kind = rng.randrange(5)
    if kind == 0:
        part = "".join(rng.choice("aeioubdglmnprst") for _ in range(rng.randint(2, 3)))
        return part * rng.randint(3, 5)
    if kind == 1:
        return rng.choice("abcdefhjkmqrsuvwxz") * rng.randint(4, 12)
    if kind == 2:
        row = rng.choice(ROWS[:3])
        return " ".join("".join(rng.sample(row, 4)) for _ in range(rng.randint(2, 4)))
    if kind == 3:
        signs = "bcdfghjklmnpqrstvwxz" + MARKS
        return "".join(rng.choice(signs) for _ in range(rng.randint(6, 12)))
    return " ".join(rng.sample(SALAD + beyond_more.SALAD, rng.randint(4, 10)))


def _keys(rng):
    """What fingers or a cat on a keyboard type, or words without sense."""
    kind = rng.randrange(6)
    if kind == 0:
        row = rng.choice(ROWS)
        return "".join(rng.choice(row) for _ in range(rng.randint(5, 14)))
    if kind == 1:
        words = rng.randint(1, 4)
        low = 6 if words == 1 else 3
        return " ".join(
            "".join(rng.choice("bcdfghjklmnpqrstvwxzaeiouy") for _ in range(rng.randint(low, 9)))
            for _ in range(words)
        )
    if kind == 2:
        at = rng.randrange(0, 6)
        return (rng.choice(ROWS[:3])[at : at + rng.randint(4, 6)] * rng.randint(1, 3))[:16]
    if kind == 3:
        return "".join(rng.choice(MARKS) for _ in range(rng.randint(2, 9)))
    if kind == 4:
        return " ".join(rng.sample(SALAD, rng.randint(5, 9)))
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(rng.choice(letters) for _ in range(rng.randint(7, 14)))


def _split(draw, heldout):
    """A text of DRAW() that lies on the wanted side."""
    while True:
        text = draw()
        if heldout_key("beyond/" + text) == heldout:
            return text


def _noise(rng, heldout):
    odd = not heldout and rng.random() < 0.35
    text = _split(lambda: (_odd if odd else _keys)(rng), heldout)
    return text + rng.choice(("", "", "", "", "?", "."))


def question(rng, heldout=False, name=None):
    """The kind of a request and its text."""
    name = name or rng.choices(NAMES, WEIGHTS if heldout else TRAIN_WEIGHTS)[0]
    if name == "noise":
        return name, _noise(rng, heldout)
    if name == "sum":
        return name, careless(rng, _split(lambda: hard_sum(rng, heldout), heldout))
    if name == "language" and rng.random() < 0.2:
        return name, rng.choice(TONGUE_SIDES[heldout])
    text = _request(rng, name, heldout)
    while not fits(text, ANSWERS[name], heldout):
        text = _request(rng, name, heldout)
    if name in ("crisis", "language"):
        return name, careless(rng, text)
    return name, dress(rng, text, heldout)


def case(rng, heldout):
    """One request, sometimes two, and the refusal."""
    messages = []
    alone = False
    if rng.random() < 0.08:
        messages.append(Message("system", rng.choice(NEUTRAL)))
        alone = True
    for _ in range(2 if rng.random() < 0.15 else 1):
        name, text = question(rng, heldout)
        alone = alone or name in ALONE
        messages.append(Message("user", text))
        messages.append(Message("assistant", ANSWERS[name], accept=ACCEPT[name]))
    return Case(SKILL, messages, alone=alone)
