"""The skill of an English-Japanese phrasebook: everyday sentences and words, both ways."""

import bisect
import itertools
import re
import unicodedata

from .case import Case, Message, heldout_key
from .translate_asks import FOLLOWS, LIVE, REQUESTS, side
from .translate_phrases import (
    FIXED,
    PATTERNS,
    UNKNOWN_ANSWER,
    UNKNOWN_ENGLISH,
    UNKNOWN_FRAMES,
    UNKNOWN_JAPANESE,
    UNKNOWN_JAPANESE_FRAMES,
    UNKNOWN_JAPANESE_NOUNS,
    UNKNOWN_LANGUAGES,
    UNKNOWN_NOUNS,
    UNKNOWN_WORDS,
)
from .translate_words import NUMBERS, WORDS, article, lone_words, romaji

SKILL = "translate"

# Patterns with fewer sentences than this are split by the wording of the request.
MANY = 30

_SHORT = (("what's", "what is"), ("where's", "where is"), ("who's", "who is"), ("it's", "it is"),
          ("that's", "that is"), ("how's", "how is"), ("there's", "there is"), ("i'm", "i am"),
          ("you're", "you are"), ("i'd", "i would"), ("i'll", "i will"), ("don't", "do not"),
          ("can't", "cannot"), ("can not", "cannot"), ("mustn't", "must not"), ("i've", "i have"),
          ("isn't", "is not"), ("didn't", "did not"), ("doesn't", "does not"),
          ("aren't", "are not"), ("let us", "let's"))
_COUNTS = {w: str(n) for n, w in enumerate(
    "one two three four five six seven eight nine ten eleven twelve".split(), 1)}
# Other spellings of Japanese: those that people type now and then, and rarer ones.
_SPELLINGS = (("下さい", "ください"), ("欲しい", "ほしい"), ("分かり", "わかり"), ("子供", "子ども"),
              ("美味し", "おいし"), ("有難う", "ありがとう"))
_RARER = (("分り", "わかり"), ("お腹がすき", "お腹が空き"), ("出来", "でき"), ("有り難う", "ありがとう"), ("お寿司", "寿司"),
          ("お肉", "肉"),
          ("お魚", "魚"), ("時半", "時30分"), ("すいません", "すみません"), ("他の", "ほかの"), ("良い", "いい"),
          ("鉛筆", "えんぴつ"), ("財布", "さいふ"), ("腕", "うで"), ("肩", "かた"), ("釣り", "つり"), ("涼し", "すずし"),
          ("悲し", "かなし"), ("桃", "もも"), ("豆腐", "とうふ"), ("果物", "くだもの"), ("頑張", "がんば"),
          ("乾杯", "かんぱい"), ("触ら", "さわら"), ("鶏肉", "とり肉"), ("掃除", "そうじ"), ("椅子", "いす"), ("蛇", "ヘビ"),
          ("虎", "トラ"), ("熊", "クマ"), ("猿", "サル"), ("象", "ゾウ"), ("亀", "カメ"), ("羊", "ヒツジ"),
          ("膝", "ひざ"), ("玉ねぎ", "たまねぎ"), ("眼鏡", "めがね"), ("お箸", "おはし"), ("怖い", "こわい"),
          ("渇き", "かわき"), ("机", "つくえ"), ("棚", "たな"), ("預か", "あずか"))


def normal(text):
    """TEXT without what does not count: case, spaces, articles, marks, and spelling variants."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'").strip()
    for short, full in _SHORT:
        text = text.replace(short, full)
    for other, usual in _SPELLINGS + _RARER:
        text = text.replace(other, usual)
    text = re.sub(r"[.,!?。、！？「」\"]", " ", text)
    words = [_COUNTS.get(w, w) for w in text.split()]
    kept = [w for w in words if w not in ("a", "an", "the", "some", "please")]
    text = "".join(kept or words)
    text = text.translate(str.maketrans("一二三四五六七八九", "123456789"))
    return text[2:] if text.startswith("私は") else text


def one_of(answers):
    """An accept for any of ANSWERS (a list, or a function that makes it), in any spelling."""

    def accept(answer):
        known = answers() if callable(answers) else answers
        return normal(answer) in {normal(k) for k in known}

    return accept


class Pattern:
    """One line of the phrasebook: templates of both languages and the words for their slots."""

    def __init__(self, line):
        self.one_way = line.startswith("< ")
        english, japanese = line.removeprefix("< ").split(" = ")
        self.names = []
        self.sides = (
            [self._compile(t) for t in self._english(english.split(" | "))],
            [self._compile(t) for t in self._japanese(japanese.split(" | "))],
        )
        self.tables = [WORDS[name.rstrip("2")] for name in self.names]
        self.count = 1
        for table in self.tables:
            self.count *= len(table)

    @staticmethod
    def _english(texts):
        texts = [t.strip() for t in texts]
        for t in list(texts):
            if t.startswith("Please ") and t != "Please.":
                rest = t[7:-1]
                texts += [rest + ".", f"{rest}, please.", f"Could you {rest}?",
                          f"Could you please {rest}?"]
        return texts

    @staticmethod
    def _japanese(texts):
        texts = [t.strip() for t in texts]
        for t in list(texts):
            if t.endswith(("てください。", "でください。")):
                texts += [t[:-5] + "。", t[:-5] + "くれますか。"]
                if not t.endswith("ないでください。"):
                    texts.append(t[:-5] + "もらえますか。")
        return [t for t in texts if not t.endswith("ないでくれますか。")]

    def _compile(self, text):
        parts = []
        for piece in re.split(r"(\{[^}]*\})", text):
            if piece.startswith("{"):
                name, _, form = piece[1:-1].partition(".")
                if name not in self.names:
                    self.names.append(name)
                parts.append((self.names.index(name), form))
            elif piece:
                parts.append(piece)
        return parts

    def draw(self, rng):
        """Words for the slots, all different."""
        while True:
            words = [table[int(rng.random() * len(table))] for table in self.tables]
            if len({w.en[0][""] for w in words}) == len(words):
                return words

    def render(self, language, template, forms):
        """The sentence of a TEMPLATE with FORMS, one dict for each slot."""
        text = "".join(
            p if isinstance(p, str) else forms[p[0]][p[1]] for p in self.sides[language][template]
        )
        return text if language else (text[0].upper() + text[1:]).replace("..", ".")

    def first(self, language, words):
        """What the phrasebook answers in LANGUAGE (0 English, 1 Japanese)."""
        return self.render(language, 0, [w.ja[0] if language else w.en[0] for w in words])

    def any(self, rng, language, words):
        """One of the ways to say it, mostly the first."""
        which = 0 if rng.random() < 0.5 else int(rng.random() * len(self.sides[language]))
        forms = []
        for w in words:
            synonyms = w.ja if language else w.en
            forms.append(synonyms[0] if rng.random() < 0.7 else rng.choice(synonyms))
        return self.render(language, which, forms)

    def all(self, language, words):
        """All ways to say it."""
        synonyms = [w.ja if language else w.en for w in words]
        return [
            self.render(language, which, forms)
            for forms in itertools.product(*synonyms)
            for which in range(len(self.sides[language]))
        ]


def _lines(text):
    joined = re.sub(r"\n +", " ", text.strip())
    return [line for line in joined.split("\n") if line]


_PATTERNS = [Pattern(line) for line in _lines(PATTERNS)]
_FIXED = [Pattern(line) for line in _lines(FIXED)]
# Large patterns come more often, though far from in proportion.
_LOTS = list(itertools.accumulate(min(p.count, 3000) ** 0.4 for p in _PATTERNS))
_WORDS = lone_words()
_ROMAJI = romaji()
_UNKNOWN = [[part.strip() for part in text.split(";")] for text in UNKNOWN_ENGLISH]
_UNKNOWN_JA = [[part.strip() for part in text.split(";")] for text in UNKNOWN_JAPANESE]
_FRAMES, _THINGS, _LOOSE, _LANGUAGES, _FRAMES_JA, _THINGS_JA = (
    [part.strip() for part in text.split(";")]
    for text in (UNKNOWN_FRAMES, UNKNOWN_NOUNS, UNKNOWN_WORDS, UNKNOWN_LANGUAGES,
                 UNKNOWN_JAPANESE_FRAMES, UNKNOWN_JAPANESE_NOUNS)
)


class Item:
    """Something to translate: the text to show, the answer, and the accept for it. LANGUAGE is that
    of the text, KIND is sentence or word, and FREE tells that only the request's wording decides on
    which side of the split it is."""

    __slots__ = ("text", "answer", "accept", "language", "kind", "free")

    def __init__(self, text, answer, accept, language, kind, free=False):
        self.text, self.answer, self.accept = text, answer, accept
        self.language, self.kind, self.free = language, kind, free


_CONTRACT = (("What is ", "What's "), ("Where is ", "Where's "), ("It is ", "It's "),
             ("I am ", "I'm "), ("I would ", "I'd "), ("I will ", "I'll "), (" do not ", " don't "),
             ("cannot", "can't"), ("That is ", "That's "), ("Who is ", "Who's "),
             ("How is ", "How's "), (" did not ", " didn't "), (" is not ", " isn't "))


def swap(rng, text):
    """TEXT with two letters inside one long word exchanged, as in hasty typing."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) > 5 and w.isascii() and w.isalpha()]
    if long:
        i = rng.choice(long)
        at = 2 + int(rng.random() * (len(words[i]) - 4))
        w = words[i]
        words[i] = w[:at] + w[at + 1] + w[at] + w[at + 2:]
    return " ".join(words)


def _noisy_english(rng, text):
    for full, short in _CONTRACT:
        if full in text and rng.random() < 0.3:
            text = text.replace(full, short)
    if rng.random() < 0.25:
        text = text.rstrip(".?!")
    if rng.random() < 0.2:
        text = text[0].lower() + text[1:] if rng.random() < 0.3 else text.lower()
    return swap(rng, text) if rng.random() < 0.02 else text


def _noisy_japanese(rng, text, english):
    if (english.startswith("I ") and not english.endswith("?") and "私" not in text
            and "は" not in text and not text.endswith("お願いします。") and rng.random() < 0.12):
        text = "私は" + text
    if rng.random() < 0.08:
        for other, usual in _SPELLINGS:
            text = text.replace(usual, other)
    if rng.random() < 0.3:
        text = text.rstrip("。")
    elif text.endswith("か。") and rng.random() < 0.3:
        text = text[:-1] + rng.choice("？?")
    return text.replace("、", "") if rng.random() < 0.2 else text


def _item(rng, pattern, words, free):
    language = int(pattern.one_way or rng.random() < 0.45)
    if language:
        text = _noisy_japanese(rng, pattern.any(rng, 1, words), pattern.first(0, words))
    else:
        text = _noisy_english(rng, pattern.any(rng, 0, words))
    answer = pattern.first(1 - language, words)
    accept = one_of(lambda: pattern.all(1 - language, words))
    return Item(text, answer, accept, language, "sentence", free)


def _sentence(rng, heldout):
    while True:
        pattern = _PATTERNS[bisect.bisect(_LOTS, rng.random() * _LOTS[-1])]
        words = pattern.draw(rng)
        free = pattern.count < MANY
        if free or heldout_key(pattern.first(0, words)) == heldout:
            return _item(rng, pattern, words, free)


def _fixed(rng):
    return _item(rng, rng.choice(_FIXED), [], True)


def _word(rng):
    chance = rng.random()
    if chance < 0.06:
        text, answer = rng.choice(_ROMAJI)
        return Item(text, answer, one_of([answer]), 1, "word", True)
    language = int(rng.random() < 0.45)
    if chance < 0.2:
        word, digits, kanji = rng.choice(NUMBERS)
        if language:
            accept = one_of([word, digits, word.replace("-", " ")])
            return Item(kanji, word, accept, 1, "word", True)
        text = rng.choice((word, digits))
        return Item(text, kanji, one_of([kanji, digits]), 0, "word", True)
    en, ja = rng.choice(_WORDS)
    if language:
        return Item(rng.choice(ja), en[0], one_of(en), 1, "word", True)
    return Item(rng.choice(en), ja[0], one_of(ja), 0, "word", True)


def _unknown(rng, heldout):
    """Something that the phrasebook does not have."""
    while True:
        kind, language, free = "sentence", 0, False
        chance = rng.random()
        if chance < 0.3:
            text = " ".join(p for p in (rng.choice(part) for part in _UNKNOWN) if p)
            text = text[0].upper() + text[1:] + "."
        elif chance < 0.4:
            text, language = rng.choice(_FRAMES_JA).format(rng.choice(_THINGS_JA)), 1
        elif chance < 0.52:
            text, language = "".join(rng.choice(part) for part in _UNKNOWN_JA), 1
        elif chance < 0.8:
            noun, frame = rng.choice(_THINGS), rng.choice(_FRAMES)
            text = frame.replace("a {}", article(noun)).format(noun)
        else:
            text, kind, free = rng.choice(_LOOSE + _THINGS), "word", True
        if free or heldout_key(text) == heldout:
            if rng.random() < 0.3:
                text = text.lower().rstrip(".?。")
            return Item(text, UNKNOWN_ANSWER, one_of([UNKNOWN_ANSWER]), language, kind, free)


def _request(rng, item, heldout):
    """ITEM's text in a request of the side of HELDOUT, as users word it."""
    known = ("both",) if rng.random() < 0.08 and item.kind == "sentence" else (item.language,)
    template = side(rng, REQUESTS[item.kind, known[0]], heldout)
    text = _fill(rng, template, item.text)
    if template[0].isascii() and template[0].isalpha():
        chance = rng.random()
        if chance < 0.06:
            text = rng.choice(_BEFORE) + text
        elif chance < 0.1 and not template.endswith("{}"):
            text += rng.choice(_AFTER)
    return text


_BEFORE = ("Hi! ", "Hello, ", "Hey, ", "Hi, ", "Sorry, ", "OK, ", "One question: ", "Now, ",
           "Good morning! ", "I need help. ", "I am in Japan. ")
_AFTER = (" Thanks!", " Thank you.", " Please.", " thanks", " Thank you!")


def _fill(rng, template, text):
    before, after = template.split("{}")
    if rng.random() < 0.2:
        before, after = before.lower(), after.lower()
    if rng.random() < 0.04:
        before, after = swap(rng, before), swap(rng, after)
    if after and after[0] in " は":
        text = text.rstrip(".?!。？") if rng.random() < 0.7 else text
    elif after[:1] in ("'", '"', "”", "」") and rng.random() < 0.5:
        text = text.rstrip(".?!。？")
    if before.endswith(" ") and after.startswith(" ") and rng.random() < 0.6:
        text = text[0].lower() + text[1:] if not text.startswith(("I ", "I'")) else text
    if rng.random() < 0.1:
        after = after.rstrip("?.")
    return before + text + after


def _answer(item):
    return Message("assistant", item.answer, accept=item.accept)


def _any_item(rng, heldout):
    chance = rng.random()
    if chance < 0.52:
        return _sentence(rng, heldout)
    return _fixed(rng) if chance < 0.76 else _word(rng)


def _live(rng, heldout):
    """A conversation in which every message is translated."""
    chance = rng.random()
    mode = "both" if chance < 0.7 else int(chance < 0.85)
    messages = [Message("system", side(rng, LIVE[mode], heldout))]
    for _ in range(rng.choice((1, 1, 2, 2, 3, 4))):
        while True:
            chance = rng.random()
            if chance < 0.04:
                item = _unknown(rng, heldout)
            elif chance < 0.1:
                item = _word(rng)
            else:
                item = _sentence(rng, heldout) if chance < 0.7 else _fixed(rng)
            if mode in ("both", item.language):
                break
        messages += [Message("user", item.text), _answer(item)]
    return Case(SKILL, messages, alone=True)


def _follow(rng, heldout):
    """A request, and then others that take its wording as read."""
    item = _word(rng) if rng.random() < 0.6 else _any_item(rng, heldout)
    messages = [Message("user", _request(rng, item, heldout)), _answer(item)]
    for _ in range(rng.choice((1, 1, 2))):
        while True:
            other = _word(rng) if item.kind == "word" else _any_item(rng, heldout)
            if other.language == item.language and other.text != item.text:
                break
        text = _fill(rng, side(rng, FOLLOWS, heldout), other.text)
        messages += [Message("user", text), _answer(other)]
    return Case(SKILL, messages)


def _foreign(rng, heldout):
    """A request for a language that the phrasebook does not know."""
    item = _any_item(rng, heldout)
    while item.language:
        item = _any_item(rng, heldout)
    template = side(rng, REQUESTS["foreign", item.kind], heldout)
    template = template.replace("Japanese", rng.choice(_LANGUAGES))
    text = _fill(rng, template, item.text)
    return Case(SKILL, [
        Message("user", text),
        Message("assistant", UNKNOWN_ANSWER, accept=one_of([UNKNOWN_ANSWER])),
    ])


def case(rng, heldout):
    """One conversation with the phrasebook."""
    chance = rng.random()
    if chance < 0.2:
        return _live(rng, heldout)
    if chance < 0.25:
        return _follow(rng, heldout)
    if chance < 0.26:
        return _foreign(rng, heldout)
    item = _unknown(rng, heldout) if chance < 0.28 else _any_item(rng, heldout)
    # A sentence that is itself held out may come in any wording.
    wording = heldout and (item.free or rng.random() < 0.5)
    return Case(SKILL, [Message("user", _request(rng, item, wording)), _answer(item)])


def texts():
    """All fixed phrases and words, so that the tokenizer sees each of them."""
    for pattern in _FIXED:
        yield pattern.first(0, []) + " " + pattern.first(1, [])
    for en, ja in _WORDS:
        yield en[0] + " " + ja[0]
