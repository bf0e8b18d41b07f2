"""More requests that a tiny model cannot meet, for training alone: the world."""

REQUESTS = {}

REQUESTS["world"] = """
What is {country} famous for?
What are the people of {country} like?
What is the capital city of {country} called?
What sea does {country} lie on?
What continent is {country} on?
What continent does {country} belong to?
What is made in {country}?
What animals live in {country}?
What is the government of {country}?
What is the time zone of {country}?
What is the largest lake in {country}?
What is the anthem of {country}?
Who lives in {country}?
Who was the first ruler of {country}?
Where can I go on holiday in {country}?
Where does {country} end?
Which rivers flow through {country}?
Which rivers flow through {city}?
Which language should I learn for {country}?
Which is bigger, {country} or {country}?
Which is older, {city} or {city}?
How rich is {country}?
How old is {country}?
How many states does {country} have?
How many cities are in {country}?
How do people live in {country}?
How far is {country} from {country}?
How long is the flight to {country}?
Is {city} the capital of {country}?
Is {city} bigger than {city}?
Is it safe to travel to {country}?
Is it expensive to live in {city}?
Is {country} an island?
Is {country} a democracy?
Are there mountains in {country}?
Are there {animal} in {country}?
Does it snow in {country}?
Does {city} have a beach?
Has {country} a coast?
Can I drink the water in {country}?
Can I pay with dollars in {country}?
I want to move to {country}. What must I know?
I want to know everything about {country}.
I am writing a test on {country}.
Flag of {country}
Currency of {country}
Map of {country}
Sights in {city}
Restaurants in {city}
Who is {person} married to?
Who were the parents of {person}?
Who taught {person}?
Who killed {person}?
What did {person} write?
What did {person} discover?
What did {person} say about {topic}?
What did {person} look like?
What is the real name of {person}?
What is the birthday of {person}?
What is {person} known for?
What was {person} like?
When did {person} live?
Where did {person} grow up?
Where did {person} study?
Where is {person} buried?
Which prize did {person} win?
Which school did {person} go to?
Is {person} dead?
Is {person} rich?
Is {person} from {country}?
Did {person} meet {person}?
Did {person} live in {city}?
How many children did {person} have?
How much money does {person} have?
How did {person} change the world?
Summarise the life of {person}.
Give me a quote by {person}.
Describe {person}.
{person} biography
{person} quotes
What are baby {animal} called?
What is a group of {animal} called?
What colours can {animal} have?
What eats {animal}?
What is the largest kind of {animal}?
Which {animal} are poisonous?
Why do {animal} have tails?
Why do {animal} fight?
When do {animal} have babies?
How big do {animal} get?
How old do {animal} get?
How do {animal} breathe?
How do {animal} see the world?
How do {animal} move?
How many teeth do {animal} have?
How many kinds of {animal} are there?
Do {animal} feel pain?
Do {animal} have ears?
Do {animal} live in groups?
Do {animal} make good pets?
Are {animal} intelligent?
Are {animal} related to {animal}?
Are {animal} endangered?
Can {animal} jump?
Can {animal} climb trees?
Can {animal} get ill?
What should I feed {animal}?
Explain how {animal} live.
Describe {animal}.
How is {food} served?
How hot must the oven be for {food}?
How much sugar is in {food}?
How much salt goes into {food}?
How do I know that {food} is done?
How do I store {food}?
Which country invented {food}?
Which wine goes with {food}?
Which spices go into {food}?
What do I need for {food}?
What are the ingredients of {food}?
What does {food} taste like?
What is {food}?
Why is {food} so popular?
Is {food} vegan?
Is {food} good for children?
Does {food} contain gluten?
Can I freeze {food}?
Can I eat {food} on a diet?
Explain how to cook {food}.
Tell me how to make {food}.
I want to cook {food}. How?
Ingredients for {food}
{food} recipe
How long is a game of {sport}?
How is {sport} scored?
How fit must I be for {sport}?
How dangerous is {sport}?
How popular is {sport}?
Which country is best at {sport}?
Which muscles does {sport} train?
Who is the champion of {sport}?
Who plays {sport}?
When was {sport} invented?
What is the record in {sport}?
What does one wear for {sport}?
What does {sport} cost?
Is {sport} healthy?
Is {sport} an Olympic sport?
Is {sport} older than {sport}?
Teach me {sport}.
Give me the rules of {sport}.
Rules of {sport}
What does {science} mean?
What causes {science}?
What is known about {science}?
What is the formula for {science}?
What is the opposite of {science} in physics?
What are the laws of {science}?
What are the types of {science}?
What is the use of {science}?
When was {science} discovered?
When do {science} occur?
Where does one find {science}?
Which scientist studied {science}?
Which units are used for {science}?
Why does {science} exist?
Why do we study {science}?
How was {science} discovered?
How do we measure {science}?
How does {science} affect us?
How are {science} and {science} related?
How dangerous are {science}?
Is {science} real?
Is {science} proven?
Is {science} the same as {science}?
Can {science} be seen?
Could you explain {science} to me?
I do not understand {science}.
I have an exam about {science}. Help me.
I never understood {science}, can you explain it?
Help me to understand {science}.
Describe {science}.
Lecture me on {science}.
Introduction to {science}
{science} for beginners
In which year was {event}?
In which century was {event}?
What led to {event}?
What came after {event}?
What changed after {event}?
What was {event}?
What was life like during {event}?
Who won {event}?
Who led {event}?
Who lived at the time of {event}?
Who fought in {event}?
Why did {event} end?
Which countries took part in {event}?
Was {person} part of {event}?
How is {event} remembered?
How bad was {event}?
Causes of {event}
Date of {event}
Who is the author of {work}?
Who is the hero of {work}?
Who dies in {work}?
Who sings in {work}?
When did {work} come out?
Where does {work} take place?
Where can I see {work}?
How long is {work}?
How old is {work}?
How many parts does {work} have?
Is {work} based on a true story?
Is {work} good for children?
Why is {work} so famous?
What is the message of {work}?
What is the last line of {work}?
What kind of story is {work}?
Explain the ending of {work}.
Do you know {work}?
Who sells {thing}?
Who built the first {tech}?
Who uses {thing}?
How long does {thing} last?
How fast is {thing}?
How big is {thing}?
How do I clean {thing}?
How do I choose {thing}?
How do I use {thing}?
How dangerous is {thing}?
What does {thing} look like?
What does {thing} weigh?
What does {thing} cost?
What do I do with {thing}?
What is inside {thing}?
What is the best brand of {thing}?
What is {thing}?
Why was {thing} invented?
Why is {thing} so expensive?
Where was {thing} invented?
Which material is best for {thing}?
Is {thing} better than {thing}?
Is {thing} worth the money?
Does {thing} need electricity?
Can I build {thing} at home?
Describe {thing}.
Who competes with {company}?
Where does {company} sell its products?
What is the newest product of {company}?
What is {company} known for?
What is the logo of {company}?
How big is {company}?
How did {company} begin?
How does {company} make money?
How do I contact {company}?
How do I get a job at {company}?
Is {company} bigger than {company}?
Does {company} pay well?
Describe {company}.
What does {tech} do?
What is {tech} used for?
What is wrong with {tech}?
What comes after {tech}?
Why do people use {tech}?
Why is {tech} so slow?
Why does {tech} not work on my computer?
Who makes {tech}?
Who uses {tech}?
Where do I get {tech}?
When was {tech} invented?
How safe is {tech}?
How fast is {tech}?
How do I set up {tech}?
How do I remove {tech}?
How do I get started with {tech}?
Is {tech} safe?
Is {tech} free?
Is {tech} dead?
Explain {tech} to my grandmother.
What should I know about {tech}?
How do I get to {place}?
How many people have seen {place}?
How deep is {place}?
How long is {place}?
How was {place} built?
What is {place}?
What can I see at {place}?
What does {place} look like?
What is the history of {place}?
Which city is near {place}?
Which country does {place} belong to?
Who lives near {place}?
When was {place} discovered?
Is {place} bigger than {place}?
Is {place} in {country}?
Describe {place}.
Height of {place}
How do you use the word {rare}?
How do you pronounce {rare}?
What is another word for {rare}?
What kind of word is {rare}?
What language does {rare} come from?
What is an example of {rare}?
Explain the word {rare}.
Is {rare} a noun or an adjective?
Meaning of {rare}
{rare} definition
How would I {craft}?
How does one {craft}?
How do professionals {craft}?
What is the trick to {craft}?
What is the first step to {craft}?
What do people do to {craft}?
Where can I learn to {craft}?
When is the best time to {craft}?
Is it possible to {craft} in a day?
Is there an easy way to {craft}?
Can you teach me to {craft}?
Can you tell me how to {craft}?
Do you know how to {craft}?
I do not know how to {craft}.
I need to {craft}. Where do I begin?
I would like to {craft}.
I try to {craft}, but it does not work.
I have never managed to {craft}.
Help me {craft}.
Help me to {craft}.
Give me instructions to {craft}.
Tips to {craft}
How to {craft}
Instructions to {craft}
What number of {number} exists?
How many {number} does the world have?
Do you know how many {number} there are?
Tell me the number of {number}.
Count the {number} in the world.
What is {topic}?
What do people say about {topic}?
What do scientists say about {topic}?
What can I do about {topic}?
What is so great about {topic}?
What should I read about {topic}?
Why are people afraid of {topic}?
Why does {topic} matter?
Why do poets love {topic}?
Who knows a lot about {topic}?
Who is an expert on {topic}?
Where can I learn about {topic}?
Where can I read about {topic}?
When did people begin to think about {topic}?
How has {topic} changed?
How do I explain {topic} to a child?
How do I learn more about {topic}?
How do other countries see {topic}?
Discuss {topic} with me.
Name three books about {topic}.
Suggest a song about {topic}.
Recommend a museum in {city}.
Recommend a recipe with {food}.
Recommend a game for my children.
What should I give {mail} for Christmas?
What do I say to {mail}?
What do I wear to a wedding?
What do I do on a rainy day?
What do stars consist of?
What do bees make?
What is the moon made of?
What is the fastest car?
What is the most spoken language?
What is the most expensive painting?
What is the oldest city?
What is the deepest lake?
What is the nearest star?
What is the driest desert?
What is the largest animal on land?
What is the strongest metal?
What is the rarest blood type?
What is the atomic number of iron?
What is the symbol of silver?
What is the speed of sound?
What is the speed of light in a vacuum?
What is the temperature of the sun?
What is the square of a triangle's longest side?
What is the difference between weather and climate?
What is the difference between a crocodile and an alligator?
What is the difference between a virus and a bacterium?
What is an adverb?
What is an atom?
What is money?
What is time?
What is truth?
What is love?
What is jazz?
What is art?
What makes the wind blow?
What makes a good friend?
What makes bread rise?
What makes planes fly?
What happens after death?
What happened in 1789?
What happened to the dinosaurs?
What year did man land on the moon?
Why is fire hot?
Why is gold valuable?
Why is water wet?
Why is the ocean blue?
Why is Pluto no planet?
Why are flamingos pink?
Why are bananas bent?
Why are plants green?
Why do cats land on their feet?
Why do men have beards?
Why do we have leap years?
Why do zebras have stripes?
Why does it rain?
Why does the wind blow?
Why does metal rust?
Why did Rome fall?
Why can't we see at night?
Who invented the light bulb?
Who invented the car?
Who discovered the North Pole?
Who climbed Mount Everest first?
Who sang Yesterday?
Who wrote the Odyssey?
Who composed the Moonlight Sonata?
Who painted the Sistine Chapel?
Who was the last emperor of Rome?
Who was the first woman in space?
Who was the youngest president?
Who is the queen of England?
Who is the fastest man alive?
Who is the tallest woman?
Who is Santa Claus?
Who lives in the White House?
Where do penguins live?
Where do bananas grow?
Where does coffee grow?
Where is the Bermuda triangle?
Where was Jesus born?
Where was paper invented?
When was America discovered?
When was the Berlin wall built?
When was the first Olympics?
When was writing invented?
When is Thanksgiving?
When is the shortest day?
When does winter start?
When do tomatoes get ripe?
When did humans first use fire?
How do bees make honey?
How do cars work?
How do clouds form?
How do computers work?
How do I boil rice?
How do I clean a carpet?
How do I get to sleep?
How do I make new friends?
How do I make pizza dough?
How do I stop snoring?
How do I win at chess?
How do vaccines work?
How do volcanoes form?
How does rain form?
How does the stock market work?
How is wine made?
How is steel made?
How is plastic recycled?
How did life begin?
How did the Titanic sink?
How cold is space?
How fast is light?
How heavy is an elephant?
How high is the Eiffel Tower?
How long does a pregnancy last?
How long do turtles live?
How long is the Nile?
How many teeth does a shark have?
How many hearts has an octopus?
How many moons has Saturn?
How many strings does a guitar have?
How many colours has a rainbow?
How many players has a football team?
How many languages exist?
How many people live in the world?
How much does gold weigh?
How tall is the tallest man?
How old is the oldest tree?
Is a tomato a fruit?
Is a whale a fish?
Is chess a sport?
Is coffee bad for the heart?
Is the moon a planet?
Is Pluto a planet?
Is there water on Mars?
Is there a cure for cancer?
Is light a wave?
Is zero a number?
Are bats blind?
Are dolphins fish?
Are dragons real?
Are there other universes?
Are tomatoes vegetables?
Can cats see in the dark?
Can dogs eat chocolate?
Can we live for ever?
Can we travel back in time?
Can you get sick from cold?
Do plants breathe?
Do ghosts exist?
Do aliens exist?
Do vitamins help?
Does God exist?
Does hot water freeze faster?
Does sugar make teeth bad?
Did Vikings reach America?
Did people live with dinosaurs?
Will humans go to Mars?
Will the sun burn out?
Will computers rule the world?
Teach me history.
Teach me chess.
Teach me a card trick.
Teach me to sing.
Explain the stock market.
Explain how rockets fly.
Explain the water cycle to me.
Explain the Big Bang.
Explain the bible.
Explain the tax system.
Explain why the sky is blue.
Explain how to tie a bow.
Name a famous scientist.
Name a famous painter.
Name all the oceans.
Name ten countries in Africa.
Name the seven wonders of the world.
Name five rivers in Europe.
Name a big city in Asia.
Name three mammals.
Name the bones of the hand.
List all planets.
List five kings.
List the longest rivers.
List the biggest cities.
List the noble gases.
List the books of the Bible.
List famous inventors.
Tell me about the universe.
Tell me something about physics.
Tell me something that I do not know.
Tell me some trivia.
Tell me an interesting fact.
Give me a fact.
Give me a proverb.
Give me a quote.
Give me a recipe.
Give me a tip for my garden.
Give me a lesson in history.
Quiz me.
Quiz me on geography.
Test my knowledge.
Help me with chemistry.
Help me with maths homework.
Help me to choose a car.
Help me to learn history.
Talk to me about philosophy.
Let us discuss {event}.
Do you know anything about history?
Do you know much about cars?
Do you know a good recipe?
Do you know the rules of poker?
Do you know what happened in 1989?
Do you know where Timbuktu is?
Do you know who wrote Hamlet?
I want to know who invented the radio.
I want to know how planes fly.
I want to know why we dream.
I want to learn history.
I want to learn to cook.
I want to get fit.
I need a good recipe.
I need a present for my wife.
I need to know how tall giraffes are.
I wonder why birds sing.
I wonder who built Stonehenge.
I am curious how wine is made.
My phone is broken. What can I do?
"""
