"""How users ask the phrasebook: wordings of requests, split into those to learn and the others."""

import itertools

from .case import heldout_key

# What stands before a colon. {L} is the language to translate into.
_HEADS = {
    0: """Translate to {L}; Translate into {L}; Translate this to {L}; Translate this into {L};
        Translate the following into {L}; Translate the following sentence to {L};
        Translate this sentence into {L}; Translate this phrase to {L}; Put this into {L};
        Say this in {L}; Write this in {L}; In {L}; Into {L}; To {L}; {L} for; {L}; {L} please;
        In {L} please; In {L}, please; {L} translation; {L} translation of; Give me the {L} for;
        {L} version of; I need this in {L}; What is this in {L}; What's this in {L};
        How do you say this in {L}; How do I say this in {L}; How would I say this in {L};
        Please translate to {L}; Please translate into {L}; Please translate this into {L};
        Please translate the following to {L}; Could you translate this into {L};
        Can you translate this to {L}; Can you put this into {L}; Help me say this in {L};
        Could you please translate to {L}; I would like this in {L}; Show me this in {L};
        Tell me this in {L}; Turn this into {L}; Translate for me into {L}; {L} now""",
    "en2ja": """English to Japanese; From English to Japanese; Translate from English to Japanese;
    EN-JA""",
    "ja2en": """Japanese to English; From Japanese to English; Translate from Japanese to English;
        JA-EN; What does this mean; What does this say; What does this sentence mean;
        What is the meaning of this; Please explain in English; I do not understand this;
        Meaning; What does this mean in English; What did they say; What is he saying""",
    "ja": """日本語に訳して; 日本語に訳してください; 日本語で; 日本語に翻訳して; 日本語にして; 日本語に翻訳してください;
        日本語にしてください; これを日本語に訳して; 次の文を日本語に訳してください; 日本語訳""",
    "en": """英語に訳して; 英語に訳してください; 英語で; 英語に翻訳して; 英語にして; 英語に翻訳してください;
        英語にしてください; これを英語に訳して; 次の文を英語に訳してください; 英訳; 英語訳""",
    "both": """Translate; Translate this; Please translate; Translation; Translation please;
        Can you translate this; Could you translate; Please translate this for me; Translate please;
        Translate this sentence; Translate the following; I need a translation; 訳して; 翻訳して;
        訳してください; 翻訳してください; 翻訳""",
}
_TAILS = (": {}", ": {}", ":\n{}", ': "{}"', ": '{}'", " - {}", ":\n\n{}", "\n{}", ": “{}”", "? {}")
_TAILS_JA = (": {}", "：{}", ":\n{}", "：「{}」", "\n{}", "。「{}」")

# The text in the middle of a question; <> is the text with or without quotation marks.
_AROUND = """How do you say <> in {L}?; How do I say <> in {L}?; How would you say <> in {L}?;
    How can I say <> in {L}?; How does one say <> in {L}?; How to say <> in {L}?;
    How do they say <> in {L}?;
    What is <> in {L}?; What's <> in {L}?; What is the {L} for <>?; What would <> be in {L}?;
    Translate <> to {L}.; Translate <> into {L}.; Please translate <> into {L}.;
    Please translate <> to {L}.; Can you translate <> into {L}?; Could you translate <> to {L}?;
    Could you please translate <> into {L}?; Would you translate <> into {L} for me?;
    Tell me how to say <> in {L}.; I want to say <> in {L}.; I would like to say <> in {L}.;
    Say <> in {L}.; Please say <> in {L}.; Do you know how to say <> in {L}?;
    Can you tell me how to say <> in {L}?; Could you tell me how to say <> in {L}?;
    Can you say <> in {L}?; Put <> into {L}.; <> in {L}; <> in {L}?; <> in {L}, please.;
    <> to {L}; Write <> in {L}.; Teach me how to say <> in {L}.; Hi, how do I say <> in {L}?;
    Hello! How do you say <> in {L}?; Quick question: how do you say <> in {L}?;
    Excuse me, how do you say <> in {L}?; Please tell me how to say <> in {L}.;
    Give me <> in {L}.; I need <> in {L}.; How is <> said in {L}?; What do you say for <> in {L}?;
    Help me say <> in {L}.; My friend wants to say <> in {L}.; How do people say <> in {L}?;
    How would a native speaker say <> in {L}?; What is the {L} translation of <>?;
    What is the {L} phrase for <>?; What's the {L} for <>?; what is {L} for <>?;
    Could you say <> in {L}?; How should I say <> in {L}?; How do you write <> in {L}?;
    How do u say <> in {L}; Do you know <> in {L}?; I want to know how to say <> in {L}.;
    May I know how to say <> in {L}?; Can you help me say <> in {L}?; Would you say <> in {L}?;
    What should I say in {L} for <>?; I have to say <> in {L}.; Say it in {L}: <>;
    I am trying to say <> in {L}.; Let me know how to say <> in {L}.; What is <> called in {L}?"""
_AROUND_WORD = """What is the {L} word for <>?; What's the {L} word for <>?; {L} word for <>;
    What is the word for <> in {L}?; Which {L} word means <>?; Tell me the {L} word for <>.;
    Do you know the {L} word for <>?; What do you call <> in {L}?; How is <> called in {L}?;
    The {L} word for <>, please.; What is the {L} name for <>?; Translate the word <> into {L}.;
    Please translate the word <> to {L}.; How do you write <> in {L}?"""
_AROUND_BOTH = """Translate <>.; Please translate <>.; Can you translate <>?;
    Could you translate <>?;
    Can you translate <> for me?; Could you translate <> for me?; Translate <> for me.;
    Translate <>;
    Please translate <> for me.; I want a translation of <>.; Give me a translation of <>."""
_MEANING = """What does <> mean?; What does <> mean in English?; What is the meaning of <>?;
    What's the meaning of <>?; What is <>?; Tell me what <> means.; What does <> stand for?;
    Do you know what <> means?; Can you tell me what <> means?; Could you tell me what <> means?;
    Please tell me what <> means.; I saw <>. What does it mean?;
    Someone said <>. What does it mean?;
    They told me <>. What does that mean?; The sign says <>. What does that mean?; Meaning of <>;
    Meaning of <>?; What did she mean by <>?; Explain <> in English.; <> means what?;
    What is meant by <>?; Hi, what does <> mean?; Sorry, what does <> mean?; <>: what is that?;
    What does <> mean in Japanese?; What does the Japanese <> mean?; Please translate <>.;
    Translate <>"""
_AROUND_JA = """「{}」は日本語で何と言いますか。; 「{}」は日本語で何ですか。; 「{}」を日本語に訳してください。;
    「{}」を日本語で言ってください。; 「{}」を日本語にして。; 「{}」は日本語で？; {}を日本語に訳して;
    「{}」は日本語でどう言いますか。; 「{}」を日本語に; 「{}」の日本語は何ですか。"""
_AROUND_EN = """「{}」は英語で何と言いますか。; 「{}」は英語で何ですか。; 「{}」を英語に訳してください。;
    「{}」を英語で言ってください。; 「{}」を英語にして。; 「{}」は英語で？; {}を英語に訳して;
    「{}」は英語でどう言いますか。; 「{}」を英語に; 「{}」の英語は何ですか。"""
_FOLLOW = """And <>?; And <>; What about <>?; How about <>?; Now <>; Now <>, please.;
    And what about <>?;
    <>?; And how about <>?; Then <>?; And also <>?; Next: <>; OK, and <>?; Thanks! And <>?;
    Great, and <>?; And now <>; Thank you. And <>?; Also <>, please.; Then what is <>?;
    Good. And <>?;
    What is <> then?; And how do I say <>?"""
_QUOTES = ("'{}'", '"{}"', "{}", "“{}”", "'{}'")
_QUOTES_JA = ("{}", "「{}」", "'{}'", '"{}"')

_LIVE_BOTH = (
    """Translate everything; Translate every message; Translate what you are told; Translate;
    Translate all that is said; Translate each sentence; Translate whatever I write;
    You are an interpreter. Translate everything; Please translate everything;
    You are a translator. Translate every message; Live translation: translate everything;
    Act as an interpreter and translate each message; Interpret everything;
    Be my interpreter. Translate everything;
    You interpret for a traveler. Translate each message""",
    """between English and Japanese; between Japanese and English;
    from English to Japanese and from Japanese to English; English to Japanese and back;
    into the other language, English or Japanese; English into Japanese, Japanese into English;
    between the two languages English and Japanese""",
)
_LIVE_ONE = """Translate everything into {L}.; Translate every message to {L}.; Translate to {L}.;
    Translate whatever I write into {L}.; Translate each sentence into {L}.;
    Answer only in {L}: translate.;
    You are a translator. Translate everything into {L}.; Translate all {M} to {L}.;
    Translate {M} into {L}.; You translate from {M} to {L}.;
    You are an interpreter from {M} to {L}.;
    Live translation from {M} to {L}.; Translate from {M} to {L}.;
    Please translate every message into {L}.;
    Translate what I say into {L}.; Say everything in {L}.;
    The user writes {M}. Translate it into {L}."""
_LIVE_ENDS = (
    "", " Reply only with the translation.", " Give only the translation.", " Say nothing else.",
    " Answer with the translation only.", " Do not add anything.", " Only translate.",
)
_LIVE_OTHER = """You are a live translator for English and Japanese.;
    Live translation, English and Japanese.;
    You are an English-Japanese interpreter.; You are an interpreter for English and Japanese.;
    Two people talk, one in English and one in Japanese. Translate for them.;
    If you get English, say it in Japanese. If you get Japanese, say it in English.;
    英語と日本語を翻訳してください。; 英語は日本語に、日本語は英語に訳してください。; あなたは通訳です。英語と日本語を訳してください。;
    English in, Japanese out. Japanese in, English out.; Interpreter mode: English and Japanese."""


def _split(text):
    return [part.strip() for part in text.split(";")]


def _divide(wordings):
    """The (wordings to learn, other wordings) of a list."""
    wordings = sorted(set(wordings))
    held = [w for w in wordings if heldout_key(w)]
    return [w for w in wordings if not heldout_key(w)], held


def _heads(heads, tails):
    """All HEADS with all TAILS, the question mark only after questions."""
    asks = ("What", "How", "Can", "Could")
    return [
        h + t
        for h, t in itertools.product(_split(heads), tails)
        if not t.startswith("?") or h.startswith(asks)
    ]


def _around(text, quotes):
    return [a.replace("<>", q) for a, q in itertools.product(_split(text), quotes)]


def _in(language, wordings):
    return [w.replace("{L}", language) for w in wordings]


def _build_requests():
    japanese = _in("Japanese", _heads(_HEADS[0], _TAILS)) + _heads(_HEADS["en2ja"], _TAILS)
    japanese += _heads(_HEADS["ja"], _TAILS_JA) + _split(_AROUND_JA)
    english = _in("English", _heads(_HEADS[0], _TAILS)) + _heads(_HEADS["ja2en"], _TAILS)
    english += _heads(_HEADS["en"], _TAILS_JA) + _split(_AROUND_EN)
    to_japanese = _in("Japanese", _around(_AROUND, _QUOTES))
    to_english = _in("English", _around(_AROUND, _QUOTES_JA)) + _around(_MEANING, _QUOTES_JA)
    foreign = _around(_AROUND, _QUOTES) + _heads(_HEADS[0], _TAILS)
    word_ja = _in("Japanese", _around(_AROUND_WORD, _QUOTES))
    word_en = _in("English", _around(_AROUND_WORD, _QUOTES_JA))
    # Questions around the text are how most people ask, so they weigh as much as the others.
    return {
        ("sentence", 0): (_divide(japanese), _divide(to_japanese)),
        ("sentence", 1): (_divide(english), _divide(to_english)),
        ("sentence", "both"): (
            _divide(_heads(_HEADS["both"], _TAILS)),
            _divide(_around(_AROUND_BOTH, _QUOTES[:2] + _QUOTES[3:])),
        ),
        ("word", 0): (_divide(japanese), _divide(to_japanese), _divide(word_ja)),
        ("word", 1): (_divide(english), _divide(to_english), _divide(word_en)),
        ("foreign", "sentence"): (_divide(_in("Japanese", foreign)),),
        ("foreign", "word"): (_divide(_in("Japanese", _around(_AROUND_WORD, _QUOTES) + foreign)),),
    }


def _build_live():
    both = [
        f"{a} {b}.{end}"
        for a, b, end in itertools.product(*map(_split, _LIVE_BOTH), _LIVE_ENDS)
    ] + [a + end for a, end in itertools.product(_split(_LIVE_OTHER), _LIVE_ENDS)]
    one = [a + end for a, end in itertools.product(_split(_LIVE_ONE), _LIVE_ENDS)]
    return {
        "both": (_divide(both),),
        0: (_divide([w.replace("{L}", "Japanese").replace("{M}", "English") for w in one]),),
        1: (_divide([w.replace("{L}", "English").replace("{M}", "Japanese") for w in one]),),
    }


def side(rng, groups, heldout):
    """A wording of the side of HELDOUT from one of GROUPS."""
    group = groups[int(rng.random() * len(groups))]
    return rng.choice(group[int(bool(heldout))])


REQUESTS = _build_requests()
LIVE = _build_live()
FOLLOWS = (_divide(_around(_FOLLOW, _QUOTES)),)
