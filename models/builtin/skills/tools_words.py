"""Values for the tool skill: what a user asks about. Each kind has two disjoint halves: what
training sees and what only the held-out side draws. A share of all names is invented, letter by
letter, because the model must copy what it has never seen."""

from . import basics_lexicon as lexicon, common_words as common
from .case import heldout_key

CITIES = """Oslo Rome Paris Berlin Madrid Lisbon London Dublin Vienna Prague Warsaw Budapest Athens
Helsinki Stockholm Copenhagen Brussels Amsterdam Zurich Geneva Milan Naples Turin Venice Munich
Hamburg Cologne Lyon Nice Porto Seville Cairo Tunis Lagos Nairobi Tokyo Kyoto Osaka Sapporo Seoul
Beijing Shanghai Delhi Mumbai Bangkok Hanoi Jakarta Manila Sydney Perth Auckland Toronto Montreal
Vancouver Boston Chicago Denver Seattle Dallas Miami Atlanta Houston Lima Quito Bogota Santiago
Havana Ankara Istanbul Moscow Kiev Riga Tallinn Bergen Malta Dubai Doha Singapore Leeds York Bath
Oxford Cambridge Glasgow Cardiff Edinburgh Belfast Liverpool Bristol Frankfurt Stuttgart Dresden
Leipzig Bremen Basel Bern Graz Salzburg Florence Palermo Bologna Genoa Marseille Bordeaux Toulouse
Nantes Lille Valencia Bilbao Malaga Granada Antwerp Ghent Rotterdam Utrecht Gdansk Krakow Sofia
Belgrade Zagreb Bucharest Odessa Vilnius Malmo Aarhus Turku Reykjavik Casablanca Marrakesh Accra
Dakar Kampala Lusaka Nagoya Kobe Sendai Fukuoka Busan Taipei Saigon Yangon Colombo Kathmandu Lahore
Karachi Kabul Tehran Baghdad Amman Beirut Riyadh Brisbane Adelaide Wellington Ottawa Calgary Quebec
Detroit Phoenix Portland Memphis Orlando Cleveland Pittsburgh Philadelphia Baltimore Nashville
Montevideo Caracas Brasilia Recife Panama
|New York|San Francisco|Los Angeles|Hong Kong|Cape Town|Buenos Aires|New Delhi|Mexico City\
|Sao Paulo"""
PEOPLE = """Anna Ben Clara David Emma Felix Greta Hugo Ines Jonas Karl Lena Maria Nils Olga Paul
Rosa Sam Tina Uwe Vera Will Yuki Zoe Ken Aiko Hana Taro Mei Omar Leila Ivan Nina Oscar Petra Ruth
Simon Tom Lucy Jack Mia Noah Ella Liam Sofia Max Julia Peter Laura Mark Sara Alex Eva Leo Mum Dad
Grandma Alice Bob Carol Daniel Erik Fiona Grace Henry Irene James Kevin Linda Martin Nora Oliver
Paula Robert Sophie Thomas Ursula Victor Wendy Yusuf Zara Andrea Bruno Chloe Diego Elena Frank Georg
Helen Isabel Jan Katja Luis Marco Nadia Otto Pia Rita Stefan Theo Vincent Walter
|Mr Smith|Mrs Brown|Dr Lee|Anna Berg|Tom Baker|Maria Lopez"""
ITEMS = """lamp chair table sofa desk shelf mirror carpet pillow blanket cup plate bowl spoon fork
knife pan kettle toaster fridge oven phone laptop tablet camera printer mouse keyboard screen
speaker radio clock watch ring necklace shirt jacket coat dress skirt hat scarf gloves shoes boots
socks jeans belt bag backpack umbrella bicycle helmet ball tent guitar piano violin drum book
notebook pen pencil ruler ladder hammer drill screwdriver paint brush rope bucket broom vase candle
toy puzzle kite bread milk cheese apple banana tomato potato rice pasta honey coffee tea
|office chair
|desk lamp|hiking boots|garden hose|water bottle|rain coat"""
ADJECTIVES = "red blue green black white small large old new wooden round heavy cheap".split()
WORDS = """lantern harbour meadow anchor bridge castle desert engine forest garden hammer island
jungle kitchen ladder mirror needle ocean palace quarry river saddle temple valley window beacon
canvas dragon feather glacier hollow insect journey kettle legend marble nectar orchard pebble
quiver ribbon shadow timber velvet whisper brave gentle humble noble rapid silent steady ancient
eager fragile"""
DEFINITIONS = """a kind of tool|a place near water|a large room|a small animal|something very old
|a piece of wood|a soft cloth|a long walk|a quiet sound|not loud|a sweet liquid|a field of grass
|a deep hole|a light in the dark|a tall building|full of courage|easy to break|very fast
|a wall of stone|a path through trees|a part of a ship|a thing that turns|without any light"""
TOPICS = """cheap hotels|train tickets|jazz music|apple pie recipe|used cars|solar panels|cat food
|garden ideas|running shoes|history of chess|local news|board games|hiking trails|science museums
|electric bikes|piano lessons|whale songs|old maps|green tea|moon landing|bread recipe
|football results
|healthy breakfast|wooden toys|stone bridges|home office desk|rain radar|bird voices|summer camps"""
UNITS = """km miles|miles km|metres feet|feet metres|cm inches|inches cm|kg pounds|pounds kg
|grams ounces
|litres gallons|gallons litres|celsius fahrenheit|fahrenheit celsius|hours minutes|minutes seconds
|days hours|weeks days|metres yards|minutes hours|seconds minutes|ounces grams|metres cm|cm metres
|kg grams|grams kg|litres ml"""
MONEY = "dollars euros pounds yen francs crowns rupees pesos USD EUR GBP JPY CHF won".split()

_SOUNDS = "b c d f g h k l m n p r s t v w z br dr gr kl pl st tr sh th".split()
_VOWELS = "a e i o u ai ou ea".split()
_ENDS = ["", "", "n", "r", "s", "l", "m", "k", "x", "nd", "rt"]


def invented(rng, held):
    """A word that nobody has seen, of the wanted side."""
    while True:
        word = rng.choice(_SOUNDS) + rng.choice(_VOWELS)
        if rng.random() < 0.75:
            word += rng.choice(_SOUNDS) + rng.choice(_VOWELS) + rng.choice(_ENDS)
        else:
            word += rng.choice(("nd", "rk", "lt", "sh", "mp"))
        if heldout_key("tool word:" + word, 0.15) == held:
            return word


def _halves(text):
    """The entries of TEXT for training and for the held-out side: at least one in eight."""
    entries = []
    for i, part in enumerate(text.split("|")):
        part = part.strip()
        # The first part may be a list of single words; the others are entries of several words.
        entries += part.split() if i == 0 and len(part.split()) > 9 else [" ".join(part.split())]
    entries = list(dict.fromkeys(e for e in entries if e))
    held = [e for e in entries if heldout_key("tool value:" + e.lower(), 0.14)]
    return [e for e in entries if e not in held], held


POOLS = {
    name: _halves(text)
    for name, text in {
        "city": CITIES, "person": PEOPLE, "item": ITEMS, "word": WORDS, "topic": TOPICS,
        "definition": DEFINITIONS,
    }.items()
}  # fmt: skip
UNIT_PAIRS = [tuple(pair.split()) for pair in UNITS.split("|")]
# Kinds whose values never are on both sides; of the others, it is the whole of a question's values.
APART = frozenset("city person item word topic".split())


def pick(rng, name, held):
    return rng.choice(POOLS[name][held])


# Training sees more invented words, and words of all sorts in places where they are odd: what is to
# be copied must not be guessed.
_ODD = [
    w for w in dict.fromkeys(
        [*lexicon.WORDS, *lexicon.NAMES, *lexicon.CITIES, *common.WORDS, *common.NAMES]
    )
    if not heldout_key("tool value:" + w.lower(), 0.14)
]  # fmt: skip


def _named(pool, capital, share):
    def draw(rng, held):
        chance = rng.random()
        if chance < (share if held else 3 * share):
            word = invented(rng, held)
            return word.capitalize() if capital else word
        if not held and chance > 0.75:
            word = rng.choice(_ODD)
            return word.capitalize() if capital else word
        return pick(rng, pool, held)

    return draw


def _item(rng, held):
    thing = _named("item", False, 0.08)(rng, held)
    return rng.choice(ADJECTIVES) + " " + thing if rng.random() < 0.2 else thing


def _topic(rng, held):
    style = rng.random()
    if style < 0.2:
        return pick(rng, "topic", held) + " in " + pick(rng, "city", held)
    return pick(rng, "word", held) if style < 0.35 else pick(rng, "topic", held)


def number(rng, digits):
    return rng.randrange(10 ** (digits - 1) if digits > 1 else 1, 10**digits)


def _amount(rng, held):
    if rng.random() < 0.15:
        return round(number(rng, rng.choice((2, 3))) / 10, 1)
    return number(rng, rng.choice((1, 2, 2, 3, 3, 4)))


def odd_name(rng):
    """Words for the name of a function or a parameter that tell nothing of what it is for."""
    return " ".join(
        invented(rng, False) if rng.random() < 0.5 else rng.choice(_ODD).lower()
        for _ in range(rng.choice((1, 1, 2)))
    )


def odd_phrase(rng):
    """Some words that have nothing to do with each other."""
    return " ".join(rng.choice(_ODD) for _ in range(rng.choice((2, 2, 3, 4)))).lower()


KINDS = {
    "city": _named("city", True, 0.1),
    "person": _named("person", True, 0.1),
    "item": _item,
    "word": _named("word", False, 0.1),
    "topic": _topic,
    "amount": _amount,
    "order": lambda rng, held: number(rng, rng.choice((3, 4, 4, 5))),
}
