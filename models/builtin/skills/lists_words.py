"""The wordings of lists.py."""

from .basics_phrasing import Wordings

ENDINGS = ["st", "nd", "rd"] + ["th"] * 9

SENTENCES = [
    "The {a} is {c}.",
    "The {c} {a} is next to the {b}.",
    "{p} has a {a} and a {b}.",
    "{p} and {q} go to {t}.",
    "I live in {t}.",
    "My name is {p}.",
    "My name is {x}.",
    "{p} is {n} years old.",
    "I have {n} {c} things.",
    "The train to {t} leaves at {n}.",
    "We meet on {d}.",
    "{p} will come on {d}.",
    "Where is my {a}?",
    "Hello {p}!",
    "Hello, {q}, how are you?",
    "The {x} is in the {a}.",
    "A {c} {a}!",
    "Do you like the {a} or the {b}?",
    "{p} said: the {a} is {c}.",
    "Good morning, {t}!",
    "Room {n} is free.",
]

COPY = Wordings(
    [
        "!repeat: {x}",
        "!repeat: {x}",
        "!repeat this: {x}",
        "!repeat after me: {x}",
        "!repeat exactly: {x}",
        "!repeat the following: {x}",
        "!repeat the following text: {x}",
        "!repeat this text exactly: {x}",
        "!repeat what I say: {x}",
        "!copy: {x}",
        "!copy this: {x}",
        "!copy this text: {x}",
        "!copy the following text exactly: {x}",
        "!copy this text word for word: {x}",
        "!say: {x}",
        "!say this: {x}",
        "!say exactly this: {x}",
        "!write: {x}",
        "!write this: {x}",
        "!write exactly: {x}",
        "!echo: {x}",
        "!echo this: {x}",
        "!echo {x}",
        "!print: {x}",
        "!print this: {x}",
        "!type this: {x}",
        "!answer with exactly this text: {x}",
        "!reply with: {x}",
        "!repeat this without changes: {x}",
        "!repeat this text:\n{x}",
        "!copy this:\n{x}",
    ],
    [
        "!repeat this sentence: {x}",
        "!repeat this exactly: {x}",
        "!copy exactly: {x}",
        "!copy the following: {x}",
        "!write the following text: {x}",
        "!say the following: {x}",
        "!echo this text: {x}",
        "!repeat the following:\n{x}",
    ],
    closing=False,
)
COPY_QUOTED = Wordings(
    [
        "!repeat {x}",
        "!say {x}",
        "!write {x}",
        "!copy {x}",
        "!print {x}",
        "!echo {x}",
        "!type {x}",
        "!repeat the text {x}",
        "!copy the text {x} exactly",
        "!repeat the word or sentence {x}",
        "!repeat after me: {x}",
        "!repeat the following: {x}",
        "!reply with {x}",
        "!just say {x}",
        "!answer with {x}",
    ],
    ["!repeat exactly {x}", "!write the text {x}", "!copy this text: {x}", "!say just {x}"],
)
AGAIN = Wordings(
    [
        "!write {x} {n}",
        "!say {x} {n}",
        "!repeat {x} {n}",
        "!repeat the word {x} {n}",
        "!write the word {x} {n}",
        "!print {x} {n}",
        "!say the word {x} {n}",
        "!type {x} {n}",
        "={x}, {n}",
    ],
    ["!repeat this word {n}: {x}", "!print the word {x} {n}", "!give me the word {x} {n}"],
)
COPY_LIST = Wordings(
    [
        "!repeat this list: {x}",
        "!copy this list: {x}",
        "=Here is a list: {x}",
        "=This is my list: {x}",
        "!remember this list: {x}",
        "!write this list: {x}",
        "=My list is: {x}",
    ],
    ["!repeat the list: {x}", "=Here is my list: {x}", "!remember my list: {x}"],
)
THEN = {
    "up": Wordings(
        ["!sort it", "!now sort it", "!sort the list", "!sort them", "!put them in order"],
        ["!now sort them", "!sort that list"],
    ),
    "down": Wordings(
        [
            "=now in descending order",
            "!sort it in descending order",
            "!sort it from largest to smallest",
            "!sort them downwards",
        ],
        ["!sort them in descending order", "!sort the list in descending order"],
    ),
    "reverse": Wordings(
        ["!reverse it", "!now reverse it", "=now backwards", "!reverse the list"],
        ["!now reverse the list", "!reverse that list"],
    ),
    "first": Wordings(
        ["?what is the first item", "?which is the first", "?which one is first"],
        ["?what is the first one", "!tell me the first item"],
    ),
    "last": Wordings(
        ["?what is the last item", "?which is the last", "?which one is last"],
        ["?what is the last one", "!tell me the last item"],
    ),
    "count": Wordings(
        ["?how many items are there", "?how many are there", "!count them", "!count the items"],
        ["?how many items are in it", "!now count the items"],
    ),
}
REVERSE = Wordings(
    [
        "!reverse this list: {x}",
        "!reverse this list: {x}",
        "!reverse: {x}",
        "!reverse the list {x}",
        "!reverse the order: {x}",
        "!reverse the order of {x}",
        "!reverse the order of these: {x}",
        "!reverse these words: {x}",
        "!write this list backwards: {x}",
        "!write this in reverse order: {x}",
        "!say this backwards: {x}",
        "!list these in reverse order: {x}",
        "!put this list in reverse order: {x}",
        "!turn this list around: {x}",
        "!give me this list in reverse: {x}",
        "?what is {x} in reverse order",
        "?what is this list backwards: {x}",
        "={x} - reverse this list",
        "={x}\nReverse this list.",
        "={x}, backwards please",
    ],
    [
        "!reverse the following list: {x}",
        "!reverse the order of this list: {x}",
        "!write these words in reverse order: {x}",
        "!list these backwards: {x}",
        "={x}\nReverse the order.",
    ],
)
_UP_ENDS = ["", "", "", " in ascending order", " from smallest to largest", " from low to high"]
_UP_ENDS += [" in increasing order", " upwards"]
_DOWN_ENDS = [" in descending order", " in descending order", " from largest to smallest"]
_DOWN_ENDS += [" from high to low", " in decreasing order", " downwards", " from big to small"]
_SORT = [
    "!sort{e}: {x}",
    "!sort these numbers{e}: {x}",
    "!sort the numbers{e}: {x}",
    "!sort this list{e}: {x}",
    "!sort the list {x}{e}",
    "!sort {x}{e}",
    "!sort the numbers {x}{e}",
    "!order these numbers{e}: {x}",
    "!arrange these numbers{e}: {x}",
    "={x}\nSort these numbers{e}.",
    "={x} - sort them{e}",
]
_ORDER = ["!put these numbers{e}: {x}", "!write {x}{e}", "!list these numbers{e}: {x}"]
_SORT_UNSEEN = [
    "!sort the following numbers{e}: {x}",
    "!sort these{e}: {x}",
    "!arrange {x}{e}",
    "={x}\nSort this list{e}.",
]


def _ended(templates, ends):
    return [t.replace("{e}", e) for e in ends for t in templates]


SORT_UP = Wordings(
    _ended(_SORT, _UP_ENDS)
    + _ended(_ORDER, _UP_ENDS[3:-1])
    + ["!put these numbers in order: {x}", "!put {x} in order", "!order: {x}"],
    _ended(_SORT_UNSEEN, _UP_ENDS[:5]) + ["!put the numbers in order: {x}"],
)
SORT_DOWN = Wordings(
    _ended(_SORT, _DOWN_ENDS)
    + _ended(_ORDER, _DOWN_ENDS[:5])
    + ["!sort these numbers with the largest first: {x}"],
    _ended(_SORT_UNSEEN, _DOWN_ENDS[:5]) + ["!sort {x} with the largest first"],
)
SORT_WORDS = Wordings(
    [
        "!sort alphabetically: {x}",
        "!sort these words alphabetically: {x}",
        "!sort these words alphabetically: {x}",
        "!sort these words: {x}",
        "!sort this list alphabetically: {x}",
        "!sort {x} alphabetically",
        "!sort the words {x}",
        "!sort these words from a to z: {x}",
        "!sort by the alphabet: {x}",
        "!sort these words in alphabetical order: {x}",
        "!put these words in alphabetical order: {x}",
        "!put {x} in alphabetical order",
        "!order these words alphabetically: {x}",
        "!arrange these words in alphabetical order: {x}",
        "!list these in alphabetical order: {x}",
        "={x}\nSort these words alphabetically.",
        "?what is the alphabetical order of {x}",
    ],
    [
        "!sort the following words alphabetically: {x}",
        "!sort these alphabetically: {x}",
        "!put this list in alphabetical order: {x}",
        "!order alphabetically: {x}",
        "={x}\nSort this list alphabetically.",
    ],
)
NTH = Wordings(
    [
        "?what is the {k} {w} in this list: {x}",
        "?what is the {k} {w} of this list: {x}",
        "?what is the {k} {w}: {x}",
        "?what is the {k} {w} in {x}",
        "?which is the {k} {w}: {x}",
        "?which {w} is {k}: {x}",
        "?which {w} is the {k} one: {x}",
        "?which {w} comes {k} in {x}",
        "!give me the {k} {w}: {x}",
        "!give me the {k} {w} of {x}",
        "!give me only the {k} {w} of this list: {x}",
        "!tell me the {k} {w} in this list: {x}",
        "!pick the {k} {w}: {x}",
        "!find the {k} {w} in the list {x}",
        "=the {k} {w} of {x}?",
        "={k} {w}: {x}",
        "={x}\nWhat is the {k} {w}?",
        "={x}: what is the {k} {w}?",
    ],
    [
        "?which is the {k} {w} of {x}",
        "!tell me the {k} {w}: {x}",
        "!say the {k} {w} of this list: {x}",
        "!find the {k} {w}: {x}",
        "={x}\nGive me the {k} {w}.",
    ],
)


def _extreme(adjective):
    trained = [
        "?which word is the #: {x}",
        "?which word is #: {x}",
        "?which of these words is the #: {x}",
        "?which is the # word: {x}",
        "?what is the # word in this list: {x}",
        "?what is the # word of {x}",
        "!find the # word: {x}",
        "!give me the # word: {x}",
        "!tell me the # word in {x}",
        "!pick the # word: {x}",
        "=# word: {x}",
        "={x}\nWhich word is the #?",
    ]
    unseen = [
        "?which one is the # word: {x}",
        "!tell me the # word: {x}",
        "!find the # word in this list: {x}",
    ]
    fill = lambda templates: [t.replace("#", adjective) for t in templates]
    return Wordings(fill(trained), fill(unseen))


LONGEST = _extreme("longest")
SHORTEST = _extreme("shortest")
COUNT = Wordings(
    [
        "!count the {w}: {x}",
        "!count the {w} in this list: {x}",
        "!count these {w}: {x}",
        "?how many {w} are in this list: {x}",
        "?how many {w} are there: {x}",
        "?how many {w} does this list have: {x}",
        "?how many {w} are here: {x}",
        "?how many {w}: {x}",
        "?how many {w} are in {x}",
        "!tell me how many {w} are in this list: {x}",
        "!tell me the number of {w}: {x}",
        "={x}\nHow many {w} are there?",
        "={x}\nCount the {w}.",
        "={x}: how many {w} are that?",
    ],
    [
        "?how many {w} are in the list {x}",
        "?how many {w} do you see: {x}",
        "!count all {w}: {x}",
        "!tell me how many {w} there are: {x}",
        "={x}\nHow many {w} are in this list?",
    ],
)
UNIQUE = Wordings(
    [
        "!remove duplicates: {x}",
        "!remove the duplicates: {x}",
        "!remove duplicates from this list: {x}",
        "!remove all duplicates from {x}",
        "!remove what appears twice: {x}",
        "!delete the duplicates in this list: {x}",
        "!drop the duplicates: {x}",
        "!list each item once: {x}",
        "!list each word or number only once: {x}",
        "!make this list unique: {x}",
        "!give me the unique items of {x}",
        "?what are the unique items in {x}",
        "={x}\nRemove the duplicates.",
    ],
    [
        "!remove the duplicates from this list: {x}",
        "!delete duplicates: {x}",
        "!give me each item once: {x}",
        "={x}\nRemove duplicates.",
    ],
)
CONTAINS = Wordings(
    [
        "?is {w} in this list: {x}",
        "?is {w} in the list {x}",
        "?is {w} one of these: {x}",
        "?does this list contain {w}: {x}",
        "?does the list {x} contain {w}",
        "?can you find {w} in this list: {x}",
        "!tell me if {w} is in this list: {x}",
        "!check if {w} is in {x}",
        "={x}\nIs {w} in the list?",
    ],
    [
        "?is {w} part of this list: {x}",
        "!check whether {w} is in this list: {x}",
        "={x}\nIs {w} in this list?",
    ],
)
APPEND = Wordings(
    [
        "!add {w} to this list: {x}",
        "!add {w} to the list {x}",
        "!add {w} at the end: {x}",
        "!add {w} to the end of this list: {x}",
        "!append {w} to {x}",
        "!put {w} at the end of this list: {x}",
        "={x}\nAdd {w}.",
    ],
    ["!append {w} to this list: {x}", "!add {w} at the end of this list: {x}"],
)
REMOVE = Wordings(
    [
        "!remove {w} from this list: {x}",
        "!remove {w} from the list {x}",
        "!remove {w}: {x}",
        "!take {w} out of this list: {x}",
        "!delete {w} from {x}",
        "!delete {w} in this list: {x}",
        "!list these without {w}: {x}",
        "={x}\nRemove {w}.",
    ],
    ["!delete {w} from this list: {x}", "!take {w} out: {x}"],
)
MEMBER = Wordings(
    [
        "?which of these is {a} {k}: {x}",
        "?which of these is {a} {k}: {x}",
        "?which of these words is {a} {k}: {x}",
        "?which one is {a} {k}: {x}",
        "?which one is {a} {k}, {x}",
        "?which word is {a} {k}: {x}",
        "?which is {a} {k}: {x}",
        "?what is {a} {k} here: {x}",
        "?which {k} is in this list: {x}",
        "!find the {k}: {x}",
        "!find the {k} in this list: {x}",
        "!pick the {k}: {x}",
        "!give me the {k}: {x}",
        "!tell me which of these is {a} {k}: {x}",
        "={x}: which is {a} {k}?",
        "={x}\nWhich one is {a} {k}?",
    ],
    [
        "?which of the following is {a} {k}: {x}",
        "!tell me which one is {a} {k}: {x}",
        "!pick the {k} from this list: {x}",
        "={x}\nWhich of these is {a} {k}?",
    ],
)
MEMBERS = Wordings(
    [
        "?which of these are {p}: {x}",
        "?which of these words are {p}: {x}",
        "?which are {p}: {x}",
        "!list the {p}: {x}",
        "!find all {p}: {x}",
        "!find the {p} in this list: {x}",
        "!pick the {p}: {x}",
        "!give me only the {p}: {x}",
        "={x}\nWhich are {p}?",
    ],
    [
        "?which ones are {p}: {x}",
        "!list all {p}: {x}",
        "!give me the {p}: {x}",
        "={x}\nWhich of these are {p}?",
    ],
)
ODD = Wordings(
    [
        "?which word does not belong: {x}",
        "?which of these does not belong: {x}",
        "?which one is the odd one out: {x}",
        "!find the odd one out: {x}",
        "?which word is different from the others: {x}",
        "?which one does not fit: {x}",
        "=odd one out: {x}",
        "={x}\nWhich one does not belong?",
    ],
    [
        "?which of these words does not fit: {x}",
        "?which one does not belong: {x}",
        "!tell me the odd one out: {x}",
    ],
)
UPPER = Wordings(
    [
        "!write {x} in capital letters",
        "!write {x} in capitals",
        "!write {x} in uppercase",
        "!write in capital letters: {x}",
        "!write in uppercase: {x}",
        "!convert {x} to uppercase",
        "!convert to uppercase: {x}",
        "!make {x} uppercase",
        "!put {x} in upper case",
        "!say {x} in capital letters",
        "!turn {x} into capital letters",
        "=uppercase: {x}",
        "=uppercase {x}",
        "={x} in capital letters",
        "?what is {x} in uppercase",
        "?how do you write {x} in capital letters",
    ],
    [
        "!write this in capital letters: {x}",
        "!convert {x} to capital letters",
        "!put {x} in capital letters",
        "?what is {x} in capital letters",
        "={x} in uppercase",
    ],
)
LOWER = Wordings(
    [
        "!write {x} in small letters",
        "!write {x} in lowercase",
        "!write in small letters: {x}",
        "!write in lowercase: {x}",
        "!convert {x} to lowercase",
        "!convert to lowercase: {x}",
        "!make {x} lowercase",
        "!put {x} in lower case",
        "!turn {x} into small letters",
        "=lowercase: {x}",
        "=lowercase {x}",
        "={x} in small letters",
        "?what is {x} in lowercase",
        "?how do you write {x} in small letters",
    ],
    [
        "!write this in lowercase: {x}",
        "!convert {x} to small letters",
        "!put {x} in small letters",
        "?what is {x} in small letters",
        "={x} in lowercase",
    ],
)
SPELL = Wordings(
    [
        "!spell {x}",
        "!spell {x}",
        "!spell the word {x}",
        "!spell: {x}",
        "!spell {x} with dashes",
        "!spell {x} letter by letter",
        "!spell out {x}",
        "!spell out the word {x}",
        "!write {x} letter by letter",
        "?how do you spell {x}",
        "?how is {x} spelled",
        "?how do I spell {x}",
        "?how do you spell the word {x}",
        "?what are the letters of {x}",
        "!tell me how to spell {x}",
        "!give me the letters of {x}",
    ],
    [
        "?how is the word {x} spelled",
        "!spell this word: {x}",
        "!spell the word {x} letter by letter",
        "!tell me the letters of {x}",
        "?how would you spell {x}",
    ],
)
HOW_MANY_LETTERS = Wordings(
    [
        "?how many letters does {x} have",
        "?how many letters are in {x}",
        "?how many letters are in the word {x}",
        "?how many letters are there in {x}",
        "?how long is the word {x}",
        "!count the letters in {x}",
        "!count the letters of {x}",
        "!tell me how many letters {x} has",
        "=number of letters in {x}?",
    ],
    [
        "?how many letters does the word {x} have",
        "!count the letters in the word {x}",
        "!tell me how many letters are in {x}",
    ],
)
LETTER = Wordings(
    [
        "?what is the {k} letter of {x}",
        "?what is the {k} letter of the word {x}",
        "?what is the {k} letter in {x}",
        "?which letter is {k} in {x}",
        "!give me the {k} letter of {x}",
        "!tell me the {k} letter of {x}",
        "={k} letter of {x}?",
    ],
    [
        "?which is the {k} letter of {x}",
        "!tell me the {k} letter of the word {x}",
        "={k} letter in {x}?",
    ],
)
OPPOSITE = Wordings(
    [
        "?what is the opposite of {x}",
        "?what is the opposite of {x}",
        "?what's the opposite of {x}",
        "?what is the contrary of {x}",
        "?which word is the opposite of {x}",
        "?what is the antonym of {x}",
        "!give me the opposite of {x}",
        "!tell me the opposite of {x}",
        "!say the opposite of {x}",
        "!name the opposite of {x}",
        "=opposite of {x}",
        "=opposite of {x}?",
        "=the opposite of {x} is",
        "=antonym of {x}",
        "?which word means the opposite of {x}",
        "?do you know the opposite of {x}",
        "={x} is the opposite of what?",
    ],
    [
        "?what word is the opposite of {x}",
        "!find the opposite of {x}",
        "!give me the antonym of {x}",
        "=the opposite of {x}?",
        "!write the opposite of {x}",
    ],
)
PLURAL = Wordings(
    [
        "?what is the plural of {x}",
        "?what is the plural of {x}",
        "?what's the plural of {x}",
        "!give me the plural of {x}",
        "!tell me the plural of {x}",
        "!write the plural of {x}",
        "!form the plural of {x}",
        "!say the plural of {x}",
        "=plural of {x}",
        "=plural of {x}?",
        "=the plural of {x} is",
        "=plural: {x}",
        "=one {x}, two what?",
        "?how do you write {x} in the plural",
        "?do you know the plural of {x}",
        "?what is the plural form of {x}",
    ],
    [
        "?what is the plural of the word {x}",
        "!find the plural of {x}",
        "!give me the plural form of {x}",
        "=the plural of {x}?",
        "?how do you write the plural of {x}",
    ],
)
SINGULAR = Wordings(
    [
        "?what is the singular of {x}",
        "?what's the singular of {x}",
        "!give me the singular of {x}",
        "!tell me the singular of {x}",
        "!write the singular of {x}",
        "=singular of {x}",
        "=singular of {x}?",
        "=singular: {x}",
        "?what is the singular form of {x}",
    ],
    ["?what is the singular of the word {x}", "!find the singular of {x}", "=the singular of {x}?"],
)
NEXT = Wordings(
    [
        "?what {w} comes after {x}",
        "?which {w} comes after {x}",
        "?what {w} is after {x}",
        "?what comes after {x}",
        "?which {w} follows {x}",
        "?what is the {w} after {x}",
        "?what is the next {w} after {x}",
        "!tell me the {w} after {x}",
        "!give me the {w} that comes after {x}",
        "={x}, and then?",
        "=the {w} after {x}?",
        "?what {w} comes next after {x}",
    ],
    [
        "?which {w} is after {x}",
        "!tell me which {w} comes after {x}",
        "!name the {w} after {x}",
        "=next {w} after {x}?",
    ],
)
PREVIOUS = Wordings(
    [
        "?what {w} comes before {x}",
        "?which {w} comes before {x}",
        "?what {w} is before {x}",
        "?what comes before {x}",
        "?which {w} precedes {x}",
        "?what is the {w} before {x}",
        "?what is the previous {w} before {x}",
        "!tell me the {w} before {x}",
        "!give me the {w} that comes before {x}",
        "=the {w} before {x}?",
        "?what {w} comes right before {x}",
    ],
    [
        "?which {w} is before {x}",
        "!tell me which {w} comes before {x}",
        "!name the {w} before {x}",
        "=previous {w} before {x}?",
    ],
)
MONTH_NUMBER = Wordings(
    [
        "?what number is {x}",
        "?which number is {x}",
        "?what is the number of {x}",
        "?what is the number of the month {x}",
        "?which number does {x} have",
        "?what number of month is {x}",
        "!give me the number of the month {x}",
        "=month number of {x}?",
        "=number of the month {x}",
    ],
    ["?which number is the month {x}", "!tell me the number of {x}", "=month number: {x}"],
)
MONTH_DAYS = Wordings(
    [
        "?how many days does {x} have",
        "?how many days are in {x}",
        "?how many days are there in {x}",
        "?how many days has {x}",
        "!tell me how many days {x} has",
        "=days in {x}?",
        "?how long is {x}",
    ],
    [
        "?how many days does the month {x} have",
        "!tell me the number of days in {x}",
        "=how many days in {x}?",
    ],
)
PLACE = Wordings(
    [
        "?what is the {k} {w} of the {y}",
        "?which is the {k} {w} of the {y}",
        "?which {w} is the {k} of the {y}",
        "!name the {k} {w} of the {y}",
        "!tell me the {k} {w} of the {y}",
        "?what's the {k} {w} of the {y}",
        "=the {k} {w} of the {y}?",
        "?what is the {k} {w} in a {y}",
    ],
    ["!give me the {k} {w} of the {y}", "?which {w} is the {k} {w} of the {y}"],
)
COUNT_UP = Wordings(
    [
        "!count from {a} to {b}",
        "!count from {a} to {b}",
        "!list the numbers from {a} to {b}",
        "!write the numbers from {a} to {b}",
        "!give me the numbers from {a} to {b}",
        "!count: {a} to {b}",
        "=numbers from {a} to {b}",
        "!say the numbers from {a} to {b}",
    ],
    [
        "!print the numbers from {a} to {b}",
        "!list all numbers from {a} to {b}",
        "!tell me the numbers from {a} to {b}",
    ],
)
GO_ON = Wordings(
    [
        "?what comes next: {x}",
        "?what comes next: {x}, ...",
        "?which number comes next: {x}",
        "?what is the next number: {x}",
        "!continue: {x}, ...",
        "!continue the sequence: {x}",
        "={x}, ?",
        "={x}, what comes next?",
        "!give me the next number: {x}",
    ],
    ["?what number comes next: {x}", "!tell me the next number: {x}", "={x}: what comes next?"],
)
