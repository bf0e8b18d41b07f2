"""Many small families of one shape: an attribute of a thing, and an action on a thing. They teach
to go by the definitions alone, whatever a user's own tools are about."""

from .tools_families import family, slot

# attribute; what has it; kind of the thing's name; kind of the attribute's value
ATTRIBUTES = """population country country big|population city city big|capital country country name
|currency country country money|area country country big|language country country language
|mayor city city person|altitude city city count|height mountain name count|length river name count
|depth lake name count|mass planet name big|author book title person|publisher book title name
|rating book title count|director film title person|rating film title count|length film title count
|singer song title person|year album title year|age person person level|birthday person person day
|address person person street|manager team name person|job person person role
|salary employee id big|room employee person code|email person person mail|status ticket id status
|owner ticket id person|status server name status|load server name level|uptime server name count
|version program name code|size file file count|owner file file person|status machine code status
|speed machine code count|temperature room room temp|humidity room room level
|light room room level|temperature machine code temp|pressure tank code level|level tank code level
|gate flight code code|delay flight code count|platform train code count|delay train code count
|balance account id big|owner account id person|limit account id big|score game title score
|score team name count|coach team name person|calories dish item count|weight item item count
|colour item item colour|supplier item item name|location item item place|deadline project name day
|budget project name big|leader project name person|status project name status
|opening hour shop name hhmm|phone number shop name phone|rating restaurant name count
|price ticket code price|teacher course name person|room course name code|room meeting event code
|time meeting event hhmm|position robot name street|state door door openness
|state window room openness
|charge robot name level|charge car name level|mileage car name big|status job id status
|name user id person|email user id mail|city user id city|name product id item
|price product id price
|status invoice id status|amount invoice id price|doctor patient person person
|grade student person count|teacher class code person"""

_PLAIN = ["the {thing}", "name of the {thing}", "which {thing}", "{thing} name"]
_NUMBERED = ["the {thing}", "number of the {thing}", "id of the {thing}", "{thing} number"]


def _a(thing):
    return ("an " if thing[0] in "aeio" else "a ") + thing


def _attribute(attr, thing, kind, value):
    snake, joined = thing, attr.replace(" ", "_")
    by_number = kind in ("id", "order")
    extra = f"{snake}_id id number" if by_number else f"{snake}_name name"
    owner = "{x}" if kind in ("person", "city", "country", "name") else f"the {thing} {{x}}"
    if kind in ("item", "event"):
        owner = "the {x}"
    if kind in ("door", "room"):
        owner = "the {x}" if kind == "door" else f"the {{x}} {thing}"
    if kind == "code" or by_number:
        owner = f"{thing} {{x}}"
    a = attr
    asks = (
        f"?what is the {a} of {owner}|!tell me the {a} of {owner}|!get the {a} of {owner}|!look up "
        f"the {a} of {owner}|?do you know the {a} of {owner}|!find the {a} of {owner}|?which {a} "
        f"does {owner} have|!give me the {a} of {owner}|?{a} of {owner}|!show me the {a} of "
        f"{owner}|!check the {a} of {owner}|?I need the {a} of {owner}|?~what {a} does {owner} "
        f"have|!~find out the {a} of {owner}|!~read the {a} of {owner}|?{owner}: {a}"
    )
    names = (
        f"get {a}|{a}|{thing} {a}|{a} of {thing}|get {thing} {a}|lookup {a}|find {a}|{a} "
        f"lookup|read {a}|fetch {thing} {a}|{thing} info|query {a}"
    )
    notes = (
        f"Get the {a} of {_a(thing)}|{a.capitalize()} of {_a(thing)}|Look up the {a} of "
        f"{_a(thing)}|Returns the {a} of the {thing}|Tells the {a} of {_a(thing)}"
    )
    family(
        f"{attr} of {thing}", names, notes,
        [slot("x", kind, f"{snake} {extra} q key of", "|".join(
            n.format(thing=thing) for n in (_NUMBERED if by_number else _PLAIN)),
            "integer integer string" if by_number else "string")],
        asks, {"v": (f"{joined} value result {joined} data", value)},
        f"[v]|{attr}: [v]|The {attr} is [v].", f"The {attr} of {owner} is [v].",
        follows=f"?and {owner}|?what about {owner}|?~how about {owner}|?and of {owner}",
        back=f"Which {thing}?", lookup=True, weight=0.16,
        vague=f"!look up the {a} of {_a(thing)}|!tell me the {a} of the {thing}|?what is the {a} "
        f"of the {thing}|!~find the {a} of {_a(thing)}|?what is its {a}",
    )  # fmt: skip


# verb; object; kind of the object's name
ACTIONS = """open door door|close door door|lock door door|unlock door door|start machine stuff
|stop machine stuff|restart machine stuff|pause machine stuff|clean room room|paint item item
|delete file file|print file file|copy file file|rename file file|save file file|send file file
|call person person|invite person person|follow person person|block user person|greet person person
|feed animal name|water plant item|charge device device|reset device device|check device device
|ship order order|cancel order order|refund order order|confirm order order|repeat order order
|close ticket id|reopen ticket id|approve invoice id|pay invoice id|reject request id
|pick item item|drop item item|fetch item item|grab item item|clean item item|buy item item
|sell item item|move robot name|scan code code|unlock account id|mute room room|heat room room
|light room room|cancel event event|move event event|visit city city|stop song title|skip song title
|like film title|rent film title|install program name|remove program name|update program name"""


def _action(verb, thing, kind):
    by_number = kind in ("id", "order")
    named = kind in ("person", "city", "name", "file", "code", "title")
    target = "{x}" if named else f"{thing} {{x}}" if by_number else "the {x}"
    notes = (
        f"{verb.capitalize()} {_a(thing)}|{verb.capitalize()}s the {thing}|To {verb} "
        f"{_a(thing)}|{verb.capitalize()} the given {thing}"
    )
    family(
        f"{verb} {thing}", f"{verb} {thing}|{verb}|{thing} {verb}|do {verb}|{verb} the {thing}|run "
        f"{verb}|{verb} {thing} now", notes,
        [slot("x", kind, f"{thing} target name what id object", f"the {thing}|which {thing}|the "
              f"{thing} to {verb}", "integer integer string" if by_number else "string")],
        f"!{verb} {target}|!{verb} {target} now|?I want you to {verb} {target}|!go and {verb} "
        f"{target}|!{verb} {target} for me|?you should {verb} {target}|?it is time to {verb} "
        f"{target}|!~make sure to {verb} {target}|?~I would like to {verb} {target}|!quickly "
        f"{verb} {target}", {"ok": ("status result state ok success message", "ok")}, "[ok]",
        "Done.",
        follows=f"!now {verb} {target}|!also {verb} {target}|!~then {verb} {target}",
        back=f"Which {thing}?", vague=f"!{verb} {_a(thing)}|!{verb} something|?I want you to "
        f"{verb} {_a(thing)}|!~{verb} one {thing}",
        weight=0.14,
    )  # fmt: skip


def build():
    """Adds these families to the others."""
    for entry in ATTRIBUTES.split("|"):
        words = entry.split()
        _attribute(" ".join(words[:-3]), *words[-3:])
    for entry in ACTIONS.split("|"):
        _action(*entry.split())


build()
