"""Start, drain and end of takt serve; clients that leave; settings from all sides."""
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

from serving import ASK, Server
from tap import Skip, check, fails, main, path, program, test

LONG = {"messages": ASK, "ignore_eos": True, "max_tokens": 1500, "stream": True, "temperature": 0}


def begin(s, body=LONG):
    """A stream that has begun: its connection and reply."""
    c = s.connect()
    c.request("POST", "/v1/chat/completions", json.dumps(body),
              {"content-type": "application/json"})
    r = c.getresponse()
    r.readline()
    return c, r


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.02)
    return what()


@test
def a_client_that_leaves_is_forgotten():
    with Server() as s:
        c, r = begin(s)
        check(until(lambda: s.metric("vllm:num_requests_running") == 1), "it runs")
        r.close()
        c.close()
        check(until(lambda: s.metric("vllm:num_requests_running") == 0), "it does not run")
        check(until(lambda: s.metric("vllm:request_success_total", finished_reason="abort") == 1),
              "and is counted")
        check(s.metric("vllm:kv_cache_usage_perc") == 0, "its pages are free")


@test
def drains_on_sigterm():
    with Server() as s:
        c, r = begin(s, {**LONG, "max_tokens": 600})
        s.process.send_signal(signal.SIGTERM)
        check(until(lambda: s.get("/health").status == 503), "not ready at once")
        check(s.get("/health/live").status == 200, "but alive")
        check(s.chat("hi", max_tokens=1).status == 503, "nothing new")
        rest = r.read().decode()
        check(rest.rstrip().endswith("data: [DONE]") and '"length"' in rest, rest[-300:])
        c.close()
        check(s.process.wait(20) == 0, "exit code 0")


@test
def takes_requests_for_a_while_where_balancers_need_it():
    with Server("--grace", "2") as s:
        s.process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        check(until(lambda: s.get("/health").status == 503), "not ready at once")
        r = s.chat("hi", max_tokens=2)
        check(r.status == 200 or time.monotonic() > begun + 2, r)
        check(s.process.wait(20) == 0 and time.monotonic() >= begun + 1.9, "then it ends")
    with Server("--grace", "60") as s:
        s.process.send_signal(signal.SIGTERM)
        until(lambda: "draining" in s.said())
        s.process.send_signal(signal.SIGTERM)
        check(s.process.wait(20) == 0, "at once, when told so")


@test
def ends_at_the_second_signal_or_when_the_time_is_over():
    with Server() as s:
        c, r = begin(s)
        s.process.send_signal(signal.SIGTERM)
        until(lambda: "draining" in s.said())
        s.process.send_signal(signal.SIGINT)
        check(s.process.wait(20) == 0, "exit code 0")
        rest = r.read().decode()
        check("error" in rest, rest[-300:])
    with Server("--drain", "0.5") as s:
        c, r = begin(s)
        s.process.send_signal(signal.SIGTERM)
        check(s.process.wait(20) == 0, "ended by itself")


def told_after(s, seconds):
    """How a server ends that is told to after so long: its exit code and the time that it takes."""
    time.sleep(seconds)
    begun = time.monotonic()
    s.process.send_signal(signal.SIGTERM)
    try:
        return s.process.wait(20), time.monotonic() - begun
    except subprocess.TimeoutExpired:
        return None, time.monotonic() - begun


@test
def ends_at_any_moment_of_the_start():
    known, sock = path("known"), path("start.sock")
    with Server(env={"TAKT_CACHE": known}):
        pass  # the machine is measured
    for i in range(40):  # while it is measured, and while what is known is loaded
        cache = path(f"cache-{i}") if i % 2 else known
        with Server(env={"TAKT_CACHE": cache}, wait=False, where=("--listen", "unix:" + sock)) as s:
            code, took = told_after(s, 0.03 * i)
            check(code == 0, f"try {i}: exit code {code} after {took:.1f} s\n{s.said()[-600:]}")
            check(not os.path.exists(sock), f"try {i}: its socket is there")
        if i % 2:
            shutil.rmtree(cache, ignore_errors=True)


@test
def ends_while_another_model_is_loaded():
    for i in range(16):
        with Server("--model", "one=builtin", "--model", "other=builtin", "--on-demand") as s:
            replies = []

            def ask(model):
                try:
                    replies.append(s.chat("hi", model=model, max_tokens=8).status)
                except OSError:
                    replies.append(None)  # it came too late
            asks = [threading.Thread(target=ask, args=(m,)) for m in ("one", "other", "other")]
            for t in asks:
                t.start()
            code, took = told_after(s, 0.04 * i)
            for t in asks:
                t.join()
            check(code == 0, f"try {i}: exit code {code} after {took:.1f} s\n{s.said()[-600:]}")
            check(all(r in (200, 503, None) for r in replies) and len(replies) == 3, replies)


@test
def settings_from_file_environment_and_command_line():
    name = path("serve.conf")
    with open(name, "w") as f:
        f.write("# a server\nalias = from-file\nmax-tokens = 3\n")
    with Server("--config", name, env={"TAKT_MAX_TOKENS": "2"}) as s:
        r = s.chat("What is takt?", temperature=0, ignore_eos=True)
        check(r.json["model"] == "from-file" and r.json["usage"]["completion_tokens"] == 2, r)
    with open(name, "w") as f:
        f.write("alias = x\nportt = 80\n")
    fails(2, "serve", "--config", name, says=[":2", "--port"])
    fails(2, "serve", "--port", "99999", says=["--port"])


    fails(2, "serve", "--tls-cert", "x", says=["--tls-key"])
    fails(2, "serve", "--model", "name=", says=["[NAME=]PATH"])
    fails(2, "serve", "--model", "=path", says=["[NAME=]PATH"])
    fails(2, "serve", "--model", "a=builtin", "--model", "a=builtin", says=["two", "'a'"])
    fails(2, "serve", "--alias", "a", "--alias", "a", says=["two", "'a'"])
    fails(2, "serve", "--alias", "b", "--model", "a=builtin", says=["--alias", "'b'"])


@test
def a_port_that_is_taken():
    with Server() as s:
        fails(1, "serve", "--port", str(s.port), says=[str(s.port)])


@test
def unix_sockets():
    name = path("takt.sock")
    with Server("--listen", "unix:" + name, where=(), wait=False) as s:
        class Connection(http.client.HTTPConnection):
            def connect(self):
                self.sock = socket.socket(socket.AF_UNIX)
                self.sock.connect(name)

        def ready():
            c = Connection("localhost")
            try:
                c.request("GET", "/health")
                return c.getresponse().status == 200
            except OSError:
                return False
        check(until(ready, 60), s.said())


def certificate(name):
    """Files with a certificate for NAME and its key; of the same place for all names."""
    files = path("tls.pem"), path("tls.key")
    if not shutil.which("openssl"):
        raise Skip("openssl is not here")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    return files


def shown(s):
    """The certificate that a new connection gets."""
    return ssl.get_server_certificate((s.host, s.port))


@test
def certificates_are_read_again():
    pem, key = certificate("one.example")
    with Server("--tls-cert", pem, "--tls-key", key, wait=False) as s:
        one, c = shown(s), http.client.HTTPSConnection(
            s.host, s.port, timeout=60, context=ssl._create_unverified_context())
        c.request("GET", "/health/live")
        check(c.getresponse().read() == b"ok\n", "an open connection")
        certificate("two.example")
        s.process.send_signal(signal.SIGHUP)
        check(until(lambda: shown(s) != one), "the new one is shown")
        check(shown(s) == open(pem).read(), "and it is the file's")
        c.request("GET", "/health/live")
        check(c.getresponse().read() == b"ok\n", "open connections go on")
        c.close()
        two = shown(s)
        with open(pem, "w") as f:
            f.write("nothing\n")
        s.process.send_signal(signal.SIGHUP)
        check(until(lambda: "certificate_unchanged" in s.said()), s.said()[-300:])
        check(shown(s) == two, "a broken file changes nothing")


@test
def browsers_of_allowed_origins():
    with Server("--cors-origin", "https://a.example") as s:
        head = {"origin": "https://a.example", "access-control-request-method": "POST",
                "access-control-request-headers": "authorization"}
        r = s.request("OPTIONS", "/v1/chat/completions", headers=head)
        check(r.status == 204 and r.headers["access-control-allow-origin"] == "https://a.example"
              and "authorization" in r.headers["access-control-allow-headers"], r)
        r = s.get("/version", headers={"origin": "https://a.example"})
        check(r.headers["access-control-allow-origin"] == "https://a.example", r)
        r = s.get("/version", headers={"origin": "https://b.example"})
        check("access-control-allow-origin" not in r.headers, r)


@test
def a_log_that_nobody_reads():
    read, write = os.pipe()
    with Server("--log-level", "debug", stderr=write) as s:
        os.close(write)
        begin = time.monotonic()
        for _ in range(1500):
            c = s.connect()
            c.request("GET", "/version")
            check(c.getresponse().status == 200, "goes on")
            c.close()
        check(time.monotonic() - begin < 60, "without waiting")
    os.close(read)


@test
def overload_is_told_at_once():
    with Server("--parallel", "1", "--queue", "1") as s:
        c, r = begin(s)
        check(until(lambda: s.metric("vllm:num_requests_running") == 1), "it is not in the queue")
        statuses = []

        def ask():
            t = time.monotonic()
            reply = s.chat("hi", max_tokens=400, ignore_eos=True)
            statuses.append((reply.status, time.monotonic() - t, reply.headers.get("retry-after")))
        threads = [threading.Thread(target=ask) for _ in range(6)]
        for t in threads:
            t.start()
        check(until(lambda: sum(x[0] == 429 for x in statuses) >= 4), statuses)
        flex = dict(max_tokens=400, service_tier="flex")
        r2 = s.chat("hi", path="/openai/v1/chat/completions", **flex)
        check(r2.status == 498 and int(r2.headers["retry-after"]) >= 1, ("Groq's word for it", r2))
        check(s.chat("hi", **flex).status == 429, "but nobody else's")
        for status, seconds, after in list(statuses):
            check(status != 429 or (seconds < 1 and int(after) >= 1), (status, seconds, after))
        r.close()
        c.close()
        for t in threads:
            t.join()
        check(sum(x[0] == 200 for x in statuses) >= 1, statuses)


main("serve/life")
