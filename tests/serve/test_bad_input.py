"""What clients must not do to takt serve: each gets the right status and a message that names the
field, and the server is as before: alive, of the same size, with the same answer to the next."""
import base64
import contextlib
import http.client
import json
import os
import resource
import socket
import threading
import time

from serving import ASK, Server
from tap import check, main, test

CHAT = "/v1/chat/completions"
POST = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
GOOD = json.dumps({"messages": ASK, "max_tokens": 2}).encode()


def megabytes(s):
    """What the server's process takes of memory."""
    with open(f"/proc/{s.process.pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS")) / 1024


@contextlib.contextmanager
def unharmed(*args, grows=48):
    """A server that must be the same after the block: it may have grown by GROWS megabytes."""
    with Server(*args) as s:
        def answer():
            return s.chat("What is takt?", temperature=0).text
        want = answer()
        before = megabytes(s)
        yield s
        check(answer() == want, "the next answer is the same")
        check(megabytes(s) - before < grows, ("it has grown", before, megabytes(s)))
        end = time.monotonic() + 20
        while s.metric("vllm:num_requests_running") and time.monotonic() < end:
            time.sleep(0.02)
        check(s.metric("vllm:num_requests_running") == 0
              and s.metric("vllm:kv_cache_usage_perc") == 0, "nothing is left running")


def refused(s, param, status=400, **fields):
    """The reply to a chat with FIELDS, which must be refused by the name of PARAM."""
    r = s.chat(**{"content": "hi", "max_tokens": 2, **fields})
    check(r.status == status and r.error["message"]
          and (not param or param in str(r.error["param"]) or param in r.error["message"]),
          (str(fields)[:300], status, param, r))
    return r


def refused_text(s, body, status=400, path=CHAT):
    r = s.post(path, body)
    check(r.status == status and r.error["message"], (body[:80], r))
    return r


def status_of(got):
    """The status of the first reply in the bytes GOT."""
    parts = got.split(b" ")
    return int(parts[1]) if len(parts) > 1 and parts[0] == b"HTTP/1.1" else None


# ---- HTTP ------------------------------------------------------------------------------------


@test
def framing():
    with unharmed("--header-timeout", "1", "--body-timeout", "1", "--body-max", "1") as s:
        for data, statuses in [
                (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", {400}),
                (POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", {400}),
                (POST + b"Content-Length: -1\r\n\r\n", {400}),
                (POST + b"Content-Length: five\r\n\r\n", {400}),
                (POST + b"Content-Length: 99999999999999999999\r\n\r\n", {400, 413}),
                (POST + b"Content-Length: 2147483648\r\n\r\n", {413}),
                (POST + b"Content-Length: 0\r\n\r\n", {400}), (POST + b"\r\n", {400}),
                (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
                (POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", {400, 413}),
                (POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", {400}),
                (POST + b"Transfer-Encoding: chunked\r\n\r\n200000\r\n", {413}),
                (POST + b"Transfer-Encoding: gzip\r\n\r\n", {501}),
                (b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\n\r\n", {400, 414, 431}),
                (POST + b"X: " + b"y" * (1 << 20) + b"\r\n\r\n", {431}),
                (POST + b"".join(b"X-%d: y\r\n" % i for i in range(20000)) + b"\r\n", {431}),
                (b"NONSENSE\r\n\r\n", {400}), (b"GET / HTTP/3.0\r\nHost: x\r\n\r\n", {505}),
                (b"GET /a\x00b HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
                (b"GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
                (b"GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
                (b"GET /version HTTP/1.1\r\n\r\n", {400}),
                (b"GET /version HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", {400}),
                (b"GET /version HTTP/1.1\r\nHost : x\r\n\r\n", {400}),
                (POST + b"Expect: a-miracle\r\nContent-Length: 2\r\n\r\n{}", {417}),
                (POST + b"Content-Length: 100\r\n\r\n{", {408}),
                (b"GET /health HTTP/1.1\r\nHost:", {408})]:
            got = s.raw(data)
            check(status_of(got) in statuses, (data[:90], got[:200]))


@test
def unusual_but_good_http():
    with unharmed() as s:
        got = s.raw(POST + b"Transfer-Encoding: chunked\r\n\r\n"
                    + b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD))
        check(status_of(got) == 200, got[:200])
        with socket.create_connection((s.host, s.port), timeout=20) as c:
            c.sendall(POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(GOOD))
            got = c.recv(65536)
            check(got.startswith(b"HTTP/1.1 100"), got)
            c.sendall(GOOD)
            check(c.recv(65536).startswith(b"HTTP/1.1 200"), "after 100")
        got = s.raw(b"GET http://x/version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        check(status_of(got) == 200, ("an absolute URI", got[:200]))
        got = s.raw(b"GET /version HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\n"
                    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n")
        check(status_of(got) == 200, ("no upgrade", got[:200]))
        one = b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n"
        got = s.raw(one * 50 + one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        check(got.count(b"HTTP/1.1 200") == 51, ("pipelining", got.count(b"HTTP/1.1 200")))


@test
def clients_that_leave_early():
    body = json.dumps({"messages": ASK, "stream": True, "ignore_eos": True,
                       "max_tokens": 1000}).encode()
    ask = POST + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with unharmed() as s:
        for _ in range(3):  # half-closed in the middle of a stream, which counts as gone
            with socket.create_connection((s.host, s.port), timeout=20) as c:
                c.sendall(ask)
                while b"data:" not in c.recv(65536):
                    pass
                c.shutdown(socket.SHUT_WR)
                with contextlib.suppress(ConnectionResetError):
                    while c.recv(65536):
                        pass
        for n in (1, 40, len(ask) // 2, len(ask) - 1, len(ask)):  # aborted at many places
            with socket.create_connection((s.host, s.port), timeout=20) as c:
                c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                c.sendall(ask[:n])


@test
def many_connections():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    most = min(4000, hard - 200)
    try:
        with unharmed("--connections", most) as s:
            idle = []
            try:
                for _ in range(most - 50):
                    idle.append(socket.create_connection((s.host, s.port), timeout=20))
                check(s.chat("hi", max_tokens=1).status == 200, "room for others")
                for _ in range(200):  # more than may be open: these are closed at once
                    idle.append(socket.create_connection((s.host, s.port), timeout=20))
                idle[0].sendall(b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
                check(idle[0].recv(65536).startswith(b"HTTP/1.1 200"), "the first still works")
                idle[-1].settimeout(20)
                with contextlib.suppress(ConnectionResetError):
                    check(idle[-1].recv(1) == b"", "the last is closed")
            finally:
                for c in idle:
                    c.close()
            end = time.monotonic() + 20
            while time.monotonic() < end:  # until it has seen that they are closed
                with contextlib.suppress(OSError, http.client.HTTPException):
                    if s.get("/health").status == 200:
                        break
                time.sleep(0.05)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@test
def few_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    def seconds(s):
        with open(f"/proc/{s.process.pid}/stat", encoding="ascii") as f:
            return sum(map(int, f.read().split()[13:15])) / os.sysconf("SC_CLK_TCK")
    with contextlib.ExitStack() as stack:
        resource.setrlimit(resource.RLIMIT_NOFILE, (60, hard))  # the server inherits it
        try:
            s = stack.enter_context(unharmed("--store", "memory"))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        idle = [socket.create_connection((s.host, s.port), timeout=20) for _ in range(120)]
        before = seconds(s)
        time.sleep(1)
        check(seconds(s) - before < 0.5, "it waits for descriptors without spinning")
        for c in idle:
            c.close()


# ---- JSON ------------------------------------------------------------------------------------


@test
def bodies_that_are_no_requests():
    paths = (CHAT, "/v1/completions", "/v1/responses", "/v1/embeddings", "/v1/estimate",
             "/tokenize", "/detokenize", "/openai/v1/chat/completions")
    with unharmed() as s:
        for path in paths:
            for body in (b"", b"{", b"[]", b"\"x\"", b"null", b"7", b"nan", b"{}", b"{}x",
                         b"\xef\xbb\xbf{}", b"{\"a\": \"\xff\"}", b"[" * 100000,
                         b"{\"a\":" * 100000, b"{\"model\": 1e400}", b"{\"model\": NaN}",
                         b"{\"model\": \"a\", \"model\": \"b\"}", b"{\"a\": \"\\ud800\"}",
                         b"{\"a\": \"\\udc00\\ud800\"}", b"{'a': 1}", b"{\"a\": 01}",
                         b"{\"a\": \"\n\"}", b"{\"a\" 1}", b"{\"a\": 1,}", b"\x00"):
                refused_text(s, body, path=path)
        for field, text in [("temperature", "1e400"), ("temperature", "NaN"),
                            ("temperature", "Infinity"), ("seed", "9223372036854775808"),
                            ("seed", "-9223372036854775809"), ("max_tokens", "1e30"),
                            ("n", "1.5"), ("top_k", "-9e99")]:
            body = GOOD[:-1] + f", \"{field}\": {text}}}".encode()
            body = body.replace(b"\"max_tokens\": 2, ", b"")
            refused_text(s, body)
        for field, text in [("temperature", "-0"), ("temperature", "-0.0"), ("seed", "-0"),
                            ("seed", "9223372036854775807"), ("seed", "1e3"), ("top_k", "4.0")]:
            r = s.post(CHAT, GOOD[:-1] + f", \"{field}\": {text}}}".encode())
            check(r.status == 200, (field, text, r))


@test
def large_bodies():
    with unharmed("--body-max", "16", grows=200) as s:
        r = s.post(CHAT, b" " * (17 << 20))
        check(r.status == 413, r)
        long = json.dumps({"messages": [{"role": "user", "content": "a" * (8 << 20)}]}).encode()
        check(refused_text(s, long).error["code"] == "context_length_exceeded", "8 MB of text")
        refused_text(s, json.dumps({"messages": ASK, "user": "a" * (8 << 20)}).encode())
        check(s.post(CHAT, json.dumps({"messages": ASK, "max_tokens": 1,
                                       "nobody": "a" * (8 << 20)}).encode()).status == 200,
              "a field that nobody knows")
        refused_text(s, b"{\"messages\": [" + b"{}," * (1 << 20) + b"{}]}")
        refused_text(s, b"{" + b",".join(b"\"%d\":0" % i for i in range(200000)) + b"}")
    with unharmed("--body-max", "128", grows=400) as s:
        text = json.dumps({"messages": ASK, "x": "a" * (100 << 20)}).encode()
        r = s.post(CHAT, text)
        check(r.status == 413 and r.error["message"], r)


# ---- parameters ------------------------------------------------------------------------------


@test
def parameters():
    big = 2 ** 63
    with unharmed() as s:
        for param, values in {
                "n": [2 ** 31, 0, -1, 17, "2", 1.5, True], "best_of": [2, 10 ** 9],
                "max_tokens": [0, -1, big, "many", 2 ** 31], "max_completion_tokens": [0, -1, big],
                "temperature": [-1, 3, 1e308, "hot", [1], {}], "top_p": [2, -1, "x"],
                "top_k": [-2, "x", 2 ** 40], "min_p": [-0.1, 1.1],
                "repetition_penalty": [0, 1e-45, -1, 1e30], "presence_penalty": [3, -3, 1e30],
                "frequency_penalty": [3, -3, "x"], "seed": [big, -big - 1, "x", 0.5],
                "logit_bias": [{"x": 1}, {"": 1}, {"-1": 1}, {"99999999": 1}, {"1": 101},
                               {"1": "x"}, {"01": 1}, [1], {"1e1": 1},
                               {str(i): 1 for i in range(10 ** 5)}],
                "stop": [["x"] * 100000, "x" * 5000, "", [""], [1], {"a": 1}],
                "stop_token_ids": [[-1], [10 ** 9], ["x"], [1] * 1000],
                "user": ["x" * 1000, 7], "metadata": [{"a": 1}, {"x" * 100: "y"}, [],
                                                      {str(i): "" for i in range(17)}],
                "service_tier": ["gold", 1], "stream": ["yes", 1], "logprobs": ["yes", 5],
                "stream_options": [{"include_usage": True}, [], "x"],
                "prompt_logprobs": [1], "priority": [1.5, "x"], "cache_salt": ["", 5],
                "parallel_tool_calls": ["no"]}.items():
            for value in values:
                refused(s, param, **{param: value})
        refused(s, "top_logprobs", logprobs=True, top_logprobs=10 ** 6)
        refused(s, "top_logprobs", top_logprobs=3)
        refused(s, "min_tokens", min_tokens=5, max_tokens=2)
        refused(s, "", status=404, model="nobody")
        refused(s, "model", model="")
        r = s.chat("What is takt?", temperature=0, stop=["é", "\u00e9x", "\U0001f600", "ta\u0301"])
        check(r.status == 200, ("stop strings that share bytes", r))


@test
def prompts():
    with unharmed() as s:
        for prompt in ("", [], [[]], [-1], [10 ** 9], [2 ** 31], [1.5], [["a"]], {"a": 1}, None,
                       [1, "a"], ["a", 1], ["a", [1]], [[1], "a"], [""], [[1], []], 7, True,
                       ["x"] * 1000):
            r = s.complete(prompt, max_tokens=2)
            check(r.status == 400 and "prompt" in r.error["message"], (prompt, r))
        for embeds in ("x", "AAAA", ["AAAA"], base64.b64encode(os.urandom(100)).decode()):
            r = s.complete("x", prompt_embeds=embeds)
            check(r.status == 400 and r.error["param"] == "prompt_embeds", r)
        for fields in ({"best_of": 3}, {"suffix": "x"}, {"logprobs": 10 ** 6}, {"logprobs": -1},
                       {"n": 2 ** 31}, {"prompt": ["x"] * 128, "n": 2}):
            r = s.complete(**{"prompt": "x", **fields})
            check(r.status == 400 and r.error["message"], (fields, r))
        for tokens in (["x"], [-1], [10 ** 9], "x", None, [[1]], [2 ** 40]):
            r = s.post("/detokenize", {"tokens": tokens})
            check(r.status == 400 and "tokens" in r.error["message"], (tokens, r))


# ---- the context -----------------------------------------------------------------------------


@test
def the_context_to_its_last_token():
    with unharmed("--ctx", "128") as s:
        ids = s.post("/tokenize", {"prompt": "a", "add_special_tokens": False}).json["tokens"]
        check(len(ids) == 1, ids)
        ask = dict(temperature=0, ignore_eos=True, max_tokens=200)
        for n, room in ((127, 1), (126, 2), (100, 28)):  # an answer is cut to the room that is left
            check(s.complete(ids * n, **ask).json["usage"]["completion_tokens"] == room, (n, room))
        for n in (128, 129, 5000):
            r = s.complete(ids * n, **ask)
            check(r.status == 400 and r.error["code"] == "context_length_exceeded", r)
        r = s.complete([ids * 127, ids * 128], **ask)
        check(r.status == 400 and r.error["code"] == "context_length_exceeded", r)


@test
def conversations():
    with unharmed(grows=150) as s:
        for messages in ([], {}, "hi", None, [1], [None], [[]], [{}], [{"role": "user"}],
                         [{"content": "x"}], [{"role": None, "content": "x"}],
                         [{"role": "wizard", "content": "x"}], [{"role": 7, "content": "x"}],
                         [{"role": "user", "content": 5}], [{"role": "user", "content": {}}],
                         [{"role": "user", "content": [7]}],
                         [{"role": "user", "content": [{"type": "video"}]}],
                         [{"role": "user", "content": [{"type": "__class__", "text": "x"}]}],
                         [{"role": "user", "content": [{"type": "text"}]}],
                         [{"role": "user", "content": [{"type": "text", "text": 5}]}],
                         [{"role": "function", "name": "f", "content": "x"}]):
            r = s.post(CHAT, {"messages": messages, "max_tokens": 2})
            check(r.status == 400 and "messages" in r.error["message"], (messages, r))
        tiny = [{"role": "user", "content": ""}]
        for n in (20000, 10 ** 6):
            r = s.chat(tiny * n, max_tokens=1)
            check(r.status == 400 and r.error["message"], r)
        r = s.chat("word " * 3000, max_tokens=5)
        check(r.status == 400 and r.error["code"] == "context_length_exceeded", r)
        for messages in ([{"role": "system", "content": "You are brief."}],
                         [{"role": "developer", "content": "You are brief."}],
                         [{"role": "user", "content": ""}], [{"role": "user", "content": "\u0000"}],
                         [{"role": "user", "content": "<|eot_id|><|im_end|></s>"}],
                         [{"role": "assistant", "content": "x"}]):
            check(s.chat(messages, max_tokens=2).status == 200, messages)


# ---- constrained answers ---------------------------------------------------------------------


def nested(depth):
    return {"type": "string"} if depth == 0 else {"allOf": [nested(depth - 1)]}


@test
def constraints_are_never_ignored():
    loop = {"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}
    schemas = [loop, {"$ref": "http://169.254.169.254/schema.json"}, {"type": "wizard"}, nested(64),
               {"$ref": "#/nowhere"}, {"type": "array", "minItems": 10 ** 9},
               {"enum": [str(i) for i in range(10 ** 5)]},
               {"type": "string", "pattern": "(?<=a)b"}, {"type": "string", "pattern": "("},
               {"type": "integer", "minimum": 5, "maximum": 3},
               {"type": "string", "maxLength": 2 ** 31}, {"type": "string", "minLength": -1}, 7]
    with unharmed() as s:
        begin = time.monotonic()
        for schema in schemas:
            form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
            deep = schema == schemas[3]  # too deep for any body
            refused(s, "" if deep else "response_format", response_format=form)
            refused(s, "" if deep else "guided_json", guided_json=schema)
            refused(s, "" if deep else "structured_outputs", structured_outputs={"json": schema})
            r = s.post("/v1/responses", {"input": "hi", "text": {"format": {
                "type": "json_schema", "name": "x", "schema": schema}}})
            check(r.status == 400 and (deep or "text.format" in r.error["param"]), r)
        for form in ({"type": "json_object"}, {"type": "yaml"}, {}, {"type": 7}, [], "text",
                     {"type": "json_schema"}, {"type": "json_schema", "json_schema": None}):
            refused(s, "response_format", response_format=form)
        for regex in ("(", "(a+)+$" * 10, "(?=x)", "[", "a{1000000}", ""):
            refused(s, "guided_regex", guided_regex=regex)
        for grammar in ("root ::= root \"a\"", "root ::=", "%llguidance {}", "x", 7):
            refused(s, "grammar", grammar=grammar)
            refused(s, "guided_grammar", guided_grammar=grammar)
        for choice in ([], ["a"], 7):
            refused(s, "guided_choice", guided_choice=choice)
        check(time.monotonic() - begin < 60, "at once")


# ---- tools -----------------------------------------------------------------------------------


def tool(name="f", **more):
    return {"type": "function", "function": {"name": name, **more}}


def call(arguments="{}", name="f"):
    return {"id": "c", "type": "function", "function": {"name": name, "arguments": arguments}}


@test
def tools():
    with unharmed() as s:
        for bad in ({"a": 1}, "f", [7], [None], [{}], [{"type": "function"}], [{"type": 7}],
                    [{"type": "function", "function": None}],
                    [{"type": "function", "function": {}}],
                    [{"type": "web_search"}], [tool("")], [tool(7)], [tool("x" * 300)],
                    [tool(), tool()], [tool()] * 600):
            refused(s, "tools", tools=bad)
        refused(s, "tools", tools=[tool(str(i)) for i in range(600)])
        for bad in ("required", "sometimes", 7, {"type": "function"}, {"type": "x"},
                    {"type": "function", "function": {"name": "g"}},
                    {"type": "function", "function": {"name": 7}}):
            refused(s, "tool_choice", tool_choice=bad, tools=[tool()])
        user = {"role": "user", "content": "x"}
        for bad in ([user, {"role": "tool", "content": "x"}],
                    [user, {"role": "tool", "content": "x", "tool_call_id": 7}],
                    [user, {"role": "assistant", "tool_calls": {}}],
                    [user, {"role": "assistant", "tool_calls": [7]}],
                    [user, {"role": "assistant", "tool_calls": [{}]}],
                    [user, {"role": "assistant", "tool_calls": [call("no JSON")]}],
                    [user, {"role": "assistant", "tool_calls": [call("[1]")]}],
                    [user, {"role": "assistant", "tool_calls": [call(7)]}],
                    [user, {"role": "assistant", "content": None}],
                    [user, {"role": "assistant", "function_call": {"name": "f"}}]):
            refused(s, "messages", content=bad)
        huge = call(json.dumps({"x": "y" * (1 << 20)}))
        r = refused(s, "", content=[user, {"role": "assistant", "tool_calls": [huge]},
                                    {"role": "tool", "tool_call_id": "c", "content": "x"}])
        check(r.error["code"] == "context_length_exceeded", r)
        for good in ([tool("wëtter_天気")], [tool(parameters={"type": "object", "properties": {
                "a": {"type": ["string", "null"], "pattern": "("}}})],
                [tool(f"f{i}", description="x" * 20) for i in range(16)]):
            r = s.chat("hi", max_tokens=2, tools=good)
            check(r.status == 200, (good, r))
        many = [tool(f"f{i}", description="x" * 1700) for i in range(58)]  # 100 KB
        r = s.chat("hi", max_tokens=2, tools=many)
        check(r.status == 400 and r.error["code"] == "context_length_exceeded", r)
        parallel = [user, {"role": "assistant", "tool_calls": [call(), {**call(), "id": "d"}]},
                    {"role": "tool", "tool_call_id": "c", "content": "1"},
                    {"role": "tool", "tool_call_id": "d", "content": "2"}]
        check(s.chat(parallel, max_tokens=2, tools=[tool()]).status == 200, "parallel calls")


@test
def templates_are_the_models():
    with unharmed() as s:
        for template in ("{{ 1 }}", "{% for i in range(1000000000) %}x{% endfor %}",
                         "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{{ ''.__class__ }}",
                         "{% if", "", 7):
            refused(s, "chat_template", chat_template=template)
        for kwargs in ({"x": "y" * (1 << 20)}, {"enable_thinking": True}, [], 7):
            refused(s, "chat_template_kwargs", chat_template_kwargs=kwargs)


# ---- media -----------------------------------------------------------------------------------


@test
def media():
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 40).decode()
    urls = ["x", "", "file:///etc/passwd", "http://169.254.169.254/latest/meta-data/",
            "http://localhost:1/redirect", f"data:image/png;base64,{png}",
            "data:image/png;base64,%%%", "data:text/html;base64,AAAA",
            "data:image/svg+xml;utf8,<svg/>", "data:image/jp2;base64,AAAA",
            "data:video/mp4;base64,AAAAIGZ0eXA="]
    with unharmed() as s:
        for url in urls:
            for kind, value in (("image_url", {"url": url}), ("image_url", url),
                                ("input_image", url), ("video_url", {"url": url}),
                                ("audio_url", {"url": url}), ("file", {"file_data": url}),
                                ("input_audio", {"data": url, "format": "wav"})):
                part = {"type": kind, kind: value}
                refused(s, "messages", content=[{"role": "user", "content": [part]}])
        many = [{"type": "image_url", "image_url": {"url": urls[5]}}] * 1000
        begin = time.monotonic()
        refused(s, "messages", content=[{"role": "user", "content": many}])
        r = s.post("/v1/responses", {"input": [{"role": "user", "content": [
            {"type": "input_image", "image_url": urls[5]}] * 1000}]})
        check(r.status == 400 and "input[0].content[256]" == r.error["param"], r)
        check(time.monotonic() - begin < 10, "before anything is decoded")


# ---- routes, and all at once -----------------------------------------------------------------


@test
def routes():
    with unharmed() as s:
        r = s.get("/v1/nothing")
        check(r.status == 404 and r.error["message"], r)
        r = s.get(CHAT)
        check(r.status == 405 and r.headers["allow"] == "POST", r)
        check(s.request("DELETE", "/v1/models").status == 405, "DELETE")
        for method in ("TRACE", "PUT", "PATCH", "OPTIONS"):
            r = s.request(method, "/v1/models")
            check(r.status == 405 and r.headers["allow"] == "GET", (method, r))
        r = s.request("OPTIONS", "/v1/responses/a/input_items")
        check(r.status == 405 and r.headers["allow"] == "GET", r)
        for path in ("/../etc/passwd", "/v1/responses/", "/v1/responses/%FF", "/v1//models",
                     "/v1/responses/" + "a" * 2000, "/v1/models/..%2f..%2fetc", "/openai",
                     "/openai/v1/completions", "/V1/MODELS"):
            r = s.get(path)
            check(r.status == 404 and r.error["message"], (path, r))
        refused(s, "x-slo-ttft-ms", headers={"x-slo-ttft-ms": "soon"})
        for value in ("nan", "-1", "0", "1e400", "", "1 2"):
            refused(s, "x-slo-tpot-ms", headers={"x-slo-tpot-ms": value})
        r = refused(s, "", status=429, headers={"x-slo-ttft-ms": "0.0001"})
        check("retry-after" not in r.headers, ("never in time", r))


@test
def many_bad_clients_at_once():
    with unharmed() as s:
        want = s.chat("What is takt?", temperature=0).text
        bad = [b"", b"{", b"[]", b"x" * 1000, json.dumps({"messages": ASK, "n": 99}).encode()]
        statuses = set()

        def work():
            for i in range(40):
                statuses.add(s.post(CHAT, bad[i % len(bad)]).status)
        threads = [threading.Thread(target=work) for _ in range(8)]
        for t in threads:
            t.start()
        for _ in range(10):
            check(s.chat("What is takt?", temperature=0).text == want, "the same answer")
        for t in threads:
            t.join()
        check(statuses == {400}, statuses)


@test
def a_storm_of_scrapes():
    with unharmed() as s:
        slow = []

        def scrape():
            c = s.connect()
            for _ in range(20):
                begin = time.monotonic()
                c.request("GET", "/metrics")
                ok = c.getresponse()
                slow.append(time.monotonic() - begin if ok.status == 200 and ok.read() else 99)
                time.sleep(0.05)
            c.close()
        threads = [threading.Thread(target=scrape) for _ in range(100)]
        for t in threads:
            t.start()
        check(s.chat("What is takt?", max_tokens=8).status == 200, "answers go on")
        for t in threads:
            t.join()
        check(len(slow) == 2000 and max(slow) < 20, (len(slow), max(slow)))


main("serve/bad_input")
