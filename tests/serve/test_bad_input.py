"""What clients must not do to takt serve: each gets the right status and a message that names the
field, and the next answer is the same as before."""
import json
import threading

from serving import ASK, Server
from tap import check, main, test


def refused(s, status, param, **fields):
    r = s.chat(**{"content": "hi", "max_tokens": 2, **fields})
    ok = r.status == status and (not param or param in str(r.error["param"])
                                 or param in r.error["message"])
    return check(ok and r.error["message"], (fields, status, param, r))


def still_well(s, want):
    check(s.chat("What is takt?", temperature=0).text == want, "the next answer is the same")


@test
def parameters():
    with Server() as s:
        want = s.chat("What is takt?", temperature=0).text
        big = 2 ** 63
        for status, param, fields in [
                (400, "n", {"n": 2 ** 31}), (400, "n", {"n": 0}), (400, "n", {"n": -1}),
                (400, "max_tokens", {"max_tokens": -1}), (400, "max_tokens", {"max_tokens": big}),
                (400, "max_tokens", {"max_tokens": "many"}),
                (400, "temperature", {"temperature": -1}), (400, "temperature", {"temperature": 3}),
                (400, "temperature", {"temperature": "hot"}), (400, "top_p", {"top_p": 2}),
                (400, "top_p", {"top_p": -1}), (400, "top_k", {"top_k": -2}),
                (400, "repetition_penalty", {"repetition_penalty": 0}),
                (400, "presence_penalty", {"presence_penalty": 3}),
                (400, "logit_bias", {"logit_bias": {"x": 1}}),
                (400, "logit_bias", {"logit_bias": {"99999999": 1}}),
                (400, "logit_bias", {"logit_bias": {"1": 101}}),
                (400, "logit_bias", {"logit_bias": {str(i): 1 for i in range(5000)}}),
                (400, "top_logprobs", {"logprobs": True, "top_logprobs": 10 ** 6}),
                (400, "stop", {"stop": ["x"] * 100000}), (400, "stop", {"stop": "x" * 5000}),
                (400, "seed", {"seed": 2 ** 64}), (400, "min_tokens",
                                                   {"min_tokens": 5, "max_tokens": 2}),
                (404, "", {"model": "nobody"}), (400, "stream", {"stream": "yes"}),
                (400, "response_format", {"response_format": {"type": "json_object"}}),
                (400, "tool_choice", {"tool_choice": "required", "tools": [
                    {"type": "function", "function": {"name": "f"}}]}),
                (400, "tools", {"tools": [{"type": "function"}]}),
                (400, "tools", {"tools": {"a": 1}}), (400, "chat_template",
                                                      {"chat_template": "{{ 1 }}"})]:
            refused(s, status, param, **fields)
        still_well(s, want)


@test
def conversations():
    with Server() as s:
        for messages in ([], {}, "hi", None, [1], [{"role": "user"}], [{"content": "x"}],
                         [{"role": "wizard", "content": "x"}], [{"role": "user", "content": 5}],
                         [{"role": "user", "content": [{"type": "image_url",
                                                        "image_url": {"url": "x"}}]}],
                         [{"role": "user", "content": [{"type": "video"}]}],
                         [{"role": "tool", "content": "x"}]):
            r = s.post("/v1/chat/completions", {"messages": messages, "max_tokens": 2})
            check(r.status == 400 and "messages" in r.error["message"], (messages, r))
        r = s.chat([{"role": "user", "content": "x"}] * 20000, max_tokens=1)
        check(r.status == 400, r)
        r = s.chat("word " * 3000, max_tokens=5)
        check(r.status == 400 and r.error["code"] == "context_length_exceeded", r)
        for prompt in ("", [], [[]], [-1], [10 ** 9], [1.5], [["a"]], {"a": 1}, None, [1, "a"]):
            r = s.complete(prompt, max_tokens=2)
            check(r.status == 400, (prompt, r))


@test
def the_context_to_its_last_token():
    with Server("--ctx", "128") as s:
        n = s.post("/tokenize", {"prompt": "a", "add_special_tokens": False}).json["count"]
        ids = s.post("/tokenize", {"prompt": "a", "add_special_tokens": False}).json["tokens"]
        check(n == 1, n)
        ask = dict(temperature=0, ignore_eos=True, max_tokens=200)
        check(s.complete(ids * 127, **ask).json["usage"]["completion_tokens"] == 1, "one fits")
        check(s.complete(ids * 100, **ask).json["usage"]["completion_tokens"] == 28, "28 fit")
        r = s.complete(ids * 128, **ask)
        check(r.status == 400 and r.error["code"] == "context_length_exceeded", r)


@test
def bodies():
    post = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    good = json.dumps({"messages": ASK, "max_tokens": 2}).encode()
    with Server("--header-timeout", "1", "--body-timeout", "1", "--body-max", "1") as s:
        for body in (b"", b"{", b"[]", b"\"x\"", b"null", b"nan", b"{\"messages\": 1e400}",
                     b"\xef\xbb\xbf{}", b"{}x", b"{\"a\": \"\xff\"}", b"[" * 100000,
                     b"{\"messages\": [], \"messages\": []}", b"{\"a\": \"\\ud800\"}"):
            r = s.post("/v1/chat/completions", body)
            check(r.status == 400 and r.error["message"], (body[:20], r))
        r = s.post("/v1/chat/completions", b" " * (2 << 20))
        check(r.status == 413, r)
        for data, status in [
                (post + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", b"400"),
                (post + b"Content-Length: -1\r\n\r\n", b"400"),
                (post + b"Content-Length: 99999999999999999999\r\n\r\n", b"4"),
                (post + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 b"400"),
                (post + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", b"4"),
                (b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\n\r\n", b"4"),
                (post + b"".join(b"X-%d: y\r\n" % i for i in range(20000)) + b"\r\n", b"4"),
                (b"NONSENSE\r\n\r\n", b"400"), (b"GET /a\x00b HTTP/1.1\r\nHost: x\r\n\r\n", b"4"),
                (post + b"Content-Length: 100\r\n\r\n{", b"408"),
                (b"GET /health HTTP/1.1\r\nHost:", b"408")]:
            got = s.raw(data)
            check(got.split(b" ")[1:2] and got.split(b" ")[1].startswith(status),
                  (data[:80], got[:200]))
        got = s.raw(post + b"Transfer-Encoding: chunked\r\n\r\n"
                    + b"%x\r\n%s\r\n0\r\n\r\n" % (len(good), good))
        check(got.startswith(b"HTTP/1.1 200"), got[:200])
        got = s.raw(post.replace(b"Connection: close\r\n", b"") * 0
                    + b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n"
                    + b"GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        check(got.count(b"HTTP/1.1 200") == 2, got)


@test
def routes():
    with Server() as s:
        r = s.get("/v1/nothing")
        check(r.status == 404 and r.error["message"], r)
        r = s.get("/v1/chat/completions")
        check(r.status == 405 and r.headers["allow"] == "POST", r)
        check(s.request("DELETE", "/v1/models").status == 405, "DELETE")
        for method in ("TRACE", "PUT", "PATCH", "OPTIONS"):
            r = s.request(method, "/v1/models")
            check(r.status == 405 and r.headers["allow"] == "GET", (method, r))
        r = s.request("OPTIONS", "/v1/responses/a/input_items")
        check(r.status == 405 and r.headers["allow"] == "GET", r)
        check(s.get("/../etc/passwd").status == 404, "no files")
        r = s.chat("hi", max_tokens=1, headers={"x-slo-ttft-ms": "soon"})
        check(r.status == 400 and "x-slo-ttft-ms" in r.error["message"], r)
        r = s.chat("hi", max_tokens=1, headers={"x-slo-ttft-ms": "0.0001"})
        check(r.status == 429 and "retry-after" not in r.headers, ("never in time", r))


@test
def many_bad_clients_at_once():
    with Server() as s:
        want = s.chat("What is takt?", temperature=0).text
        bad = [b"", b"{", b"[]", b"x" * 1000, json.dumps({"messages": ASK, "n": 99}).encode()]

        def work():
            for i in range(40):
                s.post("/v1/chat/completions", bad[i % len(bad)])
        threads = [threading.Thread(target=work) for _ in range(8)]
        for t in threads:
            t.start()
        for _ in range(10):
            still_well(s, want)
        for t in threads:
            t.join()
        still_well(s, want)


main("serve/bad_input")
