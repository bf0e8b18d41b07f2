"""Values for the tool skill: what a user asks about. Each kind has two disjoint halves: what
training sees and what only the held-out side draws. A share of all names is invented, letter by
letter, because the model must copy what it has never seen."""

from .case import heldout_key

CITIES = """Oslo Rome Paris Berlin Madrid Lisbon London Dublin Vienna Prague Warsaw Budapest Athens
Helsinki Stockholm Copenhagen Brussels Amsterdam Zurich Geneva Milan Naples Turin Venice Munich
Hamburg Cologne Lyon Nice Porto Seville Cairo Tunis Lagos Nairobi Tokyo Kyoto Osaka Sapporo Seoul
Beijing Shanghai Delhi Mumbai Bangkok Hanoi Jakarta Manila Sydney Perth Auckland Toronto Montreal
Vancouver Boston Chicago Denver Seattle Dallas Miami Atlanta Houston Lima Quito Bogota Santiago
Havana Ankara Istanbul Moscow Kiev Riga Tallinn Bergen Malta Dubai Doha Singapore Leeds York Bath
Oxford Cambridge Glasgow Cardiff|New York|San Francisco|Los Angeles|Hong Kong|Cape Town|Buenos Aires
|New Delhi|Mexico City|Sao Paulo"""
PEOPLE = """Anna Ben Clara David Emma Felix Greta Hugo Ines Jonas Karl Lena Maria Nils Olga Paul
Rosa Sam Tina Uwe Vera Will Yuki Zoe Ken Aiko Hana Taro Mei Omar Leila Ivan Nina Oscar Petra Ruth
Simon Tom Lucy Jack Mia Noah Ella Liam Sofia Max Julia Peter Laura Mark Sara Alex Eva Leo Mum Dad
Grandma|Mr Smith|Mrs Brown|Dr Lee|Anna Berg|Tom Baker|Maria Lopez"""
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
LANGUAGES = """German French Spanish Italian Japanese Korean Chinese Russian Polish Dutch Swedish
Norwegian Danish Finnish Greek Turkish Arabic Hindi Portuguese Latin Welsh"""
COUNTRIES = """Norway Sweden Finland Denmark Germany France Spain Italy Portugal Poland Austria
Greece Turkey Egypt Kenya Ghana Nigeria Morocco Japan China India Thailand Vietnam Korea Nepal
Australia Canada Mexico Brazil Chile Peru Argentina Cuba Iceland Ireland Scotland Switzerland"""
ROOMS = """kitchen bedroom bathroom office hall garage garden cellar attic balcony|living room
|dining room|guest room|front|back|upper|left|right"""
DEVICES = """lamp light fan heater radio television speaker printer camera kettle oven pump siren
|air conditioner|coffee machine|washing machine|dishwasher|vacuum robot"""
DOORS = "door gate window curtain blind shutter hatch valve drawer box lid roof".split()
STUFF = """engine pump server job download update backup robot game music video recording machine
mixer conveyor motor printer scanner program session test timer heating lawnmower drone"""
DAYS = """Monday Tuesday Wednesday Thursday Friday Saturday Sunday tomorrow today tonight
|next Monday|next week|1 May|24 December|3 June|Friday morning"""
EVENTS = """meeting lunch dinner party concert lesson exam interview workshop birthday holiday
wedding training|team meeting|dentist appointment|piano lesson|call with Anna|parents evening"""
TASKS = """call the bank|buy milk|water the plants|feed the cat|pay the rent|wash the car
|take the medicine|book the hotel|close the window|send the report|call Anna|empty the bin
|walk the dog|pick up the parcel|clean the kitchen|write to Tom|renew the passport|turn off the oven
|check the tyres|iron the shirts|order new shoes|return the book"""
SAYINGS = """I am late|I am on my way|see you soon|dinner is ready|the car is ready|good luck
|happy birthday|call me back|the train is late|I will be home at six|where are you|have a nice day
|the meeting is cancelled|please bring milk|thank you for the flowers|the door is open
|we are at the station|it is raining here|I found the keys|see you on Monday|the parcel is here
|do not wait for me|good night|I miss you|the game starts at eight|lunch at noon|we won the game"""
TOPICS = """cheap hotels|train tickets|jazz music|apple pie recipe|used cars|solar panels|cat food
|garden ideas|running shoes|history of chess|local news|board games|hiking trails|science museums
|electric bikes|piano lessons|whale songs|old maps|green tea|moon landing|bread recipe
|football results
|healthy breakfast|wooden toys|stone bridges|home office desk|rain radar|bird voices|summer camps"""
COLOURS = "red green blue yellow orange purple pink white black grey warm cold bright dark".split()
THINGS = """river mountain train flower moon sun road dream morning winter summer ocean garden fire
rain star heart home night bird stone city shadow wind""".split()
EXTENSIONS = ["txt", "md", "csv", "json", "log", "pdf"]
UNITS = """km miles|miles km|metres feet|feet metres|cm inches|inches cm|kg pounds|pounds kg
|grams ounces
|litres gallons|gallons litres|celsius fahrenheit|fahrenheit celsius|hours minutes|minutes seconds
|days hours|weeks days|metres yards|ml cups|cups ml|MB GB|knots kmh"""
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
    if len(held) < 3:
        held = entries[1::6]
    return [e for e in entries if e not in held], held


POOLS = {
    name: _halves(text)
    for name, text in {
        "city": CITIES, "person": PEOPLE, "item": ITEMS, "word": WORDS, "language": LANGUAGES,
        "country": COUNTRIES, "day": DAYS, "event": EVENTS, "task": TASKS, "saying": SAYINGS,
        "topic": TOPICS, "room": ROOMS, "definition": DEFINITIONS,
    }.items()
}  # fmt: skip
_DEVICES = [" ".join(d.split()) for d in DEVICES.split("|")[1:]] + DEVICES.split("|")[0].split()
_STUFF = STUFF.split()
UNIT_PAIRS = [tuple(pair.split()) for pair in UNITS.split("|")]
# Kinds whose values never are on both sides; of the others, it is the whole of a question's values.
APART = frozenset(
    "city person country item word language day event task saying topic room door file name "
    "phrase device".split()
)


def pick(rng, name, held):
    return rng.choice(POOLS[name][held])


def _named(pool, capital, share):
    def draw(rng, held):
        if rng.random() < share:
            word = invented(rng, held)
            return word.capitalize() if capital else word
        return pick(rng, pool, held)

    return draw


def _item(rng, held):
    thing = _named("item", False, 0.15)(rng, held)
    return rng.choice(ADJECTIVES) + " " + thing if rng.random() < 0.3 else thing


def _device(rng, held):
    thing = rng.choice(_DEVICES) if rng.random() < 0.9 else invented(rng, held)
    if rng.random() < 0.3 and heldout_key("tool device:" + thing, 0.15) == held:
        return thing
    return pick(rng, "room", held) + " " + thing


def _clock(rng, held):
    hour, minute = rng.randrange(24), rng.choice((0, 5, 10, 15, 20, 30, 40, 45, 50, 55))
    style = rng.random()
    if style < 0.3:
        return f"{hour % 12 + 1} {'am' if hour < 12 else 'pm'}"
    if style < 0.4:
        return f"{hour % 12 + 1}:{minute:02d} {'am' if hour < 12 else 'pm'}"
    return f"{hour:02d}:{minute:02d}" if style < 0.8 else f"{hour}:{minute:02d}"


def _title(rng, held):
    title = rng.choice(COLOURS) + " " + rng.choice(THINGS)
    return title.title() if rng.random() < 0.7 else invented(rng, held).capitalize()


def number(rng, digits):
    return rng.randrange(10 ** (digits - 1) if digits > 1 else 1, 10**digits)


def _amount(rng, held):
    if rng.random() < 0.25:
        return round(number(rng, rng.choice((2, 3, 4))) / rng.choice((10, 100)), 2)
    return number(rng, rng.choice((1, 2, 2, 3, 3, 4)))


def _code(rng, held):
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(rng.choice((1, 2, 2))))
    return f"{letters}{rng.choice(('', '-'))}{number(rng, rng.choice((2, 3, 4)))}"


def _symbol(rng, held):
    return "".join(rng.choice("ABCDEFGHIKLMNOPRSTUVWX") for _ in range(rng.choice((3, 3, 4))))


def _file(rng, held):
    name = rng.choice((pick(rng, "word", held), invented(rng, held), pick(rng, "event", held)))
    return name.replace(" ", "_").lower() + "." + rng.choice(EXTENSIONS)


def _saying(rng, held):
    if rng.random() < 0.2:
        return f"meet me in {_named('city', True, 0.3)(rng, held)} at {_clock(rng, held)}"
    return pick(rng, "saying", held)


def _topic(rng, held):
    style = rng.random()
    if style < 0.3:
        return pick(rng, "topic", held) + " in " + _named("city", True, 0.3)(rng, held)
    return _item(rng, held) if style < 0.5 else pick(rng, "topic", held)


KINDS = {
    "city": _named("city", True, 0.25),
    "person": _named("person", True, 0.2),
    "country": _named("country", True, 0.15),
    "item": _item,
    "word": _named("word", False, 0.2),
    "language": _named("language", True, 0.05),
    "day": lambda rng, held: pick(rng, "day", held),
    "event": lambda rng, held: pick(rng, "event", held),
    "task": lambda rng, held: pick(rng, "task", held),
    "saying": _saying,
    "topic": _topic,
    "device": _device,
    "room": lambda rng, held: pick(rng, "room", held),
    "door": lambda rng, held: pick(rng, "room", held) + " " + rng.choice(DOORS),
    "stuff": lambda rng, held: rng.choice(_STUFF) if rng.random() < 0.8 else invented(rng, held),
    "clock": _clock,
    "title": _title,
    "amount": _amount,
    "small": lambda rng, held: number(rng, rng.choice((1, 2, 2))),
    "level": lambda rng, held: rng.randrange(5, 100),
    "order": lambda rng, held: number(rng, rng.choice((3, 4, 4, 5, 6))),
    "id": lambda rng, held: number(rng, rng.choice((1, 2, 3, 4))),
    "code": _code,
    "symbol": _symbol,
    "file": _file,
    "name": lambda rng, held: invented(rng, held).capitalize(),
    "money": lambda rng, held: rng.choice(MONEY),
}
