"""A small harness for tests of the command line: TAP on standard output, checks that do not end a
test, and a way to run takt.

    @test
    def version():
        r = takt("version")
        check(r.code == 0, r)

    main("cli/usage")        # argv: the program to test [name of a test]
"""
import atexit
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

tests = []
failures = []
folder = tempfile.mkdtemp(prefix="takt-cli-")
atexit.register(shutil.rmtree, folder, ignore_errors=True)
program = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "takt"
environment = dict(os.environ, TAKT_CACHE=os.path.join(folder, "cache"),
                   XDG_STATE_HOME=os.path.join(folder, "state"), LC_ALL="C.UTF-8")
environment.pop("NO_COLOR", None)


class Skip(Exception):
    pass


BUSY = re.compile(rb"takt: note: other work ran while this machine was measured[^\n]*\n")


class Result:
    """What a run gave. That other work ran while takt measured the machine, as other tests do, says
    nothing about takt: is_guess tells it, the text on standard error leaves it out."""
    def __init__(self, args, code, out, err):
        self.is_guess, err = BUSY.search(err) is not None, BUSY.sub(b"", err)
        self.args, self.code, self.raw, self.err = args, code, out, err.decode(errors="replace")
        self.out = out.decode(errors="replace")

    def __str__(self):
        return "takt %s\n  exit code %s\n  out: %.500r\n  err: %.800r" % (
            " ".join(repr(a)[:80] for a in self.args), self.code, self.out, self.err)

    def json(self):
        return json.loads(self.raw)


def test(f):
    tests.append(f)
    return f


def path(name):
    return os.path.join(folder, name)


def check(ok, why=""):
    """Counts a failure, with the place of the check, and goes on."""
    if not ok:
        at = traceback.extract_stack(limit=3)
        places = ["%s:%d" % (os.path.basename(f.filename), f.lineno) for f in at[:-1]]
        failures.append("%s: %s" % (" < ".join(reversed(places)), why))
    return ok


def takt(*args, stdin=b"", env=None, cwd=None, timeout=120, stdout=None, exe=None):
    """Runs takt to its end; never with a terminal. EXE: a copy of the program."""
    p = subprocess.run([exe or program, *args], input=stdin, stdout=stdout or subprocess.PIPE,
                       stderr=subprocess.PIPE, env=dict(environment, **(env or {})), cwd=cwd,
                       timeout=timeout)
    return Result(args, p.returncode, p.stdout or b"", p.stderr)


def works(*args, **more):
    """Exit code 0, nothing on standard error, clean text on standard output."""
    r = takt(*args, **more)
    check(r.code == 0 and r.err == "" and "\x1b[" not in r.out, r)
    return r


def fails(code, *args, says=(), **more):
    """This exit code, nothing on standard output, and one clear line on standard error that holds
    all of SAYS. Wrong usage may have a second line that points to --help."""
    r = takt(*args, **more)
    lines = r.err.splitlines()
    one_line = len(lines) == 1 or (code == 2 and len(lines) == 2 and "--help" in lines[1])
    good = (r.code == code and r.out == "" and one_line and lines[0].startswith("takt") and
            len(lines[0]) < 640 and not re.search(r"[\x00-\x08\x0b-\x1f]", lines[0]) and
            not lines[0].startswith("takt: takt") and r.err.count("--help") <= 1)
    check(good and all(s in r.err for s in says), "wants %r: %s" % (says, r))
    return r


def shared(name):
    """The path of a file in the shared data folder; skips the test when there is none."""
    p = os.path.join(os.environ.get("TAKT_SHARED") or "../shared/data", name)
    if not os.path.exists(p):
        raise Skip("no shared data")
    return os.path.abspath(p)


def main(suite):
    only = sys.argv[2] if len(sys.argv) > 2 else None
    chosen = [t for t in tests if only in (None, t.__name__)]
    n_failed = n_skipped = 0
    print("1..%d" % len(chosen), flush=True)
    for i, t in enumerate(chosen):
        failures.clear()
        skip = None
        try:
            t()
        except Skip as s:
            skip = s
        except Exception:  # a test that ends early has failed; the others still run
            failures.append(traceback.format_exc())
        for f in failures[:10]:
            print("# " + f.replace("\n", "\n#   "))
        n_failed += bool(failures)
        n_skipped += not failures and skip is not None
        note = "" if failures or skip is None else " # SKIP %s" % skip
        print("%s %d - %s%s" % ("not ok" if failures else "ok", i + 1, t.__name__, note),
              flush=True)
    passed = len(chosen) - n_failed - n_skipped
    print("%s: %d passed, %d failed, %d skipped" % (suite, passed, n_failed, n_skipped),
          file=sys.stderr)
    sys.exit(1 if n_failed or not chosen else 0)
