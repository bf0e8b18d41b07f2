"""Interrupts, the cache folder, pipes that close: whatever happens, the program ends in order and
leaves nothing broken."""
import glob
import os
import shutil
import signal
import subprocess
import time

from models import F16, Shape
from tap import (BUSY, Skip, check, environment, fails, folder, main, path, program, takt, test,
                 works)

# Large enough for packed weights to be kept, and slow in plain C.
SLOW = Shape(sparse=True, kind=F16, embd=1024, ff=2048, layers=3, heads=16, vocab=8000,
             ctx=8192).write(path("slow.gguf"))
MODEL = Shape(ctx=4096).write(path("model.gguf"))
fresh = iter(range(1000))


def fresh_cache():
    """An environment with a cache folder of its own, which knows the speeds of this machine, so
    that measuring them is not what is interrupted."""
    cache = path("cache%d" % next(fresh))
    os.makedirs(cache)
    for isa in ([], ["--isa", "ref"]):
        takt("plan", SLOW, *isa)
    for profile in glob.glob(os.path.join(environment["TAKT_CACHE"], "profile-*")):
        shutil.copy(profile, cache)
    return dict(environment, TAKT_CACHE=cache), cache


def packed(cache):
    return glob.glob(os.path.join(cache, "*.pack"))


def temporary(cache):
    return glob.glob(os.path.join(cache, "*.tmp*")) + glob.glob(os.path.join(cache, ".*tmp*"))


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.002)
    return False


def interrupt(args, env, when, stdin=subprocess.DEVNULL, sig=signal.SIGINT):
    """Starts takt, sends a signal as soon as WHEN(process) is true; returns (code, out, err)."""
    p = subprocess.Popen([program, *args], env=env, stdin=stdin, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE)
    try:
        check(wait_for(lambda: when(p) or p.poll() is not None), "waited in vain: %s" % args[0])
        check(p.poll() is None, "it ended before it was interrupted: %s" % (args,))
        p.send_signal(sig)
        out, err = p.communicate(timeout=60)
    finally:
        p.kill()
    return p.returncode, out, err.decode()


def in_order(code, err, what="interrupted"):
    lines = err.splitlines()
    return code == 1 and len(lines) == 1 and what in lines[0] and lines[0].startswith("takt: ")


@test
def interrupted_while_measuring():
    cache = path("unmeasured")
    env = dict(environment, TAKT_CACHE=cache)
    time_0 = time.monotonic()
    code, out, err = interrupt(["plan", MODEL], env, lambda p: time.monotonic() > time_0 + 0.15)
    check(in_order(code, err), (code, out, err))
    check(not temporary(cache), os.listdir(cache) if os.path.isdir(cache) else "")
    works("plan", MODEL, env=env)


@test
def interrupted_while_packing():
    env, cache = fresh_cache()
    args = ["run", SLOW, "-p", "hi", "-n", "1"]
    code, out, err = interrupt(args, env, lambda p: temporary(cache))
    check(in_order(code, err) and not out, (code, out, err))
    check(not temporary(cache) and not packed(cache), os.listdir(cache))
    works(*args, env=env)
    check(len(packed(cache)) == 1 and not temporary(cache), os.listdir(cache))


@test
def killed_while_packing():
    """What a killed process leaves, the next one takes away."""
    env, cache = fresh_cache()
    args = ["run", SLOW, "-p", "hi", "-n", "1"]
    code, _, _ = interrupt(args, env, lambda p: temporary(cache), sig=signal.SIGKILL)
    check(code == -signal.SIGKILL and not packed(cache), os.listdir(cache))
    works(*args, env=env)
    check(len(packed(cache)) == 1 and not temporary(cache), os.listdir(cache))


@test
def interrupted_in_the_prompt():
    env, cache = fresh_cache()
    args = ["run", SLOW, "-p", "x" * 6000, "--isa", "ref", "--chunk", "8", "--ctx", "8192"]
    ready = []

    def later(_):
        if packed(cache) and not ready:
            ready.append(time.monotonic())
        return ready and time.monotonic() > ready[0] + 0.7

    code, out, err = interrupt(args, env, later)
    check(in_order(code, err), (code, out, err))
    check(out.strip() == b"" and not temporary(cache), out)


@test
def interrupted_in_the_answer():
    env = dict(environment)
    args = ["run", SLOW, "-p", "hi", "--isa", "ref", "--ignore-eos", "--special", "--ctx", "8192",
            "--temp", "1", "--top-k", "0", "--min-p", "0"]
    for more in ([], ["--json"]):
        started = []
        p = subprocess.Popen([program, *args, *more], env=env, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if more:
            time.sleep(1.5)
        else:
            started.append(p.stdout.read(1))
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=60)
        check(in_order(p.returncode, err.decode()), (p.returncode, out[-200:], err))
        check(more or out.endswith(b"\n"), out[-50:])


@test
def interrupted_bench_and_eval():
    env, cache = fresh_cache()
    with open(path("text.txt"), "w") as f:
        f.write("It was a dark night. " * 400)
    for args in (["bench", SLOW, "-p", "64", "-r", "100", "--isa", "ref", "--chunk", "8"],
                 ["eval", SLOW, path("text.txt"), "--isa", "ref", "--chunk", "8"]):
        ready = []

        def later(_):
            if packed(cache) and not ready:
                ready.append(time.monotonic())
            return ready and time.monotonic() > ready[0] + 0.5

        code, out, err = interrupt(args, env, later)
        check(code == 1 and len(err.splitlines()) == 1, (code, out, err))


@test
def closed_pipe():
    """head -c 5: the answer stops without a word, as the reader has seen enough."""
    for args in (["run", MODEL, "-p", "hi", "--ignore-eos"], ["inspect", MODEL, "--json"],
                 ["plan", MODEL, "--explain"]):
        p = subprocess.Popen([program, *args], env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        p.stdout.read(5)
        p.stdout.close()
        err = BUSY.sub(b"", p.stderr.read()).decode()
        code = p.wait(60)
        check(code in (0, 1) and err == "", (args, code, err))


@test
def no_standard_files():
    """Closed file descriptors are no reason to write into the wrong file."""
    r = subprocess.run(["sh", "-c", '"$0" run "$1" -p hi -n 3 <&- 2>&-', program, MODEL],
                       env=environment, stdout=subprocess.PIPE, timeout=60)
    check(r.returncode == 0 and r.stdout, r)
    r = subprocess.run(["sh", "-c", '"$0" run "$1" -p hi -n 3 >&-', program, MODEL],
                       env=environment, stderr=subprocess.PIPE, timeout=60)
    check(r.returncode == 1 and b"standard output" in r.stderr, r)


@test
def cache_that_cannot_be_used():
    """The cache is never needed: without it the answer is the same."""
    env, cache = fresh_cache()
    args = ["run", SLOW, "-p", "hi", "-n", "4", "--ignore-eos"]
    want = works(*args, env=env).raw
    check(len(packed(cache)) == 1, os.listdir(cache))
    with open(path("a file"), "w"):
        pass
    for bad in (path("a file"), path("a file") + "/below", "/proc/x", "/dev/null",
                "/" + "long" * 2000):
        check(works(*args, env=dict(env, TAKT_CACHE=bad)).raw == want, bad)
    homeless = {k: "" for k in ("TAKT_CACHE", "XDG_CACHE_HOME", "HOME")}
    check(works(*args, env=dict(env, **homeless)).raw == want, "no folder at all")
    check(works(*args, "--no-cache", env=env).raw == want, "--no-cache")


@test
def cache_that_is_broken():
    env, cache = fresh_cache()
    args = ["run", SLOW, "-p", "hi", "-n", "4", "--ignore-eos"]
    want = works(*args, env=env).raw
    name = packed(cache)[0]
    whole = open(name, "rb").read()
    for bad in (b"", whole[:100], whole[:-1], bytes(len(whole)), b"x" + whole[1:]):
        with open(name, "wb") as f:
            f.write(bad)
        check(works(*args, env=env).raw == want, len(bad))
        check(os.path.getsize(name) == len(whole), "it is made again")
    for profile in glob.glob(os.path.join(cache, "profile-*")):
        with open(profile, "r+b") as f:
            f.seek(40)
            f.write(b"garbage!")
    check(works(*args, env=env).raw == want, "broken profiles")


@test
def cache_on_a_full_disk():
    mount = path("small")
    os.makedirs(mount)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount],
                          stderr=subprocess.DEVNULL)
    if made.returncode != 0:
        raise Skip("mounting is not permitted")
    try:
        args = ["run", SLOW, "-p", "hi", "-n", "4", "--ignore-eos"]
        env = dict(environment, TAKT_CACHE=os.path.join(mount, "cache"))
        want = works(*args).raw
        check(works(*args, env=env).raw == want, "the same answer")
        left = os.listdir(os.path.join(mount, "cache"))
        check(all(n.startswith("profile-") for n in left), left)
        r = takt("eval", MODEL, path("text.txt"), "-w", "4096", "--save", mount + "/logits.gguf")
        check(r.code == 1 and len(r.err.splitlines()) == 1 and "logits.gguf" in r.err, r)
        check(not glob.glob(mount + "/logits*"), os.listdir(mount))
    finally:
        subprocess.run(["umount", mount])


@test
def two_at_once():
    """Two processes that pack the same model at the same time."""
    env, cache = fresh_cache()
    args = [program, "run", SLOW, "-p", "hi", "-n", "4", "--ignore-eos"]
    both = [subprocess.Popen(args, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE) for _ in range(2)]
    out = [p.communicate(timeout=120) for p in both]
    check(all(p.returncode == 0 for p in both) and out[0] == out[1], out)
    check(len(packed(cache)) == 1 and not temporary(cache), os.listdir(cache))


@test
def nothing_left_behind():
    cache = os.path.join(folder, "cache")
    check(not temporary(cache), os.listdir(cache))


main("cli/stop")
