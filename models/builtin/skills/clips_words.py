"""How people ask about several pictures."""

NOUN = "(picture|image|photo|frame)"
SEQ = "(pictures|images|frames|photos)"
ALL = f"(|in the clip|in the video|in these {SEQ}|in the sequence|over time|here)"
BOTH = "(the two pictures|the two images|both pictures|the pictures|these two pictures|them)"

CLIP_PATTERNS = {
    "happens": [
        f"What (happens|is happening|changes|is changing|is going on) {ALL}?",
        f"What (happens|changes) from the first to the last {NOUN}?",
        f"(Describe|Tell me|Explain) what (happens|changes|you see) {ALL}",
        f"(Describe|Summarise) (the clip|the video|this sequence|the sequence|these {SEQ})",
        "(What can you see|What do you see) in (the clip|the video|the sequence)?",
        f"These are {SEQ} (of a clip|of a video|in order). What happens?",
    ],
    "anything": [
        f"Does (anything|something) (change|happen) {ALL}?",
        f"Is there (any|a) (change|difference) {ALL}?",
        f"(Do|Can) you see (any|a) change {ALL}?",
        "Is anything (happening|going on)?",
    ],
    "moves": [
        f"Does the {{x}} (move|change its place) {ALL}?",
        f"Is the {{x}} moving {ALL}?",
        "(Would you say|Is it true) that the {x} moves?",
        "Does the {x} (go|travel) anywhere?",
    ],
    "moves so": [
        "Does the {x} (move|go|travel) {d}?",
        "Is the {x} (moving|going) {d}?",
        "(Would you say|Is it true) that the {x} moves {d}?",
    ],
    "way": [
        "Does the {x} (move|go) {a} or {b}?",
        "Does it (move|go) {a} or {b}?",
        "(Which way|In which direction|Where|What direction) does (the {x}|it) (move|go)?",
        "(Which way|In which direction|Where) is the {x} (moving|going)?",
        "(Tell me|Say) which way (the {x}|it) moves",
    ],
    "grows": [
        "Does (the {x}|it) (grow or shrink|shrink or grow|get bigger or smaller)?",
        "Is (the {x}|it) getting (larger or smaller|bigger or smaller|smaller or larger)?",
        "(How|In what way) does the size (|of the {x}) change?",
        "What happens to the size of the {x}?",
    ],
    "which": [
        f"(Which|What) (object|thing) {{r}} {ALL}?",
        f"What {{r}} {ALL}?",
        "(Name|Tell me) (what|the thing that|the object that) {r}",
    ],
    "colour in": [
        f"(What|Which) colour (is|has) the {{x}} (in|on) the {{i}} {NOUN}?",
        f"What is the colour of the {{x}} in the {{i}} {NOUN}?",
        f"In the {{i}} {NOUN}, (what|which) colour is the {{x}}?",
        f"Look at the {{i}} {NOUN}. (What|Which) colour is the {{x}}?",
    ],
    "where in": [
        f"Where is the {{x}} (in|on) the {{i}} {NOUN}?",
        f"In the {{i}} {NOUN}, where is the {{x}}?",
        f"(What|Which) (place|position) does the {{x}} have in the {{i}} {NOUN}?",
        f"Where (do you see|can you see|can I find) the {{x}} in the {{i}} {NOUN}?",
    ],
    "frames": [
        f"How many {SEQ} (are there|do you see|did I send|are these|have I sent|can you see)?",
        f"(Count|Please count) the {SEQ}",
        f"What is the number of {SEQ}?",
    ],
    "count in": [
        f"How many {{x}} (are|do you see|can you see|are there) in the {{i}} {NOUN}?",
        f"How many {{x}} does the {{i}} {NOUN} (show|have|contain)?",
        f"(Count|Please count) the {{x}} in the {{i}} {NOUN}",
        f"In the {{i}} {NOUN}, how many {{x}} (are there|do you see)?",
    ],
    "is in": [
        f"Is there {{x}} in the {{i}} {NOUN}?",
        f"Does the {{i}} {NOUN} (show|have|contain) {{x}}?",
        f"(Do you see|Can you see) {{x}} in the {{i}} {NOUN}?",
        f"Is {{x}} (shown|visible) in the {{i}} {NOUN}?",
    ],
    "shows": [
        f"What (is|do you see|can you see|is shown) in the {{i}} {NOUN}?",
        f"What does the {{i}} {NOUN} show?",
        f"(Describe|Tell me what is in|Name what is in) the {{i}} {NOUN}",
        f"Which objects are in the {{i}} {NOUN}?",
    ],
    "shows now": [
        "And (this one|the next one|here|in this one|now)?",
        f"(What|And what) (is|do you see|can you see) (in|on) this (one|{NOUN}|new {NOUN})?",
        f"Here is another {NOUN}. What (do you see|does it show|is in it)?",
        "(What about|How about) (this one|this picture|this)?",
        f"(Now|And) describe (this one|this {NOUN}|the new {NOUN})",
    ],
    "number in": [
        f"(What|Which) number is (|shown|written) in the {{i}} {NOUN}?",
        f"What number does the {{i}} {NOUN} show?",
        f"(Read|Tell me) the number in the {{i}} {NOUN}",
    ],
    "number way": [
        f"Does (the number|it) (go up or down|go down or up|rise or fall|grow or shrink)?",
        "Is (the number|it) (getting larger or smaller|going up or down|rising or falling)?",
        "(Which way|How) does the number (go|change)?",
    ],
    "differs": [
        f"What (differs|is different|has changed|changed|is the difference) between {BOTH}?",
        "What (is the difference|has changed|differs|changed|is different) (|here|now)?",
        "(Find|Tell me|Spot|Name|Describe) the difference (|between the two pictures|between them)",
        f"(Compare|Please compare|Can you compare) {BOTH}",
        "How do (they|the two pictures|the pictures|the two images) differ?",
        "How is the second (picture|image|one) different (|from the first)?",
        "What has changed from the first to the second (picture|image|one)?",
    ],
    "same": [
        f"Are {BOTH} (the same|equal|identical|alike)?",
        f"Do {BOTH} show (the same|the same thing|exactly the same)?",
        "Is the second (picture|image) the same as the first (|one)?",
        "Are they (the same|equal|identical)?",
    ],
    "which picture": [
        "(Which|What) (picture|image|photo|one) (shows|has|contains) {x}?",
        "In which (picture|image|photo) (is|do you see|can you see) {x}?",
        "(Where|In which of the two) is there {x}, in the first or the second (picture|image)?",
        "Which of the (two|pictures|two pictures|images) (shows|has) {x}?",
    ],
    "more in": [
        "(Which|What) (picture|image|photo|one) (has|shows|contains) more {x}?",
        "In which (picture|image|photo) are (|there) more {x}?",
        "Where are there more {x}, in the first or the second (picture|image)?",
        "Which of the (two|two pictures|pictures) has more {x}?",
        "Are there more {x} in the first or (in the second|the second) (picture|image)?",
    ],
}
