"""Several models: loaded when they are asked for, within a budget of memory, and unloaded when
nobody asks; answers that run, and their bytes, are not touched by it."""
import json
import os
import signal
import threading
import time

from models import F16, Shape
from serving import ASK, Server
from tap import check, main, path, test

SMALL = ("--ctx", "512", "--parallel", "2")


def until(what, seconds=30):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.02)
    return what()


def status(s, name):
    return s.get("/v1/models/" + name).json["status"]


def state(s, name):
    return status(s, name)["value"]


def ask(s, model, path="/v1/chat/completions", **fields):
    """An answer; where other work takes the machine, or its model is not there, it asks again."""
    body = {"model": model, "temperature": 0, "max_tokens": 12, "ignore_eos": True, **fields}
    body.setdefault("messages", ASK)
    for _ in range(100):
        r = s.post(path, body)
        if r.status not in (429, 503):
            break
        check("retry-after" in r.headers, r)
        time.sleep(0.05)
    return r


def begin(s, model, n):
    c = s.connect()
    c.request("POST", "/v1/chat/completions",
              json.dumps({"model": model, "messages": ASK, "temperature": 0, "stream": True,
                          "ignore_eos": True, "max_tokens": n}),
              {"content-type": "application/json"})
    r = c.getresponse()
    check(r.status == 200, r.status)
    r.readline()
    return c, r


def small(name, seed, **more):
    """A model of its own, with a template."""
    from models import TEMPLATE
    return Shape(layers=2, template=TEMPLATE, seed=seed, **more).write(path(name))


@test
def loaded_when_asked_for_and_unloaded_when_not():
    with Server("--on-demand", "--keep-alive", "0.4", "--alias", "a", *SMALL) as s:
        check(state(s, "a") == "unloaded" and status(s, "a")["ready_in_s"] > 0, status(s, "a"))
        check(s.get("/v1/models").json["data"][0]["active"] is False, "the list says so")
        check(s.post("/tokenize", {"prompt": "takt"}).status == 200, "tokens need no weights")
        r = s.post("/v1/estimate", {"messages": ASK})
        check(r.json["admission"] == "loading" and r.json["retry_after_s"] > 0, r)
        check(state(s, "a") == "unloaded", "an estimate loads nothing")
        first = ask(s, "a")
        check(first.status == 200, first)
        check(s.metric("takt:model_loads_total") == 1, "one loading")
        check(until(lambda: state(s, "a") == "unloaded"), "it leaves by itself")
        check(until(lambda: s.metric("takt:model_unloads_total") == 1), "and metrics tell")
        check(s.metric("takt:model_loaded") == s.metric("takt:model_memory_bytes") == 0, "all")
        check(s.metric("vllm:engine_sleep_state", sleep_state="discard_all") == 1, "vLLM's too")
        again = ask(s, "a")
        check(again.text == first.text, (first.text, again.text))
        check(again.json["system_fingerprint"] == first.json["system_fingerprint"], again)
        kept = ask(s, "a", keep_alive=-1)
        check(kept.text == first.text, kept)
        time.sleep(1)
        check(state(s, "a") == "loaded", "the request made it stay")
        ask(s, "a", keep_alive=0)
        check(until(lambda: state(s, "a") == "unloaded"), "and this one made it leave")
        r = s.post("/v1/embeddings", {"model": "a", "input": "x", "keep_alive": 30})
        check(r.status == 200 and state(s, "a") == "loaded", r)
        r = s.chat("hi", keep_alive="5m")
        check(r.status == 400 and r.error["param"] == "keep_alive", r)
        promises = s.metric("takt:promise_total", promise="first_token", kept="true")
        broken = s.metric("takt:promise_total", promise="first_token", kept="false")
        check(promises + broken >= 5, (promises, broken))  # those of services that are gone, too


@test
def a_budget_of_memory():
    a, b = small("a.gguf", 1), small("b.gguf", 2)
    with Server(a, "--alias", "a", "--model", "b=" + b, *SMALL) as s:
        want = {m: ask(s, m).text for m in "ab"}
        need = max(status(s, m)["memory_bytes"] for m in "ab")
        check(want["a"] != want["b"], want)
        check(state(s, "a") == state(s, "b") == "loaded", "without a budget both")
    one = str(1.5 * need / 1e9)
    with Server(a, "--alias", "a", "--model", "b=" + b, "--models-memory", one, *SMALL) as s:
        check(state(s, "a") == "loaded" and state(s, "b") == "unloaded", "the first at the start")
        for m in "babba":
            r = ask(s, m)
            check(r.status == 200 and r.text == want[m], (m, r, want[m]))
            check([state(s, x) for x in "ab"].count("loaded") == 1, "one at a time")
        check(ask(s, "a").text == want["a"], "a is there")
        c, r = begin(s, "a", 400)
        refused = s.post("/v1/chat/completions", {"model": "b", "messages": ASK})
        check(refused.status == 503 and int(refused.headers["retry-after"]) >= 1, refused)
        check(state(s, "a") == "loaded", "what runs stays")
        rest = r.read().decode()
        check(rest.rstrip().endswith("data: [DONE]") and '"length"' in rest, rest[-300:])
        c.close()
        check(ask(s, "b").text == want["b"], "then it goes")
    with Server(a, "--models-memory", "0.01", wait=False, *SMALL) as s:
        check(s.process.wait(60) == 1, "it does not start")
        check("needs 0." in s.said() and "--models-memory allows 0.01 GB" in s.said(), s.said())


@test
def many_at_once_while_it_loads():
    a, b = small("a.gguf", 1), small("b.gguf", 2)
    with Server(a, "--alias", "a", "--model", "b=" + b, "--on-demand", *SMALL) as s:
        got = []
        threads = [threading.Thread(target=lambda m=m: got.append((m, ask(s, m))))
                   for m in "abab" * 4]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        check(all(r.status == 200 for _, r in got), [r for _, r in got if r.status != 200][:1])
        for m in "ab":
            check(len({r.text for x, r in got if x == m}) == 1, m)
        check(s.metric("takt:model_loads_total", model_name="a") == 1 and
              s.metric("takt:model_loads_total", model_name="b") == 1, "each was loaded once")


@test
def wishes_and_those_that_leave():
    big = Shape(embd=1024, ff=4096, layers=8, vocab=4096, kind=F16, sparse=True).write(
        path("big.gguf"))
    with Server("builtin", "--alias", "a", "--model", "big=" + big, "--on-demand", "--no-cache",
                *SMALL) as s:
        body = {"model": "big", "prompt": "x", "max_tokens": 1}
        r = s.post("/v1/completions", body, headers={"x-slo-ttft-ms": "1"})
        check(r.status == 503 and int(r.headers["retry-after"]) >= 1, r)
        check(state(s, "big") == "unloaded", "nothing is loaded for that")
        want = ask(s, "a")
        c = s.connect()
        c.request("POST", "/v1/completions", json.dumps(body), {"content-type": "application/json"})
        check(until(lambda: state(s, "big") == "loading"), status(s, "big"))
        c.close()
        check(ask(s, "a").text == want.text, "the other answers meanwhile")
        check(until(lambda: "status=499" in s.said()), "who leaves is forgotten")
        check(until(lambda: state(s, "big") == "loaded", 120), s.said()[-600:])
        check(ask(s, "a").text == want.text, "the same beside it and after it")
        check(s.post("/v1/completions", body).status == 200, "it can be asked")
    with Server("builtin", "--alias", "a", "--model", "big=" + big, "--on-demand", "--no-cache",
                *SMALL) as s:
        got = []
        t = threading.Thread(target=lambda: got.append(s.post("/v1/completions", body)))
        t.start()
        check(until(lambda: state(s, "big") == "loading"), status(s, "big"))
        s.process.send_signal(signal.SIGTERM)
        t.join()
        check(got[0].status in (200, 503), got)  # it may have come just in time
        check(s.process.wait(60) == 0, "exit code 0")
    os.remove(big)


@test
def one_that_cannot_be_loaded():
    huge = Shape(sparse=True, kind=F16, embd=8192, ff=28672, layers=80, heads=64,
                 vocab=32000).write(path("huge.gguf"))
    with Server("builtin", "--alias", "a", "--model", "huge=" + huge, "--on-demand",
                "--models-memory", "1000", *SMALL) as s:
        want = ask(s, "a").text
        for _ in range(2):
            r = s.post("/v1/completions", {"model": "huge", "prompt": "x"})
            check(r.status == 503 and "could not be loaded" in r.error["message"] and
                  int(r.headers["retry-after"]) >= 1, r)
            check("GB" not in r.body.decode() and huge not in r.body.decode(), "no internals")
        check(status(s, "huge")["failed"] is True, status(s, "huge"))
        check("are free" in s.said(), "the log says why")
        check(ask(s, "a").text == want, "the other goes on")
        check(s.get("/health").status == 200, "and the server is well")
    with Server("builtin", "--alias", "a", "--model", "huge=" + huge, "--on-demand", *SMALL) as s:
        r = s.post("/v1/completions", {"model": "huge", "prompt": "x"})
        check(r.status == 503, r)
        check(ask(s, "a").text == want, "the other goes on")
    os.remove(huge)


main("serve/models")
