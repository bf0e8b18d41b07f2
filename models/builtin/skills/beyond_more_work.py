"""More requests that a tiny model cannot meet, for training alone: work, languages, pictures."""

REQUESTS = {}

REQUESTS["writing"] = """
I want {kind} about {topic}.
I would like {kind} about {topic}.
I must write {kind} about {topic}. Can you do it?
I have to hand in {kind} on {topic} tomorrow.
I need a text about {topic}.
I need a speech for {event}.
I need an email to {mail}.
I need a caption about {topic} for my blog.
I need a poem for {mail}.
Let me have {kind} about {topic}.
Make me {kind} about {topic}.
Make {kind} out of {topic}.
Think up {kind} about {topic}.
Come up with {kind} about {topic}.
Come up with a name for {thing}.
Prepare {kind} on {science}.
Put together {kind} about {country}.
Type up {kind} for {mail}.
Finish my {topic} story.
Expand my notes about {topic} into {kind}.
Turn my notes about {science} into {kind}.
Turn {work} into {kind}.
Retell {work} in your own words.
Retell {event} as {kind}.
Give me a summary of {work}.
Give me a plot about {topic}.
Give me an outline for {kind} about {topic}.
Give me a first sentence for {kind}.
Give me a headline about {topic}.
Give me a motto for {company}.
Give me a toast for a wedding.
Give me a caption about {animal}.
Write down your thoughts on {topic}.
Write an introduction to {science}.
Write a conclusion about {topic}.
Write a few lines about {topic}.
Write a page about {animal}.
Write two pages about {event}.
Write a hundred words about {topic}.
Write as much as you can about {topic}.
Write an invitation to my party for {mail}.
Write a note to {mail}.
Write a text message to {mail}.
Write a postcard from {city}.
Write a love letter to {mail}.
Write a farewell letter to {mail}.
Write a reminder to {mail}.
Write a resignation to {mail}.
Write a polite refusal to {mail}.
Write an obituary.
Write an interview with {person}.
Write a biography of {person}.
Write a fairy tale with {animal}.
Write a nursery rhyme about {animal}.
Write a rhyme about {food}.
Write a menu with {food}.
Write a guide to {city}.
Write a lecture on {science}.
Write a lesson plan for {science}.
Write a quiz about {country}.
Write a movie scene with {person}.
Write a parody of {work}.
Write a sequel to {work}.
Write a new ending for {work}.
Write the news for tomorrow.
Write my diary for today.
Write my term paper on {science}.
Write a motivational speech.
Write a prayer.
Write a horoscope.
Write a riddle about {thing}.
Write a tongue twister.
Write a job advertisement for {company}.
Write a profile for my dating app.
Reply to {mail} for me.
Answer this letter from {mail}.
Polish my letter to {mail}.
Make my text about {topic} longer.
Make my essay on {science} better.
Make my email to {mail} sound friendlier.
Check the style of my report on {topic}.
Rephrase my essay about {event}.
Reword this sentence about {topic}.
Edit my story about {topic}.
Turn this paragraph about {topic} into bullet points.
Can you finish {kind} for me?
Can you summarise {work} for me?
Can you help me with {kind} about {topic}?
Could you draft a letter to {mail}?
Could you come up with {kind}?
Do you know {kind} about {topic}?
How would you begin {kind} about {topic}?
Help me to plan a trip to {country}.
Please let me read {kind} of yours.
Rap about {topic}.
Rhyme about {animal}.
Once upon a time there was a king. Go on.
Tell my children a story about {animal}.
Tell us a ghost story.
Tell me a legend from {country}.
Be creative and write about {topic}.
Organise a trip to {place} for me.
Plan my holiday in {country}.
Plan my day.
Plan a menu for ten guests.
Letter to {mail}
Email to {mail}
Summary of {work}
Ten names for {animal}
Slogan for {company}
"""

REQUESTS["code"] = """
I need a {plang} script that {task}.
I need a {plang} function to {doing}.
I want a program that {task}.
I want to {doing} in {plang}. How?
I want to write a program in {plang} that {task}.
I get an error in my {plang} program.
I cannot compile my {plang} code.
I have a bug in my {plang} code.
I have to write a {plang} program that {task}.
My {plang} function returns nothing. Why?
My {plang} loop never ends.
My {plang} test fails.
My script that {task} is too slow.
Make a {plang} program that {task}.
Make me a script that {task}.
Make my {plang} code faster.
Make this {plang} code shorter.
Build a {plang} tool that {task}.
Build a website with {plang}.
Generate {plang} code that {task}.
Generate a {plang} class for {thing}.
Produce code that {task}.
Provide a {plang} example that {task}.
Give me a {plang} snippet to {doing}.
Give me an example of code in {plang} to {doing}.
Give me the source code of a program that {task}.
Give me a shell command that {task}.
Show me a {plang} function that {task}.
Show me a loop in {plang}.
Show me an example in {plang}.
Rewrite this {plang} code in {plang}.
Translate this function from {plang} to {plang}.
Clean up my {plang} code.
Comment my {plang} code.
Correct this {plang} code.
Test my {plang} function.
Speed up my {plang} program.
Explain what this {plang} function does.
Explain this error of {plang}.
Explain pointers in {plang}.
Teach me to program in {plang}.
Help me to code something that {task}.
Help me with my {plang} homework.
Help me to debug my {plang} program.
Help me to {doing} in {plang}.
Please program something that {task}.
Write an algorithm that {task}.
Write a macro that {task}.
Write a bot that {task}.
Write a {plang} module that {task}.
Write a {plang} one-liner that {task}.
Write a command line tool that {task}.
Write a web server in {plang}.
Write a query that finds all orders.
Write a test for a function that {task}.
Write an app for {sport}.
Write a plugin for {tech}.
Write a config file for {tech}.
Write a Makefile.
Write a Dockerfile.
Write a cron job that {task}.
What is wrong with my {plang} code?
What is the syntax of a loop in {plang}?
What does this error of {plang} mean?
What is a class in {plang}?
What is the fastest way to {doing} in {plang}?
Which {plang} function do I need to {doing}?
Which {plang} library lets me {doing}?
How would you {doing} in {plang}?
How does one {doing} in {plang}?
How do I write a program that {task}?
How do I write a {plang} function?
How do I compile {plang}?
How do I fix an error in {plang}?
How can I make an app?
Can you make an app that {task}?
Can you fix my code?
Can you debug {plang}?
Could you program a game?
Could you write a script that {task}?
Do you write code?
Do you program in {plang}?
Are you able to write {plang}?
{plang} code that {task}
{plang} program that {task}
{plang} example please
{doing} with {plang}
int main() {open} return 0; {close} What is this?
SELECT * FROM users; What does this do?
print('hello') What does it print?
x = [1, 2, 3]; print(x[0]) What is printed?
console.log(1 + 1) What does it show?
while True: pass What does this loop do?
"""

REQUESTS["language"] = """
Say it in {lang}: {phrase}
Say this in {lang}: {phrase}
Give me this in {lang}: {phrase}
Give me "{phrase}" in {lang}.
Give me the {lang} for "{phrase}".
Tell me the {lang} word for {phrase}.
Tell me what "{phrase}" is in {lang}.
Translate the sentence "{phrase}" into {lang}.
Translate the word {phrase} to {lang}.
Translate for me into {lang}: {phrase}
Translate my letter to {lang}.
Translate this page into {lang}.
Translate everything into {lang} from now on.
{lang} translation of {phrase}
{lang}: {phrase}
What would "{phrase}" be in {lang}?
What do they say in {lang} for "{phrase}"?
What does one say in {lang} for {phrase}?
What is "{phrase}" called in {lang}?
Which word is {phrase} in {lang}?
How does one say {phrase} in {lang}?
How is "{phrase}" said in {lang}?
How do you write "{phrase}" in {lang}?
How do you spell "{phrase}" in {lang}?
How do you pronounce {phrase} in {lang}?
I want to say "{phrase}" in {lang}.
I want to learn how to say {phrase} in {lang}.
I must say "{phrase}" to a friend who speaks {lang}.
I need the {lang} word for {phrase}.
I need a translation into {lang}.
I have a letter in {lang}, what does it say?
Please speak {lang}.
Please write to me in {lang}.
Please answer in {lang} only.
Can we talk in {lang}?
Can you put "{phrase}" into {lang}?
Would you say {phrase} in {lang} for me?
From now on speak {lang}.
Switch to {lang}.
Write a sentence in {lang}.
Name the colours in {lang}.
Name the days of the week in {lang}.
Name the numbers in {lang}.
Explain the grammar of {lang}.
Correct my {lang} sentence.
Check my {lang}.
Give me ten words in {lang}.
Greet me in {lang}.
Read this {lang} text to me.
Translate {lang} to {lang}.
Translate from {lang} into {lang}.
"""

REQUESTS["action"] = """
Be so kind and {action}.
Be a dear and {action}.
Go ahead and {action}.
Do me a favour and {action}.
Now {action}, please.
In an hour, {action}.
Do not forget to {action}.
Make sure to {action}.
Would you mind to {action}?
Would it be possible to {action}?
Is it possible for you to {action}?
Can you {action} right now?
Can you {action} for my mother?
Could you {action} tomorrow morning?
Do you know how to {action} for me?
Did you {action}?
Have you managed to {action}?
You must {action}.
You should {action} now.
Let us {action}.
Help me and {action}.
Hurry up and {action}.
Paint me {thing}.
Paint {animal} in a forest.
Draw a map of {country}.
Draw a cartoon of {person}.
Draw a portrait of {person}.
Make a drawing of {animal}.
Make an image of {place} at night.
Make a video about {topic}.
Make a call to {company}.
Generate a picture of {city}.
Generate a video of {animal}.
Create an image of {thing}.
Create a drawing of {animal}.
Show me a photo of {city}.
Show me photos of {person}.
Show me a video of {animal}.
Show me the way to {city}.
Take me to {city}.
Drive me to {city}.
Bring me {food}.
Get me {food}.
Deliver {food} to my office.
Buy tickets for {sport}.
Buy shares of {company}.
Sell my {coin}.
Pay for {food}.
Book tickets to {country}.
Book a train to {city}.
Book a trip to {place}.
Rent a flat in {city}.
Find me a flat in {city}.
Find a restaurant in {city}.
Find pictures of {animal} on the web.
Play music by {person}.
Play the soundtrack of {work}.
Play {work}.
Stream {work}.
Download {work}.
Open {tech}.
Install {tech} on my computer.
Update {tech}.
Start {tech}.
Search online for {food} recipes.
Search for {person}.
Look for {thing} on eBay.
Visit the page of {company}.
Check the site of {company}.
Read the page of {company} and tell me what is new.
Post about {topic} on Twitter.
Tweet about {topic}.
Share this with {mail}.
Forward my message to {mail}.
Send a letter to {mail}.
Send a fax to {mail}.
Send money to {mail}.
Invite {mail} to dinner.
Ring {mail}.
Phone {mail}.
Call {mail} and say that I am late.
Do you have internet?
Can you go online?
Can you call people?
Can you send emails?
Can you make phone calls?
Can you open files?
Can you run programs?
Can you use my camera?
Can you hear my microphone?
Can you click on links?
Can you see my screen?
Can you control my lights?
Can you generate images?
Can you play music?
Can you order things?
Can you set alarms?
Can you access my calendar?
Can you visit web sites?
Follow this link.
Click the button.
Scroll down.
Go to the next page.
Log me in.
Log out of my account.
Reboot my machine.
Switch off the computer.
Empty the trash.
Make a backup of my files.
Make me a coffee.
Clean my room.
Do the dishes.
"""

REQUESTS["picture"] = """
What am I showing you?
What am I holding in the {image}?
What have I drawn in the {image}?
What can be seen in the {image}?
What can you tell me about the {image}?
What could this {image} be?
What do you make of this {image}?
What do you notice in the {image}?
What is going on in the {image}?
What is this in the {image}?
What is the {image} about?
What is the subject of the {image}?
What is the main colour of the {image}?
What is behind the {shape}?
What is under the {shape}?
What is beside the {colour} {shape}?
What is between the {shape} and the {shape}?
What is on the left of the {image}?
What is on the right side of the {image}?
What is in the corner of the {image}?
What is the largest thing in the {image}?
What is the smallest {shape}?
What size is the {shape}?
What colours are in the {image}?
What colours do you see?
What colour is the largest {shape}?
What colour are the {shapes}?
What kind of {shape} is in the {image}?
What does the arrow in the {image} point at?
What does the chart tell us?
What does the {image} look like?
What do the words in the {image} say?
What letters are in the {image}?
What text is in the {image}?
Which objects are in the {image}?
Which things do you see in the {image}?
Which shapes do you see?
Which shapes are in the {image}?
Which colours are in the {image}?
Which colour is most common in the {image}?
Which is smaller, the {shape} or the {shape}?
Which is higher up, the {shape} or the {shape}?
Which {shape} is the smallest?
Which {shape} is {colour}?
Which of the {shapes} is the biggest?
Which line is the longest?
Which bar is the highest in the {image}?
Which digit is shown?
Which word stands in the {image}?
How many {colour} {shapes} are in the {image}?
How many {shapes} can be seen?
How many {shapes} does the {image} show?
How many {shapes} did I draw?
How many colours are in the {image}?
How many people are in the {image}?
How many bars are in the chart?
How many shapes are in the {image}?
How many things are in the {image}?
How large is the {shape}?
How big is the {colour} {shape}?
How would you describe the {image}?
How does the {shape} move?
Where is the {colour} {shape} in the {image}?
Where in the {image} is the {shape}?
Where are the {shapes}?
Where does the arrow point?
Where was this {image} taken?
Is a {shape} to be seen?
Is anything {colour} in the {image}?
Is anybody in the {image}?
Is something written in the {image}?
Is the {shape} big or small?
Is the {shape} on the left or on the right?
Is the {shape} inside the {shape}?
Is the {shape} larger than the {shape}?
Is the {image} sharp?
Is the background {colour}?
Is this a {shape}?
Is this a {shape} or a {shape}?
Is this {image} real?
Is there anything {colour}?
Is there more than one {shape}?
Is there a person in the {image}?
Are the {shapes} {colour}?
Are there more {shapes} or {shapes}?
Are there two {shapes} in the {image}?
Are there people in the {image}?
Are these {shapes}?
Does the {image} show a {shape}?
Does the {image} have a {colour} background?
Does this look like a {shape}?
Do the two pictures differ?
Do you recognise the {shape}?
Do you recognise this {image}?
Do you know what this {image} shows?
Do you see something {colour}?
Do you see what I drew?
Can you describe the {image} to me?
Can you find the {shape}?
Can you find the {colour} {shape} in the {image}?
Can you read the {image}?
Can you read what is written there?
Can you tell me what this {image} shows?
Could you say what you see?
Find the {shape} in the {image}.
Find the {colour} {shape}.
Point to the {shape}.
Name the objects in the {image}.
Name the shapes in the {image}.
Name the colours in the {image}.
Name what you see.
List the objects in the {image}.
List all shapes in the {image}.
List what is in the {image}.
Count all {shapes} in the {image}.
Count the people in the {image}.
Identify the object in the {image}.
Identify this {shape}.
Analyse the {image}.
Examine this {image}.
Interpret this {image}.
Summarise this {image}.
Take a look at the {image}.
Have a look at this {image}.
Tell me the colour of the {shape}.
Tell me the number in the {image}.
Tell me what the {image} shows.
Tell me how many {shapes} there are.
Tell me where the {shape} is.
Say what the {image} shows.
Give me a description of the {image}.
Describe the scene.
Describe the shapes.
Describe the background.
Describe the objects in the {image}.
Transcribe the text in the {image}.
Read out what is written.
Compare this {image} with the other one.
I took this {image} today, what is it?
I drew this {image}. What is it?
I want to know what is in this {image}.
I am sending you a {image}.
I uploaded a {image}.
In the {image}, where is the {shape}?
In the {image}, what colour is the {shape}?
In this {image}, how many {shapes} are there?
On the {image} there is a {shape}. What colour is it?
This is a {image} of mine. What do you see?
Here you see a {image}. Describe it.
Here is a {image} with a {shape}. What colour is it?
Objects in the {image}
Colour of the {shape}
Number of {shapes} in the {image}
"""

# Slots that only the requests above have, and more words for slots of beyond_words.WORDS.
