"""Routers of the vLLM ecosystem, from PyPI, in front of two servers:

    PYTHONPATH=tests/cli python3 tests/serve/routers.py build/takt

Where one of them cannot be installed its test is skipped."""
import http.client
import json
import os
import socket
import subprocess
import threading
import time

from packages import install, program
from serving import ASK, Server
from tap import check, environment, main, path, test


class Router:
    """ARGS, a program that listens at PORT; a Server's way to ask it."""

    host = "127.0.0.1"
    request, get, post, chat = Server.request, Server.get, Server.post, Server.chat
    stream, complete, connect = Server.stream, Server.complete, Server.connect

    def __init__(self, args, port, probe="/v1/models", headers=None):
        self.args, self.port, self.probe, self.headers = args, port, probe, headers

    def __enter__(self):
        self.log = open(path("router.log"), "w+")
        env = {**environment, "HOME": os.path.dirname(path("x")), "LITELLM_LOCAL_MODEL_COST_MAP":
               "True", "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen(self.args, stdout=self.log, stderr=self.log, env=env)
        end = time.monotonic() + 120
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.__exit__()
                raise AssertionError(f"no router: {self.said()}")
            time.sleep(0.2)
        return self

    def answers(self):
        try:
            r = self.get(self.probe)
            return r.status == 200 and b"builtin" in r.body
        except (OSError, http.client.HTTPException):
            return False

    def said(self):
        with open(self.log.name, errors="replace") as f:
            return f.read()[-2000:]

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.05)
    return what()


def answers(s):
    """How many chat requests S has answered."""
    return sum(s.metric("vllm:request_success_total", finished_reason=r) or 0
               for r in ("stop", "length"))


def go_through(r, one, other, explains=True):
    """Traffic through R says what ONE of the servers says by itself. EXPLAINS: R hands on what is
    wrong as the server tells it."""
    want = one.chat("What is takt?", temperature=0)
    got = r.chat("What is takt?", temperature=0, model="builtin")
    check(got.status == 200 and got.text == want.text, (got, want))
    check(got.json["usage"] == want.json["usage"], got)
    check(got.json["system_fingerprint"] == want.json["system_fingerprint"], got)
    p = r.chat("What is takt?", temperature=0, model="builtin", stream=True,
               stream_options={"include_usage": True})
    check(p.text == want.text and p.events[-1]["usage"]["completion_tokens"]
          == want.json["usage"]["completion_tokens"], p)
    text = r.complete("takt is", temperature=0, max_tokens=8, model="builtin")
    check(text.text == one.complete("takt is", temperature=0, max_tokens=8).text, text)
    for bad, status in (({"temperature": 9}, 400), ({"stream": True, "top_p": -1}, 400),
                        ({"response_format": {"type": "json_object"}}, 400),
                        ({"messages": [{"role": "user", "content": "takt " * 5000}]}, 400)):
        e = r.post("/v1/chat/completions", {"messages": ASK, "model": "builtin", **bad})
        check(e.status == status and (not explains or e.error["message"]), (bad, e))
    many_at_once(r, want.text)
    a_client_that_leaves(r, one, other)


def many_at_once(r, want, n=24):
    got = []

    def ask():
        got.append(r.chat("What is takt?", temperature=0, model="builtin").text)

    threads = [threading.Thread(target=ask) for _ in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    check(got == [want] * n, set(got))


def a_client_that_leaves(r, one, other):
    def running():
        return sum(s.metric("vllm:num_requests_running") for s in (one, other))

    c, reply = r.stream({"messages": ASK, "model": "builtin", "stream": True, "max_tokens": 1900,
                         "ignore_eos": True, "temperature": 0})
    check(until(lambda: running() == 1), "it runs")
    reply.close()
    c.close()
    check(until(lambda: running() == 0), "it does not run any more")


def without_one(r, lost, stays):
    """One server dies: what is asked afterwards is answered, by the other."""
    lost.process.kill()
    lost.process.wait()
    before = answers(stays)
    check(until(lambda: r.chat(max_tokens=3, model="builtin").status == 200, 60), r.said())
    for _ in range(8):
        a = r.chat(max_tokens=3, model="builtin")
        check(a.status == 200, (a, r.said()))
    check(answers(stays) >= before + 9, (before, answers(stays)))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def servers():
    return (Server("--store", "memory", "--speculate", "off"),
            Server("--store", "memory", "--speculate", "off"))


def workers(*all_):
    return [f"http://{s.host}:{s.port}" for s in all_]


@test
def the_router_of_vllm():
    install("vllm-router")
    a, b = servers()
    for policy in ("cache_aware", "round_robin"):
        with a as one, b as other:
            port = free_port()
            with Router([program("vllm-router"), "--host", "127.0.0.1", "--port", str(port),
                         "--worker-urls", *workers(one, other), "--policy", policy,
                         "--health-check-interval-secs", "1", "--health-failure-threshold", "1",
                         "--prometheus-port", str(free_port())], port) as r:
                go_through(r, one, other)
                both = answers(one) and answers(other)
                check(policy != "round_robin" or both, "both servers answer")
                if policy == "cache_aware":  # it asks servers for the ids of prompts
                    check(" path=/v1/chat/completions/render status=200" in one.said()
                          or " path=/v1/chat/completions/render status=200" in other.said(),
                          "ids of prompts")
                without_one(r, one, other)


@test
def the_router_of_sglang():
    install("sglang-router")
    a, b = servers()
    with a as one, b as other:
        port = free_port()
        with Router([program("sglang-router"), "launch", "--host", "127.0.0.1", "--port",
                     str(port), "--worker-urls", *workers(one, other), "--policy", "round_robin",
                     "--health-check-interval-secs", "1", "--health-failure-threshold", "1",
                     "--prometheus-port", str(free_port())], port) as r:
            go_through(r, one, other)
            check(answers(one) and answers(other), "both servers answer")
            without_one(r, one, other)


def litellm_config(one, other):
    """Both servers under one name, and one of them as if it were GroqCloud."""
    a, b = workers(one, other)
    models = [("builtin", "openai/builtin", a + "/v1"),
              ("builtin", "hosted_vllm/builtin", b + "/v1"),
              ("groq", "groq/builtin", b + "/openai/v1")]
    name = path("litellm.yaml")
    with open(name, "w") as f:
        json.dump({"model_list": [
            {"model_name": n, "litellm_params": {"model": m, "api_base": base, "api_key": "x"}}
            for n, m, base in models],
            "router_settings": {"num_retries": 3, "allowed_fails": 0, "cooldown_time": 300},
            "general_settings": {"dangerously_permit_weak_or_unset_master_key": True}}, f)
    return name


@test
def litellm():
    install("litellm[proxy]")
    a, b = servers()
    with a as one, b as other:
        port = free_port()
        with Router([program("litellm"), "--config", litellm_config(one, other), "--host",
                     "127.0.0.1", "--port", str(port)], port) as r:
            go_through(r, one, other)
            want = one.chat("What is takt?", temperature=0).text
            g = r.chat("What is takt?", temperature=0, model="groq")
            check(g.status == 200 and g.text == want, g)
            p = r.chat("What is takt?", temperature=0, model="groq", stream=True)
            check(p.text == want, p)
            e = r.post("/v1/chat/completions", {"model": "builtin", "messages": [
                {"role": "user", "content": "takt " * 5000}]})
            check("ContextWindowExceededError" in e.error["message"], e)
            without_one(r, one, other)


main("serve/routers")
