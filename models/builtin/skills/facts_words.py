"""The wordings around the facts: frames, polite wrapping, synonyms.

A frame is a question with a hole. Frames of HELD_FRAMES are never used for training.
"""

# How a noun with a purpose (a command, an option) is asked for.
NAME_FRAMES = """
what does {x} do|what is {x}|what's {x}|what is {x} for|what does {x} mean|explain {x}
tell me about {x}|describe {x}|{x}|when do I use {x}|why would I use {x}|help with {x}
what can I do with {x}|what is the purpose of {x}|what is {x} good for|what is {x} used for
I do not understand {x}|info about {x}|could you explain {x}|tell me what {x} does
can you explain what {x} does|how does {x} work|what happens if I use {x}|explain what {x} does
please explain {x}|I want to know what {x} does|do you know {x}|meaning of {x}
I have a question about {x}|I saw {x}, what is it|what will {x} do|what does {x} do in takt
what is the meaning of {x}|what effect has {x}|do you know what {x} does|is there {x}
what do you know about {x}|why is there {x}|what about {x}|and {x}|how about {x}
there is {x}, what does it do|{x}, what is it|{x}, what does it do|in takt, what is {x}
what would {x} do|with {x}, what do I get|what comes from {x}|the use of {x}
where do I need {x}|who needs {x}
in which case do I need {x}|what do I achieve with {x}|I found {x} in the help, what is it
what difference does {x} make|what is {x} there for|the purpose of {x}
give me the meaning of {x}|what do people use {x} for|say something about {x}|what can {x} do
short explanation of {x}|somebody uses {x}, what is that|for what is {x}|what do you use {x} for
what would one use {x} for|for what would I use {x}|what job does {x} do|what job has {x}
say what {x} does|the task of {x}
"""

# How a word is asked for.
TERM_FRAMES = """
what is {x}|what's {x}|explain {x}|define {x}|what does {x} mean|tell me about {x}|{x}|{b}
what do you mean by {x}|what is meant by {x}|{b} meaning|describe {x}|what is {x} in takt
I do not know what {x} is|meaning of {x}|can you explain {x}|could you describe {x}
what exactly is {x}|in takt, what is {x}|{b} in takt|please explain {x}|what is {x} exactly
tell me what {x} is|I do not understand {x}|what does it mean: {b}|what is {x} about
what do you know about {x}|do you know what {x} is|what about {x}|what is the meaning of {x}
I want to know what {x} is|explain what {x} is|explain to me what {x} is|how do you define {x}
what is the definition of {x}|definition of {x}|what does the term {b} mean|and {x}
I have a question about {x}|how about {x}|I read about {x}, what is it
{x}, what is it|{x}, what is that|I see {x} in the output, what is that|say what {x} is
the output shows {x}|the docs speak of {x}, what is it|how would one define {x}|what of {x}
I often read {x}, what does it mean|what do people call {x}|how do you explain {x}
{b} explained|short explanation of {x}|{b}, what does that mean
in one sentence, what is {x}|say in short what {x} is|somebody mentioned {x}, what is that
I stumbled over {x}|the meaning of {x}|in simple words, what is {x}
"""

# How several things are asked for.
LIST_FRAMES = """
what are {x}|list {x}|name {x}|show me {x}|tell me {x}|tell me about {x}|explain {x}|{b}|{x}
takt {b}|which are {x}|give me {x}|can you list {x}|I need {x}|I want to see {x}|describe {x}
what about {x}|please list {x}|do you know {x}|could you tell me {x}|I want to know {x}
can you name {x}|can you tell me about {x}|please name {x}|let me see {x}|a list of {x}
please tell me {x}|can I see {x}|what do you know about {x}|I have a question about {x}
overview of {x}|give me an overview of {x}|enumerate {x}|I forgot {x}|where do I see {x}
{b}, which are they|what do {x} look like|say what {x} are|write down {x}
"""

# How the way to do something is asked for.
TASK_FRAMES = """
how do I {x}|how can I {x}|how to {x}|how would I {x}|I want to {x}|what do I type to {x}
is there a way to {x}|show me how to {x}|tell me how to {x}|what is the way to {x}|can I {x}
how does one {x}|is it possible to {x}|{x}|help me to {x}|I need to {x}|how do you {x}
I would like to {x}|what must I do to {x}|which command do I need to {x}|how could I {x}
what command do I use to {x}|explain how to {x}|can takt {x}|what do I do to {x}
how should I {x}|in takt, how do I {x}|I try to {x}, how|how do I {x} with takt
please show me how to {x}|let me {x}|I have to {x}|what do I need to {x}|where can I {x}
I do not know how to {x}|can you tell me how to {x}|how can one {x}|what is needed to {x}
what lets me {x}|is there an option to {x}|which way is there to {x}|how am I able to {x}
what would I type to {x}|I am trying to {x}|my aim is to {x}
the command to {x}|which steps do I need to {x}|do you know how to {x}|I must {x}, how
how can takt {x}|could I {x}|give me the command to {x}|what helps me to {x}|the way to {x}
someone asked me to {x}, how|{x}, how does that work|I plan to {x}|does takt let me {x}
"""

HELD_FRAMES = {
    "names": """could you say what {x} is for|what happens with {x}|when would I want {x}
        {x}: what is it for|what's the use of {x}|please tell me what {x} is""",
    "terms": """give me a definition of {x}|how would you explain {x}|I never heard of {x}
        please define {x}|what should I know about {x}|can you tell me what {x} means""",
    "lists": """could you name {x}|please show {x}|let me know {x}|what would {x} be""",
    "tasks": """what's the best way to {x}|I'd like to know how to {x}|what should I do to {x}
        could you show me how I can {x}|I wish to {x}, what do I do""",
}

# How to go on from one thing to the next, and from a command to its use.
NEXT_FRAMES = """
and {x}|what about {x}|and what about {x}|and what is {x}|now {x}|then what is {x}|{x}
ok, and {x}|and now {x}|what about {x} then|thanks, and {x}|{x} please|next: {x}|and also {x}
right, and {x}|next, {x}|tell me about {x} too|also {x}|I see, and {x}|fine, and {x}|so what is {x}
good, what about {x}|and what does {x} mean|go on with {x}|I also want to know {x}
"""
HELD_NEXT_FRAMES = "how about {x}|and how about {x}|now tell me about {x}|and then {x}"

USE_WORDINGS = """
How do I use it?|Show me an example.|Give me an example.|Example?|How do I call it?|An example?
How does one use it?|Can you show me an example?|How can I use it?|What do I type?
Show me how to use it.|Please give an example.|How do I do that?|And how do I use it?|How?
What do I have to type?|What is an example?|How do I run it?|Do you have an example?
Could you give me an example?|What is the command line?|Show me the command.|How is it used?
Can you give an example?|Let me see an example.|What does that look like?|And in practice?
What would I type?|Usage?|How does it look on the command line?|How is it called?
Give me the command.|And how does one use it?|An example would be nice.
"""
HELD_USE_WORDINGS = """
How should I use it?|Can I have an example?|Show an example of it.|What must I type for that?
"""

# Each word stands for any other of its group; longer ones first in the search.
SYNONYMS = """
show me/print/display/let me see
how do i/how can i/how would i/how could i/how do you/how does one/how to
tell me about/explain/describe/explain to me
what is/what's
what does/what will
start/begin
machine/computer
make/create/get
delete/remove
picture/image
fast/quick/speedy
large/big
small/little
option/flag/switch
see/view/look at/find
use/apply/work with
need/require
i want to/i would like to/i'd like to
do not/don't
cannot/can not/can't
supported/possible/accepted
answer/reply/response
text/string
set/change/choose/pick
limit/restrict
several/many/some
program/software/tool
folder/directory
type/write/enter
measure/find out/test
list/enumerate
processor/cpu
"""

PREFIXES = """
Hi,|Hello,|Hey,|Please,|Ok,|So,|Sorry,|Hi!|Hello!|Hey takt,|Well,|Thanks.|Um,|And|One question:
A question:|Quick question:|I have a question:|Please tell me:|Tell me,|Hi takt,|Can you tell me:
Can you help me?|I am new here.|Just wondering:|Good morning,|Excuse me,|Also,|I wonder:
Can I ask something?|I would like to know:|Say,|My question:|Question:|Dear takt,
"""
SUFFIXES = " please|, please| Thanks.| Thank you.|, thanks|, please tell me"
HELD_PREFIXES = "Hi, |Please, |Ok, |Hello, |So, |Tell me: |Hey there, |Another question: "

# Words without which a question is still understood: keywords are what is left.
SMALL_WORDS = """
a an the is are do does did i you it to of for in what which how can could would should there be me
my that this with on at have has was were will so and please who by as
"""


def pieces(text):
    """The parts of TEXT between bars and line ends."""
    return [p.strip(" ") for line in text.splitlines() for p in line.split("|") if p.strip()]


def beginnings(text):
    """The parts of TEXT, each with a blank behind it."""
    return [p + " " for p in pieces(text)]


def synonym_table():
    """From each phrase to the others of its group."""
    groups = [line.split("/") for line in SYNONYMS.split("\n") if line]
    table = {word: [o for o in group if o != word] for group in groups for word in group}
    table["which"] = ["what"]  # the other way round is rarely English
    return table
