"""The built-in model: where it is found, and that it is what is used when no model is named."""
import os
import shutil

from models import TEMPLATE, Shape
from tap import Skip, check, fails, main, path, program, takt, test, works

TEXT = path("text.txt")
with open(TEXT, "w") as text:
    text.write("It was a day like any other, and nobody knew better. " * 20)


def place(name, seed=None, below="share/takt"):
    """A copy of the program in a tree of its own, with a model if there is a SEED for one."""
    exe = path(name + "/bin/takt")
    if not os.path.exists(exe):
        os.makedirs(path(name + "/bin"))
        shutil.copy(program, exe)
    if seed:
        os.makedirs(path(name + "/" + below))
        Shape(template=TEMPLATE, seed=seed).write(path(name + "/" + below + "/builtin.gguf"))
    return exe


def answer(exe, *args, **more):
    r = works("run", *args, "-p", "hi", "-n", "9", "--temp", "0", exe=exe, **more)
    return r.raw


@test
def every_command_uses_it():
    exe = place("built", 1, "models/builtin")
    model = path("built/models/builtin/builtin.gguf")
    for name in ([], ["builtin"]):
        check(answer(exe, *name) == answer(exe, model), "run")
        r = works("run", *name, "-n", "9", "--temp", "0", exe=exe, stdin=b"hi")
        check(r.raw == answer(exe, model), "run with a pipe")
        r = works("chat", *name, "-n", "4", "--temp", "0", exe=exe, stdin=b"hi\n")
        check(r.raw == works("chat", model, "-n", "4", "--temp", "0", stdin=b"hi\n").raw, "chat")
        r = works("inspect", *name, exe=exe)
        check("made by a test" in r.out, r)
        check("weights" in works("plan", *name, exe=exe).out, "plan")
        b = works("bench", *name, "-p", "16", "-n", "2", "-r", "1", "--json", exe=exe).json()
        check(b["model"] == "builtin", b)
        check(works("tokenize", *name, "--ids", "-p", "hi", exe=exe).out == "107 108\n", "tokenize")
        check("perplexity" in works("eval", *name, TEXT, "-w", "64", exe=exe).out, "eval")
        works("quantize", "builtin", "--type", "F16", "--dry-run", exe=exe)
    check(answer(exe, "builtin") == works("run", "builtin", "hi", "-n", "9", "--temp", "0",
                                          exe=exe).raw, "a second argument is the prompt")
    works("tokenize", "builtin", "hi", exe=exe)
    works("eval", TEXT, "-w", "64", "--save", path("logits.gguf"), exe=exe)
    r = works("eval", "--against", path("logits.gguf"), "--json", exe=exe).json()
    check(r["max_abs_error"] == 0, r)
    works("eval", TEXT, "-w", "64", "--base", "builtin", exe=exe)


@test
def where_it_is_found():
    built, installed = place("built", None), place("installed", 2)
    if not os.path.exists(path("built/models")):
        place("built", 1, "models/builtin")
    check(answer(built) != answer(installed), "each its own")
    both = place("both", 2)
    os.makedirs(path("both/models"))
    shutil.copytree(path("built/models/builtin"), path("both/models/builtin"))
    check(answer(both) == answer(built), "the build tree comes first")
    os.symlink(installed, path("link"))
    check(answer(path("link")) == answer(installed), "through a link")
    check(answer(installed, cwd="/") == answer(installed), "from any folder")


@test
def nothing_shadows_it():
    exe, model = place("shadow", 3), path("shadow/share/takt/builtin.gguf")
    for kind in ("file", "folder"):
        here = path("here-" + kind)
        os.makedirs(here + "/builtin" if kind == "folder" else here)
        if kind == "file":
            Shape(template=TEMPLATE, seed=4).write(here + "/builtin")
        check(answer(exe, "builtin", cwd=here) == answer(exe, model), "the name")
        check(answer(exe, cwd=here) == answer(exe, model), "no name")
    check(answer(exe, "./builtin", cwd=path("here-file")) != answer(exe, model), "./builtin")
    fails(2, "run", "./builtin", "-p", "hi", exe=exe, cwd=path("here-folder"),
          says=["./builtin", "config.json"])


@test
def it_is_missing():
    exe = place("empty")
    r = takt("inspect", exe=exe)
    if r.code == 0:
        raise Skip("takt is installed here")
    says = ["builtin: ", "missing", "name a MODEL", path("empty/models/builtin"),
            path("empty/share/takt"), "builtin.gguf"]
    for args in (["run", "-p", "hi"], ["run", "builtin", "hi"], ["chat"], ["plan"], ["bench"],
                 ["inspect"], ["tokenize", "-p", "hi"], ["eval", TEXT],
                 ["quantize", "builtin", "--dry-run"]):
        fails(1, *args, exe=exe, says=says)
    r = works("run", place("help"), "--help", exe=exe)
    check("built-in" in r.out, "help needs none")
    works("bench", "--kernels", "--type", "Q8_0", "-t", "1", exe=exe)
    works("plan", "--explain-ops", exe=exe)


@test
def it_is_broken():
    exe = place("broken", 5)
    with open(path("broken/share/takt/builtin.gguf"), "r+b") as f:
        f.truncate(1000)
    fails(1, "run", "-p", "hi", exe=exe, says=[path("broken/share/takt/builtin.gguf")])


@test
def arguments_that_could_be_either():
    exe, model = place("either", 3), path("either/share/takt/builtin.gguf")
    fails(2, "run", "Why is the sky blue?", exe=exe, says=["Why is the sky blue?", "-p"])
    fails(1, "run", "nothing.gguf", "-p", "hi", exe=exe, says=["no such file"])
    for args in ([], ["builtin"], [model], [path("either")]):
        fails(2, "eval", *args, exe=exe, says=["text", "--against"])


@test
def the_committed_one():
    if not os.path.exists("models/builtin/builtin.gguf"):
        raise Skip("no models/builtin/builtin.gguf")
    r = works("run", "-p", "What is takt?", "--temp", "0", "-n", "64")
    check(r.out.strip() and r.raw == works("run", "builtin", "What is takt?", "--temp", "0", "-n",
                                           "64", "-t", "1").raw, r)
    for args in (["inspect"], ["plan"], ["tokenize", "-p", "hi"]):
        works(*args)


@test
def the_committed_one_starts_at_once():
    if not os.path.exists("models/builtin/builtin.gguf"):
        raise Skip("no models/builtin/builtin.gguf")
    works("run", "-p", "hi", "-n", "1")  # measures the machine
    starts = [works("run", "-p", "hi", "-n", "1", "--json").json() for _ in range(8)]
    best = min(s["open_s"] + s["plan_s"] + s["load_s"] for s in starts)
    if best >= 0.05 and works("plan").is_guess:
        raise Skip("other work ran")
    check(best < 0.05, "the fastest of 8 starts took %.1f ms" % (best * 1e3))


main("cli/builtin")
