"""Names and things that people tell about themselves, and sounds for made-up names."""


def _list(text):
    return tuple(" ".join(item.split()) for item in text.split(",") if item.strip())


NAMES = _list(
    """Ana, Ben, Carla, David, Emma, Felix, Grace, Hugo, Ida, Jan, Kate, Leo, Mia, Nina, Oscar,
    Paul, Rosa, Sam, Tina, Tom, Uma, Vera, Will, Yuki, Zoe, Adam, Bob, Clara, Dan, Eva, Frank,
    Gina, Hans, Iris, Jack, Karl, Lisa, Max, Nora, Olga, Peter, Ravi, Sara, Tim, Anna, Kenji,
    Maria, John, Lucy, Omar, Priya, Ali, Chen, Elena, Fatima, Ivan, Julia, Ken, Lena, Marco,
    Noah, Sofia, Theo, Alice, Daniel, Hana, Laura, Mark, Michael, Robert, Sven, Aiko, Amir,
    Bella, Diego, Erik, George, Helen"""
)
CITIES = _list(
    """Oslo, Paris, Berlin, Rome, Tokyo, London, Madrid, Vienna, Prague, Lima, Cairo, Delhi,
    Sydney, Boston, Chicago, Lisbon, Athens, Dublin, Zurich, Kyoto, Osaka, Milan, Hamburg,
    Munich, Warsaw, Toronto, Geneva, Seoul, Bern, Basel, Helsinki, Nairobi, Mumbai, Denver,
    Austin, Bangkok"""
)
COUNTRIES = _list(
    """France, Spain, Italy, Japan, Norway, Sweden, Finland, Poland, Greece, Brazil, Peru, Chile,
    Canada, Mexico, Kenya, Egypt, India, China, Germany, Austria, Portugal, Ireland, Turkey,
    Cuba"""
)
COLOURS = _list(
    "red, green, blue, yellow, orange, purple, pink, brown, black, white, grey, cyan, silver, gold"
)
FOODS = _list(
    """pizza, pasta, soup, rice, bread, cheese, salad, sushi, curry, cake, chocolate, ramen,
    fish, noodles, ice cream, potatoes, tacos, pancakes, steak, eggs, fruit salad, tomato
    soup, udon"""
)
FRUITS = _list("apple, banana, cherry, grape, lemon, mango, melon, orange, peach, pear, plum, kiwi")
DRINKS = _list(
    "tea, coffee, water, milk, juice, cocoa, lemonade, green tea, apple juice, wine, beer"
)
ANIMALS = _list(
    """cat, dog, horse, bird, fish, rabbit, lion, tiger, bear, wolf, fox, mouse, cow, sheep,
    duck, owl, frog, snake, turtle, panda, monkey, elephant, whale, dolphin, eagle, zebra,
    goat, bee"""
)
PETS = _list(
    """cat, dog, horse, bird, fish, rabbit, mouse, hamster, parrot, turtle, snake, goat, duck,
    pony, lizard, kitten, puppy"""
)
JOBS = _list(
    """baker, teacher, doctor, nurse, farmer, pilot, driver, cook, painter, writer, singer,
    dancer, lawyer, judge, student, carpenter, gardener, plumber, dentist, tailor, waiter,
    librarian, sailor, scientist, programmer, photographer, musician, mechanic, butcher,
    florist, police officer"""
)
SPORTS = _list(
    "football, tennis, golf, chess, swimming, running, cycling, skiing, boxing, judo, hockey, yoga"
)
SEASONS = _list("spring, summer, autumn, winter")
DAYS = _list("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday")
MONTHS = _list(
    """January, February, March, April, May, June, July, August, September, October, November,
    December"""
)
FLOWERS = _list("rose, tulip, lily, daisy, orchid, sunflower, violet, poppy")
INSTRUMENTS = _list("piano, guitar, violin, flute, drum, harp, trumpet, cello")
SHOPS = _list(
    """shop, library, museum, bank, bakery, school, office, pool, market, post office, pharmacy,
    cafe, restaurant, park, station, theatre, zoo, gallery"""
)
WORDS = _list(
    """falcon, river, sunset, copper, anchor, velvet, thunder, pepper, silver, garden, castle,
    pirate, rocket, winter, planet, marble, dragon, bridge, forest, candle, lantern, cactus,
    tiger, button, island, comet, pebble, banana, eagle, ocean, mountain, shadow, feather,
    hammer, crystal, violet"""
)
KIN = _list(
    """sister, brother, mother, father, son, daughter, wife, husband, friend, boss, teacher,
    uncle, aunt, neighbour, doctor, cousin, best friend, colleague"""
)
ADJECTIVES = _list(
    "friendly, kind, cheerful, polite, brave, calm, clever, funny, gentle, happy, wise, patient"
)
ROLES = _list(
    """guide, robot, librarian, cook, gardener, pilot, teacher, sailor, wizard, pirate, farmer,
    nurse, captain, waiter, painter, doctor, knight, detective, shopkeeper, taxi driver,
    clown, parrot"""
)
ENDINGS = _list(
    """Over., Roger., Meow., Amen., Beep., Ahoy!, Cheers., Woof., Done., Bye., Stop., Yours
    truly., Aye., Bing!, Hooray!, Yes sir., Peace., Over and out., Ding., Moo., Ha ha., Boop.,
    Indeed., Thank you., My friend., Good day., Best wishes., That is all., Tick tock.,
    Hello., Banana."""
)
STARTS = _list(
    """Well, Captain, Hmm, Look, Beep, Sir, Ahoy, Dear friend, Listen, Ah, Meow, Yes, Roger,
    Madam, Boss, Oh, Aha, Note, Robot, Answer, Reply, OK, My friend, Professor, Chief, Hello,
    Woof"""
)
TITLES = _list(
    """Captain, Boss, Sir, Madam, Chief, Professor, Doctor, Friend, Master, Queen, King,
    Commander, Coach, Champion, Buddy, Your Majesty, Pilot, Teacher, Hero, Sunshine"""
)
STATEMENTS = _list(
    """It is raining, It is snowing, The sun is shining, It is late, It is cold today, It is hot
    today, The train was late, The bus is full, My tea is cold, The soup is hot, The door is
    open, The window is closed, There is a bird outside, The cat is asleep, The dog is
    barking, I was at the market, I am at home, I am on the train, I am drinking tea, I ate an
    apple, I saw a film, I read a book, I went for a walk, I worked all day, I cooked dinner,
    I slept well, The shop is closed, The lamp is broken, The grass is green, The leaves are
    falling, My phone is new, My chair is old, We had guests, We played cards, The children
    are playing, Lunch was good, The street is quiet, The music is loud, There is snow on the
    roof, I watered the flowers, I cleaned the kitchen, The bread is fresh, The coffee is
    strong, The river is high, I found a coin, I painted the wall, The clock is slow, The road
    is long, I bought a hat, I lost a glove, I missed the bus, The moon is bright, The wind is
    strong, It was a long trip, I sold my car, I wrote a letter, We ate cake, The neighbours
    are away, The room is small, The garden is full of bees"""
)

CONSONANTS = "b d f g k l m n p r s t v z br dr fl gr kl pr sh st tr th".split()
VOWELS = "a e i o u a e i o ai ee oo".split()
CODAS = ("", "", "", "n", "r", "l", "s", "x", "k", "m", "nd", "rt")


def made_up(rng, syllables=None):
    """A word that no dictionary has, to be copied."""
    count = syllables or rng.choice((2, 2, 3))
    parts = []
    for _ in range(count):
        parts += [rng.choice(CONSONANTS), rng.choice(VOWELS)]
    return "".join(parts) + rng.choice(CODAS)


def name(rng):
    return rng.choice(NAMES) if rng.random() < 0.65 else made_up(rng).capitalize()


def city(rng):
    return rng.choice(CITIES) if rng.random() < 0.75 else made_up(rng).capitalize()


def code(rng):
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(WORDS)
    if kind < 0.65:
        return made_up(rng)
    if kind < 0.8:
        return str(rng.randint(10, 9999))
    if kind < 0.9:
        return rng.choice(COLOURS) + " " + rng.choice(WORDS)
    return f"{rng.choice('ABCDEFGHJKLMNPRSTUVWXYZ')}{rng.randint(1, 999)}"


