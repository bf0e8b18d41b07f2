"""Questions about the wide world; {slots} are filled from beyond_words.WORDS."""

WORLD = """
What is the capital of {country}?
Which city is the capital of {country}?
Capital of {country}
Do you know the capital of {country}?
Name the capital of {country}.
How many people live in {country}?
What is the population of {country}?
Population of {city}
How many inhabitants does {city} have?
What language do they speak in {country}?
Where is {country}?
Where on the map is {city}?
In which country is {city}?
Who rules {country}?
Who is the king of {country}?
What is the currency of {country}?
Which currency is used in {country}?
Tell me about {country}.
Tell me something about {city}.
What is {city} known for?
What is the largest city in {country}?
When did {country} become independent?
What do people eat in {country}?
Is {country} in Europe?
Is {country} bigger than {country}?
What does the flag of {country} look like?
Which countries border {country}?
How big is {country}?
What is the climate of {country} like?
Describe the history of {country}.
What is the highest mountain in {country}?
What is the longest river in {country}?
Name three cities in {country}.
What should I see in {city}?
What are the best restaurants in {city}?
How far is it from {city} to {city}?
How do I get from {city} to {city}?
How old is the city of {city}?
Who is the mayor of {city}?
Is {city} worth a visit?
What is the national dish of {country}?
What religion do people have in {country}?
When is the best time to visit {country}?
Do I need a visa for {country}?
Who was {person}?
Who is {person}?
Tell me about {person}.
When was {person} born?
Where was {person} born?
When did {person} die?
How old is {person}?
What is {person} famous for?
What did {person} invent?
What did {person} do?
Why is {person} famous?
Was {person} a good person?
Do you know {person}?
Who was the wife of {person}?
How tall is {person}?
Where does {person} live?
Name a work of {person}.
How did {person} die?
Biography of {person}
{person}
Have you heard of {person}?
What nationality is {person}?
What do {animal} eat?
Where do {animal} live?
How long do {animal} live?
How fast are {animal}?
Are {animal} dangerous?
Are {animal} mammals?
How many legs do {animal} have?
Do {animal} sleep?
Can {animal} swim?
Tell me about {animal}.
Why do {animal} make noise?
What sound do {animal} make?
What is the difference between {animal} and {animal}?
How much do {animal} weigh?
How many {animal} are there in the world?
Do {animal} lay eggs?
Facts about {animal}
Give me a fun fact about {animal}.
How do I keep {animal} as pets?
How do I make {food}?
How do you cook {food}?
What is in {food}?
Is {food} healthy?
How many calories does {food} have?
Give me a recipe for {food}.
Recipe for {food}
Where does {food} come from?
Who invented {food}?
What goes well with {food}?
What can I cook with {food} and {food}?
How long does {food} keep in the fridge?
Where can I buy good {food}?
Can dogs eat {food}?
What are the rules of {sport}?
How do you play {sport}?
Who won {sport} in 1998?
Who is the best player in {sport}?
How many players are there in {sport}?
Who invented {sport}?
Explain {sport} to me.
How can I get better at {sport}?
Where was {sport} first played?
Is {sport} hard to learn?
What do I need for {sport}?
Tell me the history of {sport}.
What is {science}?
What are the causes of {science}?
Explain {science}.
Explain {science} in simple words.
Explain {science} to a child.
How does {science} work?
How do {science} form?
Who discovered {science}?
Why is {science} important?
Tell me about {science}.
What do you know about {science}?
Give me an example of {science}.
What is the difference between {science} and {science}?
What is the theory behind {science}?
Can you explain {science}?
Teach me about {science}.
Define {science}.
{science}
When was {event}?
What caused {event}?
What happened during {event}?
Who took part in {event}?
Why was {event} important?
Tell me about {event}.
How long did {event} last?
How did {event} begin?
How did {event} end?
What were the results of {event}?
Where did {event} take place?
How many people died in {event}?
Explain {event}.
What do you know about {event}?
Who wrote {work}?
What is {work} about?
Who made {work}?
When was {work} made?
Who is the main character in {work}?
How does {work} end?
Is {work} any good?
What happens in {work}?
Have you read {work}?
Who played in {work}?
Tell me the plot of {work}.
Quote a line from {work}.
Who directed {work}?
How does {thing} work?
Who invented {thing}?
How do you build {thing}?
How do I repair {thing}?
How much does {thing} cost?
What is {thing} made of?
Which is better, {thing} or {thing}?
Where can I buy {thing}?
What is {thing} used for?
When was {thing} invented?
How heavy is {thing}?
What are the parts of {thing}?
Who founded {company}?
Who is the CEO of {company}?
Where is {company} based?
What does {company} make?
When was {company} founded?
How many people work at {company}?
Tell me about {company}.
How rich is {company}?
Is {company} a good company?
What is {tech}?
How does {tech} work?
Explain {tech}.
Who invented {tech}?
How do I install {tech}?
What is {tech} good for?
Is {tech} better than {tech}?
Teach me {tech}.
How do I use {tech}?
How do I learn {tech}?
Tell me about {place}.
How big is {place}?
Where is {place}?
How old is {place}?
How high is {place}?
How far away is {place}?
Who built {place}?
Why is {place} famous?
What is so special about {place}?
Can I visit {place}?
What is the temperature on {place}?
What does {rare} mean?
What does the word {rare} mean?
Define {rare}.
What is the meaning of {rare}?
Use {rare} in a sentence.
Give me a synonym for {rare}.
Where does the word {rare} come from?
What rhymes with {rare}?
How do I {craft}?
How can I {craft}?
What is the best way to {craft}?
Teach me how to {craft}.
Show me how to {craft}.
Explain how to {craft}.
Is it hard to {craft}?
What do I need to {craft}?
Give me tips to {craft}.
I want to {craft}. How?
How long does it take to {craft}?
How many {number} are there?
How many {number} do humans have?
Recommend a book about {topic}.
Recommend a film about {topic}.
What is a good book about {topic}?
What is the meaning of {topic}?
Where does {topic} come from?
What do you know about {topic}?
Tell me about {topic}.
Give me advice on {topic}.
Give me three facts about {topic}.
What are the advantages of {topic}?
What are the dangers of {topic}?
Why do people care about {topic}?
Why is {topic} important?
Who wrote about {topic}?
How do I cope with {topic}?
What is the history of {topic}?
What are the pros and cons of {topic}?
Who won the Nobel prize for {science}?
Let us talk about {topic}.
Let us talk about {sport}.
Talk about {science}.
I have a question about {topic}.
I have a question about {country}.
I want to learn about {science}.
I want to learn more about {event}.
I would like to know more about {person}.
Can you tell me about {person}?
Can you tell me something about {country}?
Could you explain how {thing} works?
Do you know anything about {event}?
Do you know how {thing} works?
Do you know who invented {thing}?
Do you know where {place} is?
Do you know a lot about {sport}?
What can you tell me about {company}?
What can you tell me about {work}?
Any idea how {animal} sleep?
Any tips for {sport}?
How about {food}?
What about {country}?
Who can tell me about {place}?
What happens if I eat {food} every day?
What happens when {animal} get old?
What would happen without {science}?
What if {animal} could talk?
Why did {person} become famous?
Why did {event} happen?
Why do people like {sport}?
Why do people eat {food}?
Why are {animal} so popular?
Why is {place} so big?
Why is {company} so successful?
Which country has the most {animal}?
Which animals live in {country}?
Which {animal} are the biggest?
Which company makes {thing}?
When did people first use {thing}?
When do {animal} sleep?
Whose idea was {tech}?
Compare {country} and {country}.
Compare {thing} with {thing}.
Compare {person} and {person}.
{country} or {country}, which is bigger?
{place} facts
{event} summary
history of {company}
{animal} lifespan
{tech} explained
I am going to {city} next month, what should I see there?
I am learning about {event} at school. Can you help me?
My teacher asked me about {science} and I do not know the answer.
My son wants to know why {animal} are so strong.
I am cooking {food} tonight, how long must it be in the oven?
I have {food} and {food} at home. What can I cook?
I want to buy {thing}. Which one is the best?
I am bored, can you recommend a good film?
I am thinking about {thing} for my house, is it a good idea?
We are planning to visit {place}. How do we get there?
I heard that {person} was born in {country}, is that true?
Is it true that {animal} can fly?
Is it true that {person} was rich?
Is it true that {food} is bad for me?
Please give me some information about {country}.
Give me information about {place}.
Give me a list of {animal}.
Give me five facts about {country}.
Give me a short explanation of {science}.
Give me an overview of {event}.
What is the difference between {country} and {country}?
What is the difference between {tech} and {tech}?
What is the difference between {food} and {food}?
What is the best {fav} in the world?
What is the name of the wife of {person}?
What is the most famous work of {person}?
What is the origin of {food}?
What is the scientific name of {animal}?
What is the size of {place}?
What is the future of {tech}?
What are {animal}?
What are {animal} afraid of?
What are the main parts of {thing}?
What kind of food is {food}?
What kind of music did {person} make?
What type of engine does {thing} have?
How is {food} made?
How is {thing} made?
How are {animal} born?
How did {person} become famous?
How did people live during {event}?
How do {animal} communicate?
How do {animal} hunt?
How do I play {sport} with friends?
How do I travel to {country}?
How expensive is {city}?
How safe is {city}?
How many {animal} live in {country}?
How many people speak {lang}?
How many people visit {place}?
How many books did {person} write?
Where do people speak {lang}?
Is {lang} hard to learn?
Where can I learn {lang}?
Where can I see {animal}?
Does {country} have a king?
Does {person} have children?
Does {tech} cost money?
Did {person} win a prize?
Has {country} ever won {sport}?
Was {event} a good thing?
Were {animal} always so big?
Can {animal} see in the dark?
Can you explain {event}?
Can you recommend a hotel in {city}?
Should I learn {plang} or {plang}?
Should I visit {city} or {city}?
Should I learn {lang}?
What is the boiling point of water?
What is the meaning of life?
Why is the sky blue?
Why is the grass green?
Why is the sea salty?
Why do leaves change colour?
Why do we dream?
Why do we sleep?
Why do cats purr?
Why do dogs bark?
Why do people laugh?
Why do birds sing?
Why do stars shine?
Why does ice float?
Why does the moon shine?
Why is blood red?
Why is snow white?
Why are there seasons?
Why do we yawn?
Why do onions make me cry?
Why do apples fall down?
How do airplanes fly?
How do fish breathe?
How do plants grow?
How do birds find their way?
How does the heart work?
How does the brain work?
How do magnets attract?
How is paper made?
How is glass made?
How is chocolate made?
How is cheese made?
How was the earth formed?
How was the universe formed?
How old is the universe?
How old is the earth?
How far is the moon?
How far is the sun?
How hot is the sun?
How deep is the ocean?
How many days are there in a leap year?
How many bones does a human have?
How many planets are there?
How many continents are there?
How many countries are there?
How many people are there on earth?
What is the biggest animal?
What is the fastest animal?
What is the smallest country?
What is the largest country?
What is the largest ocean?
What is the longest river?
What is the highest mountain?
What is the tallest building in the world?
What is the hardest material?
What is the chemical symbol for gold?
What is the formula for water?
What is the first law of motion?
What is a prime number?
What is the value of pi?
What is the theorem of Pythagoras?
What is a noun?
What is a verb?
What is the past tense of go?
What is a haiku?
What is a leap year?
What is a democracy?
What is a black hole?
What is a vegan?
What is a philosopher?
What is a mortgage?
What colour is the sky?
What colour is grass?
What colour are bananas?
What came first, the chicken or the egg?
What is the best pizza topping?
What is the secret of happiness?
What is the plot of the last film you saw?
What shall I wear today?
What shall I cook tonight?
What should I eat for dinner?
What should I do this weekend?
What should I give my mother for her birthday?
What game should I play?
What film should I watch?
What book should I read?
What music should I listen to?
What phone should I buy?
What laptop should I buy?
Which car should I buy?
Which university is the best?
Which is the best country to live in?
Which planet is the largest?
Which animal is the tallest?
Who invented the telephone?
Who invented the wheel?
Who discovered America?
Who discovered penicillin?
Who was the first man on the moon?
Who was the first president of America?
Who painted the Mona Lisa?
Who wrote the Bible?
Who built the pyramids?
Who is the richest man in the world?
Who is the strongest man in the world?
Who is the best singer?
Who is the best footballer of all time?
Who is god?
Who is your hero?
Who owns the moon?
When did the dinosaurs die?
When did the war end?
When was the internet invented?
When was the first car built?
When is Easter?
When is Mother's day?
When does summer begin?
When does the sun rise?
Where do babies come from?
Where is the nearest hospital?
Where can I find a good doctor?
Where do polar bears live?
Where does the sun go at night?
Where is my phone?
Where is the next supermarket?
Is the earth flat?
Is the earth round?
Is water wet?
Is there life on Mars?
Is there a god?
Is time travel possible?
Is glass a liquid?
Are ghosts real?
Are aliens real?
Are viruses alive?
Can pigs fly?
Can penguins fly?
Can fish hear?
Can plants feel pain?
Can humans live on Mars?
Does money make people happy?
Does the moon turn?
Did dinosaurs have feathers?
Did people really land on the moon?
Will it hurt?
Will robots take my job?
Will there be another war?
Tell me something interesting.
Tell me a fun fact.
Tell me a secret.
Teach me something.
Teach me something new.
Give me a quiz question.
Give me some advice.
Give me a tip.
Give me a riddle.
Ask me a riddle.
Help me with my homework.
Help me with physics.
Explain the rules of chess.
Explain how an engine works.
Explain the human body.
Explain how the internet works.
Explain the meaning of this proverb.
Explain the offside rule.
Name ten animals that live in Africa.
Name five famous painters.
Name the planets.
Name all continents.
List the kings of England.
List the elements.
List ten vegetables with vitamin C.
List the presidents of the United States.
How do I become a millionaire?
How do I become famous?
How do I become a pilot?
How do I become a doctor?
How can I be happy?
How can I sleep better?
How can I find a girlfriend?
How can I impress my boss?
How do I train for a race?
How do I choose a university?
How do I get rich?
How do I fix my printer?
How do I reset my phone?
How do I make a web site?
How much water should I drink?
How much does a house cost?
How much does a teacher earn?
How much does the earth weigh?
How long is a football match?
How long does it take to fly to Japan?
How long do you boil an egg?
How strong is a gorilla?
Who won the match yesterday?
Who won the game last night?
Who won {sport} this year?
What is the score of the game?
What are the results of {sport} today?
Who won the election?
Who won the last election in {country}?
Who is the president of {country} now?
Who is the current president of {country}?
Who is the prime minister of {country} right now?
"""
