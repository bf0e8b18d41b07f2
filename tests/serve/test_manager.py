"""What a service manager (systemd) hears of takt serve; readiness means steps that go on."""
import ctypes
import os
import select
import signal
import socket
import time

from serving import ASK, Server, keys
from tap import Skip, check, main, path, test

LONG = {"messages": ASK, "ignore_eos": True, "max_tokens": 1800, "stream": True, "temperature": 0}


class Manager:
    """A socket as systemd has one, at ADDRESS as in $NOTIFY_SOCKET."""

    def __init__(self, address, watchdog_s=None):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + address[1:] if address[0] == "@" else address)
        self.env = {"NOTIFY_SOCKET": address}
        if watchdog_s:
            self.env["WATCHDOG_USEC"] = str(int(watchdog_s * 1e6))
        self.heard = []  # (when, {name: value})

    def listen(self, seconds=0.0):
        """Takes in what comes in so many seconds."""
        end = time.monotonic() + seconds
        while select.select([self.socket], [], [], max(0, end - time.monotonic()))[0]:
            text = self.socket.recv(4096).decode()
            self.heard.append((time.monotonic(), dict(x.split("=", 1) for x in text.split("\n"))))

    def until(self, name, value=None, seconds=30, count=1):
        """Waits until NAME (with VALUE) was heard COUNT times; the values of NAME so far."""
        end = time.monotonic() + seconds
        while True:
            values = [m[name] for _, m in self.heard if name in m]
            if sum(value in (None, v) for v in values) >= count or time.monotonic() > end:
                return values
            self.listen(0.05)

    def pings(self, since):
        return sum("WATCHDOG" in m for t, m in self.heard if t >= since)


class Frozen:
    """All threads of a process but its first one stand still: the engine; the server answers."""

    def __init__(self, pid):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.libc.ptrace.argtypes = [ctypes.c_long] * 4
        self.threads = [int(t) for t in os.listdir(f"/proc/{pid}/task") if int(t) != pid]
        self.held = []

    def __enter__(self):
        seize, interrupt = 0x4206, 0x4207
        for t in self.threads:
            if self.libc.ptrace(seize, t, 0, 0):
                self.__exit__()
                raise Skip(f"threads cannot be stopped here ({os.strerror(ctypes.get_errno())})")
            self.held.append(t)
            self.libc.ptrace(interrupt, t, 0, 0)
            os.waitpid(t, 0x40000000)  # __WALL
        return self

    def __exit__(self, *_):
        for t in self.held:
            self.libc.ptrace(17, t, 0, 0)  # PTRACE_DETACH
        self.held = []


def hears_the_life_of_a_server(address):
    m = Manager(address)
    name = keys("user alice sk-alice-" + "a" * 24 + "\n")
    with Server("--keys", name, env=m.env) as s:
        check(m.until("READY") == ["1"], m.heard)
        check(m.heard[-1][1] == {"READY": "1", "STATUS": "ready"}
              and all(x == {"STATUS": "loading"} for _, x in m.heard[:-1]), m.heard)
        s.process.send_signal(signal.SIGHUP)
        check(m.until("READY", count=2) == ["1", "1"], m.heard)
        reloads = [m for _, m in m.heard if "RELOADING" in m]
        check(len(reloads) == 1 and 0 < int(reloads[0]["MONOTONIC_USEC"]) / 1e6 < time.monotonic(),
              m.heard)
        s.process.send_signal(signal.SIGTERM)
        check(m.until("STOPPING") == ["1"] and m.heard[-1][1]["STATUS"] == "draining", m.heard)
        check(s.process.wait(20) == 0, "exit code")
        check(m.until("WATCHDOG", seconds=0.2) == [], "no pings where none are wanted")
    m.socket.close()


@test
def a_manager_at_a_path():
    hears_the_life_of_a_server(path("notify"))


@test
def a_manager_at_an_abstract_name():
    hears_the_life_of_a_server(f"@takt-test-{os.getpid()}")


@test
def a_manager_that_is_not_there():
    with Server(env={"NOTIFY_SOCKET": path("nobody")}) as s:
        check(s.get("/health").status == 200 and "service_manager" in s.said(), s.said()[-300:])


@test
def pings_and_readiness_follow_the_steps():
    m = Manager(path("watchdog"), watchdog_s=1.5)
    with Server(env=m.env) as s:
        m.until("READY")
        began = time.monotonic()
        m.listen(2)
        check(m.pings(began) >= 2, m.heard)
        check(s.metric("takt:ready") == 1, "an idle engine is ready")
        for _ in range(10):
            c, r = s.stream(LONG)
            with Frozen(s.process.pid):
                if s.metric("vllm:num_requests_running") != 1:
                    continue  # it has ended already
                health, end = 200, time.monotonic() + 30
                while health == 200 and time.monotonic() < end:
                    time.sleep(0.1)
                    health = s.get("/health/ready").status
                stopped = time.monotonic()
                if health == 503:
                    m.listen(2)
                    check(s.get("/health/live").status == 200, "alive")
                    check(s.metric("takt:ready") == 0, "the gauge")
                    check(m.pings(stopped + 0.1) == 0, "no pings while steps are late")
            break
        check(health == 503, "steps that stand still are not ready")
        check("data: [DONE]" in r.read().decode(), "the answer went on")
        c.close()
        end = time.monotonic() + 10
        while s.get("/health/ready").status != 200 and time.monotonic() < end:
            time.sleep(0.05)
        went_on = time.monotonic()
        check(s.get("/health/ready").status == 200, "ready again")
        m.listen(1.5)
        check(m.pings(went_on) >= 1, "and pings again")
        check("steps_late" in s.said() and "steps_go_on" in s.said(), s.said()[-500:])
    m.socket.close()


main("serve/manager")
