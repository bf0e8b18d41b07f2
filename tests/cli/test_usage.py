"""Commands and options: help, JSON, exit codes, wrong usage, the man page."""
import json
import os
import re

from models import TEMPLATE, Shape
from tap import check, environment, fails, main, path, takt, test, works

COMMANDS = ["run", "chat", "serve", "plan", "bench", "inspect", "tokenize", "eval", "cache",
            "version"]
LEVELS = ["ref", "avx2", "avxvnni", "avx512", "amx", "neon", "i8mm"]
MODEL = Shape().write(path("model.gguf"))
CHAT = Shape(template=TEMPLATE).write(path("chat.gguf"))
with open(path("text.txt"), "w") as text:
    text.write("It was a day like any other, and nobody knew better. " * 20)


@test
def help_of_takt():
    for word in ("--help", "-h", "help"):
        r = works(word)
        check(all("  %s " % c in r.out for c in COMMANDS), r)
    r = takt()
    check(r.code == 2 and r.out == "" and "usage:" in r.err, r)


@test
def help_of_every_command():
    listed = [line.split()[0] for line in works("--help").out.splitlines()
              if line.startswith("  ") and not line.startswith("  takt")]
    check(set(COMMANDS) <= set(listed), listed)
    for c in listed:
        for args in ((c, "--help"), (c, "-h"), (c, "model", "--help", "--no-such-option")):
            r = works(*args)
            check("takt " + c in r.out and "xample" in r.out, r)
            check(max(len(line) for line in r.out.splitlines()) <= 100, "wide lines: %s" % r)


@test
def man_page():
    r = works("man")
    check(r.out.startswith(".TH TAKT 1"), r)
    check(all("takt " + c in r.out.replace("\\-", "-") for c in COMMANDS), r)


@test
def version():
    check(works("version").out.startswith("takt 0."), "version")
    check(works("--version").out.startswith("takt 0."), "--version")
    v = works("version", "--json").json()
    check(v["lanes"] >= 1 and v["isa"] in LEVELS, v)


@test
def cache():
    old = environment["TAKT_CACHE"]
    environment["TAKT_CACHE"] = folder = path("cache-of-test")
    check(works("cache").out.strip() == "0.00 GB in " + folder, "an empty cache")
    os.mkdir(folder)
    with open(folder + "/" + "ab" * 32 + ".pack", "wb") as f:
        f.write(b"TAKTPACK" + bytes(1000))
    listed = works("cache", "--json").json()
    check(listed["folder"] == folder and listed["bytes"] == 1008, listed)
    check(listed["bytes_max"] > 0, listed)
    check([f["is_sound"] for f in listed["files"]] == [False], listed)
    check("of another version" in works("cache").out, "text")
    check(works("cache", "--clear", "--json").json()["files"] == [], "cleared")
    check(os.listdir(folder) == [], os.listdir(folder))
    environment["TAKT_CACHE_MAX"] = "much"
    fails(2, "cache", says=["TAKT_CACHE_MAX", "much"])
    del environment["TAKT_CACHE_MAX"]
    environment["TAKT_CACHE"] = old


@test
def json_of_every_command():
    answer = works("run", MODEL, "-p", "hi", "-n", "5", "--ignore-eos", "--json").json()
    check(answer["answer_tokens"] == 5 and answer["finish"] == "length", answer)
    check(answer["prompt_tokens"] == 3, answer)
    plan = works("plan", MODEL, "--json").json()
    check(isinstance(plan, dict) and plan, plan)
    bench = works("bench", MODEL, "-p", "16", "-n", "4", "-r", "2", "--json").json()
    check(bench["decode"]["tokens_per_s"] > 0 and bench["prefill"]["tokens_per_s"] > 0, bench)
    check(bench["predicted_over_measured"]["decode"] > 0, bench)
    inspect = works("inspect", CHAT, "--json").json()
    check(inspect["architecture"] == "llama" and len(inspect["tensors"]) == 12, inspect)
    check(inspect["chat_template"] == TEMPLATE, inspect["chat_template"])
    check(inspect["metadata"]["llama.embedding_length"] == 64, inspect["metadata"])
    check(works("inspect", MODEL, "--json").json()["chat_template"] is None, "no template")
    tokens = works("tokenize", MODEL, "-p", "hi", "--json").json()
    check([t["text"] for t in tokens] == ["h", "i"], tokens)
    score = works("eval", MODEL, path("text.txt"), "-w", "64", "--json").json()
    check(score["perplexity"] > 1 and score["windows"] > 1, score)


@test
def wrong_command():
    fails(2, "frobnicate", says=["'frobnicate'", "--help"])
    fails(2, "bnech", says=["'bnech'", "did you mean 'bench'"])
    fails(2, "Run", says=["did you mean 'run'"])


@test
def wrong_options():
    fails(2, "run", MODEL, "--treads", "2", says=["--treads", "did you mean --threads"])
    fails(2, "run", MODEL, "--nonsense", says=["--nonsense", "takt run --help"])
    fails(2, "run", MODEL, "-Q", says=["-Q"])
    fails(2, "run", MODEL, "--temp", says=["--temp needs a value"])
    fails(2, "run", MODEL, "--temp", "warm", says=["--temp", "'warm'"])
    fails(2, "run", MODEL, "--temp", "-1", says=["--temp", "0 to 100"])
    fails(2, "run", MODEL, "--temp", "nan", says=["--temp"])
    fails(2, "run", MODEL, "-n", "99999999999999999999", says=["--tokens"])
    fails(2, "run", MODEL, "-n", "5x", says=["'5x'"])
    fails(2, "run", MODEL, "--json=maybe", says=["--json"])
    fails(2, "run", MODEL, "-p", "x", "--isa", "sse", says=["'sse'", "ref"])
    fails(2, "run", MODEL, "-p", "x", "--kv", "f8", says=["f32", "bf16", "q8", "'f8'"])
    fails(2, "run", MODEL, "-p", "x", "-t", "300", says=["--threads", "256"])
    fails(2, "plan", MODEL, "-b", "4000", says=["4000", "--chunk"])


@test
def wrong_arguments():
    fails(2, "eval", says=["takt eval", "text file", "--against"])
    fails(2, "inspect", MODEL, "b", says=["'b'", "takt inspect [MODEL]"])
    fails(2, "version", "more", says=["'more'"])
    fails(2, "run", MODEL, "a", "b", says=["'b'"])
    fails(2, "run", MODEL, "-p", "a", "b", says=["twice"])
    fails(2, "run", MODEL, "-p", "a", "-f", path("text.txt"), says=["twice"])
    fails(2, "tokenize", MODEL, "-p", "a", "b", says=["twice"])
    fails(2, "eval", MODEL, says=["text", "--against"])
    fails(2, "eval", MODEL, path("text.txt"), "--against", MODEL, says=["--against"])
    fails(2, "eval", MODEL, path("text.txt"), "-w", "100000", says=["--window"])
    fails(2, "bench", MODEL, "-p", "600", "--ctx", "512", says=["664", "512"])


@test
def full_disk():
    """Results that cannot be written are failures."""
    full = open("/dev/full", "wb")
    for args in (["run", MODEL, "-p", "hi", "-n", "3"],
                 ["run", MODEL, "-p", "hi", "-n", "3", "--json"], ["plan", MODEL],
                 ["plan", MODEL, "--json"], ["plan", MODEL, "--explain"], ["inspect", MODEL],
                 ["inspect", MODEL, "--json"], ["tokenize", MODEL, "hi"],
                 ["eval", MODEL, path("text.txt"), "-w", "64"], ["version"], ["--help"], ["man"],
                 ["bench", MODEL, "-p", "16", "-n", "2", "-r", "1"], ["run", "--help"]):
        fails(1, *args, stdout=full, says=["standard output", "No space left"])
    fails(1, "eval", MODEL, path("text.txt"), "-w", "64", "--save", "/dev/full",
          says=["/dev/full"])
    for file in ("/no/such/folder/x.json", "/dev/full"):
        r = takt("plan", MODEL, "--trace", file)
        check(r.code == 1 and "takt: " + file in r.err and len(r.err.splitlines()) == 1, r)


@test
def kernels():
    """takt bench --kernels needs no model and leaves out no type that can be computed."""
    r = works("bench", "--kernels", "--type", "q8_0", "-t", "1")
    rows = [line.split() for line in r.out.splitlines() if line.startswith("matmul")]
    check([row[2] for row in rows] == ["1", "4", "16", "64", "256"], r)
    check(all(row[1] == "Q8_0" and "%" in row for row in rows), r)
    every = works("bench", "--kernels", "--isa", "ref", "--json").json()
    check(every["isa"] == "ref" and every["threads"] >= 1, every)
    check(every["roof"]["read_bytes_per_s"] > 0 and every["roof"]["int8_ops_per_s"] > 0, every)
    for k in every["kernels"]:
        check(k["ns"] >= k["ns_best"] > 0 and k["bytes_per_s"] > 0 and k["roof_share"] > 0, k)
    listed = fails(2, "bench", "--kernels", "--type", "Q9_X", says=["'Q9_X'", "BF16"]).err
    types = {k["type"] for k in every["kernels"] if k["kernel"] == "matmul"}
    check(types == set(listed.split("none of", 1)[1].split()), types)
    rest = {k["kernel"] for k in every["kernels"]} - {"matmul"}
    check(rest >= {"attn decode", "attn prefill", "norm", "quant", "swiglu", "rope", "kv write"},
          rest)
    fails(2, "bench", MODEL, "--kernels", says=["--kernels takes no MODEL"])
    fails(2, "bench", MODEL, "--type", "Q8_0", says=["--kernels"])
    fails(2, "bench", "--kernels", "--isa", "sse", says=["'sse'"])


@test
def traces():
    for name, args in (("plan", ["plan", MODEL]),
                       ("bench", ["bench", MODEL, "-p", "16", "-n", "4", "-r", "1", "--json"])):
        works(*args, "-t", "2", "--trace", path("trace.json"))
        with open(path("trace.json")) as f:
            events = json.load(f)
        events = events["traceEvents"] if isinstance(events, dict) else events
        processes = {e["args"]["name"] for e in events if e["name"] == "process_name"}
        lanes = {e["args"]["name"] for e in events if e["name"] == "thread_name"}
        check(lanes == {"lane 0", "lane 1"}, lanes)
        check(processes == {"predicted"} | ({"measured"} if name == "bench" else set()), processes)
        spans = [e for e in events if e["ph"] == "X"]
        check(len(spans) > 5 and all(e["dur"] >= 0 for e in spans), len(spans))


@test
def plans():
    r = works("plan", MODEL, "--context", "128", "--batch", "8")
    check("8 x" in r.out or "x 8" in r.out, r)
    check("weights" in r.out and "KV cache" in r.out and "tokens/s" in r.out, r)


def instructions(*args):
    """{lane: [(task, opcode, first tile, last tile, tiles, line)]} of takt plan --explain."""
    lanes, lane = {}, None
    for line in works("plan", MODEL, "--explain", *args).out.splitlines():
        words = line.split()
        if line.startswith("lane "):
            lane = lanes.setdefault(int(words[1].rstrip(":")), [])
        elif lane is not None and words and words[0].isdigit():
            first, last, n = re.split("[-/]", words[3])
            lane.append((int(words[1]), words[2], int(first), int(last), int(n), line))
    return lanes


@test
def explained_plans():
    """Every tile of every task once, and waits that name tasks before it."""
    lanes = instructions("-t", "2")
    check(set(lanes) == {0, 1}, lanes.keys())
    tiles = {}
    for task, _, first, last, n, line in lanes[0] + lanes[1]:
        tiles.setdefault((task, n), []).extend(range(first, last + 1))
        check(all(int(w) < task for w in re.findall(r"(\d+)=\d+[, ]", line.split("out=")[0])), line)
    check(all(sorted(t) == list(range(n)) for (_, n), t in tiles.items()), tiles)
    listed = works("plan", MODEL, "-t", "2", "--json").json()["programs"][0]["tasks"]
    check([n for _, n in sorted(tiles)] == [t["tiles"] for t in listed], tiles)
    ops = {op for lane in lanes.values() for _, op, *_ in lane}
    check(ops == {t["op"] for t in listed}, ops)
    check(set(instructions("-t", "2", "--lane", "1")) == {1}, "--lane")
    one = instructions("-t", "1", "--layer", "0", "--bucket", "64")[0]
    check(one and all("blk.0" in line for *_, line in one), one)
    check({"MATMUL", "ATTN"} <= {op for _, op, *_ in one}, one)


@test
def opcodes():
    """docs/plan.md holds the table as the program prints it."""
    r = works("plan", "--explain-ops")
    check(len(r.out.splitlines()) > 10, r)
    with open("docs/plan.md") as f:
        check(r.out in f.read(), "docs/plan.md differs from takt plan --explain-ops")
    fails(2, "plan", MODEL, "--lane", "0", says=["--explain"])
    fails(2, "plan", MODEL, "-t", "2", "--explain", "--lane", "2", says=["lanes 0 to 1"])
    fails(2, "plan", MODEL, "--explain", "--layer", "1", says=["layers 0 to 0"])
    fails(2, "plan", MODEL, "--explain", "--bucket", "4000", says=["--bucket", "512"])


main("cli/usage")
