"""What balancers in front of takt serve are told; a real HAProxy with the example's settings."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

from serving import ASK, Server
from tap import Skip, check, fails, folder, main, path, test

LONG = {"messages": ASK, "ignore_eos": True, "max_tokens": 1500, "stream": True, "temperature": 0}


def agent_of(s):
    """The port of agent checks: in the second line on standard output."""
    return int(re.search(r"agent checks at port (\d+)", s.process.stdout.readline().decode())[1])


def line(port):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as c:
        got = b""
        while part := c.recv(256):
            got += part
    return got.decode()


def until(what, seconds=30):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.02)
    return what()


@test
def the_agent_says_how_much_is_free():
    with Server("--agent", "127.0.0.1:0", "--parallel", "2") as s:
        port = agent_of(s)
        check(until(lambda: line(port) == "ready up 100%\n"), line(port))
        streams = [s.stream(LONG) for _ in range(3)]
        busy = line(port)
        found = re.fullmatch(r"ready up (\d+)%\n", busy)
        check(found and 1 <= int(found[1]) < 100, busy)
        s.process.send_signal(signal.SIGTERM)
        check(until(lambda: s.process.poll() is not None or line(port) == "drain\n", 5), "drain")
        for c, r in streams:
            check("data: [DONE]" in r.read().decode(), "streams go on")
            c.close()
    fails(1, "serve", "--agent", "192.0.2.1:1", says=["192.0.2.1"])
    fails(2, "serve", "--agent", "unix:/x", says=["host:port"])
    fails(2, "serve", "--agent", "8081", says=["8081"])


@test
def the_agent_is_down_while_a_model_is_loaded():
    with Server("--agent", "127.0.0.1:0", wait=False,
                env={"TAKT_CACHE": path("cold-cache")}) as s:
        port = agent_of(s)
        said = line(port)
        check(said in ("down #loading\n", "ready up 100%\n"), said)
        check(until(lambda: line(port) == "ready up 100%\n", 120), line(port))


def load_of(r):
    """The figures of a reply's endpoint-load-metrics."""
    value = r.headers["endpoint-load-metrics"]
    if value.startswith("JSON "):
        return json.loads(value[5:])["named_metrics"]
    check(value.startswith("TEXT "), value)
    return {k.removeprefix("named_metrics."): float(v)
            for k, v in (x.split("=") for x in value[5:].split(", "))}


@test
def replies_tell_the_load_to_who_asks():
    names = {"kv_cache_usage_perc", "num_requests_waiting", "num_requests_running",
             "free_capacity_perc", "predicted_ttft_seconds", "admission_headroom_tokens"}
    name = "endpoint-load-metrics-format"
    with Server() as s:
        for form in ("TEXT", "JSON", "text", "json"):
            for fields in ({}, {"stream": True}, {"temperature": -1}):
                r = s.chat("hi", max_tokens=3, headers={name: form}, **fields)
                load = load_of(r)
                check(set(load) == names and r.headers["endpoint-load-metrics"][:4] == form.upper(),
                      r)
                check(0 <= load["kv_cache_usage_perc"] <= 1
                      and load["num_requests_waiting"] in (0, 1)  # itself
                      and 0 < load["free_capacity_perc"] <= 1
                      and 0 < load["predicted_ttft_seconds"] < 60, load)
        for head in ({}, {name: "xml"}, {name: ""}):
            r = s.chat("hi", max_tokens=3, headers=head)
            check(r.status == 200 and "endpoint-load-metrics" not in r.headers, r)
        c, r = s.stream(LONG)
        load = load_of(s.get("/v1/models", headers={name: "JSON"}))
        check(r.closed or load["num_requests_running"] in (0, 1), load)
        c.close()
    with Server("--load-metrics", "text") as s:
        check(set(load_of(s.chat("hi", max_tokens=3))) == names, "without asking")
        check(load_of(s.chat("hi", max_tokens=3, headers={name: "json"})), "who asks chooses")
    fails(2, "serve", "--load-metrics", "xml", says=["--load-metrics"])


# --------------------------------------------------------------------------------------------------


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class HAProxy:
    """HAProxy with examples/serve/haproxy.cfg, but for the ports, in front of two servers."""

    def __init__(self, ports, agents):
        self.program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
        if not self.program:
            raise Skip("haproxy is not here")
        self.port, self.admin = free_port(), os.path.join(folder, "haproxy.sock")
        with open("examples/serve/haproxy.cfg") as f:
            text = f.read()
        for old, new in zip((":8000", "127.0.0.1:8080 agent-port 8081",
                             "127.0.0.1:8090 agent-port 8091"),
                            (f"127.0.0.1:{self.port}",
                             *(f"127.0.0.1:{p} agent-port {a}" for p, a in zip(ports, agents)))):
            check(text.count(old + "\n") == 1, old)
            text = text.replace(old + "\n", new + "\n")
        text = text.replace("\nglobal\n", f"\nglobal\n    stats socket {self.admin} level admin\n")
        self.file = path("haproxy.cfg")
        with open(self.file, "w") as f:
            f.write(text)

    def __enter__(self):
        done = subprocess.run([self.program, "-c", "-f", "examples/serve/haproxy.cfg"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        check(done.returncode == 0 and b"WARNING" not in done.stdout, done.stdout)
        self.log = open(path("haproxy.log"), "wb+")
        self.process = subprocess.Popen([self.program, "-db", "-f", self.file], stdout=self.log,
                                        stderr=self.log)
        if not until(lambda: os.path.exists(self.admin)):
            self.__exit__()
            raise AssertionError(open(path("haproxy.log")).read())
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()

    def servers(self):
        """What HAProxy knows of the two servers, by name."""
        with socket.socket(socket.AF_UNIX) as c:
            c.settimeout(10)
            c.connect(self.admin)
            c.sendall(b"show stat\n")
            text = b""
            while part := c.recv(65536):
                text += part
        rows = [x.split(",") for x in text.decode().lstrip("# ").splitlines() if x]
        table = [dict(zip(rows[0], r)) for r in rows[1:]]
        return {r["svname"]: r for r in table if r["pxname"] == "takt"
                and r["svname"] in ("one", "two")}


class Traffic:
    """Clients that ask without a pause through HAProxy, whole answers and streams, and keep what
    was not as it should be."""

    def __init__(self, port, n):
        self.port, self.going = port, True
        self.done, self.bad, self.lock = 0, [], threading.Lock()
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(n)]

    def ask(self, i, k):
        while True:
            try:
                return self.ask_once(i, k)
            except urllib.error.HTTPError as e:
                if e.code != 429 or not e.headers["retry-after"]:
                    return f"{e!r} {e.read()[:300]}"
            time.sleep(0.2)  # all is taken: that is no loss

    def ask_once(self, i, k):
        stream = (i + k) % 2 == 0
        body = json.dumps({"messages": [{"role": "user", "content": f"{i} {k}"}], "stream": stream,
                           "max_tokens": 150, "ignore_eos": True}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/chat/completions", body,
                                         {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as r:
                text = r.read().decode()
            good = text.endswith("data: [DONE]\n\n") if stream \
                else json.loads(text)["usage"]["completion_tokens"] == 150
            return None if good and "error" not in text else text[-300:]
        except urllib.error.HTTPError:
            raise
        except (OSError, ValueError) as e:
            return repr(e)

    def run(self, i):
        k = 0
        while self.going:
            k += 1
            bad = self.ask(i, k)
            with self.lock:
                self.done += 1
                if bad:
                    self.bad.append(bad)

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.going = False
        for t in self.threads:
            t.join()


def served(s):
    return s.metric("takt:http_requests_total", route="POST /v1/chat/completions",
                    status="200") or 0


@test
def haproxy_shares_drains_and_loses_nothing():
    options = ("--agent", "127.0.0.1:0", "--parallel", "4", "--grace", "3")
    with Server(*options) as one, Server(*options) as two:
        with HAProxy([one.port, two.port], [agent_of(one), agent_of(two)]) as proxy:
            check(until(lambda: all(r["status"].startswith("UP")
                                    and r["agent_status"].endswith("L7OK")
                                    for r in proxy.servers().values())), proxy.servers())
            with Traffic(proxy.port, 6) as traffic:
                check(until(lambda: served(one) >= 10 and served(two) >= 10), "both answer")
                check(until(lambda: any(int(r["weight"]) < 100
                                        for r in proxy.servers().values())), "weights follow")
                one.process.send_signal(signal.SIGTERM)
                drained = one.process.wait(60)
                before = traffic.done
                check(until(lambda: traffic.done > before + 20), "the other goes on")
                check(drained == 0, "the end in order")
                check(until(lambda: not proxy.servers()["one"]["status"].startswith("UP")),
                      proxy.servers())
            check(not traffic.bad, (len(traffic.bad), traffic.done, traffic.bad[:3]))


main("serve/balance")
