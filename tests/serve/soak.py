"""Mixed traffic with faults for a while: that memory stays flat, the figures agree with what
clients saw, answers stay the same, and nothing fails that a client did not cause.

    python3 tests/serve/soak.py build/takt                   two minutes
    python3 tests/serve/soak.py build/takt --seconds 3600    an hour

(with PYTHONPATH=tests/cli). Clients that leave, read slowly, send broken requests, flood, have no
key or a small one, among those that do as they should; keys that are read again all the while.
"""
import collections
import http.client
import json
import os
import random
import signal
import socket
import statistics
import sys
import threading
import time

SECONDS = 120.0
if "--seconds" in sys.argv:
    at = sys.argv.index("--seconds")
    SECONDS = float(sys.argv[at + 1])
    del sys.argv[at:at + 2]

from serving import Server, keys  # noqa: E402 (it reads sys.argv)
from tap import check, main, path, test  # noqa: E402

KEY, SMALL = "sk-big-" + "a" * 30, "sk-small-" + "b" * 30
KEYS = f"user big {KEY}\nuser small {SMALL} rpm=30 tpm=2000\n"
GROWTH_MAX = 24 << 20  # of memory, from the second quarter to the last
FIRST_WORDS = ("What is takt?", "Count to ten.", "Say hello in French.", "Is 7 a prime number?")
CHAT = "/v1/chat/completions"


class Soak:
    def __init__(self, s):
        self.s, self.going, self.lock = s, True, threading.Lock()
        self.seen = collections.Counter()  # (method and route, status)
        self.n_tokens, self.n_left, self.bad = 0, 0, []
        self.answers = {}  # of the same requests
        self.memory, self.scrapes = [], []

    def fail(self, what):
        with self.lock:
            self.bad.append(str(what)[:300])

    def send(self, c, method, route, body=None, key=KEY, where=None):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        head = {"authorization": f"Bearer {key}"} if key else {}
        c.request(method, where or route, data, {"content-type": "application/json", **head})
        r = c.getresponse()
        with self.lock:
            self.seen[f"{method} {route}", r.status] += 1
        return r

    def ask(self, method, route, body=None, allow=(200,), **more):
        """A whole reply as JSON, or None where it is another status of ALLOW."""
        c = self.s.connect()
        try:
            r = self.send(c, method, route, body, **more)
            text = r.read()
            if r.status not in allow:
                self.fail(f"{method} {route}: {r.status} {text[:200]}")
            if r.status == 429 and not r.getheader("retry-after"):
                self.fail(f"{route}: 429 without retry-after")
            if r.status == 429:
                time.sleep(0.3)
            is_json = r.getheader("content-type", "").startswith("application/json")
            return json.loads(text) if r.status == 200 and is_json else None
        except (OSError, http.client.HTTPException, ValueError) as e:
            self.fail(f"{method} {route}: {e!r}")
            return None
        finally:
            c.close()

    def count(self, reply):
        if reply and "usage" in reply:
            u = reply["usage"]
            with self.lock:
                self.n_tokens += u.get("completion_tokens", u.get("output_tokens", 0))

    # ---- clients; each is one request or a few ----

    def chat(self, rng):
        i = rng.randrange(len(FIRST_WORDS))
        r = self.ask("POST", CHAT, {"messages": [{"role": "user", "content": FIRST_WORDS[i]}],
                                    "max_tokens": 40, "temperature": 0.8, "seed": 7},
                     allow=(200, 429))
        self.count(r)
        if r:
            text = r["choices"][0]["message"]["content"]
            with self.lock:
                known = self.answers.setdefault(i, text)
            if text != known:
                self.fail(f"another answer to {FIRST_WORDS[i]}: {text} / {known}")

    def stream(self, rng):
        body = {"messages": [{"role": "user", "content": " ".join(
            rng.choice(FIRST_WORDS) for _ in range(rng.randrange(1, 30)))}],
            "stream": True, "stream_options": {"include_usage": True},
            "max_tokens": rng.randrange(1, 120), "ignore_eos": True}
        c = self.s.connect()
        try:
            r = self.send(c, "POST", CHAT, body)
            text = r.read().decode()
            if r.status not in (200, 429):
                self.fail(f"stream: {r.status} {text[:200]}")
            if r.status == 200:
                if not text.endswith("data: [DONE]\n\n"):
                    self.fail(f"a stream without its end: {text[-200:]}")
                else:
                    self.count(json.loads(text.split("data: ")[-2]))
        except (OSError, http.client.HTTPException, ValueError) as e:
            self.fail(f"stream: {e!r}")
        finally:
            c.close()

    def others(self, rng):
        self.count(self.ask("POST", "/v1/completions", {
            "prompt": ["takt is", "one two"], "n": 2, "max_tokens": 8, "logprobs": 2,
            "seed": rng.randrange(100)}, allow=(200, 429)))
        self.ask("POST", "/tokenize", {"prompt": "a b c " * rng.randrange(1, 200)})
        self.ask("GET", "/v1/models")
        self.ask("POST", "/v1/estimate", {"messages": [{"role": "user", "content": "hi"}]})
        r = self.ask("POST", "/v1/responses", {"input": "hi", "max_output_tokens": 8},
                     allow=(200, 429))
        self.count(r)
        if r:
            self.ask("DELETE", "/v1/responses/{response_id}", where="/v1/responses/" + r["id"])

    def leaver(self, rng):
        body = {"messages": [{"role": "user", "content": "x"}], "stream": rng.random() < 0.7,
                "max_tokens": 300, "ignore_eos": True}
        c = self.s.connect()
        try:
            c.request("POST", CHAT, json.dumps(body), {"authorization": f"Bearer {KEY}"})
            with self.lock:
                self.n_left += 1
            if body["stream"]:
                c.getresponse().fp.readline()
            time.sleep(rng.uniform(0, 0.1))
        except (OSError, http.client.HTTPException):
            pass
        finally:
            c.close()

    def slow_reader(self, rng):
        body = json.dumps({"messages": [{"role": "user", "content": "x"}], "stream": True,
                           "max_tokens": 400, "ignore_eos": True, "logprobs": True,
                           "top_logprobs": 5}).encode()
        try:
            with socket.create_connection((self.s.host, self.s.port), timeout=30) as c:
                c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                c.sendall(f"POST {CHAT} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
                          f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
                for _ in range(rng.randrange(2, 12)):
                    c.recv(512)
                    time.sleep(0.1)
            with self.lock:
                self.n_left += 1
        except OSError:
            pass

    def broken(self, rng):
        self.ask("POST", CHAT, rng.choice([
            b"{", b"[]", b"\xff\xfe", b'{"messages": 1}', b"[" * 3000, b"null",
            b'{"messages": [{"role": "user", "content": "x"}], "temperature": 99}',
            b'{"messages": [{"role": "user", "content": "x"}], "n": 100000}']), allow=(400,))
        self.ask("GET", "/v1/models", key=None, allow=(401,))
        self.ask("GET", "/v1/models", key="sk-nobody-" + "x" * 20, allow=(401,))
        try:
            with socket.create_connection((self.s.host, self.s.port), timeout=30) as c:
                c.sendall(rng.choice([b"GARBAGE\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
                                      b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx",
                                      rng.randbytes(200)]))
                c.shutdown(socket.SHUT_WR)
                while c.recv(4096):
                    pass
        except OSError:
            pass
        time.sleep(0.05)

    def small_key(self, rng):
        self.count(self.ask("POST", CHAT, {
            "messages": [{"role": "user", "content": "hi"}], "max_tokens": rng.randrange(1, 60)},
            key=SMALL, allow=(200, 413, 429)))

    def flood(self, rng):
        def one():
            self.count(self.ask("POST", CHAT, {
                "messages": [{"role": "user", "content": "flood"}], "max_tokens": 16},
                allow=(200, 429)))
        threads = [threading.Thread(target=one) for _ in range(40)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.pause(rng, 6)

    def pause(self, rng, seconds):
        end = time.monotonic() + rng.uniform(0, 2 * seconds)
        while self.going and time.monotonic() < end:
            time.sleep(0.05)

    def reloader(self, rng):
        self.pause(rng, 3)
        keys(KEYS if rng.random() < 0.7 else "user broken\n")
        self.s.process.send_signal(signal.SIGHUP)

    def scrape(self, rng):
        begun = time.monotonic()
        self.ask("GET", "/metrics", key=None, allow=(200,))
        with self.lock:
            self.scrapes.append(time.monotonic() - begun)
        time.sleep(0.05)

    def watch_memory(self, rng):
        with open(f"/proc/{self.s.process.pid}/statm") as f:
            self.memory.append(int(f.read().split()[1]) * os.sysconf("SC_PAGESIZE"))
        time.sleep(0.5)

    def run(self, seconds):
        clients = [self.chat, self.chat, self.stream, self.stream, self.others, self.leaver,
                   self.slow_reader, self.broken, self.small_key, self.flood, self.reloader,
                   self.scrape, self.watch_memory]

        def loop(client, seed):
            rng = random.Random(seed)
            while self.going:
                try:
                    client(rng)
                except Exception as e:  # a mistake of this test ends no thread unseen
                    self.fail(f"{client.__name__}: {e!r}")
                    return
        threads = [threading.Thread(target=loop, args=(c, i)) for i, c in enumerate(clients)]
        for t in threads:
            t.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.s.process.poll() is None:
            time.sleep(0.2)
        self.going = False
        for t in threads:
            t.join()


class Figures:
    """/metrics, once nothing goes on any more."""

    def __init__(self, s):
        end = time.monotonic() + 60
        while time.monotonic() < end and (
                s.metric("vllm:num_requests_running") or s.metric("vllm:num_requests_waiting")
                or s.metric("takt:connections") > 1):
            time.sleep(0.1)
        self.values = collections.Counter()
        for line in s.get("/metrics").body.decode().splitlines():
            if line and line[0] != "#":
                name, value = line.rsplit(" ", 1)
                self.values[name] = float(value)

    def sum(self, name, *parts):
        return sum(v for k, v in self.values.items()
                   if k.split("{")[0] == name and all(p in k for p in parts))


def ask_all(soak):
    """That what clients saw is what the server counted."""
    f = Figures(soak.s)
    for name in ("vllm:num_requests_running", "vllm:num_requests_waiting",
                 "vllm:kv_cache_usage_perc"):
        check(f.sum(name) == 0, (name, f.sum(name)))
    check(f.sum("takt:connections") <= 1, f.sum("takt:connections"))
    accepted, ended = f.sum("takt:admission_accepted_total"), f.sum("vllm:request_success_total")
    check(accepted == ended > 0, ("accepted and ended", accepted, ended))
    check(f.sum("vllm:request_success_total", '"error"') == 0, "answers that failed")
    check(f.sum("vllm:e2e_request_latency_seconds_count") == ended, "latencies")
    for kind in ("first_token", "pace"):
        told = f.sum("takt:promise_total", f'"{kind}"')
        check(0 < told <= accepted, (kind, told, accepted))
    check(f.sum("vllm:generation_tokens_total") >= soak.n_tokens > 0,
          ("tokens", f.sum("vllm:generation_tokens_total"), soak.n_tokens))
    for (route, status), n in soak.seen.items():
        counted = f.sum("takt:http_requests_total", f'route="{route}"', f'status="{status}"')
        if route == f"POST {CHAT}" and status in (200, 429):  # some did not wait for it
            check(n <= counted <= n + soak.n_left, (route, status, n, counted, soak.n_left))
        elif route != "GET /metrics":
            check(counted == n, (route, status, n, counted))
    for status in ("500", "501", "502", "503", "504", "other"):
        n = f.sum("takt:http_requests_total", f'status="{status}"')
        n -= f.sum("takt:http_requests_total", f'status="{status}"', 'route="GET /health"')
        check(n == 0, (status, n))


@test
def mixed_traffic_with_faults():
    with Server("--keys", keys(KEYS), "--parallel", "8", "--queue", "32", "--ctx", "1024",
                "--store", path("soak.db"), "--log-level", "warn") as s:
        soak = Soak(s)
        soak.run(SECONDS)
        check(s.process.poll() is None, f"it lives: {s.said()[-500:]}")
        check(not soak.bad, (len(soak.bad), collections.Counter(soak.bad).most_common(5)))
        ask_all(soak)
        n = len(soak.memory) // 4
        early, late = (statistics.median(soak.memory[i:i + n]) for i in (n, 3 * n))
        check(n > 2 and late - early < GROWTH_MAX, f"memory: {early} to {late} bytes")
        errors = [x for x in s.said().splitlines() if " error " in x and "keys_unchanged" not in x]
        check(not errors, errors[:5])
        ms = sorted(1e3 * x for x in soak.scrapes)
        print(f"# {sum(soak.seen.values())} replies, {soak.n_tokens} tokens, {soak.n_left} left; "
              f"memory {early / 1e6:.1f} to {late / 1e6:.1f} MB; /metrics p50 "
              f"{ms[len(ms) // 2]:.2f} ms, p99 {ms[int(len(ms) * 0.99)]:.2f} ms")


main("serve/soak")
