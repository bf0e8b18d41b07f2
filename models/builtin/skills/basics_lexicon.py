"""The small lexicon of lists.py and formats.py."""

CATEGORIES = {
    "fruit": "apple banana cherry grape lemon lime mango melon orange peach pear plum strawberry "
    "apricot fig kiwi pineapple raspberry blueberry coconut",
    "animal": "dog cat horse cow sheep goat lion tiger bear wolf fox rabbit mouse elephant monkey "
    "zebra frog snake eagle duck",
    "colour": "red blue green yellow black white brown purple pink gray gold silver violet beige "
    "turquoise crimson",
    "number": "one two three four five six seven eight nine ten eleven twelve twenty thirty forty "
    "fifty hundred",
    "vehicle": "car bus train bicycle truck boat ship plane tram van taxi scooter motorcycle "
    "helicopter tractor rocket",
    "vegetable": "carrot potato tomato onion cabbage spinach pepper cucumber bean pea lettuce "
    "garlic pumpkin broccoli",
    "tool": "hammer saw screwdriver drill axe wrench shovel rake ladder knife scissors",
    "instrument": "piano guitar violin drum flute trumpet harp cello organ banjo",
    "garment": "shirt jacket coat hat scarf sock shoe glove dress skirt belt sweater",
    "drink": "water milk tea coffee juice beer wine lemonade cocoa soda",
}
CATEGORIES = {kind: words.split() for kind, words in CATEGORIES.items()}

# More words for lists that have nothing to do with each other.
OTHERS = (
    "house tree river mountain window door table chair book lamp phone letter school garden "
    "bridge island ocean cloud star moon sun flower forest stone paper bottle clock mirror "
    "picture key road city village market kitchen bed wall roof ring box bag"
).split()
NOUNS = [w for k in CATEGORIES if k not in ("colour", "number") for w in CATEGORIES[k]] + OTHERS
WORDS = NOUNS + CATEGORIES["colour"] + CATEGORIES["number"]

_IRREGULAR = {
    "mouse": "mice", "sheep": "sheep", "wolf": "wolves", "knife": "knives", "child": "children",
    "man": "men", "woman": "women", "foot": "feet", "tooth": "teeth", "goose": "geese",
    "leaf": "leaves", "person": "people", "fish": "fish", "wife": "wives", "life": "lives",
    "tomato": "tomatoes", "potato": "potatoes", "mango": "mangoes", "shelf": "shelves",
}  # fmt: skip
_NO_PLURAL = set("scissors spinach garlic broccoli lettuce lemonade cocoa beer wine".split())
_NO_PLURAL |= set("water milk tea coffee juice soda".split())


def plural(noun):
    """The plural of an English noun of this lexicon."""
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


SINGULARS = [w for w in NOUNS if w not in _NO_PLURAL]
SINGULARS += [w for w in _IRREGULAR if w not in SINGULARS]
SINGULARS += "baby lady party story country family watch dish brush class glass fly toy boy".split()

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

NAMES = (
    "Ana Ben Carl Dora Emma Finn Gina Hugo Ivan Julia Karl Lena Mia Noah Olga Paul Rosa Sam Tom "
    "Vera Anna Bob Alice Maria John Peter Laura Lucas Nina Omar Sara David Eva Leo Kim Max Ali "
    "Marta Felix Clara Oscar Ruth Simon Tina Victor Amir Diego Elena Grace Henry"
).split()
CITIES = (
    "Rome Paris London Berlin Madrid Vienna Oslo Prague Lisbon Athens Dublin Warsaw Tokyo Cairo "
    "Delhi Boston Chicago Toronto Sydney Lima Zurich Hamburg Milan Naples Kyoto Seoul Geneva "
    "Munich Porto Bergen"
).split()
JOBS = (
    "teacher doctor nurse baker farmer pilot lawyer driver painter writer singer cook engineer "
    "student dentist gardener judge waiter actor mechanic"
).split()

_ONSETS = "b d f k l m n p r s t v z br dr kl st tr ch".split()
_VOWELS = "a e i o u a e i o ai ou".split()
_CODAS = ["", "", "n", "r", "l", "s", "m", "t", "k"]


def invented(rng, syllables=2):
    """A word that does not exist, to learn copying from: it can only be copied, not guessed."""
    return "".join(
        rng.choice(_ONSETS) + rng.choice(_VOWELS) + (rng.choice(_CODAS) if i else "")
        for i in range(syllables)
    )
