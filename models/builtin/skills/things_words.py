"""How people ask about one picture with things in it, or about what it does not have."""

try:
    from .pictures_words import HERE, PIC, SEE
except ImportError:
    from pictures_words import HERE, PIC, SEE

P = PIC
WC = "(What colour is|Which colour is|What colour has|What is the colour of)"

PATTERNS = {
    "describe": [
        f"(Describe|Please describe|Can you describe|Could you describe) (the|this) {P}",
        "(Describe|Describe it|Describe this|Describe this for me|Describe what this is)",
        f"What (is|do you see|can you see) on (the|this) {P}?",
        f"What is (in|on) (the|this) {P}?",
        "Tell me (what you see|about this picture|about this image)",
        f"(Describe|Explain) (|to me) what (you see|is shown|is in the {P}|can be seen)",
        "What (is|do you see|can you see|can be seen|is shown|is "
        f"visible|is there) in (the|this) {P}?",
        "What (do you see|can you see|can be seen|is shown|is to be seen) (|here)?",
        f"What does (the|this) {P} show?",
        f"(What is|Tell me what is|Say what is) (shown|visible) (|here|in the {P})?",
        f"(Give|Write) (me|) a (|short) description (|of the {P}|of this {P})",
        f"(Caption|Summarise) this {P}",
    ],
    "what": [
        f"What is (this|that|it) (|a {P} of|supposed to be)?",
        f"What (kind|type|sort) of (thing|object|{P}) is (this|it)?",
        f"What am I looking at (|here)?",
        f"(Name|Identify|Recognise) (this|the object|what is shown)",
        f"Can you (name|identify|recognise) (this|it)?",
        f"What (object|thing) is (this|it|shown|in the {P})?",
        "What would you call this?",
    ],
    "what shape": [
        "(What|Which) shape is (this|it|that|shown|here)?",
        f"(What|Which) shape (do you see|can you see|is in the {P})?",
        f"Name the shape {HERE}",
        "What is the shape?",
    ],
    "is this": [
        "Is (this|it|that) {x}?",
        f"Is this (a {P} of|really) {{x}}?",
        "(Is it true|Would you say) that this is {x}?",
        f"Does (the|this) {P} show {{x}}?",
        "This is {x}, (right|correct|is it not)?",
    ],
    "count": [
        "How many {x} (in total|altogether|are there altogether|are there in total)?",
        "How many {x}?",
        "Number of {x}?",
        f"How many {{x}} {SEE}?",
        f"How many {{x}} (|do you count|does the {P} show|does it show)?",
        f"(Count|Please count) the {{x}} {HERE}",
        f"What is the number of {{x}} {HERE}?",
        f"(Tell me how many|Say how many) {{x}} (there are|you see|are shown)",
    ],
    "colour": [
        "(What colour|Which colour) (is|has) the {x}?",
        "What is the colour of the {x}?",
        f"(Name|Tell me|Say) the colour of the {{x}} {HERE}",
        f"(What|Which) colour does the {{x}} {HERE} have?",
        f"The {{x}} {HERE}: what colour is it?",
        "In (what|which) colour is the {x} (|drawn|painted|shown)?",
        "(Colour of the {x}|The colour of the {x}|The {x} has what colour|What colour the {x} is)?",
    ],
    "its colour": [
        "What colour is (it|this|that)?",
        "(Which|What) colour does (it|this) have?",
        f"What is its colour (|in the {P})?",
    ],
    "its place": [
        "Where is (it|this)?",
        f"Where (in the {P}|exactly) is it?",
        f"In which (part|corner or side) of the {P} is it?",
    ],
    "its size": [
        "Is it (large or small|small or large|big or small|small or big)?",
        "How (large|big) is it?",
        "What size (is it|does it have)?",
    ],
    "colours": [
        "(What|Which) (colour|colours) (are|have) the {x}?",
        "(What|Which) (colour|colours) do the {x} have?",
        "What are the colours of the {x}?",
        f"(Name|List|Tell me) the (colour|colours) of the {{x}} {HERE}",
    ],
    "by colour": [
        "(What|Which) (shape|object|thing) is {x}?",
        "What is {x} (|in the picture|here)?",
        "(Which|What) is the {x} (one|shape|object|thing)?",
        "What (is|do you call) the {x} (shape|object|thing) (|in the picture)?",
        "Name the {x} (object|shape|thing)",
    ],
    "where": [
        f"Where is the {{x}} {HERE}?",
        f"Where (do you see|can I find|can you see|can one see) the {{x}} {HERE}?",
        f"(In which|In what|At which) (place|position|part of the {P}) is the {{x}}?",
        f"(Find|Locate) the {{x}} {HERE}",
        "(Position|Place|Location) of the {x}?",
        "(Tell me|Say|Show me) where the {x} is (|placed|located)",
        "What is the (position|place|location) of the {x}?",
        f"(Which|What) (part|corner or side|area) of the {P} (has|shows|contains) the {{x}}?",
    ],
    "left or right": [
        "Is the {x} on the (left or on the right|right or on the left|left or right)?",
        f"(Which side|On which side) is the {{x}} (|on), left or right?",
        f"Is the {{x}} (left or right|right or left) {HERE}?",
    ],
    "up or down": [
        "Is the {x} at the (top or at the bottom|bottom or at the top|top or bottom)?",
        f"Is the {{x}} (high up or low|further up or further down) {HERE}?",
    ],
    "at": [
        f"What is {{x}} (|of the {P}|of this {P})?",
        f"(What|Which) (object|thing|shape) is {{x}} (|of the {P})?",
        f"What (do you see|can you see|is there|is shown|is drawn) {{x}} (|of the {P})?",
        "(Name|Tell me) what is {x}",
    ],
    "relation": [
        f"Is the {{x}} {{r}} the {{y}} (|in the {P})?",
        "(Would you say|Is it true|Is it right|Is it correct) that the {x} is {r} the {y}?",
        "(Does the {x} lie|Is the {x} placed|Is the {x} located) {r} the {y}?",
        "The {x} is {r} the {y}, (right|is it not|correct|yes or no)?",
    ],
    "side": [
        "(What|Which object|What thing|Which shape) is {r} the {y}?",
        "What (do you see|can you see|lies|is shown|is there|is drawn) {r} the {y}?",
        "(Name|Tell me) what is {r} the {y}",
    ],
    "is there": [
        f"Is there {{x}} {HERE}?",
        f"(Do you see|Can you see|Can you find|Can one see) {{x}} {HERE}?",
        f"Does (the|this) {P} (show|contain|have) {{x}}?",
        f"Is {{x}} (shown|visible|drawn|to be seen) {HERE}?",
        f"Does {{x}} (appear|occur) in (the|this) {P}?",
    ],
    "are there": [
        f"Are there (any|some) {{x}} {HERE}?",
        f"(Do you see|Can you see|Can you find) (any|some) {{x}} {HERE}?",
        "Any {x} (here|in the picture|in it|at all)?",
        f"(Does|Could) (the|this) {P} (show|contain|have) (any|some) {{x}}?",
    ],
    "any": [
        f"Is (anything|something) {{x}} {HERE}?",
        f"Is there (anything|something|an object that is) {{x}} {HERE}?",
        f"(Do you see|Can you see) (anything|something|any object that is) {{x}} {HERE}?",
        f"Does the {P} (show|contain|have) (anything|something) {{x}}?",
    ],
    "is it": [
        f"Is the {{x}} {{c}} (|in the {P})?",
        "(Would you say|Is it true|Is it right) that the {x} is {c}?",
        "Does the {x} have (a|the) {c} colour?",
        "The {x} is {c}, (right|is it not|correct)?",
        "Is {c} the colour of the {x}?",
    ],
    "larger": [
        "(Which|What) (is|one is) {r}, the {x} or the {y}?",
        "(Which|What) (is|one is) {r}: the {x} or the {y}?",
        "Is the {x} or the {y} {r}?",
        "Which of the two is {r}, the {x} or the {y}?",
        "Tell me which is {r}: the {x} or the {y}",
    ],
    "is larger": [
        "Is the {x} {r} than the {y}?",
        "(Would you say|Is it true) that the {x} is {r} than the {y}?",
        "The {x} is {r} than the {y}, (right|correct|is it not)?",
    ],
    "size": [
        "Is the {x} (large or small|small or large|big or small|small or big)?",
        "How (large|big) is the {x} (|in the picture)?",
        "What size (is|has) the {x}?",
        "What is the size of the {x}?",
    ],
    "most": [
        "(Which|What) (object|thing|shape|one) is the {r} (|one|of all)?",
        f"(What|Which) is the {{r}} (object|thing|shape) {HERE}?",
        "(Name|Find|Tell me) the {r} (object|thing|shape)",
    ],
    "more": [
        f"Are there more {{x}} than {{y}} {HERE}?",
        "(Do you see|Can you see|Do you count) more {x} than {y}?",
        f"Does the {P} (show|have|contain) more {{x}} than {{y}}?",
        "(Would you say|Is it true) that there are more {x} than {y}?",
    ],
    "which more": [
        f"(What are there|Which are there|What do you see) more of {HERE}, {{x}} or {{y}}?",
        "Are there more {x} or more {y}?",
        "Are there more {x} or {y}?",
        "Which are more, the {x} or the {y}?",
        "(Which|What) is there more of: {x} or {y}?",
    ],
    "background": [
        f"{WC} the background (|of the {P})?",
        "What is the background colour?",
        f"(What|Which) (is the colour|colour is) behind (everything|it all)?",
        f"What colour does the background {HERE} have?",
        f"(Name|Tell me) the colour of the background",
        f"On (what|which) colour is it (drawn|painted)?",
        "What colour is the (ground|paper|canvas|surface)?",
    ],
    "colour list": [
        f"(Which|What) colours (do you see|can you see|are there|are used|appear|occur) {HERE}?",
        f"(List|Name) (all the|the) colours (|of the objects|of the things) {HERE}",
        "What colours do the (objects|things|shapes) have?",
    ],
    "kind list": [
        f"(Which|What) (shapes|objects|things) (do you see|can you see|are there|appear) {HERE}?",
        f"(List|Name) (all the|the|all) (shapes|objects|things) {HERE}",
        f"What (shapes|objects|things) (are|can be found) in the {P}?",
    ],
    "read": [
        f"What (does it say|does the {P} say|does this say|is written|is written {HERE})?",
        "What (does the text|does the word|does the writing|do the "
        f"letters) {HERE} (say|read|spell)?",
        "(Read|Please read|Can you read|Could you read) (|me) (it|this|the "
        "text|the word|the letters|what it says)",
        "(What|Which) (word|text) (is shown|do you see|can you read|is "
        f"written|is this|is printed) {HERE}?",
        f"What text is (in|on) the {P}?",
        "What does the (sign|card|label|writing) say?",
        "(What can you read|What is to be read|What is the text|What is the word) (|here)?",
        "(Spell out|Tell me|Copy|Write down|Type) the (word|text) (that is "
        "shown|shown|you see|in the picture)",
    ],
    "is text": [
        f"Is there (any text|some text|text|a word|writing|any writing|something written) {HERE}?",
        f"Does (the|this) {P} (contain|have|show) (any text|text|a word|writing|letters)?",
        f"(Do you see|Can you see) (any text|text|words|letters) {HERE}?",
    ],
    "digit": [
        "(What|Which) (digit|number) is (this|it|shown|here|written)?",
        f"What digit (do you see|can you see|is in the {P})?",
    ],
    "letter": [
        "(What|Which) letter is (this|it|shown|here|written)?",
        f"What letter (do you see|can you see|is in the {P})?",
        "(Read|Name) the letter",
    ],
    "is number": [
        f"Is (there a|this a|it a) number {HERE}?",
        f"(Do you see|Can you see) (a number|any number|digits) {HERE}?",
        f"Does the {P} (show|contain) (a number|any digits|digits)?",
    ],
    "number": [
        "(What|Which) number (is shown|do you see|can you see|is it|is "
        f"this|is written|is printed) {HERE}?",
        f"What number (does the {P} show|is in the {P}|is on the {P})?",
        "(Read|Please read|Can you read|Tell me) the number (|that is shown|shown)",
        f"What is the number {HERE}?",
    ],
    "cannot": [
        "(What is|Do you know|Tell me|What was) the (name|age|job|address|phone number) of the "
        "(person|owner|artist|child|painter|man|woman)?",
        "(Who|Which person|Which artist) "
        f"(made|drew|painted|took|created|sent) (this|the|that) {P}?",
        "(When|Where|Why|On which day|In which year|In which city) was "
        f"(this|the) {P} (made|taken|drawn|painted)?",
        "(How much|What) does (it|this|that) (cost|weigh)?",
        f"What (will happen|happened|comes|was there) (next|before|after this|afterwards)?",
        "How (old|heavy|expensive|loud) is (it|this|that) (|really)?",
        "What is the (person's|man's|woman's|artist's|owner's|child's) (name|age|job)?",
        f"(What|Which) (music|song|sound|smell) (is it|belongs to this|can be heard)?",
        f"(Who|What) is (behind|outside) (the {P}|the camera)?",
        f"(Whose|To whom does this) {P} (is this|belong)?",
        "(What is the person thinking|Who owns this|Who is this for|What does it taste like)?",
        "(What is the weather tomorrow|Where was the artist born|Which country is this from)?",
    ],
    "point": [
        "(Which way|Which direction|Where|In which direction|Where to) does the {x} (point|go)?",
        "(Which way|Which direction|Where|Where to) is the {x} pointing?",
        "What (direction|way) does the {x} (point|show|point in)?",
        "(Tell me|Say) where the {x} points",
        "Does the {x} point (up, down, left or right|left, right, up or down)?",
        "What is the direction of the {x}?",
    ],
    "does point": [
        "Does the {x} point {d}?",
        "Is the {x} pointing {d}?",
        "(Would you say|Is it true) that the {x} points {d}?",
        "The {x} points {d}, (right|correct|is that so)?",
    ],
    "time": [
        "What time (is it|does it show|does the clock show|is shown|do you see)?",
        "(Which hour|What hour) does the clock show?",
        "(Read|Can you read|Please read|Tell me) the (clock|time)",
        "What does the clock (say|show)?",
        "How late is it (|on the clock)?",
    ],
    "same kind": [
        f"Are (all the|all|the) (shapes|objects|things) {HERE} (the same|equal|of the same kind)?",
        "(Is every|Is each) (object|shape|thing) of the same kind?",
    ],
    "same colour": [
        f"Are (all the|all|the) (shapes|objects|things) {HERE} (the same colour|of one colour)?",
        "Do (all the|all|the) (shapes|objects|things) have the same colour?",
        "(Is every|Is each) (object|shape|thing) of the same colour?",
    ],
}
