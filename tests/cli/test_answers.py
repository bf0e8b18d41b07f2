"""What the built-in model says: meaning, not bytes. It is small; this much it must know."""
import json
import os
import re
import subprocess
import tempfile

from tap import check, main, test, works


def say(*messages, tools=None, **more):
    """The greedy answer to a conversation: texts of user and assistant in turn, or messages."""
    listed = [m if isinstance(m, dict) else {"role": ("user", "assistant")[k % 2], "content": m}
              for k, m in enumerate(messages)]
    given = {"messages": listed, "tools": tools} if tools else {"messages": listed}
    r = works("run", "--messages", "-", "--temp", "0", "-n", "100", "--json",
              stdin=json.dumps(given).encode(), **more)
    return r.json()["text"].strip()


def mostly(pairs, may_miss, what):
    """Checks answers: PAIRS of a conversation and what the answer must match."""
    missed = []
    for asked, pattern in pairs:
        got = say(*(asked if isinstance(asked, tuple) else (asked,)))
        if not re.search(pattern, got, re.I | re.S):
            missed.append((asked, pattern, got))
    check(len(missed) <= may_miss, "%s: %r" % (what, missed))


@test
def about_takt():
    mostly([
        ("What is takt?", "software LPU"),
        ("tell me what takt is", "software LPU"),
        ("Who are you?", "built-in model"),
        ("How do I chat with a model?", "takt chat"),
        ("How can I see the plan of a model?", "takt plan"),
        ("Which command measures how fast a model runs here?", "takt bench"),
        ("How do I make a model smaller?", "takt quantize"),
        ("What does --seed do?", "draw|seed"),
        ("What are the exit codes?", "0.*1.*2"),
        ("Where is the cache?", "TAKT_CACHE|cache"),
        ("Which language is takt written in?", "C17"),
        ("Do I need a GPU?", "No GPU"),
        ("What are the four promises?", "known.*same.*now.*safe"),
        ("How do I run the tests?", r"\./check"),
    ], 1, "facts")


@test
def lists():
    mostly([
        ("Repeat: the lamp is on", "the lamp is on"),
        ("How many words are in this list: apple, house, dog", r"\b3\b"),
        ("What is the last word in this list: apple, house, dog", "^dog"),
    ], 1, "lists")


@test
def sums():
    mostly([
        ("What is 12 + 30?", "= 42[.]?$"), ("What is 7 times 8?", "= 56[.]?$"),
        ("347 + 285", "= 632[.]?$"), ("What is 532 minus 285?", "= 247[.]?$"),
        ("How much is 9 * 6?", "= 54[.]?$"), ("What is 84 - 47?", "= 37[.]?$"),
        ("Calculate 156 + 78.", "= 234[.]?$"), ("What is 56 divided by 7?", "= 8[.]?$"),
    ], 1, "sums")


@test
def sorting():
    mostly([
        ("Sort these numbers: 9, 2, 5", "^2, 5, 9"),
        ("Sort these numbers: 30, 10, 20", "^10, 20, 30"),
        ("Reverse this list: red, green, blue", "^blue, green, red"),
    ], 1, "sorting")


@test
def json_of_a_shape():
    for name, age, city in (("Mira", 44, "Oslo"), ("Paul", 27, "Rome"), ("Ana", 63, "Lima")):
        got = say("Give name, age and city as JSON: %s is %d years old and lives in %s."
                  % (name, age, city))
        try:
            check(json.loads(got) == {"name": name, "age": age, "city": city}, got)
        except ValueError:
            check(False, "no JSON: %r" % got)


WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "Get the weather in a city",
    "parameters": {"type": "object", "required": ["city"], "properties": {
        "city": {"type": "string", "description": "Name of the city"}}}}}
CALCULATOR = {"type": "function", "function": {
    "name": "calculator", "description": "Compute an arithmetic expression",
    "parameters": {"type": "object", "required": ["expression"], "properties": {
        "expression": {"type": "string", "description": "The expression"}}}}}


@test
def calls_tools():
    tools = [WEATHER, CALCULATOR]
    asked = "What is the weather in Madrid?"
    call = json.loads(say(asked, tools=tools))
    check(call == {"name": "get_weather", "parameters": {"city": "Madrid"}}, call)
    history = [{"role": "user", "content": asked},
               {"role": "assistant", "content": "", "tool_calls": [
                   {"id": "1", "type": "function", "function": {
                       "name": call["name"], "arguments": json.dumps(call["parameters"])}}]},
               {"role": "tool", "tool_call_id": "1", "content": '{"condition": "rainy", '
                                                                '"temperature": 17}'}]
    got = say(*history, tools=tools)
    check("rain" in got and "17" in got and "{" not in got, got)
    history += [{"role": "assistant", "content": got},
                {"role": "user", "content": "What is 4821 * 37?"}]
    call = json.loads(say(*history, tools=tools))
    check(call["name"] == "calculator", call)
    check(call["parameters"]["expression"].replace(" ", "") == "4821*37", call)
    check("{" not in say("Thank you!", tools=tools), "no call for thanks")
    check("{" not in say("Hello!", tools=tools), "no call for a greeting")


@test
def remembers():
    check("Nora" in say("My name is Nora.", "Nice to meet you, Nora.", "What is my name?"), "name")
    got = say("My favourite colour is green.", "I will remember that your favourite colour is "
              "green.", "What is 3 + 4?", "3 + 4 = 7.", "What is my favourite colour?")
    check("green" in got, got)
    got = say("What is my name?")
    check("not told" in got, got)


@test
def translates():
    mostly([
        ("How do you say 'thank you' in Japanese?", "ありがとう"),
        ("Translate to Japanese: Where is the station?", "駅はどこですか"),
        ("Translate to English: 水をください。", "water"),
        ("Translate to English: これをください。", "this"),
        ("What is 猫 in English?", "cat"),
        ("英語に訳してください: トイレはどこですか。", "toilet|bathroom|restroom"),
    ], 1, "phrases")


@test
def knows_its_limits():
    mostly([
        ("Write a poem about the sea.", "beyond me"),
        ("What is the capital of Mongolia?", "beyond me"),
        ("Who won the world cup in 1998?", "beyond me|do not know|cannot know"),
        ("Write a Python function that parses dates.", "beyond me"),
        ("What do you see in the picture?", "do not see a picture"),
    ], 0, "beyond")


@test
def the_same_for_any_threads():
    asked = "What does takt promise?"
    first = say(asked)
    for more in (["-t", "1"], ["-t", "3"], ["--isa", "ref"], ["--chunk", "5"]):
        r = works("run", "-p", asked, "--temp", "0", "-n", "100", "--json", *more).json()
        check(r["text"].strip() == first, (more, r["text"], first))


def drawn(seed):
    """A picture as ./demo draws it, and the words of what it shows: [(colour, shape), ...]."""
    path = os.path.join(tempfile.gettempdir(), f"takt-scene-{os.getpid()}-{seed}.bmp")
    shown = subprocess.run(["tools/draw-scene", path, str(seed)], capture_output=True, text=True,
                           check=True).stdout
    return path, [tuple(t.split()[:2]) for t in shown.removeprefix("Drawn: ").split(", ")]


@test
def pictures():
    named = things = 0
    for seed in range(12):
        path, shown = drawn(seed)
        r = works("run", "-i", path, "-p", "What do you see?", "--temp", "0", "--json").json()
        os.remove(path)
        check(r["pictures"] == 1 and r["encode_s"] > 0, r)
        named += sum(f"{colour} {shape}" in r["text"] for colour, shape in shown)
        things += len(shown)
    check(named >= 0.8 * things, (named, things))


@test
def two_pictures():
    (first, _), (second, _) = drawn(1), drawn(2)
    one = works("run", "-i", first, "-p", "What do you see?", "--temp", "0").out
    both = works("run", "-i", first, "-i", second, "-p", "What is in the second picture?",
                 "--temp", "0").out
    talk = json.dumps([
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}},
                                     {"type": "text", "text": "What do you see?"}]}])
    same = works("run", "-i", first, "--messages", "-", "--temp", "0", stdin=talk.encode()).out
    os.remove(first)
    os.remove(second)
    check(one and both and one == same, (one, both, same))


if not os.path.exists("models/builtin/builtin.gguf"):
    raise SystemExit("there is no models/builtin/builtin.gguf")
main("cli/answers")
