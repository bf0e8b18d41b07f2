"""How answers are drawn: what the user gives, else what the model's file says, else takt's own."""
import os
import shutil

from models import F32_KV, I32, STR, TEMPLATE, U32, Shape
from tap import check, fails, main, path, shared, takt, test, works

KEY = "general.sampling."
OWN = {"temperature": 0.8, "top_p": 0.95, "top_k": 40, "min_p": 0.05, "repeat_penalty": 1}
FULL = {"temperature": 1.5, "top_p": 0.9, "top_k": 0, "min_p": 0.01, "repeat_penalty": 1.1}
PLAIN = Shape(template=TEMPLATE).write(path("plain.gguf"))
GREEDY = Shape(template=TEMPLATE, more=[(KEY + "temp", F32_KV, 0)]).write(path("greedy.gguf"))
ALL = Shape(template=TEMPLATE, more=[
    (KEY + "temp", F32_KV, 1.5), (KEY + "top_k", I32, -1), (KEY + "top_p", F32_KV, 0.9),
    (KEY + "min_p", F32_KV, 0.01), (KEY + "penalty_repeat", F32_KV, 1.1)]).write(path("all.gguf"))
HOT = ["--temp", "5", "--top-k", "0", "--top-p", "1", "--min-p", "0"]


def answer(model, *more):
    return works("run", model, "-p", "hello", "-n", "16", "--ignore-eos", *more).raw


def in_force(model, *more):
    r = works("run", model, "-p", "hi", "-n", "1", "--json", *more).json()["sampling"]
    check(r.pop("seed") == 0, r)
    check(r.pop("presence_penalty") == 0 and r.pop("frequency_penalty") == 0, r)
    return r


@test
def model_is_greedy_without_options():
    want = answer(PLAIN, "--temp", "0")
    for seed in ("1", "2"):
        check(answer(GREEDY, "--seed", seed) == want, "seed " + seed)
    check(answer(PLAIN, *HOT, "--seed", "1") != answer(PLAIN, *HOT, "--seed", "2"), "draws")


@test
def options_come_first():
    want = answer(PLAIN, *HOT)
    check(want != answer(GREEDY), "the options do nothing")
    check(answer(GREEDY, *HOT) == want and answer(ALL, *HOT, "--repeat-penalty", "1") == want,
          "--temp and the others")
    check(answer(ALL, "--temp", "0", "--repeat-penalty", "1") == answer(GREEDY), "--temp 0")


@test
def values_in_force():
    check(in_force(PLAIN) == OWN, in_force(PLAIN))
    check(in_force(GREEDY) == dict(OWN, temperature=0), in_force(GREEDY))
    check(in_force(ALL) == FULL, in_force(ALL))
    for name, value in (("temp", 0.3), ("top-p", 0.5), ("top-k", 7), ("min-p", 0),
                        ("repeat-penalty", 0.01)):
        key = name.replace("-", "_").replace("temp", "temperature")
        for model, base in ((ALL, FULL), (PLAIN, OWN)):
            r = in_force(model, "--" + name, str(value))
            check(r == dict(base, **{key: value}), (name, r))


@test
def penalties():
    greedy = answer(PLAIN, "--temp", "0")
    for name in ("presence-penalty", "frequency-penalty"):
        r = works("run", PLAIN, "-p", "hi", "-n", "1", "--json", "--" + name, "-1.5").json()
        check(r["sampling"][name.replace("-", "_")] == -1.5, r["sampling"])
        check(answer(PLAIN, "--temp", "0", "--" + name, "2") != greedy, name)
        fails(2, "run", PLAIN, "-p", "hi", "--" + name, "2.1", says=["--" + name, "2.1"])


@test
def logit_bias():
    def said(*biases):
        more = [a for b in biases for a in ("--logit-bias", b)]
        return answer(PLAIN, "--temp", "0", *more)
    first, second = said("70=100"), said("71=100")
    check(first != second and len(set(first.strip())) == 1, (first, second))
    check(said("70=100", "71=100", "70=0.5") == second, "the last of an id counts")
    check(said("71=1e2") == second, "1e2")
    for bad in ("70", "=5", "70=", "70=x", "70=5x", "x=5", "70=100.5", "70=nan", "7 0=5"):
        fails(2, "run", PLAIN, "-p", "hi", "--logit-bias", bad, says=["--logit-bias", bad])
    for bad in ("-1=5", "1000000=5"):
        fails(2, "run", PLAIN, "-p", "hi", "--logit-bias", bad, says=["no token " + bad[:-2]])
    r = takt("chat", PLAIN, "-n", "4", "--logit-bias", "70", stdin=b"hello\n")
    check(r.code == 2, r)


@test
def chat():
    says = [takt("chat", GREEDY, "-n", "16", "--seed", s, stdin=b"hello\n") for s in ("1", "2")]
    check(says[0].code == 0 and says[0].raw == says[1].raw, says[0])
    want = takt("chat", PLAIN, "-n", "16", "--temp", "0", stdin=b"hello\n")
    check(says[0].raw == want.raw, (says[0], want))
    hot = takt("chat", GREEDY, "-n", "16", *HOT, stdin=b"hello\n")
    check(hot.code == 0 and hot.raw != want.raw, "--temp overrides")


@test
def inspect():
    check(works("inspect", ALL, "--json").json()["sampling"] == FULL, "all")
    r = works("inspect", GREEDY, "--json").json()["sampling"]
    check(r == dict(dict.fromkeys(OWN), temperature=0), r)
    r = works("inspect", ALL).out
    check("temperature 1.5, top-p 0.9, min-p 0.01, repeat penalty 1.1, top-k 0\n" in r, r)
    check("  sampling" not in works("inspect", PLAIN).out, "nothing is said")


@test
def help_names_the_defaults():
    r = " ".join(works("run", "--help").out.split())
    for option, key in (("--temp T", "temperature"), ("--top-p P", "top_p"), ("--top-k K", "top_k"),
                        ("--min-p P", "min_p"), ("--repeat-penalty R", "repeat_penalty")):
        text = r[r.index(option):]
        text = text[text.index("(default"):]
        check(text.startswith("(default: the model's, else %g)" % OWN[key]), (option, text[:60]))


@test
def broken_values():
    for key, kind, v in (("temp", F32_KV, float("nan")), ("temp", F32_KV, -1.0), ("temp", STR, "0"),
                         ("top_p", F32_KV, 0.0), ("top_p", U32, 2), ("min_p", F32_KV, 1.5),
                         ("top_k", F32_KV, 0.5), ("penalty_repeat", F32_KV, float("inf"))):
        bad = Shape(sparse=True, more=[(KEY + key, kind, v)]).write(path("bad.gguf"))
        for command in (["run", bad, "-p", "hi"], ["inspect", bad]):
            fails(1, *command, says=["bad.gguf", "'" + KEY + key + "'"])


@test
def folder():
    source, at = shared("models/stories260K/hf"), path("stories")
    os.mkdir(at)
    for name in os.listdir(source):
        shutil.copy(os.path.join(source, name), at)
    config = os.path.join(at, "generation_config.json")
    with open(config, "w") as f:
        f.write('{"do_sample": false, "temperature": 0.6, "top_k": 20}')
    check(in_force(at) == dict(OWN, temperature=0, top_k=20), in_force(at))
    want = answer(at, "--temp", "0")
    check(answer(at, "--seed", "1") == want and answer(at, "--seed", "2") == want, "greedy")
    check(answer(at, *HOT) != want, "--temp overrides")
    os.remove(config)
    check(in_force(at) == OWN, in_force(at))


@test
def guesses_change_nothing():
    right = 0
    text = "def width(self):\n    return self._width\n\n" * 5
    for more in (("--temp", "0"), ("--temp", "0.4", "--seed", "3"), (*HOT, "--seed", "4"),
                 ("--temp", "0", "--frequency-penalty", "0.2"),
                 ("--temp", "0.2", "--stop", "_width", "--seed", "5")):
        ask = ("run", "-p", text, "--raw", "-n", "80", "--ignore-eos", "--json", *more)
        off = works(*ask, "--speculate", "off").json()
        check(off["guessed_tokens"] == 0 and off["guessed_right"] == 0, off)
        for most in ("1", "7", "31"):
            on = works(*ask, "--draft-max", most).json()
            check(on["text"] == off["text"], (more, on["text"], off["text"]))
            check(on["answer_tokens"] == off["answer_tokens"] and on["finish"] == off["finish"],
                  (more, on, off))
            check(on["guessed_right"] <= on["guessed_tokens"], on)
            right += on["guessed_right"]
    check(right > 0, "none was right")
    fails(2, "run", "-p", "hi", "--speculate", "maybe", says=["--speculate", "on"])
    fails(2, "run", "-p", "hi", "--draft-max", "0", says=["--draft-max"])
    fails(2, "serve", "--draft-max", "32", says=["--draft-max"])


main("cli/sampling")
