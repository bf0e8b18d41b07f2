"""Machines that are not what one wishes for: levels that are missing, one core, many threads, cores
taken away, profiles and packed weights that are broken or another machine's, shapes that no tile
divides. The answer is the same, or there is one clear line."""
import glob
import os
import shutil
import subprocess
import sys

from models import F16, Shape
from tap import Skip, check, environment, fails, path, program, main, takt, test, works

MODEL = Shape(embd=64, heads=4, ff=96, vocab=300).write(path("model.gguf"))
BIG = Shape(sparse=True, kind=F16, embd=1024, ff=2048, layers=3, heads=16,
            vocab=8000).write(path("big.gguf"))  # large enough for packed weights to be kept
ASK = ["-p", "hello, what is this?", "-n", "10", "--ignore-eos", "--temp", "1", "--seed", "3",
       "--special"]
LEVELS = ["ref", "avx2", "avxvnni", "avx512", "amx", "neon", "i8mm"]
fresh = iter(range(1000))


def answer(model, *more, **kw):
    return works("run", model, *ASK, *more, **kw).raw


def usable():
    """The levels that this machine can use, as the program lists them."""
    r = fails(2, "run", MODEL, "-p", "x", "--isa", "sse", says=["'sse' is unknown", "can use ref"])
    return [word.strip(", ") for word in r.err.split("can use", 1)[1].split()]


def fresh_cache():
    cache = path("cache%d" % next(fresh))
    os.makedirs(cache)
    return dict(environment, TAKT_CACHE=cache), cache


@test
def levels():
    can, want = usable(), answer(MODEL)
    check("ref" in can and set(can) <= set(LEVELS), can)
    for level in LEVELS:
        if level in can:
            check(answer(MODEL, "--isa", level) == want, level)
        else:
            r = fails(1, "run", MODEL, "-p", "x", "--isa", level,
                      says=["'%s' does not work on this machine" % level, "it can use ref"])
            check(r.err.rstrip().endswith(", ".join(can)), r)
    for command in (["plan", MODEL], ["bench", MODEL], ["bench", "--kernels"]):
        for level in ("sse", "", "AVX2", "avx512 "):
            fails(2, *command, "--isa", level, says=["'%s' is unknown" % level])


@test
def numbers_of_threads():
    want = answer(MODEL, "-t", "1")
    for n in ("0", "2", "3", "7", "33"):
        check(answer(MODEL, "-t", n) == want, n)
    for n in ("-1", "257", "1e3", "two", ""):
        fails(2, "run", MODEL, "-p", "x", "-t", n, says=["--threads", "number", "'%s'" % n])


@test
def one_core():
    """Lanes are pinned to the cores of the affinity mask: with one core to one."""
    core = min(os.sched_getaffinity(0))
    want = answer(MODEL)

    def on_one_core(*args):
        return subprocess.run([program, *args], env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                              preexec_fn=lambda: os.sched_setaffinity(0, {core}))

    r = on_one_core("version", "--json")
    check(b'"lanes": 1' in r.stdout, r)
    for more in ([], ["-t", "2"], ["-t", "3"]):
        r = on_one_core("run", MODEL, *ASK, *more)
        check(r.returncode == 0 and r.stdout == want and not r.stderr, r)


def with_quota(line, *args):
    """takt where a control group's cpu.max holds LINE: a mount namespace of its own shows it."""
    script = ("mount -t tmpfs tmpfs /sys/fs/cgroup && echo '%s' >/sys/fs/cgroup/cpu.max && "
              "echo mounted >&2 && exec \"$@\"" % line)
    r = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", program, *args],
                       env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, timeout=120)
    if not r.stderr.startswith(b"mounted\n"):
        raise Skip("a mount namespace is not permitted")
    return r


@test
def cores_taken_away():
    """A quota of less than two cores gives one lane; nonsense is no quota."""
    if not shutil.which("unshare"):
        raise Skip("there is no unshare")
    all_lanes = works("version", "--json").json()["lanes"]
    want = answer(MODEL)
    for line, lanes in (("150000 100000", 1), ("1000 100000", 1), ("max 100000", all_lanes),
                        ("garbage", all_lanes), ("100000 0", all_lanes),
                        ("-5 100000", all_lanes), ("6400000 100000", all_lanes)):
        r = with_quota(line, "version", "--json")
        check(b'"lanes": %d' % lanes in r.stdout, (line, r))
    r = with_quota("50000 100000", "run", MODEL, *ASK)
    check(r.returncode == 0 and r.stdout == want and r.stderr == b"mounted\n", r)


@test
def profiles_of_others():
    """A profile is used on its machine only; what is broken is measured again, quietly."""
    env, cache = fresh_cache()
    want = answer(MODEL, "-t", "1", env=env)
    first, = glob.glob(os.path.join(cache, "profile-*"))
    good = open(first, "rb").read()
    works("plan", MODEL, "-t", "2", env=env)
    other, = set(glob.glob(os.path.join(cache, "profile-*"))) - {first}
    theirs = open(other, "rb").read()

    def renewed(bad, why):
        with open(first, "wb") as f:
            f.write(bad)
        check(answer(MODEL, "-t", "1", env=env) == want, why)
        now = open(first, "rb").read()
        check(now != bad and len(now) == len(good), why)

    renewed(theirs, "of other lanes")
    renewed(good[:96] + bytes(8) + good[104:], "a figure changed")
    renewed(b"", "empty")
    os.remove(first)
    os.mkdir(first)
    check(answer(MODEL, "-t", "1", env=env) == want, "a folder in its place")


@test
def measured_again():
    """takt plan --calibrate measures what is known; other commands do not have to."""
    env, cache = fresh_cache()

    def profile():
        name, = glob.glob(os.path.join(cache, "profile-*"))
        return open(name, "rb").read()

    def known(*more):  # True: taken as sound
        return not works("plan", MODEL, "-t", "1", *more, env=env).is_guess

    sound = known()
    before = profile()
    again = known()
    check(not sound or (again and profile() == before), "it is measured once")
    before = profile()
    known("--calibrate")
    check(profile() != before, "it is measured again")


@test
def packed_weights_of_others():
    env, cache = fresh_cache()
    for profile in glob.glob(os.path.join(environment["TAKT_CACHE"], "profile-*")):
        shutil.copy(profile, cache)
    want = answer(BIG, env=env)
    name, = glob.glob(os.path.join(cache, "*.pack"))
    whole = open(name, "rb").read()

    def put(data):
        with open(name, "wb") as f:
            f.write(data)

    middle = len(whole) // 2
    for what, bad in (("changed", whole[:middle] + b"\x7f\x3c" * 512 + whole[middle + 1024:]),
                      ("longer", whole + b"more"), ("shorter", whole[:-4096]),
                      ("key", whole[:64] + bytes([whole[64] ^ 1]) + whole[65:])):
        put(bad)
        check(answer(BIG, env=env) == want, what)
        check(open(name, "rb").read() == whole, what + ": it is made again")
    os.remove(name)
    os.mkdir(name)
    check(answer(BIG, env=env) == want, "a folder in its place")


@test
def folder_that_cannot_be_written():
    """Root may write anywhere: then only a file in its place stands in the way."""
    want = answer(MODEL)
    with open(path("occupied"), "w"):
        pass
    check(answer(MODEL, env=dict(environment, TAKT_CACHE=path("occupied"))) == want, "a file")
    os.makedirs(path("closed"))
    os.chmod(path("closed"), 0o555)
    check(answer(MODEL, env=dict(environment, TAKT_CACHE=path("closed") + "/in")) == want,
          "a closed folder")


@test
def shapes_that_no_tile_divides():
    """Odd widths, head sizes and vocabularies, of every form of weights."""
    make = os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), "../../tools/make-model")
    odd = "width=352,heads=5,kv_heads=1,head=48,ff=416,vocab=509"
    narrow = "width=256,heads=3,kv_heads=3,head=24,ff=272,vocab=267,layers=1"
    for shape, kind, changes in (("tiny", "Q4_K_M", odd), ("tiny-untied", "BF16", odd),
                                 ("tiny-moe", "Q6_K", narrow)):
        model = path("odd.gguf")
        subprocess.run([sys.executable, make, shape, kind, model, "--set", changes], check=True,
                       stdout=subprocess.DEVNULL)
        want = answer(model, "-t", "2")
        check(answer(model, "-t", "2", "--isa", "ref", "--chunk", "3") == want, kind)
        check(answer(model, "-t", "2", "--chunk", "5") == want, kind)
        os.remove(model)


main("cli/machine")
