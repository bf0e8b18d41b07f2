"""Words of all sorts, put where they are not expected: what is copied must not be guessed."""

WORDS = """
abandon above abruptly absolutely absorb abundant academy accidental accompany account accountable
acquire adapt add address adequate adjust admire admit adopt advance adventurous advice affair after
afternoon against age agreeable airport alarm album algebra all allow almost alphabet already also
altogether always amazing amount amusement analyst animal ankle announcing annoy annual another
answer answers antenna antique anxious anybody anything apologizes app appears apples approached
apricot are area arguments armchair arranging array arrow arrows art article ascend ask asleep
assembly assistant asthma astonishing athlete attractive autumn available avenue avocado away awful
awkward axe axis axle baby babysitter back background backwards badge baggage baker bakery balcony
balls bamboo banana bananas bandage bandwidth banjo bank barley basically bathroom beads bear beat
beautifully became because become bed bedroom beehive beer before befriended begin beige believing
belong below belt ben bench benefit better between beyond bigger biggest bird birthday biscuit
bitterness bizarre black blackboard blank blizzard blossom blue bluff blush boat boats boiling bold
bonus book bookkeeper books bookshop borrowed bot bottle bottom boundary bowl box boxing branch
brand bridge brightness brilliant brings broadcast broccoli bronze brother brown bubble bucket
budget buffalo buffer build buildings builds built bulb bulbs bullet burden bureau buses but button
buy buyer buzzing bygone bytes cabbage cache cafeteria cage calcium calculate calculated calculator
calendar calf call called calmly camera campaign can cancelled candies candlestick cannot canoe
canvas canyon capable capital captain carbon card cards carelessly cargo carpet carriage carrots
carrying cart cat catalog cathedral cats cavern celebrated cell cello census chair challenging
champion change changed chaos charge chart chat check cheerfully cheese chef cherry child childhood
children chimney chocolate choir chorus chronic chunk cigar circle circles circling citizen city
civil claim clarify clean client cliff clip cloak clocks close closed cloud clouds cloudy clumsy
coach coat cobweb cocoa coconut code codes coffee coin coins cold collapse colors colour colours
column columns combine come comes comfort comfortable comma command commands commas commitment
common companies compare compares comparison compiler compiles complaints compute computed comrade
concept concert concrete condition conduct confidence confusing conquer consumption contact contain
contains context convert convince convincing cook cookie cookies copy coral corner cosmic cost costs
cottage could council count country courageous cow crawl create creativity creek crimson crocodile
cross crosswalk crowd crucial cruel crystal cuckoo cucumber cunning cupboard cups currency cyan
cyclist cylinder daffodil dairy daisy damp dangerously darkness dashboard dashes data database date
dawn day daydreamed daylight dazzle deadline deaf debate deceive decide decode defeat defend degree
degrees delegate delete delivered democracy denial dentist departing department deputy descending
describes description desk desperately destroyed detect developing device diamond diamonds differ
difference different differently differs difficulty digit digital digits dilemma dimple dinnertime
dinosaur diploma direct direction disappeared disappears disaster discovered disguise dishwasher
disk disliked dislodged dismiss ditch divided dizzy docs doctor dodge does dog dogs dollar dolphin
done donkey door doorway dosage double doubtful dough dozen draw drawing drawn draws dress driftwood
drink driver drop drowsy drum duck duckling dull dumpling durable duty dwell dynamic dynasty each
eagle earliest earthquake eat echo eclipse economy edge edit educated effect effort egg eggs either
elbow elephant else elsewhere email embarrassed emerald employment empty enable end ended endlessly
ends enemy engine english enjoy enjoyable enrich enroll enthusiasm entry episode equal equals equip
equipment erupt essay ethics euro euros eval evaluate even evening event eventually ever every
everyone everything everywhere evil evolve exact exactly exam examining example examples exceed
except exchange exchanges excited excuse exercise exhaust exhibit exile exit expand expensive
experiment explain explains exploring export express extension extinct extra extract eyelash face
fade failure faithfully fall false familiar fantasy far farewell farmer fast fatigue faucet favor
favorite favourite fearless federal feeble feel feelings fellow female festivities fetch fiber field
fifteen fifty fig figure file files film filter find firefly fireplace firm first fisherman fit five
fix fixed fixes flag flags flea flexibility flexible flight float flower flowers fluid flute foam
focus foggy folder folklore follow following follows foolishness football footprints for forbid
forecast foreigner forest forget forgive forgiveness form format formula fortnight fortunately forty
fossil foul found four fourth fox fragile frame frames frequently friend frightened frog from front
frontier frozen frugal fruit fuel full funny furnace further furthermore future fuzzy gadget galaxy
gamble game garden garlic gate gauge gaze genius gentleman genuine geology get gets geyser ghost
giddy gift gigantic giggle giraffe give given glad glass glide global gloomy glove glue gnaw goal
goblet goes going gold golden good goodbye goose gorgeous gossip govern gracefully gradual
grandfather grape graph grateful gratitude gravity gray great greenhouse greetings grid grief
grimace grows growth grumbling grumpy guidance guilty guitar gulf gymnast gypsum had half hallway
hamburger hammer hamster handsome handwriting happen happening happens happily harm harmless harp
harvesting hat hatch have hawk hazel headache headlights heart heartbeat hearts heavy height
helicopter helmet help helpful helpfully helpless here hero hesitation hexagon hidden high highest
highway hiking hilarious holds home horizon horse hospital host hot hour household houses hover how
huge human humorous hungry hurdle hurricane hurriedly husband hybrid hydrogen hygiene hymn iceberg
icicle idea identify idle ids igloo ignore illegible image images imagination immediately immune
impatient improve impulse include incorrectly increasing independent industry inexpensive infant
infect initial inject injury innocent inquiry inspect inspected instead instruction instrument
interesting internet interpreter into invade invisible invoice inward iris iron irregular irritating
island isolate issue item items its ivory jacket jaguar jail janitor japanese jargon jasmine jawbone
jeans jelly jersey jewelry jigsaw jingle jockey joke jolly journalist joyfully json jubilee juggled
juice jumbo jumped junior junk jury just justify juvenile kangaroo karate kayak kennel kernels key
keys kidnapped kidney kilogram kind kindhearted kingdom kiosk kissing kitchen kite kiwi knapsack
knife knitting knob knot know knowledge known knuckle koala krill label labor ladder lady lake lamb
landlord landscape lane language languages large larger largest last late later laughing laundry
lavish lawn lawyer leadership leaves left legacy leisure lemon lemonade lemons length lens leopard
less lets letter letters lettuce level librarian lie lifeboat light lighthouse like likeliest
likelihood likes lilac limb lime limit limousine line lines link lion lipstick liquid lists lives
living llama load lobster local located location lock locks logical login logits long longest
longitude look looking lookup loud loudspeaker love low lower lowest loyal luck luckily lucky
luggage lullaby luminous lungs lurk luxury lyrics machine magazine magnet magnificent mahogany mail
mailbox majesty major make maker makes mammal man management mango manual many map maple marble
market mask masterpiece math mattress maximum may mayor mean meaning meaningful means measure
measured measurement measures medal meet meeting melon member memorized memory mercy mermaid message
messenger met metadata meteor method microwave midnight midsummer migrate milk million mimic minimum
minus minute minutes miracle mirror misbehave mischief misplaced miss missing misspelled mistake
mistakes mixture moan mobile mode model moisture molecule monarch money monkey month mood moon
moonlight moons more morning mosaic mosquito motor motorcycle mountain mountainous move movement
moves movie moving much muddy muffin mule multiplied multiply muscle museum music must myth names
namesake napkin narrowly naughty near nearby need needed needs neglect neglected neighbor nephew
nervously network neutral new newcomer news next nibble nice niece night nightmare nimble nine node
noise nominee nonsense nonstop noodle northward nose note notebook nothing noticeably novel nowadays
nowhere nozzle nuclear nudge nuisance num number numbered numbers numbness nurse nutmeg nylon oasis
oatmeal obedient obey object objection objects oboe obscure observing obstacle obtain obvious
obviously occasional occupy occur ocean oddly odor off office offset offspring often old omit onion
onions online only onward opaque open opens operations oppose optic orange oranges orchestra ord
order ordered ordinarily organ orphan ostrich other otter our out outcome outdoor outgrown outlined
outnumber output ovals over overcame overcoat overlap oversleep owing own owner oxygen oyster ozone
pace packet paddle padlock page pages paid pain paintbrush painted pajamas pale palm pancake panda
panel pantry paper parachute paragraph param parcel pardon park parking parsley participate parts
party pass passport password path patrol pause pavement pay payment peaceful peach peacock pears
pebble peculiar pedal peel pens people pepper per perfectly perfume perhaps period permission
perplexity persist person personality pet petrol phoenix phone phones photo photograph photos phrase
phrasebook phrases physically physics pic pick picnic picture pictures pie pier pigeon pilot
pineapple pink pistachio pizza place placed plain plan platform play player playful playground plaza
pleasantly please plentiful plot plum pocket podium poet point pointing pointless points polygon
popcorn port portrait position positions possession post postponed potato potatoes poultry poverty
powder prayer predicted predicts prefill preheated premium pretending pretty print printed printer
prints privacy private problem process processor processors produce product profession profile
profit program project promises prompt promptly pronounced prosperous protest proudly public pudding
pulse punishment purchased purple pursue put puzzle pyramid python quaint quality quantities
quantize quartz query question questions queue quickly quietly quirky quiver quiz quizzes quota
quote rabbit raft railway rain rainbow raindrop rake ransom rapid rate razor read reading reads
really rebel rebuilt receipt receives recognize record rectangle rectangles recycle ref reflection
refreshing refuge refusal region rehearse reindeer reject rejoice rejoined relax relaxation reliably
reluctantly remainder remarkable remember remind remove removes repeat replacement reply report
reports republic request res rescue reservation resource responsible rest restaurant result return
reunion reunited reveal reverse review rewritten rhubarb rhythm rifle right rings riot ripened risky
rival road robot robust rocket roof room root roughly route row rows royal rubber ruin run runs
runway sacred sad sadness safe safeguard safety said sailor same sapphire satellite satisfied
satisfy sauce saw saxophone say says scarecrow scarf schedule schema scheme school scientific
scissors score scorpion screen screwdriver scribble scrub sculpture seafood search season seaweed
seconds secret security see seed seen seldom selfless semicircle send sensor sent sentence
separately sergeant servant server set sets settle seven seventeen sewing shabby shadow shaggy
shampoo shape share shares sharpen she sheep sheet shell shells shepherd shift ship shirt shoe
shoelaces shoes shop short shorter shortest should shovel shows shrewd shriek shrink shrinks shrug
shuffle shutter shyness side siege sightseeing signal silky silver similar simple singer single
sister site sixteen size sketch skillfully skirt skull sky skyline slam sleep sleepy sleeve slice
slices small smallest smash smile smiley smoke snail sniff snow snowflake snowstorm soap sock socket
sofa soft software soil sold soldier solemn solve some song soon sophomore sorry soul sound soup
source soybean spacious spaghetti speak spectacular spectrum speed speeds sphere spinach splendid
split spotless spray springtime squad square squares squash squeeze stack stadium staircase stairway
stamp stamps standard stars start starts starve state station statue status stay step steps stingy
stock stone stop store strategy strawberry stream streams strength string stubborn student studio
sturdy style subject submit subtitle subtle subtract suburb subway successful such suddenly suffer
sugar suggestion suitcase sun sunflower sunny suns sunshine superb supermarket surface survey
suspicious swan sweater sweetness swiftly swimming switch swollen syllable symbol sympathy symptom
syrup system table tablecloth tadpole take taken takes tall taller tambourine tapestry target task
teacher teamwork teapot technique teenager telephone telescope tell template ten term terrified test
tests text textbook texts thank thankful thankfully thanks that the theft them then theory therapy
there these thing things thirsty thirteen thirty this those thread three thrifty throughout ticket
tidy times tirelessly title toad tobacco today together token tokenize tokenizer tokens told tom
tomato tongue too tool tools toothbrush toothpaste top topic tornado tortoise total tough tower town
toxic toy toys tractor traffic train trained tram transfer transformed translate translated
translation transparent trapeze travel tree trees triangle triangles trip triumph triumphant trophy
trumpet trunk truthful tugging tulip turn turnip turns turquoise tutor tuxedo twelfth twelve twenty
twice twinkling twist typewriter typhoon tyrant ugly ulcer ultimate umbrella umbrellas umpire
unaware unbroken unconscious under understand undressed unfinished unfolded unforeseen unhappy
unhealthy uniform unit universal unjust unknown unless unlikely unlocked unnecessary unpack
unpleasant unravel unselfish unusual unwrapped upbeat update uphill upside upward urge url usage use
used usual utility vague vain val value values vampire variety vase vector vegetable vegetarian
vehicle veil velocity velvet ventilate verdict verifier version viable vibrate victim video view
vigorous vigorously village vineyard violently violet virtue visibility visible vivid volcano
volunteer vowel voyage vulture waffle wagon waking wall wallpaper want wants wardrobe warehouse
warehouses warmth was wasp watchful water waterfall waterproof wave way wealthier weather web
wedding weekend weight weightless weights weird welcome went western wet wharf what whatever wheel
when whenever where which whirl whisker whistle white who wholesome why widespread widow width
wilderness will willingness windmill window wine wisdom with withdrawn without wizard wobble woman
won wonder wonderful wondering woodpecker wool word words work works workshop world worship
worthwhile would wrap wrapping wrench write writer writes writing wrong wrote xenon xerox xylophone
yacht yarn year yearning years yellow yen yes yield yodel yoga yogurt yolk you yourself zealous
zebra zero zigzagged zipped zombie zone zoology zoom zucchini
""".split()

NAMES = """
Aaron Abbott Abidjan Abigail Adelaide Agnes Ahmed Aisha Akron Albany Aleppo Algiers Alice Almaty
Amazon Amman Amsterdam Andrew Anita Antonio Asmara Atlanta Audrey Avignon Bailey Baku Bamako Bangkok
Barbara Barcelona Basel Becker Beijing Beirut Belfast Belgrade Benjamin Bennett Berlin Bogota
Bologna Bombay Bordeaux Boston Brasilia Bridget Brisbane Brooks Brown Brussels Bucharest Budapest
Campbell Cardiff Carlos Carter Casablanca Castillo Chapman Chicago Chloe Christopher Cincinnati
Cleveland Cohen Collins Congo Cooper Copenhagen Cordoba Cracow Cuzco Cynthia Dallas Damascus Darwin
Delhi Denver Detroit Dhaka Diego Dijon Dixon Dmitri Dnieper Doha Dortmund Douro Dresden Dublin
Dubois Dundee Durban Ebro Edgar Edinburgh Edwards Elbe Eleanor Elizabeth Eric Eriksson Esther Eugene
Euphrates Evans Exeter Fargo Fatima Felix Fernandez Fiona Fischer Fitzgerald Fletcher Florence
Frederick Freetown Fresno Fukuoka Gabriel Galway Ganges Garcia Gdansk Geneva Genoa Geoffrey George
Ghent Gibson Giovanni Glasgow Gloria Gonzalez Grace Griffin Gupta Gustav Hannah Hanoi Harold
Harrison Havana Heather Helsinki Henry Hobart Honolulu Houston Howard Ibrahim Indus Innsbruck
Irrawaddy Isaac Isfahan Istanbul Ivanov Izmir Jackson Jacob Jaipur Jakarta Jasper Jennifer Jerusalem
Jessica Johnson Jordan Joseph Juan Juneau Kabul Kansas Karl Kathmandu Katrina Kaufmann Kaunas Kelly
Kevin Kiev Kigali Kim Kingston Kinshasa Kobe Kowalski Kyoto Lagos Lahore Lars Leeds Leipzig Leonard
Lewis Limpopo Lisbon Liverpool Ljubljana Loire London Lopez Luanda Lucy Luigi Luxor Lyon Mackenzie
Madras Madrid Magnus Malaga Managua Maputo Marrakesh Martinez Matthew McCarthy Mecca Mehmet Mekong
Melbourne Memphis Meuse Meyer Miami Michael Miriam Missouri Mitchell Mombasa Montevideo Montreal
Morgan Moscow Mumbai Murray Nadia Nagoya Nairobi Nakamura Nashville Natalie Nelson Nguyen Nicholas
Nigel Nile Norwich Novak Oakland Odessa Okafor Olga Omar Orinoco Orlando Osaka Oscar Oslo Ottawa
Oxford Pablo Palermo Palmer Paris Patel Paula Petrov Philip Phillips Phoenix Pittsburgh Plymouth
Potomac Prague Pretoria Quebec Quentin Quinn Quito Ralph Ramirez Reykjavik Reynolds Rhine Rhone
Riyadh Roger Rome Rosemary Rotterdam Rouen Samuel Sanchez Santiago Sapporo Sarajevo Schmidt
Schneider Seine Seoul Sergei Shanghai Sharma Sheffield Sheila Silva Simpson Singapore Skopje Smith
Sofia Sophie Stephen Stockholm Strasbourg Stuttgart Susan Suva Suzuki Sydney Takashi Tampa Tangier
Taylor Tehran Thames Thompson Tiber Tigris Tirana Tokyo Toledo Tucson Tunis Turner Uppsala Ursula
Utrecht Valencia Vancouver Vasquez Verona Victor Vienna Vilnius Virginia Vistula Volga Walker Walter
Warsaw Watson Weber Wellington Wendy Wilson Winnipeg Worcester Wright Xavier Xian Yamamoto Yangtze
Yasmin Yerevan Yokohama York Young Yukon Yusuf Zachary Zagreb Zambezi Zanzibar Zimmerman Zurich
""".split()
