"""Words of all sorts, put where they are not expected: what is copied must not be guessed."""

WORDS = """
above account add address advice after afternoon age alarm all allow alphabet also altogether always
amount animal another answer answers anything app appears apples apricot are area array arrow arrows
art article ask assembly assistant available away axe back background backwards baker balls banana
bananas bandwidth banjo bank bear beat become bed beer before begin beige belong below belt ben
bench better between beyond bigger biggest bird birthday black blank blue boat boats book books bot
bottle bottom box branch brand bridge brings broccoli brother brown buffer build builds built bulb
bulbs bullet buses but button buy bytes cabbage cache calculate calculator calendar call called
camera can cancelled candies cannot capital card cards carrots cart cat cats cell cello chair change
changed charge chart chat check cherry child children chunk circle circles city clean client clip
clocks close closed cloud clouds cloudy coat cocoa coconut code codes coffee coins cold colors
colour colours column columns come comes comma command commands commas compare compares compiler
compiles compute computed concert condition contact contain contains context convert cook cookies
copy corner cost costs could count country cow create crimson cross cucumber cups currency cyan
dashes data date day decode degrees delete dentist department descending description desk device
diamond diamonds differ difference different differs digit digits direction disappears disk divided
docs doctor does dog dogs dollar done door double draw drawing drawn draws dress drink driver drop
drum duck each eagle eat edge egg eggs elephant else email empty end ended ends engine english entry
equal equals euro euros eval even evening event ever every everything exact exactly exam example
examples exit explain explains extension extract face fall false far farmer fast favorite favourite
feel feelings fetch field fifty fig file files film find first fit five fix fixed fixes flag flags
flight flower flowers flute folder follow following follows for forecast forest forget form format
formula forty found four fourth fox frame frames friend frog from front fruit full further game
garden garlic gate get gets give given glad global glove goal goes going gold good grape graph gray
great grid grows guitar had half hammer happen happening happens harm harp hat have heart hearts
heavy height helicopter help helpful here high highest holds home horse host hot hour houses how
identify ids image images increasing inspect instead instruction instrument internet interpreter
into invoice island item items its jacket japanese joke json juice just kernels key keys kind
kitchen kiwi knife know knowledge known label ladder lane language languages large larger largest
last late later leaves left lemon lemonade lemons length less lets letter letters lettuce level lie
light like likeliest likes lime limit line lines link lion lists lives living llama load local
located location lock locks login logits long longest look looking lookup love low lower lowest luck
machine mail make makes man mango manual many map market math may mean meaning means measure
measured measures meet meeting melon member memory message met metadata milk million minus minutes
mirror miss missing mistakes mode model money monkey month moon moons more morning motor motorcycle
mountain move moves movie moving much multiplied multiply museum music must names near need needed
needs new news next nice night nine node note nothing num number numbered numbers nurse object
objects occur ocean off office offset often old onion onions online only open opens operations
orange oranges ord order ordered organ other our out output ovals over own owner pace packet page
pages paid pain painted paper param park parts party pass password path pay payment peach pears pens
people pepper per perplexity person pet phone phones photo photos phrase phrasebook phrases pic pick
picture pictures pie pilot pineapple pink place placed plain plan play player please plum point
pointing points port position positions post potato potatoes predicted predicts prefill print
printed printer prints private problem process processor processors product profession profile
program project promises prompt public purple put quality quantize query question questions queue
rabbit rain raindrop rake rate read reading reads really record rectangle rectangles ref region
reliably remainder remember remind remove removes repeat reply report reports res reservation rest
restaurant result return reverse right rings road robot rocket roof room root route row rows run
runs sad safe said same saw say says scarf schedule schema school scissors score screen screwdriver
search seconds secret see seed seen send sensor sent sentence server set sets seven shape share
shares she sheep sheet shell shells ship shirt shoe shoes shop short shorter shortest should shovel
shows shrink shrinks side signal silver simple singer single sister site size skirt sky sleep slice
slices small smallest smile smiley snow snowflake sock socket soft software sold solve some song
soon sorry sound source speak speed speeds spinach split square squares stack stamp stamps standard
stars start starts state station status stay step steps stock stone stop store strawberry stream
streams string student subject subtract such sun sunny suns sweater switch system table take taken
takes tall taller target task teacher tell template ten term test tests text texts thank thanks
that the them then there these thing things thirty this those thread three ticket times title today
together token tokenize tokenizer tokens told tom tomato too tool tools top topic total town toy
toys tractor traffic train trained tram translate translation travel tree trees triangle triangles
trip trumpet turn turns turquoise twelve twenty twice umbrella umbrellas under understand unit
update url use used val value values verifier version video village violet visible wall want wants
was water way weather web weight weights welcome went wet what whatever wheel when where which white
who why width will window wine with without won wonder wondering word words work works world would
wrench write writer writes writing wrong wrote year years yellow yen yes you zebra zone
""".split()
