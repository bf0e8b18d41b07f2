"""Small talk: greetings, thanks, goodbyes, moods, and who the model is not."""

import itertools
import re

from .case import Case, Message, exactly, heldout_key, says
from .smalltalk_more import MORE
from .talk import FACTS, HELD_FACTS, answer_of, careless, expand, fits, normal, upper_first

SKILL = "smalltalk"

NOT = "No, I am takt's built-in model, a tiny demonstration model."
YES = "Yes, I am takt's built-in model, a tiny demonstration model."
HELP = "How can I help you?"
ABLE = (
    "I can answer questions about takt, see simple pictures, call tools, do small sums, "
    "make lists and JSON, and translate English and Japanese phrases."
)
JOKE = "I know only one joke: Why did the token wait? It had to follow the beat."

MODELS = (
    "ChatGPT|GPT|GPT-4|GPT-5|Gemini|Claude|Siri|Alexa|Llama|Copilot|Mistral|Bard|Grok|DeepSeek|"
    "Qwen|Cortana|Google|OpenAI|Bing|Perplexity|a chat bot from OpenAI|the Google assistant"
)
BEINGS = (
    "a human|human|a person|a real person|a man|a woman|a boy|a girl|an animal|a cat|"
    "a ghost|a human being|someone real|a dog|a child|a real man|a doctor"
)
MACHINES = (
    "an AI|a robot|a bot|a computer|a machine|a chatbot|an artificial intelligence|a chat bot"
)
SMALL = (
    "a language model|a program|a small model|a tiny model|software|a demo|takt's model|takt|"
    "a demonstration model|the built-in model|takt's built-in model"
)

# Intent: (answer, what it needs, patterns). A wording is held out by its hash, the plainest of
# each intent, which everybody types, are not (PLAIN).
INTENTS = {
    "greet": (
        "Hello! " + HELP, ("hello",),
        ["(hello|hi|hey|hello hello|hi hi|hey hey|howdy|hiya|greetings|heya|yo|hallo) "
         "(there|you|takt|model|friend|my friend|everyone|again|little model|tiny model|) (!|.|)",
         "(hello|hi|hey), (it is me|I am back|I am here|nice to see you|good to see you|here I am|"
         "I am new here|this is my first time here|is this takt|can we talk|let us talk) (!|.|)",
         "good day (to you|) (!|.|)", "(nice|good|lovely|great) to see you (again|) (!|.|)",
         "welcome (back|)", "I (want|would like|just wanted) to say (hello|hi) (to you|) (.|)",
         "let us (chat|talk) (a bit|a little|) (.|)", "can we (chat|talk) (a bit|) ?",
         "(hello|hi|hey) and (welcome|good day)"]),
    "morning": (
        "Good morning! " + HELP, ("good morning",),
        ["(a very|) good morning (to you|takt|model|my friend|everyone|there|) (!|.|)",
         "(hello|hi|hey) (and|) good morning (to you|) (!|.|)", "morning (!|takt|all|)"]),
    "afternoon": (
        "Good afternoon! " + HELP, ("good afternoon",),
        ["(a very|) good afternoon (to you|takt|model|my friend|everyone|there|) (!|.|)",
         "(hello|hi|hey) (and|) good afternoon (to you|) (!|.|)"]),
    "evening": (
        "Good evening! " + HELP, ("good evening",),
        ["(a very|) good evening (to you|takt|model|my friend|everyone|there|) (!|.|)",
         "(hello|hi|hey) (and|) good evening (to you|) (!|.|)", "evening (!|takt|all)"]),
    "night": (
        "Good night!", ("good night",),
        ["(thanks and|bye and|ok,|) (good night|sleep well) (takt|model|my friend|to you|) (!|.|)",
         "I (am going|go|will go|have to go) to (bed|sleep) (now|) (.|)",
         "I will (sleep|go to sleep) now (, good night|) (.|)", "sweet dreams"]),
    "how": (
        "I am well, thank you. " + HELP, ("well, thank",),
        ["(hello|hi|hey|so|and|good morning|) how are you (today|doing|doing today|now|"
         "this morning|tonight|feeling|feeling today|my friend|) ?",
         "(hello|hi|hey|) how is (it going|everything|your day|your day going|life|the model) (?|)",
         "how do you (do|feel) (today|now|) ?", "are you (well|ok|okay|fine|all right) (today|) ?",
         "(what's up|whats up|sup|what is up|how goes it|how have you been|you good) (today|) ?",
         "how (is|was) your (morning|evening|afternoon|night|week|weekend) ?",
         "(I hope you are|hope you are) (well|fine|doing well|good) (today|) (.|)"]),
    "thanks": (
        "You are welcome.", ("welcome",),
        ["(ok|okay|great|cool|perfect|nice|good|super|yes|oh|) (thanks|thank you|many thanks|"
         "thank you so much|thank you very much|thanks a lot|thx|ty|cheers|thanks so much) "
         "(takt|for that|for your help|for the help|for helping|for the answer|model|my friend|) "
         "(!|.|)",
         "(that|this|it) (was|is) (very|really|) helpful (, thanks|, thank you|) (!|.|)",
         "(I thank you|I am grateful|much appreciated|I appreciate it|I appreciate your help) (.|)",
         "(that|this) (helped|helps) (me|) (a lot|very much|) (.|)", "(merci|danke|gracias) (!|)"]),
    "bye": (
        "Goodbye!", ("goodbye",),
        ["(ok|okay|thanks|well|so|) (bye|bye bye|goodbye|good bye|see you|see you later|farewell|"
         "see ya|see you soon|see you tomorrow|talk to you later|take care|cya|so long|until later)"
         " (takt|now|then|model|my friend|for now|) (!|.|)",
         "I (have to|must|need to|should) (go|leave|stop|run) (now|) (.|)",
         "I am (leaving|off|done for today|going|going home) (now|) (.|)",
         "(that is all|that was all|that will be all|we are done) (for today|for now|) (.|)",
         "(catch you later|until next time|till next time|until tomorrow|hasta la vista) (!|.|)"]),
    "praise": (
        "Thank you, that is kind.", ("kind",),
        ["(you are|u are) (so|very|really|pretty|quite|) (good|great|nice|kind|smart|"
         "clever|helpful|cool|funny|sweet|cute|fast|quick|amazing|awesome|wonderful|impressive|"
         "lovely) (!|.|)", "you are (such|really|) (a good model|a great model|a clever model|"
         "the best) (!|.|)",
         "(well done|good job|great job|nice work|good work|bravo|great work|nice job|good bot|"
         "good model|good answer|nice answer|great answer|clever) (takt|) (!|.|)",
         "I (love|like|really like|admire|enjoy) (you|talking to you|this|your answers|takt|"
         "this model|your work|chatting with you) (a lot|very much|) (!|.|)",
         "(that|this|it) (is|was) (so|very|really|) (good|great|nice|cool|impressive|amazing|"
         "awesome|wonderful|clever|fast|perfect|excellent) (!|.|)",
         "(wow|amazing|impressive|awesome|excellent|fantastic|brilliant) (!|.|)"]),
    "sorry": (
        "No problem at all.", ("no problem",),
        ["(oh|oops|ah|) (sorry|I am sorry|I am so sorry|so sorry|my apologies|my bad|pardon|"
         "pardon me|please forgive me|forgive me|I apologize|I apologise) "
         "(about that|for that|takt|for the mistake|for the trouble|for my mistake|) (!|.|)",
         "(oops|whoops|oh no), (I made a mistake|that was my mistake|my mistake|wrong question|"
         "that was wrong of me|I typed too fast) (.|)",
         "(sorry|I am sorry) (that|) I (was late|was rude|am late|was slow|was away|typed that)"]),
    "able": (
        ABLE, ("takt", "picture", "sums"),
        ["(hi, |hey, |so, |ok, |) what can you do (for me|here|with this|) ?",
        "(help|help me) (!|)",
         "(what|which) (are your|) (abilities|skills|talents|features|capabilities) (do you have|)"
         " ?", "what (do|can) you (know|understand|answer|help with|help me with) ?",
         "(what|which) (things|kinds of things|questions|tasks|jobs) can (you do|I ask you|you "
         "answer|you help with) ?", "(I need|I want|please give me|can you give me) (some|) help "
         "(please|) (.|)", "(how|what) can you help (me|) (with|) ?", "how do I use you ?",
         "what (can|should|could|may) I (ask|ask you|do here|do with you|try|say) ?",
         "(tell me|show me|list|explain) (what you can do|your abilities|your skills|what you are "
         "able to do|what you know|everything you can do|all you can do) (.|)", "can you help me ?",
         "what are you (able to do|good at|made for|for|useful for|capable of) ?",
         "(are|is) there (anything|something) you can do ?", "what is your (purpose|use) ?",
         "(give me|show me) (some|a few) (examples|ideas) (of what you can do|) (.|)"]),
    "not": (
        NOT, ("no,", "takt's built-in", "tiny"),
        [f"(hi, |hey, |so |wait, |) are you ({MODELS}) ?",
        f"(is this|am I talking to) ({MODELS}) ?",
         f"(so|) you are ({MODELS}) , (right|no) ?",
         f"(is this|are you made by|do you come from|did they make you at) ({MODELS}) ?",
         f"(hi, |so |) are you ({BEINGS}|alive|real|conscious|sentient) ?",
         f"am I (talking|speaking|chatting) (to|with) ({BEINGS}) ?"]),
    "yes": (
        YES, ("yes,", "takt's built-in", "tiny"),
        [f"(hi, |hey, |so |wait, |) are you (really|) ({MACHINES}) ?",
         f"am I (talking|speaking|chatting) (to|with) ({MACHINES}) ?", f"is this ({MACHINES}) ?",
         f"(so|) you are (just|only|) ({MACHINES}) , (right|no|are you not) ?",
         f"(hi, |hey, |so |wait, |) are you (really|) ({SMALL}) ?",
         f"am I (talking|speaking|chatting) (to|with) ({SMALL}) ?",
         f"(so|) you are (just|only|) ({SMALL}) , (right|no|are you not) ?",
         f"is this ({SMALL}) ?"]),
    "here": (
        "Yes, I am here.", ("i am here",),
        ["(hello|hi|hey|) (are you|you) (there|here|still there|still here|awake|online|ready|"
         "listening|working|alive and well) ?", "(test|testing|ping|test 1 2|testing testing|"
         "this is a test|just a test|a test|check) (!|.|)", "(anyone|anybody) (there|here|home) ?",
         "(can|do) you (hear|read|see) me ?", "is this (thing|model|chat|) (on|working|live) ?",
         "does this (thing|model|chat|) work ?",
         "is (anyone|anybody|somebody|someone) (there|here) ?", "do you (work|answer) ?"]),
    "meet": (
        "Nice to meet you too.", ("meet you too",),
        ["(it is|) (nice|good|great|lovely|a pleasure|pleased|happy|glad|so nice) to meet you "
         "(takt|too|model|) (!|.|)", "(pleased|happy|glad) to make your acquaintance (.|)",
         "I am (happy|glad|pleased) to (meet|know) you (.|)", "how nice to meet you (!|.|)"]),
    "blame": (
        "I am sorry. I am tiny and make mistakes.", ("sorry", "mistake"),
        ["(no|no no|hmm|sorry but|I think|) (,|) (that|this|it) (is|was) (wrong|not right|false|"
         "incorrect|not correct|not true|a mistake|nonsense|a bad answer|an error) (!|.|)",
         "you (are|were) (wrong|mistaken|not right|incorrect|stupid|dumb|bad|useless|silly|"
         "terrible|not helpful|an idiot|not very smart|slow|annoying|boring|a bad model) (!|.|)",
         "(that|this) (makes no sense|does not make sense|does not help|did not help) (.|)",
         "you (made|make) (a mistake|mistakes|an error|many mistakes) (!|.|)", "(wrong|bad) answer",
         "I (hate|do not like|dislike) (you|this|your answer|your answers) (!|.|)", "bad bot",
         "you (did not|do not) (understand|get it|answer|help|answer my question|listen) (!|.|)",
         "(that|this) is not what I (asked|wanted|meant|said|asked for) (.|)",
         "(shut up|be quiet)"]),
    "glad": (
        "I am glad to hear that.", ("glad",),
        ["I (am|feel|feel so|am very|am so|am really) (happy|good|great|fine|well|glad|excited|"
         "cheerful|fantastic|wonderful|lucky|proud|better) (today|now|right now|) (!|.|)",
         "I (had|have) a (good|great|nice|wonderful|lovely|perfect|beautiful) (day|morning|"
         "evening|week|time|night|weekend) (today|) (!|.|)",
         "life is (good|great|beautiful) (!|.|)",
         "I (won|passed|made it|did it|got the job|found it) (today|) (!|.|)",
         "(it|that) (works|worked) (now|) (!|.|)",
         "(today is a|it is a) (good|great|nice) day (!|.|)",
         "(I am|) (good|fine|great|well|very well), (thanks|thank you) (!|.|)"]),
    "sad": (
        "I am sorry to hear that.", ("sorry to hear",),
        ["I (am|feel|feel so|am very|am so|am really) (sad|tired|bored|lonely|angry|unhappy|sleepy|"
         "stressed|upset|exhausted|down|nervous|afraid|scared|worried) (today|now|right now|) (.|)",
         "I (had|have) (a bad|a hard|a terrible|a long|an awful|a difficult|a sad) (day|morning|"
         "week|time|evening|night) (today|) (.|)",
         "I (lost|failed|was late|did not sleep|slept badly) (.|)",
         "life is (hard|difficult|sad) (.|)", "nobody (likes|understands|calls) me (.|)",
         "(today is a|it is a) (bad|sad|hard|terrible) day (.|)"]),
    "wish": (
        "Thank you, the same to you.", ("same to you",),
        ["(have a|I wish you a|enjoy your) (nice|good|great|wonderful|lovely|pleasant) (day|"
         "evening|week|weekend|time|afternoon|night|one) (takt|) (!|.|)",
         "(all the best|best wishes|good "
         "luck|happy new year|happy birthday|merry christmas|happy holidays|happy easter|stay safe|"
         "be well|stay well|stay healthy) (to you|takt|) (!|.|)",
         "I wish you (all the best|good luck|luck|well|a happy new year) (.|)"]),
    "okay": (
        "All right.", ("all right",),
        ["(ok|okay|fine|sure|yes|no|yeah|yep|nope|alright|all right|I see|got it|understood|right|"
         "good|no thanks|no thank you|not now|maybe|maybe later|never mind|nevermind|I understand|"
         "let me think|one moment|wait|just a moment|wait a moment|hold on|interesting|really|hm|"
         "hmm|oh|aha|indeed|of course|that is fine|as you like|whatever|k|ok ok|yes please) (.|!|)",
         "(ok|okay|alright|fine|sure) , (I see|got it|good|then|understood|fine|I understand) (.|)",
         "(haha|hahaha|lol|ha ha|hehe|that is funny|very funny|ha|lmao) (!|.|)"]),
    "joke": (
        JOKE, ("follow the beat",),
        ["(please|can you|could you|will you|now|hey,|) (tell|give) (me|us) (a|one|another|your "
         "best|a good|a short|a funny|some|one more) joke (please|) (.|)",
         "(a|another) joke (please)",
         "(do you know|have you got|do you have) (a good joke|a joke|any jokes|some jokes|a funny "
         "joke|any good jokes|jokes) ?",
         "(make|can you make) me (laugh|smile) (please|) (.|)",
         "(say|tell me) something funny (.|)",
         "joke (!|please|)", "(tell me|do you know) a joke about (cats|dogs|computers|cars|trees|"
         "robots|cows|school|lawyers|doctors|tokens|models|the weather|food|programmers) (.|)",
         "I (want|would like|need) (to hear|) a joke (.|)", "be funny", "entertain me"]),
    "remember": (
        "I remember only this conversation.", ("only this conversation",),
        ["do you (remember|know) (me|us|our last conversation|our last chat|what we talked about "
         "yesterday|what I said yesterday|what I told you last week|our first conversation|"
         "me from yesterday|last time) (?|)",
         "have we (met|talked|spoken|chatted) (before|already) ?",
         "(will|can) you remember (me|this|our chat|this conversation) (tomorrow|later|next time|"
         "forever) ?", "do you have (a|a good|any|long-term) memory ?",
         "how (good|long) is your memory ?", "do you (save|store|keep|forget) (our|your|my|all) "
         "(conversations|chats|messages) ?"]),
    "speak": (
        "I know English and some Japanese phrases.", ("english", "japanese phrases"),
        ["(do|can) you (speak|understand|know|read|write) (English|Japanese|English and Japanese|"
         "French|German|Spanish|Italian|Chinese|Russian|Arabic|Korean|Portuguese|Dutch|Polish|"
         "Turkish|Greek|Swedish|other languages|any other language|many languages|Hindi) ?",
         "(which|what|how many) (languages|language) (do|can) you (speak|know|understand|use) ?",
         "(are you|) (good at|fluent in) (Japanese|French|languages|German|Spanish) ?"]),
}

# Greetings of other languages are answered in kind: what is said, and what is answered.
FOREIGN = {
    "こんにちは": "こんにちは。", "こんにちは。": "こんにちは。", "こんにちは！": "こんにちは。",
    "やあ": "こんにちは。", "どうも": "こんにちは。", "もしもし": "こんにちは。",
    "こんにちは、元気ですか。": "はい、元気です。", "元気？": "はい、元気です。",
    "おはよう": "おはようございます。", "おはようございます": "おはようございます。",
    "おはようございます。": "おはようございます。", "おはよう！": "おはようございます。",
    "こんばんは": "こんばんは。", "こんばんは。": "こんばんは。", "こんばんは！": "こんばんは。",
    "ありがとう": "どういたしまして。", "ありがとうございます": "どういたしまして。",
    "ありがとうございます。": "どういたしまして。", "どうもありがとう": "どういたしまして。",
    "ありがとうございました。": "どういたしまして。", "ありがとう！": "どういたしまして。",
    "さようなら": "さようなら。", "さようなら。": "さようなら。", "じゃあね": "さようなら。",
    "またね": "さようなら。", "バイバイ": "さようなら。", "また明日": "さようなら。",
    "お元気ですか": "はい、元気です。", "お元気ですか。": "はい、元気です。",
    "元気ですか": "はい、元気です。", "元気ですか？": "はい、元気です。",
    "はじめまして": "はじめまして。", "はじめまして。": "はじめまして。",
    "すみません": "大丈夫です。", "ごめんなさい": "大丈夫です。", "ごめん": "大丈夫です。",
    "ごめんなさい。": "大丈夫です。", "すみません。": "大丈夫です。",
    "おやすみ": "おやすみなさい。", "おやすみなさい": "おやすみなさい。",
    "おやすみなさい。": "おやすみなさい。", "おやすみ！": "おやすみなさい。",
    "Konnichiwa": "Konnichiwa!", "Bonjour": "Bonjour!", "Salut": "Salut!", "Hola": "Hola!",
    "Guten Tag": "Guten Tag!", "Guten Morgen": "Guten Morgen!", "Servus": "Servus!",
    "Ciao": "Ciao!", "Buongiorno": "Buongiorno!", "Olá": "Olá!", "Bom dia": "Bom dia!",
    "Buenos días": "Buenos días!", "Namaste": "Namaste!", "Salaam": "Salaam!", "Hej": "Hej!",
    "Aloha": "Aloha!", "Shalom": "Shalom!", "Merhaba": "Merhaba!", "Ahoj": "Ahoj!",
    "Privet": "Privet!", "Moin": "Moin!", "Grüezi": "Grüezi!", "Jambo": "Jambo!",
    "Ni hao": "Ni hao!", "Annyeong": "Annyeong!", "Bonsoir": "Bonsoir!",
}
FOREIGN_TAILS = ("", "!", ".", " takt", " takt!", "!!", ", takt", " :)", " my friend", " model")

NEUTRAL = (
    "You are a helpful assistant.", "You are a helpful and friendly assistant.", "Be brief.",
    "Be kind and brief.", "You are an assistant.", "Answer briefly.", "You help the user.",
    "You are a helpful assistant. Answer in short sentences.", "Be polite.", "Be friendly.",
    "You are a demonstration model.", "Answer the user's questions.", "Give short answers.",
    "You are a polite assistant who answers briefly.", "Please be helpful.", "Be concise.",
)

PLAIN = {
    "hello", "hi", "hey", "good morning", "good afternoon", "good evening", "good night", "thanks",
    "how are you", "how are you doing", "thank you", "bye", "goodbye", "sorry", "i am sorry",
    "what can you do", "help", "are you chatgpt", "are you human", "are you an ai", "ok", "yes",
    "no", "nice to meet you", "tell me a joke", "are you there", "that is wrong", "well done",
    "i am sad", "i am happy", "okay", "see you", "test", "good job", "i love you",
}


# What facts.toml answers, too, is answered with its words.
ASKED = {"able": "What can the built-in model do?", "remember": "Do you remember me?"}
ANSWERS = {
    name: (answer_of(ASKED.get(name, ""), own), needs) for name, (own, needs, _) in INTENTS.items()
}



def _tables():
    """Per intent its wordings on either side; a wording of two intents stays with the first."""
    seen = {}
    tables = {}
    for name, (_, _, patterns) in INTENTS.items():
        answer = ANSWERS[name][0]
        sides = ([], [])
        for pattern in patterns + MORE[name]:
            ways = {}
            for text in expand(pattern):
                key = normal(text)
                if key and seen.setdefault(key, name) == name:
                    ways.setdefault(key, []).append(text)
            split = ([], [])
            for key, texts in ways.items():
                held = key not in PLAIN and heldout_key("smalltalk/" + key, 0.12)
                if fits(key, answer, held):
                    split[held].append(texts)
            for side in (0, 1):
                if split[side]:
                    sides[side].append(split[side])
        tables[name] = sides
    return tables


TABLES = _tables()
NAMES = list(INTENTS)
WEIGHTS = [
    {"greet": 2, "how": 2, "thanks": 2, "able": 3, "not": 2, "yes": 1.5, "blame": 1.2, "joke": 1.2,
     "morning": 0.5, "afternoon": 0.4, "evening": 0.4, "meet": 0.5, "night": 0.5}.get(n, 1)
    for n in NAMES
]
# A pattern with many expansions gets more draws than one with few, but not in proportion.
DRAWS = {
    name: [
        (side, list(itertools.accumulate(min(len(p), 400) ** 0.5 for p in side))) for side in sides
    ]
    for name, sides in TABLES.items()
}
ACCEPTS = {name: says(*needs) for name, (_, needs) in ANSWERS.items()}
WORDINGS = sum(len(p) for t in TABLES.values() for side in t for p in side)
FOREIGN_WORDS = list(FOREIGN)


def turn(rng, heldout=False, names=None):
    """A user's message, the answer and its accept, of any intent or one of NAMES."""
    name = rng.choice(names) if names else rng.choices(NAMES, WEIGHTS)[0]
    patterns, weights = DRAWS[name][1 if heldout else 0]
    text = careless(rng, rng.choice(rng.choice(rng.choices(patterns, cum_weights=weights)[0])))
    if normal(text) in (HELD_FACTS if not heldout else FACTS):
        return turn(rng, heldout, names)
    return text, ANSWERS[name][0], ACCEPTS[name]


def foreign(rng, heldout=False):
    """A greeting in another language, answered in kind; word and tail together are split."""
    while True:
        word = rng.choice(FOREIGN_WORDS)
        tail = rng.choice(FOREIGN_TAILS) if word.isascii() or word[-1] not in "。！？" else ""
        if tail and not word.isascii() and ord(word[0]) > 0x3000:
            tail = rng.choice(("", "！", "。", "、takt", "、takt。", "!", " takt"))
        text = word + tail
        if rng.random() < 0.2:
            text = text.lower()
        bare = normal(text) == normal(word)
        if heldout == (not bare and heldout_key("smalltalk/" + normal(text), 0.15)):
            answer = FOREIGN[word]
            core = answer.rstrip("。!")
            return text, answer, says(upper_first(core))


def case(rng, heldout):
    """One or two turns of small talk."""
    if rng.random() < 0.07:
        text, answer, accept = foreign(rng, heldout)
        messages = [Message("user", text), Message("assistant", answer, accept=accept)]
        return Case(SKILL, messages, alone=True)
    messages = []
    if rng.random() < 0.08:
        messages.append(Message("system", rng.choice(NEUTRAL)))
    for _ in range(2 if rng.random() < 0.25 else 1):
        text, answer, accept = turn(rng, heldout)
        messages.append(Message("user", text))
        messages.append(Message("assistant", answer, accept=accept))
    return Case(SKILL, messages, alone=messages[0].role == "system")
