"""takt chat, from a pipe and on a terminal; what takt prints on a terminal only."""
import json
import os
import pty
import re
import select
import signal
import subprocess
import time

from models import F16, TEMPLATE, Shape
from tap import check, environment, fails, main, path, program, takt, test, works

CHAT = Shape(template=TEMPLATE).write(path("chat.gguf"))
PLAIN = Shape().write(path("plain.gguf"))
# Says <unk> for ever, slowly in plain C.
ENDLESS = Shape(sparse=True, kind=F16, embd=1024, ff=2048, layers=3, heads=16, vocab=8000,
                ctx=8192, template=TEMPLATE).write(path("endless.gguf"))


def talk(*lines, model=CHAT, more=()):
    return takt("chat", model, "-n", "8", *more, stdin="".join(l + "\n" for l in lines).encode())


@test
def from_a_pipe():
    r = talk("hello", "and now?")
    check(r.code == 0 and r.err == "" and "\x1b[" not in r.out and "> " not in r.out, r)
    check(r.raw == talk("hello", "and now?").raw, "the same seed, the same answers")
    check(talk().code == 0 and talk().raw == b"", "no line")
    check(talk("", "  ", "\t").raw == b"", "empty lines are no messages")
    one = talk("hello", more=["--temp", "0"]).raw
    check(talk("hello", "/reset", "hello", more=["--temp", "0"]).raw == one * 2, "/reset")
    check(talk("hello", "/quit", "hello", more=["--temp", "0"]).raw == one, "/quit")
    r = talk("hello", model=PLAIN)
    check(r.code == 0 and r.err == "" and r.out, r)
    r = takt("chat", CHAT, "-n", "8", "--temp", "0", stdin=b"hello")  # no newline at the end
    check(r.raw == one, (r, one))


@test
def commands():
    r = talk("/help")
    names = ("/reset", "/save", "/load", "/stats", "/quit")
    check(r.code == 0 and all(c in r.out for c in names), r)
    r = talk("hello", "/stats")
    check("1 + " not in r.out and re.search(r"context: \d+ of 512", r.out), r)
    check("2 messages" in r.out and "predicted / measured" in r.out, r)
    check(talk("/stats").code == 0, "before anything was said")
    for line, says in (("/nonsense", "/help"), ("/save", "file name"), ("/load", "file name"),
                       ("/load " + path("nothing.json"), "no such file"),
                       ("/save /no/such/folder/x.json", "/no/such/folder/x.json")):
        r = talk(line, "/stats")
        check(r.code == 0 and says in r.err and len(r.err.splitlines()) == 1, r)
        check("context:" in r.out, "it goes on")


@test
def save_and_load():
    file = path("talk.json")
    r = talk("hello \"you\"\\", "on two lines", "/save " + file, "/stats")
    check(r.code == 0 and r.err == "", r)
    with open(file, encoding="utf-8", errors="surrogateescape") as f:
        saved = json.load(f)["messages"]
    check([m["role"] for m in saved] == ["user", "assistant"], saved)
    check(saved[0]["content"] == "hello \"you\"\non two lines", saved)
    check(not [n for n in os.listdir(path("")) if "part" in n], "no temporary file is left")
    r = talk("/load " + file, "/stats")
    check(r.err == "" and "2 messages" in r.out, r)
    again = talk("/load " + file, "/save " + file + "2")
    check(again.err == "" and open(file, "rb").read() == open(file + "2", "rb").read(), again)
    goes_on = talk("/load " + file, "go on", more=["--temp", "0"])
    check(goes_on.err == "" and goes_on.out, goes_on)


@test
def wrong_files_to_load():
    """They change nothing."""
    for i, content in enumerate((b"", b"[]", b"{}", b'{"messages": 3}', b'{"messages": [{}]}',
                                 b'{"messages": [{"role": "user", "content": 3}]}',
                                 b'{"messages": [{"role": "user", "content": "a\\u0000b"}]}',
                                 b"\x89PNG\r\n", b'{"messages": [' + b"[" * 5000)):
        with open(path("bad.json"), "wb") as f:
            f.write(content)
        r = talk("hello", "/load " + path("bad.json"), "/stats")
        check(r.code == 0 and "bad.json" in r.err and len(r.err.splitlines()) == 1, (i, r))
        check("2 messages" in r.out, (i, r))
    r = talk("/load " + path(""), "/stats")
    check(r.code == 0 and "directory" in r.err and "0 messages" in r.out, r)


@test
def system_message():
    a, b = talk("hello"), talk("hello", more=["--system", "You are a pirate."])
    check(b.code == 0 and b.err == "" and a.raw != b.raw, (a, b))
    r = talk("/reset", "/stats", more=["--system", "You are a pirate."])
    check("1 messages" in r.out, "a system message survives /reset: %s" % r)


@test
def odd_lines():
    r = takt("chat", CHAT, "-n", "4", stdin=b"caf\xe9\n/stats\nhello\n/stats\n")
    check(r.code == 0 and "UTF-8" in r.err and len(r.err.splitlines()) == 1, r)
    check("0 messages" in r.out and "2 messages" in r.out, "the line is dropped: %s" % r)
    r = takt("chat", CHAT, "-n", "4", stdin=b"a\0b\n/stats\n")
    check(r.code == 0 and "zero" in r.err and "0 messages" in r.out, r)
    r = talk("x" * 2000, "/stats", "short", "/stats")
    check(r.code == 0 and "512" in r.err and "/reset" in r.err, r)
    check("0 messages" in r.out and "2 messages" in r.out, r)


@test
def conversation_fills_the_context():
    r = takt("chat", CHAT, "--ctx", "96", "-n", "8", stdin=b"hello there\n" * 12)
    check(r.code == 0 and "--ctx" in r.err and "/reset" in r.err, r)


# ---- on a terminal ----

PROMPT = rb"[\r\n]> "  # and not the head of a progress bar


class Terminal:
    """takt with a terminal for standard input, output and error."""

    def __init__(self, *args, env=None):
        self.master, slave = pty.openpty()
        self.p = subprocess.Popen([program, *args], stdin=slave, stdout=slave, stderr=slave,
                                  start_new_session=True, preexec_fn=self.own_terminal,
                                  env=dict(environment, TERM="xterm", **(env or {})))
        os.close(slave)
        self.seen = b""

    @staticmethod
    def own_terminal():
        import fcntl
        import termios
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def read(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:  # the other side is closed
            return False
        self.seen += data
        return bool(data)

    def expect(self, pattern, seconds=60):
        """Waits for the pattern, and forgets all up to it."""
        end = time.monotonic() + seconds
        while True:
            found = re.search(pattern, self.seen)
            if found:
                self.seen = self.seen[found.end():]
                return True
            if time.monotonic() > end or (not self.read(0.5) and self.p.poll() is not None):
                found = re.search(pattern, self.seen)
                return check(False, "no %r in %r" % (pattern, self.seen[-600:]))

    def send(self, data):
        os.write(self.master, data)

    def leave(self):
        """Ctrl-D at the prompt, once the terminal passes on single keys."""
        self.expect(PROMPT)
        time.sleep(0.5)
        self.send(b"\x04")

    def end(self, seconds=60):
        """The exit code, once the program has ended by itself."""
        limit = time.monotonic() + seconds
        while self.p.poll() is None and time.monotonic() < limit:
            self.read(0.1)
        code = self.p.poll()
        check(code is not None, "it still runs: %r" % self.seen[-300:])
        self.p.kill()
        self.p.wait()
        os.close(self.master)
        return code


@test
def terminal_chat():
    t = Terminal("chat", CHAT, "-n", "8")
    t.expect(rb"/help lists the commands")
    t.expect(PROMPT)
    t.send(b"hello\r")
    t.expect(rb"tokens, first after [0-9.]+ m?s, then [0-9.]+ tokens/s; predicted / measured")
    t.expect(PROMPT)
    t.send(b"/stats\r")
    t.expect(rb"2 messages")
    t.expect(PROMPT)
    t.send(b"\x1b[A\x1b[A\r")  # history: hello
    t.expect(rb"tokens, first after")
    t.expect(PROMPT)
    t.send(b"/stats\r")
    t.expect(rb"4 messages")
    t.leave()
    check(t.end() == 0, "Ctrl-D leaves")


@test
def ctrl_c_stops_the_answer():
    t = Terminal("chat", ENDLESS, "--isa", "ref", "--temp", "1", "--top-k", "0",
                 "--min-p", "0")
    t.expect(PROMPT)
    for _ in range(2):
        t.send(b"hello\r")
        t.expect(rb"\n.*(word|\S)+")
        time.sleep(0.5)
        t.send(b"\x03")
        t.expect(rb"ended by: cancelled")
        t.expect(PROMPT)
    t.send(b"/stats\r")
    t.expect(rb"4 messages")
    t.expect(PROMPT)
    t.send(b"/quit\r")
    check(t.end() == 0, "it goes on after an interrupt")


@test
def ctrl_c_drops_the_line():
    t = Terminal("chat", CHAT, "-n", "4")
    t.expect(PROMPT)
    for _ in range(3):
        t.send(b"not this")
        t.expect(rb"not this")
        t.send(b"\x03")
        t.expect(PROMPT)
    t.send(b"/stats\r")
    t.expect(rb"0 messages")
    t.leave()
    check(t.end() == 0, "Ctrl-C at the prompt does not leave")


@test
def ctrl_c_while_loading():
    t = Terminal("chat", CHAT, env={"TAKT_CACHE": path("unmeasured")})
    time.sleep(0.3)
    t.send(b"\x03")
    t.expect(rb"interrupted")
    check(t.end() == 1, "nothing is loaded, so it leaves")


@test
def terminal_run():
    t = Terminal("run", PLAIN, "-p", "hi", "-n", "6", "--ignore-eos")
    t.expect(rb"\x1b\[2m3 \+ 6 tokens, first after .* tokens/s; predicted / measured: .*\x1b\[0m")
    check(t.end() == 0, "run")
    t = Terminal("run", PLAIN, "-p", "hi", "-n", "6", env={"NO_COLOR": "1"})
    t.expect(rb"\n3 \+ \d tokens, first after")
    check(t.end() == 0, "run")
    t = Terminal("run", PLAIN)
    t.expect(rb"takt: prompt: there is none; give -p TEXT")
    check(t.end() == 2, "no prompt")


@test
def terminal_progress():
    t = Terminal("run", ENDLESS, "-p", "x" * 3000, "--isa", "ref", "--chunk", "16", "--ctx",
                 "8192", "-n", "1", env={"TAKT_CACHE": path("empty")})
    t.expect(rb"measuring this machine")
    t.expect(rb"reading the prompt.*%", 120)
    t.send(b"\x03")
    t.expect(rb"answer: interrupted")
    check(t.end() == 1, "an interrupted answer is a failure")


@test
def second_interrupt_ends_at_once():
    p = subprocess.Popen([program, "run", ENDLESS, "-p", "x" * 6000, "--isa", "ref", "--chunk",
                          "4096", "--ctx", "8192"], env=environment, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(2)
    p.send_signal(signal.SIGINT)
    time.sleep(0.2)
    p.send_signal(signal.SIGINT)
    try:
        p.communicate(timeout=20)
        check(p.returncode in (1, -signal.SIGINT), p.returncode)
    except subprocess.TimeoutExpired:
        p.kill()
        check(False, "two interrupts did not end it")


@test
def loading_fails():
    fails(1, "chat", path("nothing.gguf"), says=["no such file"])
    fails(2, "chat", CHAT, "--isa", "sse", says=["sse"])
    works("chat", CHAT, "--help")


main("cli/chat")
