"""A running takt serve, and a client that says exactly what came back.

    with Server("--parallel", "4") as s:
        r = s.post("/v1/chat/completions", {"messages": [...]})
        check(r.status == 200 and r.json["choices"], r)

Standard library only.
"""
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time

from tap import environment, path, program

ASK = [{"role": "user", "content": "What is takt?"}]


def keys(text):
    """The path of a key file that says TEXT."""
    name = path("keys.txt")
    with open(name, "w") as f:
        f.write(text)
    os.chmod(name, 0o600)
    return name


class Reply:
    """Status, headers (lower case) and body; events of a stream."""

    def __init__(self, status, headers, body):
        self.status, self.body = status, body
        self.headers = {k.lower(): v for k, v in headers}

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]

    @property
    def events(self):
        """The data of all events but [DONE], which must be the last."""
        parts = [p for p in self.body.decode().split("\n\n") if p and not p.startswith(":")]
        assert parts and parts[-1] == "data: [DONE]", parts[-1:]
        return [json.loads(p.removeprefix("data: ")) for p in parts[:-1]]

    @property
    def text(self):
        """The answer, whether it came whole or in pieces (choice 0)."""
        if self.headers.get("content-type", "").startswith("text/event-stream"):
            choices = [c for e in self.events for c in e["choices"] if c["index"] == 0]
            return "".join(c["delta"].get("content") or "" if "delta" in c else c["text"]
                           for c in choices)
        c = self.json["choices"][0]
        return c["message"]["content"] if "message" in c else c["text"]

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:600]!r}"


class Server:
    """takt serve on a port of its own, with ARGS (MODEL and options); ready when entered."""

    def __init__(self, *args, wait=True, env=None, where=("--port", "0"), stderr=None):
        self.args = [program, "serve", *where, "--log-level", "debug", *map(str, args)]
        self.wait, self.env = wait, {**environment, **(env or {})}
        self.log = tempfile.TemporaryFile()
        self.stderr = stderr or self.log

    def __enter__(self):
        self.process = subprocess.Popen(self.args, stdout=subprocess.PIPE, stderr=self.stderr,
                                        env=self.env)
        try:
            self._until_it_serves()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _until_it_serves(self):
        line = self.process.stdout.readline().decode()
        found = re.search(r"http(s?)://([^ ]+):(\d+)", line)
        self.host, self.port = (found[2], int(found[3])) if found else ("", 0)
        if not line:
            raise AssertionError(f"did not start: {self.said()}")
        if self.wait and self.port:
            self.until_ready()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        self.process.stdout.close()

    def said(self):
        """All of the log so far."""
        self.log.seek(0)
        return self.log.read().decode()

    def until_ready(self, seconds=60):
        end = time.monotonic() + seconds
        while True:
            try:
                if self.get("/health").status == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"not ready: {self.said()}")
            time.sleep(0.02)

    def connect(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=60)

    def request(self, method, path, body=None, headers=None, connection=None):
        c = connection or self.connect()
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        head = {"content-type": "application/json"} if data is not None else {}
        c.request(method, path, data, {**head, **(headers or {})})
        r = c.getresponse()
        reply = Reply(r.status, r.getheaders(), r.read())
        if not connection:
            c.close()
        return reply

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body, **more):
        return self.request("POST", path, body, **more)

    def chat(self, content="What is takt?", headers=None, path="/v1/chat/completions", **fields):
        messages = content if isinstance(content, list) else [{"role": "user", "content": content}]
        return self.post(path, {"messages": messages, **fields}, headers=headers)

    def stream(self, body):
        """A chat request that streams, after its first line: the connection and its response."""
        c = self.connect()
        c.request("POST", "/v1/chat/completions", json.dumps(body),
                  {"content-type": "application/json"})
        r = c.getresponse()
        r.readline()
        return c, r

    def complete(self, prompt="takt is", **fields):
        return self.post("/v1/completions", {"prompt": prompt, **fields})

    def raw(self, data, seconds=10):
        """Everything that comes back for the bytes DATA, until the server closes."""
        with socket.create_connection((self.host, self.port), timeout=seconds) as s:
            s.sendall(data)
            got = b""
            try:
                while part := s.recv(65536):
                    got += part
            except (TimeoutError, ConnectionResetError):
                pass
            return got

    def metric(self, name, **labels):
        """The value of a metric; labels given must match."""
        for line in self.get("/metrics").body.decode().splitlines():
            found = re.fullmatch(r"([a-zA-Z_:]+)(?:\{(.*)\})? (\S+)", line)
            if found and found[1] == name:
                have = dict(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))
                if all(have.get(k) == v for k, v in labels.items()):
                    return float(found[3])
        return None
