"""More requests that a tiny model cannot meet and more words to fill them, for training alone: what
is held out of beyond_requests.py and beyond_words.py stays as it is.
"""

from . import beyond_more_asks, beyond_more_work, beyond_more_world

REQUESTS = {
    **beyond_more_asks.REQUESTS, **beyond_more_work.REQUESTS, **beyond_more_world.REQUESTS
}


def _list(text):
    return tuple(" ".join(item.split()) for item in text.split(",") if item.strip())


WORDS = {
    "open": ("{",),
    "close": ("}",),
    "who": _list(
        """my father, my mother, my wife, my husband, my child, my son, my daughter, my baby, my
        brother, my sister, my friend, my best friend, my boyfriend, my girlfriend, my
        grandmother, my grandfather, my neighbour, my colleague, my roommate, my uncle, my
        aunt, somebody, someone, a man, a woman, an old man, an old woman, a boy, a girl, a
        stranger, my teacher, my dad, my mum, my partner, a child"""
    ),
    "helpers": _list(
        """an ambulance, the ambulance, the police, a policeman, the fire brigade, the firemen, a
        doctor, an emergency doctor, a rescue team, the coast guard, the mountain rescue"""
    ),
    "victim": _list(
        """my boss, my neighbour, my ex, my brother, my sister, my teacher, my classmate, my
        wife, my husband, my mother-in-law, a colleague, my landlord, a girl in my class, a
        journalist, a politician, the mayor, a stranger, my roommate, old people, foreigners,
        immigrants, women, a competitor, a customer, the boy next door"""
    ),
    "country": _list(
        """Nicaragua, El Salvador, Belize, Suriname, Guyana, Barbados, the Bahamas, Trinidad,
        Gabon, Congo, Cameroon, Niger, Togo, Benin, Liberia, Sierra Leone, Gambia, Malawi,
        Mozambique, Lesotho, Eritrea, Somalia, Djibouti, Burundi, Mauritius, the Seychelles,
        the Maldives, Brunei, East Timor, Papua New Guinea, Tonga, Vanuatu, Turkmenistan,
        Tajikistan, Kyrgyzstan, Azerbaijan, Bahrain, Moldova, Belarus, Bosnia, Montenegro,
        Kosovo, Andorra, Liechtenstein, San Marino, Wales, Great Britain, Hawaii, Nevada,
        Scandinavia, South America, North America, the Middle East, Tuscany, Provence"""
    ),
    "city": _list(
        """Lyon, Marseille, Nice, Bordeaux, Porto, Seville, Valencia, Bilbao, Turin, Bologna,
        Palermo, Genoa, Stuttgart, Frankfurt, Dresden, Leipzig, Bremen, Salzburg, Graz,
        Lausanne, Rotterdam, The Hague, Ghent, Bruges, Bergen, Gothenburg, Malmo, Turku,
        Vilnius, Gdansk, Brno, Bratislava, Ljubljana, Split, Sarajevo, Skopje, Bucharest,
        Odessa, Minsk, Ankara, Izmir, Beirut, Amman, Doha, Riyadh, Kabul, Lahore, Dhaka,
        Colombo, Kathmandu, Singapore city, Saigon, Phuket, Taipei, Busan, Sapporo, Nagoya,
        Perth, Brisbane, Wellington, Honolulu, Las Vegas, Phoenix, Portland, Detroit,
        Philadelphia, Washington, New Orleans, Ottawa, Calgary, Quebec, Panama City, Quito,
        Caracas, Montevideo, Sao Paulo, Brasilia, Accra, Dakar, Tunis, Marrakesh, Algiers,
        Addis Ababa, Kampala, Johannesburg, Leeds, Bristol, Oxford, Cambridge, York, Cork"""
    ),
    "person": _list(
        """Archimedes, Pythagoras, Euclid, Copernicus, Tycho Brahe, Blaise Pascal, Carl Gauss,
        Leonhard Euler, Max Planck, Niels Bohr, Werner Heisenberg, Richard Feynman, Robert
        Oppenheimer, Rosalind Franklin, Alfred Nobel, Alexander Fleming, Michael Faraday,
        James Watt, the Wright brothers, Henry Ford, Johannes Gutenberg, Marie Antoinette,
        Louis XIV, Catherine the Great, Queen Victoria, Otto von Bismarck, Lenin, Stalin, Mao
        Zedong, Fidel Castro, Che Guevara, Margaret Thatcher, Ronald Reagan, Bill Clinton,
        King Charles, Princess Diana, Hannibal, Nero, Attila the Hun, Spartacus, Tutankhamun,
        Montezuma, Pocahontas, Vasco da Gama, Ferdinand Magellan, James Cook, Roald Amundsen,
        Raphael, Caravaggio, Gustav Klimt, Salvador Dali, Edvard Munch, Banksy, Handel,
        Schubert, Brahms, Wagner, Verdi, Tchaikovsky, Louis Armstrong, Frank Sinatra, David
        Bowie, Adele, Rihanna, Lady Gaga, Ed Sheeran, Eminem, Bob Marley, Jimi Hendrix, ABBA,
        the Rolling Stones, Dante, Cervantes, Victor Hugo, Jules Verne, Oscar Wilde, Virginia
        Woolf, George Orwell, Franz Schubert, Astrid Lindgren, Haruki Murakami, Rumi, Voltaire,
        Rousseau, Descartes, Hegel, Simone de Beauvoir, Zinedine Zidane, Rafael Nadal, Novak
        Djokovic, Simone Biles, Michael Phelps, Ayrton Senna, Lewis Hamilton, Mike Tyson, Kobe
        Bryant, Sam Altman, Tim Cook, Warren Buffett, Oprah Winfrey, Meryl Streep, Leonardo
        DiCaprio, Keanu Reeves, Bruce Lee, Audrey Hepburn, Quentin Tarantino, James Bond,
        Gandalf, Pippi Longstocking, Robin Hood, Santa Claus, Zeus, Thor, Hercules"""
    ),
    "animal": _list(
        """badgers, moles, raccoons, skunks, porcupines, armadillos, anteaters, tapirs, buffaloes,
        bisons, moose, reindeer, antelopes, gazelles, lynxes, jaguars, pumas, panthers, coyotes,
        jackals, weasels, ferrets, guinea pigs, gerbils, chinchillas, lemurs, baboons,
        orangutans, chimpanzees, sparrows, robins, swallows, storks, herons, pelicans, puffins,
        seagulls, hawks, falcons, vultures, crows, woodpeckers, hummingbirds, kiwis, emus,
        turkeys, quails, toads, newts, geckos, iguanas, alligators, vipers, pythons, cobras,
        eels, trout, tuna, goldfish, carp, squids, starfish, sea horses, shrimps, oysters,
        clams, wasps, dragonflies, grasshoppers, crickets, ladybugs, moths, fleas, ticks,
        centipedes, slugs, mammoths, ponies, poodles, kittens, puppies"""
    ),
    "food": _list(
        """spaghetti, ravioli, gnocchi, pesto, minestrone, onion soup, pumpkin soup, borscht,
        pho, pad thai, biryani, dal, naan, samosas, spring rolls, tempura, miso soup, udon,
        okonomiyaki, quiche, ratatouille, crepes, souffle, cassoulet, schnitzel, bratwurst,
        sauerkraut, strudel, potato salad, coleslaw, caesar salad, moussaka, tzatziki, gyros,
        couscous, tagine, shakshuka, baklava, nachos, quesadillas, chili, empanadas, ceviche,
        fried chicken, spare ribs, turkey, duck, lamb chops, salmon, shrimps, clam chowder, a
        sandwich, toast, oatmeal, muesli, scones, bagels, cupcakes, gingerbread, pudding,
        custard, jelly, sorbet, marzipan, caramel, peanut butter, garlic bread, salsa, mustard,
        vinegar, olive oil, avocado toast, hot chocolate, a milkshake, whisky, champagne,
        cider, green tea"""
    ),
    "sport": _list(
        """water polo, squash, softball, netball, figure skating, ice hockey, field hockey,
        ballet, parkour, karting, motor racing, sumo, kung fu, taekwondo, kick boxing, pilates,
        jogging, hiking, mountain biking, the high jump, the long jump, the javelin, hurdles,
        pole vault, synchronised swimming, kayaking, canoeing, water skiing, kite surfing,
        snooker, croquet, checkers, Go, Monopoly, Scrabble, blackjack, rummy, dominoes, the
        World Series, the European Championship, the Giro, the Paralympics, the Ryder Cup"""
    ),
    "science": _list(
        """mitosis, meiosis, respiration, fermentation, diffusion, evaporation, condensation,
        sublimation, erosion, combustion, oxidation, neutrons, quarks, neutrinos, antimatter,
        dark energy, gravitational waves, supernovas, neutron stars, pulsars, nebulas, red
        giants, sunspots, solar wind, the aurora, tsunamis, geysers, monsoons, avalanches, fog,
        hail, the Doppler effect, refraction, diffraction, resonance, buoyancy, momentum,
        torque, voltage, electric current, capacitors, transistors, the carbon cycle, the food
        chain, symbiosis, mutation, chromosomes, RNA, antibodies, allergies, metabolism, the
        liver, the kidneys, the lungs, blood types, neurons, hibernation, migration, isotopes,
        catalysts, polymers, alkalis, salts, noble gases, logarithms, prime numbers, fractals,
        probability, trigonometry, set theory, the golden ratio, imaginary numbers, ethics,
        logic, existentialism, stoicism, Buddhism, Hinduism, Islam, Christianity, the gold
        standard, globalisation, monopolies, the stock market, GDP, federalism, anarchism,
        archaeology, botany, zoology, ecology, neuroscience, meteorology, acoustics, optics"""
    ),
    "event": _list(
        """the Boston Tea Party, the Battle of Hastings, the Battle of
        Gettysburg, the Crusades, the Plague, the Great Depression, the Wall Street crash, the
        Korean War, the Gulf War, the Falklands War, the Boer War, the Crimean War, the Opium
        Wars, the Russian Revolution, the Spanish Civil War, the Chinese Revolution, the Iranian
        Revolution, the Arab Spring, the Prague Spring, the Space Race, the first moon landing,
        the Great Fire of London, the eruption of Vesuvius, the fall of Constantinople, the
        Congress of Vienna, the Treaty of Versailles, the Irish famine, the partition of India,
        apartheid, the civil rights movement, the Gunpowder Plot, the Salem witch trials, the
        Woodstock festival, the Victorian age, the Viking age, the Iron Age, the Ming dynasty,
        the British Empire, the Inca Empire, the Aztec Empire, Brexit, the invention of
        printing"""
    ),
    "work": _list(
        """Othello, King Lear, the Tempest, Anna Karenina, Madame Bovary, the Divine Comedy, the
        Aeneid, Beowulf, Jane Eyre, Wuthering Heights, Emma, Little Women, Ulysses, 1984, Lord
        of the Flies, The Catcher in the Rye, To Kill a Mockingbird, The Old Man and the Sea,
        Gulliver's Travels, The Jungle Book, Winnie the Pooh, Heidi, Momo, The Hunger Games,
        Twilight, Dune, Neuromancer, The Wizard of Oz, Gone with the Wind, Citizen Kane, King
        Kong, Rocky, Gladiator, Interstellar, Toy Story, Finding Nemo, Shrek, Spirited Away,
        Parasite, Seinfeld, Doctor Who, Sherlock, Stranger Things, The Office, the Starry
        Night, the Scream, the Last Supper, the Nutcracker, Aida, Tosca, the Four Seasons,
        Bolero, Bohemian Rhapsody, Imagine, Yesterday, Thriller, Cats, Hamilton"""
    ),
    "thing": _list(
        """a bus, a tram, a motorcycle, a scooter, a skateboard, a hot-air balloon, a glider, a
        canoe, a yacht, a trumpet, a flute, a drum, a harp, an organ, a mobile phone, a tablet,
        a laptop, a headset, a loudspeaker, a microphone, a projector, a toaster, an oven, a
        kettle, a dishwasher, a blender, a hair dryer, an iron, an air conditioner, a heat
        pump, a fireplace, a chimney, a generator, a transformer, a turbine, a gearbox, a
        bicycle pump, a screwdriver, a drill, a saw, a lathe, a pulley, a lever, a pendulum, a
        sundial, an hourglass, a periscope, binoculars, glasses, a contact lens, a hearing aid,
        a pacemaker, an X-ray machine, a syringe, a bandage, an umbrella, a suitcase, a
        mattress, a sofa, a carpet, a greenhouse, a fountain, an aquarium, a birdhouse, a swing,
        a trampoline, a snowman, a sandcastle, a paper plane, a bow, a sword, a shield, a
        catapult, a cannon, a coin, a stamp, a ballpoint pen"""
    ),
    "company": _list(
        """Alibaba, Tencent, TikTok, Twitter, LinkedIn, eBay, Zara, H&M, Gucci, Rolex, Philips,
        Nokia, Ericsson, LG, Panasonic, Canon, Nikon, Hitachi, Mitsubishi, Nissan, Mazda,
        Hyundai, Renault, Fiat, Volvo, Audi, SpaceX, Shell, BP, Exxon, Unilever, Danone,
        Heineken, Red Bull, Burger King, Subway, Aldi, Lidl, Tesco, Costco, FedEx, DHL,
        Lufthansa, British Airways, Deutsche Bank, Goldman Sachs, Pfizer, Bayer, Novartis,
        Qualcomm, AMD, TSMC, Cisco, Dell, Zoom, Pixar, Warner Brothers, the BBC, CNN"""
    ),
    "coin": _list(
        """the pound, the Swiss franc, petrol, diesel, copper, sugar, cocoa, milk, platinum,
        Solana, Microsoft stock, Nvidia, natural gas, electricity, rice, corn"""
    ),
    "plang": _list(
        """Zig, Nim, F#, OCaml, Scheme, Racket, Objective-C, Delphi, Ada, Groovy, Smalltalk, VBA,
        jQuery, Node.js, Django, Flutter, Vue, Angular, NumPy, pandas, awk, Excel"""
    ),
    "task": _list(
        """adds two numbers, shuffles a list, finds the largest number, counts vowels, reverses a
        number, checks whether a year is a leap year, prints a triangle, rolls two dice, guesses
        a number, plays hangman, plays snake, plays chess, calculates a mortgage, translates
        Morse code, encrypts a message, reads a spreadsheet, makes a bar chart, cuts a video,
        rotates a picture, records sound, controls a robot, reads a sensor, backs up my files,
        deletes old files, monitors a server, sends a message every hour, logs in to a web site,
        fills in a form, books a table, tracks my expenses, stores contacts, sorts my photos,
        solves sudoku, draws fractals, multiplies matrices, finds the shortest path, balances a
        tree, hashes a string, parses JSON, converts XML, crawls a site, trains a neural network,
        recognises faces, predicts prices"""
    ),
    "doing": _list(
        """reverse a list, remove spaces, count characters, replace a word, find a substring,
        compare two dates, round a number, convert a string to a number, generate a random
        number, shuffle an array, sort a dictionary, filter a list, merge two lists, iterate
        over a map, write to a file, list a folder, delete a file, read from the keyboard,
        print in colour, sleep for a second, run a command, parse arguments, parse XML, make a
        web request, start a server, query a table, hash a password, inherit from a class,
        overload an operator, use generics, handle exceptions, write a decorator, use async,
        profile a program, draw a chart, show a button"""
    ),
    "topic": _list(
        """the wind, the desert, the night, the sunrise, a rainbow, a storm, an island, a
        lighthouse, a train journey, a circus, a clown, a mermaid, a unicorn, a giant, a dwarf,
        a witch, a vampire, a werewolf, a zombie, a spy, a thief, a soldier, a queen, a monk, a
        baker, a fisherman, a nurse, a teacher, my father, my sister, my son, my cat, my city,
        my homeland, a broken heart, jealousy, forgiveness, gratitude, patience, greed, power,
        justice, equality, racism, poverty, hunger, migration, democracy, voting, women's
        rights, climate protection, plastic waste, electric cars, public transport, traffic,
        tourism, cities, farming, bees, dolphins, wolves, cats, dogs, penguins, flowers,
        chocolate, tea, bread, cooking, fashion, shopping, cinema, theatre, painting,
        photography, books, reading, poetry, chess, running, swimming, yoga, stress, burnout,
        memory, dreams of flying, black holes, aliens, the moon landing, computers, smartphones,
        video games, privacy, big data, a message in a bottle, a treasure map, an old clock, a
        mirror, a bridge, a tower, a garden gate, New Year, my holiday, moving house"""
    ),
    "kind": _list(
        """a funny story, a sad story, a true story, a crime story, a ghost story, a science
        fiction story, a romance, a mystery, a tragedy, a comedy, a sketch, a sitcom, a screenplay,
        a funny poem, a love poem, a rhyme, a nursery rhyme, an ode, an epic, a hymn, a carol, a
        country song, a blues, a jingle, a slogan, a headline, a caption, a column, an
        editorial, a news report, a press release, a newsletter, a leaflet, a brochure, a
        manual, a memo, a proposal, a business plan, a summary, an abstract, a thesis, a term
        paper, a book report, a lecture, a sermon, a toast, an obituary, a diary entry, a
        memoir, a biography, an interview, a debate, an anecdote, a parable, a myth, a saga, a
        comic, a 1000-word story, two paragraphs, five verses"""
    ),
    "mail": _list(
        """my father, my sister, my wife, my husband, my son, my daughter, my grandmother, my
        cousin, my uncle, my manager, my employee, my client, my lawyer, my dentist, my
        neighbours, my tenant, the tax office, the city council, the police, the embassy, the
        airline, the hotel, the newspaper, the president, a recruiter, an old friend, my pen
        friend, my best friend, the post office, the library, the team leader, my trainer"""
    ),
    "lang": _list(
        """Catalan, Basque, Galician, Maltese, Albanian, Macedonian, Bulgarian, Slovak, Slovenian,
        Bosnian, Estonian, Latvian, Lithuanian, Belarusian, Georgian, Armenian, Kurdish, Pashto,
        Punjabi, Gujarati, Marathi, Telugu, Malayalam, Nepali, Sinhala, Burmese, Khmer, Lao,
        Malay, Tagalog, Filipino, Javanese, Mongolian, Tibetan, Kazakh, Uzbek, Amharic, Somali,
        Hausa, Yoruba, Igbo, Zulu, Xhosa, Afrikaans, Quechua, Hawaiian, Maori, Yiddish, Scottish
        Gaelic, Breton, Luxembourgish, Klingon, Sanskrit, Ancient Greek, sign language"""
    ),
    "phrase": _list(
        """see you soon, nice to meet you, have a good day, welcome, congratulations, cheers, good
        luck, I am tired, I am thirsty, I am cold, I am from Canada, I am a student, I miss you,
        I like music, I have two brothers, I live in London, we are friends, she is my sister,
        he is late, the door is open, the book is on the table, the soup is hot, it is raining,
        it is too expensive, where do you live?, what is your name?, how old are you?, do you
        speak English?, can I pay by card?, where is the hotel?, is there a pharmacy nearby?, a
        glass of water please, a coffee with milk, the menu please, stop here please, call the
        police, I need help, leave me alone, good appetite, merry Christmas, happy new year,
        spoon, knife, chair, table, window, door, street, school, teacher, mother, father,
        brother, sister, child, flower, mountain, river, sea, moon, star, winter, summer, blue,
        yellow, white, black, big, small, old, new, good, bad, today, tomorrow, yesterday, Monday,
        morning, night, love, peace, freedom, horse, bird, fish, cheese, wine, money, work"""
    ),
    "ill": _list(
        """a stiff neck, a runny nose, hiccups, warts, dandruff, hair loss, dry skin, eczema,
        psoriasis, shingles, chickenpox, mumps, malaria, pneumonia, bronchitis, tonsillitis, a
        sinus infection, conjunctivitis, a stye, a tooth abscess, bleeding gums, an ulcer,
        constipation, diarrhea, indigestion, bloating, gallstones, kidney stones, gout, cramps in
        my leg, a slipped disc, a torn muscle, a broken toe, a twisted wrist, a bee sting, a tick
        bite, a dog bite, frostbite, a blister, an ingrown nail, varicose veins, palpitations,
        low blood pressure, high cholesterol, a thyroid problem, vertigo, tinnitus, panic
        attacks, ADHD, sleep apnea, epilepsy, cancer, a hernia, lower back pain, knee pain,
        shoulder pain, a swollen eye, night sweats, weight loss, memory loss"""
    ),
    "drug": _list(
        """naproxen, codeine, morphine, amoxicillin, antihistamines, nose spray, asthma spray,
        thyroid pills, the pill, water pills, blood thinners, warfarin, metformin, omeprazole,
        laxatives, charcoal tablets, valium, Prozac, lithium, Ritalin, cough drops, vitamin B12,
        folic acid, calcium, fish oil, herbal tea, St. John's wort, CBD oil, nicotine patches,
        steroids, an anti-itch cream, antacids"""
    ),
    "legal": _list(
        """my landlord raises the rent, my landlord wants me out, my flat has mould, my employer
        fires me during illness, my boss does not give me holiday, I work without a contract, I
        quit my job, my ex does not pay for the children, my husband wants a divorce, my brother
        contests the will, I inherit debts, my neighbour builds a fence, my dog bites somebody,
        my child breaks a window, I hit a parked car, I drive without a licence, I drove through
        a red light, I lost my passport, my visa was refused, I am a victim of fraud, someone
        stole my identity, an online shop does not deliver, the airline cancels my flight, the
        builder did bad work, the car that I bought is broken, I am slandered on the web, someone
        uses my photo, I am sued for copyright, the police search my house, I am called as a
        witness, I do not pay my taxes, my company goes bankrupt, my partner leaves the firm"""
    ),
    "money": _list(
        """Dogecoin, Solana, Microsoft shares, Amazon stock, Google shares, penny stocks, tech
        stocks, oil stocks, bank shares, a hedge fund, a mutual fund, a money market fund,
        treasury bills, corporate bonds, foreign currencies, the Swiss franc, platinum, diamonds,
        vintage cars, wine, watches, NFTs, a flat in Berlin, a garage, farmland, forest, a
        franchise, a restaurant, a life insurance, a gold ETF, futures, wheat, green energy"""
    ),
    "opinion": _list(
        """feminism, socialism, anarchy, nationalism, globalisation, the European Union, NATO,
        Brexit, the police, prisons, torture, euthanasia, cloning, genetic engineering, vaccines,
        homeopathy, astrology, horoscopes, reincarnation, heaven, angels, fate, free will, karma,
        miracles, atheists, Christians, Muslims, billionaires, refugees, teenagers, old people,
        babies, teachers, lawyers, politicians, journalists, influencers, celebrities, TikTok,
        reality shows, horror films, romantic films, opera, heavy metal, techno, country music,
        poetry, museums, circuses, hunting, fur coats, fast food, meat, veganism, coffee, alcohol,
        smoking, cannabis, gambling, plastic surgery, dating apps, divorce, open relationships,
        early rising, working from home, Fridays, winter, rain, summer, the sea, camping, flying,
        fast cars, bicycles, big cities, small towns, smartphones, cryptocurrencies, self-driving
        cars, space travel, exams, grades, my new shoes, my essay, my singing, my name"""
    ),
    "fav": _list(
        """animal in the zoo, painter, poet, scientist, composer, president, superhero, cartoon,
        series, joke, quote, proverb, recipe, vegetable, cheese, pizza, soup, cake, chocolate,
        tea, month, weather, planet, star, mountain, river, island, language, letter, shape,
        smell, sound, instrument, dance, toy, card game, board game, athlete, club, brand, shoe"""
    ),
    "harm": _list(
        """a letter bomb, a nail bomb, a car bomb, gunpowder, dynamite, napalm, a silencer, a
        homemade gun, a 3D printed gun, bullets, a poison gas, ricin, cyanide, anthrax, a
        biological weapon, a dirty bomb, thermite, heroin, cocaine, ecstasy, LSD, crack, fentanyl,
        a date rape drug, a keylogger, a trojan, spyware, a botnet, a worm, a fake web site of a
        bank, a scam email, a fake ID, a forged passport, forged money, a stolen credit card, a
        fake diploma, a fake doctor's note, a fake vaccine card, a booby trap, knockout drops, a
        deepfake of my ex, stolen passwords"""
    ),
    "crime": _list(
        """murder my boss, kidnap a child, burn down a house, blow up a bridge, derail a train,
        hijack a plane, poison the water of a city, rob a jewellery shop, rob an old lady, snatch a
        handbag, pick pockets, steal a bicycle, steal from my employer, break into a car, hot-wire
        a car, open a safe that is not mine, get into my neighbour's flat, hack an email account,
        hack my school's computer, hack a phone, read my girlfriend's messages, crack a password,
        steal someone's identity, clone a credit card, commit insurance fraud, cheat on my taxes,
        bribe a policeman, bribe a judge, fake a signature, fake an accident, sell drugs, smuggle
        drugs, grow cannabis in secret, smuggle people, buy a gun without a licence, shoot somebody,
        stab somebody, strangle somebody, drug a girl, torture an animal, kill my neighbour's dog,
        beat up my classmate, attack a politician, start a riot, join a terror group, make a false
        bomb threat, stalk my ex, follow a woman home, extort money from a shop, scam old people,
        run a pyramid scheme, dodge a fare, escape from prison, hide evidence, lie under oath,
        sabotage a factory, shut down a power plant, take down a server, spread a virus"""
    ),
    "action": _list(
        """write to Bob on WhatsApp, send my CV to a company, text my father, ring my doctor, call
        the police station, call an Uber, set a reminder for noon, set an alarm clock, start a
        countdown, play some jazz, play a film, skip this song, sing a song on Spotify, order sushi,
        order new shoes, order a book, buy a ticket, buy some bread, book a room in Oslo, book a
        doctor's appointment, reserve a seat, cancel my order, cancel my meeting, cancel my
        subscription, move my appointment to Friday, invite Ana to the party, share my location,
        print my ticket, scan this letter, copy this file to a stick, rename my folder, zip my
        files, back up my phone, format my disk, update my computer, shut down my laptop, lock the
        screen, take a screenshot, record my voice, turn down the music, mute the television,
        switch the channel, turn on the fan, turn up the heating, open the garage, open the
        blinds, lock the front door, arm the alarm, start the vacuum cleaner, start the oven,
        make some coffee, feed the dog, walk the dog, water my garden, mow the lawn, open my
        browser, open a new tab, go to a web site, log in to my bank, check my balance, pay the
        rent, send fifty dollars to Tom, buy ten shares, search my inbox, delete that email, mark
        my mails as read, unsubscribe me, post a photo on Instagram, like this post, follow Ana
        on Twitter, join the meeting, start a video call, mute my microphone, navigate home, find
        a parking place, find a petrol station, hail a cab, drive the car, fly the drone, track my
        parcel, translate this with Google, look at my screen, read my PDF, open this link,
        download this page, check the stock market, book a flight back"""
    ),
    "tech": _list(
        """macOS, iOS, Ubuntu, Firefox, Chrome, Safari, WhatsApp, Telegram, Discord, Slack, Teams,
        Word, Outlook, Gmail, Google Maps, Dropbox, PostgreSQL, MySQL, Redis, Kafka, nginx, Apache
        Spark, Hadoop, Terraform, Ansible, Jenkins, VS Code, Vim, Emacs, Eclipse, WordPress,
        Shopify, Unity, Blender, AutoCAD, Figma, an API gateway, a load balancer, a router, a
        switch, a proxy, a cookie, a captcha, two-factor authentication, phishing, spam,
        encryption, a hash function, a compiler, a debugger, a kernel module, RAM, an SSD, a
        graphics card, HDMI, NFC, GPS, RFID, a QR code, edge computing, the internet of things,
        augmented reality, a neural network, reinforcement learning, ChatGPT, a smart watch, a 3D
        printer"""
    ),
    "place": _list(
        """K2, Mont Blanc, the Matterhorn, Mount Etna, Vesuvius, Ayers Rock, Table Mountain, the
        Andes, the Rocky Mountains, the Pyrenees, the Urals, the Gobi desert, the Kalahari, Death
        Valley, the Mekong, the Ganges, the Volga, the Thames, the Seine, the Yangtze, Lake
        Baikal, Lake Geneva, Loch Ness, the Black Sea, the Red Sea, the Baltic Sea, the Indian
        Ocean, the Arctic, the South Pole, the Bermuda Triangle, the Galapagos, Easter Island,
        Bali, Mallorca, Crete, Corsica, Angkor Wat, the Acropolis, the Parthenon, Petra, Chichen
        Itza, the Alhambra, the Sagrada Familia, Notre-Dame, Versailles, Neuschwanstein, the
        Brandenburg Gate, the Tower of London, Buckingham Palace, Westminster Abbey, the Leaning
        Tower of Pisa, the Trevi Fountain, the Hermitage, Red Square, the Forbidden City, the
        Burj Khalifa, the Empire State Building, Times Square, Central Park, Alcatraz, Yellowstone,
        Yosemite, Hoover Dam, Cape Canaveral, Silicon Valley, Hollywood, the Bosphorus, Gibraltar,
        Titan, Europa, Ceres, Alpha Centauri, the Andromeda galaxy"""
    ),
    "rare": _list(
        """aesthetic, ambivalent, anachronism, apathy, audacity, austere, banal, bizarre, brevity,
        bureaucracy, cacophony, charisma, clandestine, coherent, compassion, conundrum, cynical,
        decadent, diligent, discreet, eccentric, eclectic, elusive, epiphany, equivocal, esoteric,
        euphoria, exquisite, fallacy, fastidious, futile, gregarious, idiosyncrasy, impeccable,
        incognito, inevitable, innate, integrity, labyrinth, laconic, lethargic, lucid, magnanimous,
        mundane, nebulous, nemesis, nonchalant, oblivion, omnipotent, panacea, peculiar, pedantic,
        perpetual, plausible, precarious, prodigy, profound, quixotic, rhetoric, ruthless, serene,
        solitude, spontaneous, superfluous, taciturn, tenacious, trivial, vehement, vicarious,
        vivid, volatile, wanderlust"""
    ),
    "craft": _list(
        """bake bread, make jam, brew beer, roast coffee, peel a mango, cut an onion, cook rice,
        poach an egg, fold a napkin, set a table, wrap a present, make a bed, clean windows, clean
        silver, polish shoes, wash wool, dye a shirt, patch trousers, crochet a hat, hem a skirt,
        build a bookshelf, hang a picture, lay tiles, wallpaper a room, fix a flat tyre, change
        the oil, jump-start a car, park a car, change a light bulb, fix a zipper, repair a roof,
        build a fire pit, pitch a tent, read a map, use a compass, swim faster, do a handstand, do
        a push-up, stretch my back, learn to dance, learn to draw, learn to type, learn chess,
        learn a language, remember names, read faster, write faster, take notes, prepare for an
        exam, get good grades, choose a career, start a blog, sell a house, rent a flat, find a
        flat, find a job, write an invoice, plan a budget, raise a puppy, train a parrot, keep
        bees, breed rabbits, prune roses, mow a lawn, make compost, keep a cactus alive, grow
        mushrooms, get rid of moths, get rid of mice, stop hiccups, stop worrying, calm a baby,
        potty train a child, tell a lie from the truth, apologise, flirt, win an argument, save
        energy, insulate a house, survive in the desert, find water, catch a crab"""
    ),
    "number": _list(
        """mountains, rivers, lakes, deserts, islands, volcanoes, galaxies, asteroids, comets, cats,
        dogs, insects, fish in the sea, bees in a hive, trees in a forest, books, religions,
        cars, airplanes, satellites, doctors, soldiers, kings, popes, Nobel prizes, elements,
        atoms in a drop, cells in a body, nerves, ribs, toes, vertebrae, eyelashes, brain cells,
        squares on a chess board, dominoes, holes in golf, symphonies, operas, colours, flags"""
    ),
}

TONGUES = (
    "Ich brauche Hilfe.|Wo wohnst du?|Wie geht es dir?|Ich bin müde.|Wann fährt der Zug?|"
    "Hast du Geschwister?|Was machst du heute?|Ich liebe Musik.|Mein Hund ist krank.|"
    "Welcher Tag ist heute?|Kannst du mir das erklären?|Warum ist der Himmel blau?|"
    "Übersetze das bitte.|Wie funktioniert das?|Schreibe einen Brief.|Wo kann ich das kaufen?|"
    "Ich habe eine Frage.|Was bedeutet das?|Das ist falsch.|Ich komme aus Österreich.|"
    "J'ai besoin d'aide.|Où habites-tu ?|Je suis fatigué.|Quand part le train ?|"
    "Quel temps fait-il ?|Qu'est-ce que c'est ?|Pourquoi le ciel est bleu ?|J'aime la musique.|"
    "Comment ça marche ?|Écris-moi un poème.|Aide-moi, s'il te plaît.|J'ai une question.|"
    "Je viens de Lyon.|Que fais-tu aujourd'hui ?|Traduis cette phrase.|C'est faux.|"
    "Necesito ayuda.|¿Dónde vives?|Estoy cansado.|¿Cuándo sale el tren?|¿Qué tiempo hace?|"
    "¿Qué es esto?|¿Por qué el cielo es azul?|Me gusta la música.|¿Cómo funciona?|"
    "Escribe un poema.|Tengo una pregunta.|Soy de Madrid.|¿Qué haces hoy?|Esto está mal.|"
    "Traduce esta frase.|Ho bisogno di aiuto.|Dove abiti?|Sono stanco.|Quando parte il treno?|"
    "Che tempo fa?|Che cos'è questo?|Mi piace la musica.|Come funziona?|Scrivi una poesia.|"
    "Ho una domanda.|Sono di Napoli.|Preciso de ajuda.|Onde você mora?|Estou cansado.|"
    "Como está o tempo?|O que é isso?|Eu gosto de música.|Como funciona?|Tenho uma pergunta.|"
    "Ik heb hulp nodig.|Waar woon je?|Ik ben moe.|Wat is dit?|Hoe werkt dat?|"
    "Ik heb een vraag.|Jag behöver hjälp.|Var bor du?|Jag är trött.|Vad är klockan?|"
    "Jeg har et spørsmål.|Jeg er trøtt.|Hvor bor du?|Hvad er klokken?|Jeg forstår ikke.|"
    "Missä olet?|En ymmärrä.|Paljonko kello on?|Potrzebuję pomocy.|Gdzie mieszkasz?|"
    "Jestem zmęczony.|Która godzina?|Potřebuji pomoc.|Nerozumím.|Kde bydlíš?|Segítség kell.|"
    "Nem értem.|Hol laksz?|Am nevoie de ajutor.|Nu înțeleg.|Unde este gara?|Yardıma ihtiyacım var.|"
    "Nerede oturuyorsun?|Yorgunum.|Мне нужна помощь.|Где ты живёшь?|Я устал.|Сколько это стоит?|"
    "Расскажи анекдот.|Какая сегодня погода?|Мені потрібна допомога.|Не розумію.|"
    "Χρειάζομαι βοήθεια.|Δεν καταλαβαίνω.|Πού μένεις;|我需要帮助。|你住在哪里？|我累了。|现在几点？|"
    "这个多少钱？|给我讲个笑话。|写一首诗。|도와주세요.|어디에 살아요?|피곤해요.|이거 얼마예요?|"
    "오늘 날씨 어때요?|أحتاج إلى مساعدة.|أين تسكن؟|أنا متعب.|لا أفهم.|मुझे मदद चाहिए।|"
    "तुम कहाँ रहते हो?|मुझे समझ नहीं आया।|อยู่ที่ไหน|ฉันไม่เข้าใจ|Tôi không hiểu.|Bạn sống ở đâu?|"
    "Saya tidak mengerti.|Di mana stasiun?|Sielewi.|Ubi habitas?|Non intellego.|Mi ne komprenas."
).split("|")

# Words for sentences without sense.
SALAD = (
    "purple since hammer into quickly eleven maybe bread although slowly cup between river off nor "
    "cheese around whose pencil yet tall during garden than button below sing both carpet few "
    "until potato near itself wooden across spider unless bright ladder after these honest goat "
    "without early pillow every whom stairs rather empty about ticket onto north kettle hardly"
).split()
