"""The files of examples/serve: that the programs that they are for take them, and that they name
what takt serve has."""
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

from pictures import part, png, says, url
from serving import Server
from tap import Skip, check, main, path, program, test

EXAMPLES = "examples/serve/"


def need(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/bin")
    if not found:
        raise Skip(f"{name} is not here")
    return found


def run(*args):
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    return done.returncode, done.stdout.decode(errors="replace")


def read(name):
    with open(EXAMPLES + name, encoding="utf-8") as f:
        return f.read()


# ---- systemd -------------------------------------------------------------------------------------


@test
def systemd_takes_the_unit():
    analyze = need("systemd-analyze")
    name = path("takt.service")
    with open(name, "w") as f:
        f.write(read("takt.service.in").replace("@bindir@/takt", program))
    code, said = run(analyze, "--man=no", "verify", name)
    check(code == 0 and not said.strip(), said)
    code, said = run(analyze, "security", "--offline=true", "--threshold=20", "--no-pager", name)
    check(code == 0, said[-400:])


def system_calls(analyze, setting):
    """Those that the filters of the unit leave, groups resolved."""
    found = set()
    for name in setting.lstrip("~").split():
        if name.startswith("@"):
            code, said = run(analyze, "--no-pager", "syscall-filter", name)
            check(code == 0, said)
            inner = [x.strip() for x in said.splitlines()[1:] if not x.strip().startswith("#")]
            found |= system_calls(analyze, " ".join(inner))
        else:
            found.add(name)
    return found


CONFINED = """
import ctypes, os, sys
filters = ctypes.CDLL("libseccomp.so.2")
filters.seccomp_init.restype = ctypes.c_void_p
context = ctypes.c_void_p(filters.seccomp_init(0x00050001))  # what is not allowed: EPERM
for name in sys.argv[1].split():
    number = filters.seccomp_syscall_resolve_name(name.encode())
    if number >= 0:
        assert filters.seccomp_rule_add(context, 0x7fff0000, number, 0) == 0, name
assert filters.seccomp_load(context) == 0
os.execv(sys.argv[2], sys.argv[2:])
"""


@test
def serves_within_the_units_system_calls():
    """Pictures and films, too, whose decoders give up more."""
    analyze, ffmpeg = need("systemd-analyze"), need("ffmpeg")
    allowed = set()
    for setting in re.findall("^SystemCallFilter=(.*)", read("takt.service.in"), re.M):
        calls = system_calls(analyze, setting)
        allowed = allowed - calls if setting.startswith("~") else allowed | calls
    check({"read", "futex", "execve"} <= allowed and "mount" not in allowed, sorted(allowed))
    film = path("units.mp4")
    code, said = run(ffmpeg, "-v", "error", "-y", "-f", "lavfi", "-i",
                     "testsrc=duration=1:size=96x96:rate=4", "-c:v", "mpeg4", film)
    check(code == 0, said)
    with open(film, "rb") as f:
        clip = {"type": "video_url", "video_url": {"url": url(f.read(), "video/mp4")}}
    s = Server("--store", path("units.db"))
    s.args = [sys.executable, "-c", CONFINED, " ".join(sorted(allowed)), *s.args]
    with s:
        for seen in (part(png(96, 96)), clip):
            r = s.post("/v1/chat/completions", {"messages": says(seen), "max_tokens": 8})
            check(r.status == 200, (r, s.said()))
        check(" warn " not in s.said(), s.said())


# ---- a camera ------------------------------------------------------------------------------------


@test
def a_camera_is_described():
    ffmpeg = need("ffmpeg")
    film = path("camera.avi")
    code, said = run(ffmpeg, "-v", "error", "-y", "-f", "lavfi", "-i",
                     "color=blue:size=96x96:rate=10:duration=3", "-c:v", "mjpeg", film)
    check(code == 0, said)
    with Server("--store", "memory") as s:
        server = f"http://{s.host}:{s.port}"
        camera = ["python3", EXAMPLES + "camera.py", film, "--server"]
        code, said = run(*camera, server, "--every", "0.5", "--frames", "2")
        check(code == 0 and len(said.splitlines()) == 2, said)
        code, said = run(*camera, server + "/nowhere")
        check(code == 1 and server + "/nowhere: " in said, said)
    code, said = run("python3", EXAMPLES + "camera.py", path("none.avi"))
    check(code == 1 and "gives no frames" in said, said)


# ---- Grafana and Prometheus ----------------------------------------------------------------------


def dashboard():
    return json.loads(read("grafana.json"))


def queries():
    """All expressions of the dashboard, with its variables as Grafana would put them in."""
    d = dashboard()
    found = [t["expr"] for p in d["panels"] for t in p.get("targets", [])]
    check(len(found) > 20, found)
    for name, value in (("$__rate_interval", "20s"), ("$model", ".*"), ("$instance", ".*")):
        found = [x.replace(name, value) for x in found]
    check(not any("$" in x for x in found), [x for x in found if "$" in x])
    return found


def names_in(text):
    return set(re.findall(r"\b(?:vllm:|takt:|process_)\w+", text))


@test
def the_dashboard_is_one():
    d = dashboard()
    ids = [p["id"] for p in d["panels"]]
    check(len(set(ids)) == len(ids) and d["schemaVersion"] >= 36 and d["uid"] and d["title"], ids)
    taken = set()
    for p in d["panels"]:
        at = p["gridPos"]
        check(0 <= at["x"] and at["x"] + at["w"] <= 24, p["title"])
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                 for y in range(at["y"], at["y"] + at["h"])}
        check(not cells & taken, f"{p['title']} lies over another")
        taken |= cells
        for t in p.get("targets", []):
            check(t["datasource"] == {"type": "prometheus", "uid": "${datasource}"}, t)
            check(set(re.findall(r"\$(\w+)", t["expr"])) <= {"model", "instance",
                                                            "__rate_interval"}, t)
    names = {v["name"] for v in d["templating"]["list"]}
    check(names == {"datasource", "model", "instance"}, names)


@test
def the_dashboard_names_what_is_there():
    with Server() as s:
        s.chat("hi", max_tokens=4)
        text = s.get("/metrics").body.decode()
    have = set(re.findall(r"^([a-zA-Z_:][\w:]*)[{ ]", text, re.M))
    want = names_in(" ".join(queries())) | names_in(read("grafana.json"))
    check(want and want <= have, want - have)


@test
def promtool_takes_the_queries():
    promtool = need("promtool")
    code, said = run(promtool, "check", "config", EXAMPLES + "prometheus.yml")
    check(code == 0, said)
    rules = {"groups": [{"name": "dashboard", "rules": [
        {"record": f"takt:dashboard{i}", "expr": x} for i, x in enumerate(queries())]}]}
    name = path("rules.yml")
    with open(name, "w") as f:
        json.dump(rules, f)  # JSON is YAML
    code, said = run(promtool, "check", "rules", name)
    check(code == 0 and f"{len(queries())} rules found" in said, said)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Prometheus:
    """Prometheus with the example's settings, but that it looks at S, and often."""

    def __init__(self, s):
        self.program, self.port = need("prometheus"), free_port()
        text = read("prometheus.yml")
        check("localhost:8080" in text and "scrape_interval: 5s" in text, text)
        with open(path("prometheus.yml"), "w") as f:
            f.write(text.replace("localhost:8080", f"{s.host}:{s.port}").replace("5s", "1s"))

    def __enter__(self):
        self.log = open(path("prometheus.log"), "wb+")
        self.process = subprocess.Popen(
            [self.program, "--config.file", path("prometheus.yml"), "--storage.tsdb.path",
             path("tsdb"), "--web.listen-address", f"127.0.0.1:{self.port}"],
            stdout=self.log, stderr=self.log)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()

    def ask(self, query):
        url = f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode(
            {"query": query})
        try:
            with urllib.request.urlopen(url, timeout=20) as r:
                return json.load(r)["data"]["result"]
        except OSError:
            return []


@test
def prometheus_gathers_what_the_dashboard_shows():
    with Server() as s, Prometheus(s) as p:
        end = time.monotonic() + 90
        while time.monotonic() < end:  # traffic, until each query has an answer
            for _ in range(5):
                s.chat("What is takt?", max_tokens=30, stream=True)
            empty = [q for q in queries() if "refused" not in q and not p.ask(q)]
            if not empty:
                break
            time.sleep(1)
        check(not empty, empty)
        check(p.ask('up{job="takt"}')[0]["value"][1] == "1", p.ask("up"))


main("serve/examples")
