"""takt run --messages and --tools: conversations as JSON through the model's template."""
import json
import os

from models import TEMPLATE, Shape
from tap import check, fails, main, path, shared, test, works

TOOLS_TEMPLATE = (
    "{% if tools %}{% for t in tools %}{{ t | tojson }}\n{% endfor %}{% endif %}"
    "{% for m in messages %}[{{ m['role'] }}] {{ m['content'] if m['content'] }}"
    "{% if 'tool_calls' in m %}{% for c in m['tool_calls'] %}{{ c['function'] | tojson }}"
    "{% endfor %}{% endif %}{{ '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}[assistant] {% endif %}")
MODEL = Shape(ctx=4096).write(path("model.gguf"))
CHAT = Shape(ctx=4096, template=TEMPLATE).write(path("chat.gguf"))
TOOLS = Shape(ctx=4096, template=TOOLS_TEMPLATE).write(path("tools.gguf"))
ASK = [{"role": "user", "content": "hi"}]
TOOL = {"type": "function", "function": {"name": "sun", "description": "When does it rise?"}}
CALL = {"id": "1", "type": "function",
        "function": {"name": "sun", "arguments": "{\"city\": \"Oslo\"}"}}
SHORT = ["-n", "6", "--temp", "0", "--ignore-eos"]


def put(name, value):
    with open(path(name), "wb") as f:
        f.write(value if isinstance(value, bytes) else json.dumps(value).encode())
    return path(name)


def messages(value):
    return ["--messages", put("talk.json", value)]


def same(model, args, prompt, **more):
    """The answer to the conversation is that to the text that its template makes of it."""
    r = works("run", model, *args, *SHORT, "--json", **more).json()
    want = works("run", model, "--raw", "-p", prompt, *SHORT, "--json").json()
    check(r["prompt_tokens"] == want["prompt_tokens"] and r["text"] == want["text"],
          (args, r, want))


@test
def conversations():
    same(CHAT, messages(ASK), "[user] hi\n[assistant] ")
    same(CHAT, messages({"messages": ASK}), "[user] hi\n[assistant] ")
    talk = [{"role": "system", "content": "é"}, *ASK, {"role": "assistant", "content": "yes"},
            {"role": "user", "content": [{"type": "text", "text": "a"},
                                         {"type": "text", "text": "b"}]}]
    same(CHAT, messages(talk), "[system] é\n[user] hi\n[assistant] yes\n[user] a\nb\n[assistant] ")
    same(CHAT, ["--messages", "-"], "[user] hi\n[assistant] ", stdin=json.dumps(ASK).encode())
    r = works("run", CHAT, *messages(ASK), *SHORT)
    check(r.raw == works("run", CHAT, "-p", "hi", *SHORT).raw, "as with -p")


@test
def with_a_prompt_and_a_system_message():
    same(CHAT, [*messages(ASK), "-p", "and?"], "[user] hi\n[user] and?\n[assistant] ")
    same(CHAT, [*messages(ASK), "-f", put("more.txt", b"and?"), "--system", "S"],
         "[system] S\n[user] hi\n[user] and?\n[assistant] ")
    same(CHAT, [*messages([]), "--system", "S", "-p", "x"],
         "[system] S\n[user] x\n[assistant] ")
    same(CHAT, [*messages(ASK), "-f", "-"], "[user] hi\n[user] and?\n[assistant] ", stdin=b"and?")
    fails(1, "run", CHAT, *messages([{"role": "system", "content": "S"}, *ASK]), "--system", "T",
          says=["messages[0]", "system message already"])
    fails(2, "run", CHAT, *messages(ASK), "--raw", says=["--raw", "--messages"])
    fails(2, "run", CHAT, "--tools", put("tools.json", [TOOL]), "--raw", "-p", "x",
          says=["--raw", "--tools"])
    fails(2, "run", CHAT, "--messages", "-", "-f", "-", says=["standard input", "once"])
    fails(2, "run", CHAT, "--messages", "-", "--tools", "-", says=["standard input", "once"])
    fails(2, "run", CHAT, "--tools", "-", says=["standard input", "once"])
    fails(1, "run", CHAT, *messages(ASK), "-p", b"\xff", says=["prompt", "UTF-8"])


@test
def tools_and_calls():
    shown = json.dumps(TOOL) + "\n"
    tools = ["--tools", put("tools.json", [TOOL])]
    same(TOOLS, [*messages(ASK), *tools], shown + "[user] hi\n[assistant] ")
    same(TOOLS, ["-p", "hi", *tools], shown + "[user] hi\n[assistant] ")
    same(TOOLS, messages({"messages": ASK, "tools": [TOOL]}), shown + "[user] hi\n[assistant] ")
    same(TOOLS, [*messages(ASK), "--tools", put("none.json", [])], "[user] hi\n[assistant] ")
    call = "{\"name\": \"sun\", \"arguments\": {\"city\": \"Oslo\"}}"
    talk = [*ASK, {"role": "assistant", "content": None, "tool_calls": [CALL]},
            {"role": "tool", "tool_call_id": "1", "content": "at 9"}]
    same(TOOLS, [*messages(talk), *tools],
         shown + "[user] hi\n[assistant] " + call + "\n[tool] at 9\n[assistant] ")
    fails(2, "run", TOOLS, *messages({"messages": ASK, "tools": [TOOL]}), *tools, says=["once"])


@test
def templates_that_do_not_suffice():
    tools = ["--tools", put("tools.json", [TOOL])]
    fails(1, "run", CHAT, *messages(ASK), *tools, says=["tools.json", "takes no tools"])
    fails(1, "run", CHAT, "-p", "hi", *tools, says=["tools.json", "takes no tools"])
    call = {"role": "assistant", "tool_calls": [CALL]}
    fails(1, "run", CHAT, *messages([*ASK, call]), says=["talk.json", "takes no tool_calls"])
    fails(1, "run", MODEL, *messages(ASK), says=["--messages", "no chat template"])
    fails(1, "run", MODEL, "-p", "hi", *tools, says=["--tools", "no chat template"])
    refuses = Shape(template="{{ raise_exception('Only ' ~ messages | length) }}")
    fails(2, "run", refuses.write(path("refuses.gguf")), *messages(ASK),
          says=["chat template, line 1", "Only 1"])
    broken = Shape(template="{% for m in messages %}").write(path("broken.gguf"))
    fails(1, "run", broken, *messages(ASK), says=["chat template"])


@test
def bad_messages():
    for value, *says in (
            (b"", "is empty"), (b"{\"messages\": [", "offset"), (b"[\xff]", "talk.json"),
            (b"\x00\x01\x02", "talk.json"), (b"[" * 5000, "talk.json"), (3, "must be a list"),
            ({}, "must be a list"), ({"messages": {}}, "must be a list"), ([], "at least one"),
            (["hi"], "messages[0]", "role"), ([*ASK, {"content": "a"}], "messages[1]", "role"),
            ([{"role": "robot", "content": "a"}], "messages[0]", "\"robot\"",
             "system, user, assistant or tool"),
            ([{"role": "\x1b[31m", "content": "a"}], "messages[0]", "\"?[31m\""),
            ([{"role": "user", "content": 3}], "messages[0]", "\"content\""),
            ([{"role": "user", "content": [{"type": "image_url"}]}], "\"image_url\""),
            ([{"role": "assistant", "tool_calls": {}}], "must be a list"),
            ([{"role": "assistant", "tool_calls": [{}]}], "tool_calls[0]"),
            ({"messages": ASK, "tools": "sun"}, "\"tools\" must be a list")):
        fails(1, "run", TOOLS, *messages(value), says=["talk.json", *says])
    fails(1, "run", TOOLS, "--messages", path("nothing.json"),
          says=["nothing.json", "no such file"])
    fails(1, "run", TOOLS, "--messages", "-", stdin=b"[", says=["standard input", "offset 1"])
    fails(2, "run", TOOLS, "--messages", path(""), says=["is a directory"])


@test
def bad_tools():
    for value, *says in (
            (b"[", "offset 1"), (TOOL, "must be a list"), (3, "must be a list"),
            ([3], "tools[0]", "\"function\""), ([TOOL, {"name": "x"}], "tools[1]"),
            ([{"type": "function", "function": {"name": "x", "parameters": []}}], "tools[0]",
             "\"parameters\"")):
        fails(1, "run", TOOLS, *messages(ASK), "--tools", put("tools.json", value),
              says=["tools.json", *says])
    fails(1, "run", TOOLS, *messages(ASK), "--tools", path("nothing.json"), says=["no such file"])


@test
def length():
    long = [{"role": "user", "content": "x" * 5000}]
    fails(1, "run", CHAT, *messages(long), says=["5021 tokens", "4096", "--ctx"])


@test
def control_tokens_in_texts():
    """They are recognised where a prompt's are: both ways give the same ids."""
    talk = messages([{"role": "user", "content": "a</s>b"}])
    r = works("run", CHAT, *talk, *SHORT, "--json").json()
    p = works("run", CHAT, "-p", "a</s>b", *SHORT, "--json").json()
    check(r["prompt_tokens"] == p["prompt_tokens"] and r["text"] == p["text"], (r, p))


@test
def saved_conversations():
    """What /save of takt chat writes can be answered."""
    file = path("saved.json")
    works("chat", CHAT, "-n", "4", stdin=("hello\n/save %s\n" % file).encode())
    check(os.path.exists(file), "saved")
    works("run", CHAT, "--messages", file, "-p", "and now?", *SHORT)


@test
def golden():
    """A template of a published model, as transformers renders it."""
    with open(shared("templates/llama-3.1-8b-instruct.jinja")) as f:
        model = Shape(ctx=4096, template=f.read()).write(path("llama.gguf"))
    r = works("run", model, *messages({"messages": ASK, "tools": [TOOL]}), *SHORT, "--json").json()
    check(r["prompt_tokens"] > 500, r)


main("cli/messages")
