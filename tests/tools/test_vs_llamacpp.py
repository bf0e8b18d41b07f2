"""bench/vs-llamacpp with programs that only pretend: what it runs, what it makes of their answers,
and what it says when one of them is missing, fails, hangs or talks nonsense.

    test_vs_llamacpp.py [name of a test]
"""
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "cli"))
from tap import check, folder, main, path, test  # noqa: E402

SCRIPT = os.path.abspath("bench/vs-llamacpp")
FAKE = """#!{python}
import json, os, sys
args = sys.argv[1:]
with open({log!r}, 'a') as f:
    f.write(json.dumps([os.path.basename(sys.argv[0])] + args) + chr(10))
def option(name, fallback=None):
    return args[args.index(name) + 1] if name in args else fallback
{body}
"""
LLAMA = """
speed = {'0': 100.0, '1': 200.0}[option('-fa')]
if option('-p') == '0':
    speed /= 10
print(json.dumps([dict(build_number=7, build_commit='abc', avg_ts=1.0, samples_ts=[speed])]))
"""
BATCHED = """
speed = dict(f16=30.0, q8_0=36.0)[option('-ctk')] - (option('-fa') == 'off') * 20
print('a line of its log')
print(json.dumps(dict(pl=int(option('-npl')), speed_pp=1.0, speed_tg=speed)))
"""
TAKT = """
n = int(option('--batch', '1'))
print(json.dumps(dict(isa='avx512', prefill=dict(tokens_per_s=1000.0),
    decode=dict(tokens_per_s=40.0 * n, roof_share=0.9, step_ms_p50=10.0, step_ms_p99=11.0),
    jitter=1.05, predicted_over_measured=dict(prefill=0.98, decode=1.02))))
"""
MODEL = path("model.gguf")
with open(MODEL, "wb") as file:
    file.write(b"GGUF")


def fake(name, body):
    """A program that notes its arguments and answers with BODY."""
    at = os.path.join(tempfile.mkdtemp(dir=folder), name)
    with open(at, "w") as f:
        f.write(FAKE.format(python=sys.executable, log=path("log"), body=body))
    os.chmod(at, 0o755)
    return at


def compare(*more, llama=LLAMA, batched=BATCHED, takt=TAKT, probe=False, models=(MODEL,)):
    """Runs the script on pretenders: (exit code, standard output, standard error, [argv])."""
    args = [sys.executable, SCRIPT, *models, "--threads", "2"]
    args += [] if probe else ["--no-probe"]
    for option, name, body in (("--llama-bench", "llama-bench", llama),
                               ("--llama-batched-bench", "llama-batched-bench", batched),
                               ("--takt", "takt", takt)):
        if body:
            args += [option, fake(name, body)]
    args += more
    open(path("log"), "w").close()
    p = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    with open(path("log")) as f:
        calls = [json.loads(line) for line in f]
    return p.returncode, p.stdout.decode(), p.stderr.decode(), calls


def table(out):
    """{(file, case): [cells]} of the Markdown table."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in out.splitlines() if line.startswith("|")]
    return {(row[0], row[1]): row[2:] for row in rows[2:]}


@test
def whole_comparison():
    code, out, err, calls = compare("--rounds", "3")
    check(code == 0, err)
    rows = table(out)
    names = ["prefill 512", "prefill 2048", "decode", "batch 8", "batch 16", "decode at 32768"]
    check([case for _, case in rows] == names, out)
    check(rows["model.gguf", "prefill 512"][:4] ==
          ["1000.0 (1000.0-1000.0)", "200.0 (200.0-200.0)", "-fa 1", "5.00 (5.00-5.00)"], out)
    check(rows["model.gguf", "decode"][3:] == ["2.00 (2.00-2.00)", "90 %", "1.02", "1.05"], out)
    check(rows["model.gguf", "batch 8"][1:4] ==
          ["36.00 (36.00-36.00)", "-fa 1, KV q8_0", "8.89 (8.89-8.89)"], out)
    n = {name: sum(c[0] == name for c in calls) for name in ("llama-bench", "llama-batched-bench")}
    check(n["llama-bench"] == 4 * (2 + 1 + 1), "the slower setting runs once: %s" % n)
    check(n["llama-batched-bench"] == 2 * (3 + 1 + 1), n)


@test
def order_rotates():
    _, _, _, calls = compare("--rounds", "2", "--cases", "decode", "--no-warm-up",
                             llama=LLAMA.replace("100.0", "195.0"))
    check([(c[0] == "takt") or c[c.index("-fa") + 1] for c in calls] ==
          ["0", True, "1", True, "1", "0"], calls)


@test
def arguments_of_the_programs():
    _, _, _, calls = compare("--rounds", "1", "--decode", "7", "--depth", "99", "--batch", "4",
                             "--batch-prompt", "300", "--batch-tokens", "5", "--prefill", "33",
                             "--context", "777", "--context-tokens", "3", "--takt-args",
                             "--kv q8 --isa avx2")
    text = [" ".join(c) for c in calls]

    def ran(*words):
        check(any(all(w in t for w in words) for t in text), (words, text))

    ran("llama-bench", "-p 33 -n 0", "-t 2", "-fa 0", "-o json")
    ran("llama-bench", "-p 0 -n 7 -d 99", "-fa 1")
    ran("llama-bench", "-p 0 -n 3 -d 777")
    ran("llama-batched-bench", "-c 2048", "-npp 300 -ntg 5 -npl 4", "-fa off -ctk f16 -ctv f16")
    ran("llama-batched-bench", "-fa on -ctk q8_0 -ctv q8_0 --output-format jsonl")
    ran("takt bench", "--threads 2", "--prefill 33 --decode 1 --kv q8 --isa avx2")
    ran("takt bench", "--prefill 99 --decode 7 --context 99")
    ran("takt bench", "--prefill 512 --decode 3 --context 777")
    ran("takt bench", "--prefill 300 --decode 5 --context 300 --batch 4")
    check(not any("off -ctk q8_0" in t for t in text), "q8_0 needs flash attention")


@test
def dry_run_and_quick():
    code, out, _, calls = compare("--dry-run", "--quick")
    check(code == 0 and not calls, calls)
    check("-p 512" in out and "2048 -n 0" not in out and "32768" not in out, out)
    code, out, _, calls = compare("--quick", "--cases", "decode")
    check(code == 0 and list(table(out)) == [("model.gguf", "decode")], out)
    check(sum(c[0] == "takt" for c in calls) == 3, "a start to warm up and two rounds: %s" % calls)


@test
def one_side_alone():
    code, out, err, _ = compare("--rounds", "1", takt=None)
    check(code == 0 and table(out)["model.gguf", "decode"][0] == "-", out + err)
    code, out, err, _ = compare("--rounds", "1", llama=None, batched=None)
    check(code == 0 and table(out)["model.gguf", "decode"][1:4] == ["-", "-", "-"], out + err)
    code, out, _, _ = compare("--rounds", "1", batched=None)
    check(code == 0 and table(out)["model.gguf", "batch 8"][1] == "-", out)


@test
def json_of_everything():
    code, out, err, _ = compare("--rounds", "2", "--cases", "decode,prefill", "--json", "-")
    report = json.loads(out)
    check(code == 0 and report["threads"] == 2, err)
    decode = {e["case"]["name"]: e for e in report["models"][0]["cases"]}["decode"]
    check(decode["best_peer"] == "llama.cpp -fa 1" and decode["ratio"]["median"] == 2.0, decode)
    check(len(decode["results"]["takt"]) == 2, decode)
    check(decode["dropped"]["llama.cpp -fa 0"][0]["value"] == 10.0, decode["dropped"])
    check(decode["results"]["llama.cpp -fa 1"][0]["version"] == "7 abc", decode)
    code, _, _, _ = compare("--rounds", "1", "--json", path("report.json"), models=(MODEL, MODEL))
    with open(path("report.json")) as f:
        check(len(json.load(f)["models"]) == 2, "both models")


@test
def bad_answers():
    """One contestant that fails leaves the others' figures standing."""
    for body, says in (("print('Segmentation fault')", "not the JSON"), ("print('[]')", "JSON"),
                       ("print('{}')", "JSON"), ("print('[1, 2]')", "JSON"),
                       ("print('[{\"avg_ts\": 0}]')", "rate of 0"),
                       ("print('[{\"avg_ts\": NaN}]')", "rate of nan"),
                       ("print('[{\"avg_ts\": \"fast\"}]')", "JSON"),
                       ("sys.exit('cannot load it')", "exit 1: cannot load it"),
                       ("os.kill(os.getpid(), 9)", "signal 9"),
                       ("import time; time.sleep(30)", "not done after 1.0 s")):
        code, out, err, _ = compare("--rounds", "2", "--cases", "decode", "--limit", "1",
                                    llama=body, batched=None)
        check(code == 1 and says in err and says in out, (body, out, err))
        check(table(out)["model.gguf", "decode"][0].startswith("40.00"), out)
        check("Traceback" not in err, err)
    code, out, _, _ = compare("--rounds", "1", "--cases", "batch", batched="print('no test fits')")
    check(code == 1 and table(out)["model.gguf", "batch 8"][:2] == ["320.0 (320.0-320.0)", "-"],
          out)
    for body in ("print('{')", "print('{\"prefill\": 3}')", "print('[]')", "print('null')"):
        code, out, err, _ = compare("--rounds", "1", "--cases", "decode", takt=body)
        check(code == 1 and "lacks" in out and "Traceback" not in err, (out, err))
        check(table(out)["model.gguf", "decode"][:2] == ["-", "20.00 (20.00-20.00)"], out)


@test
def wrong_usage():
    for more, says in ((["--rounds", "0"], "--rounds"), (["--cases", "speed"], "speed"),
                       (["--prefill", "0"], "--prefill"), (["--prefill", "x"], "--prefill"),
                       (["--takt", path("nothing")], "no such program"),
                       (["--llama-bench", MODEL], "no such program"),
                       (["--depth", "-1"], "--depth")):
        code, out, err, calls = compare(*more, takt=None)
        check(code == 2 and says in err and not out and not calls, (more, out, err))
    code, _, err, _ = compare(llama=None, batched=None, takt=None)
    check(code == 2 and "give --llama-bench" in err, err)
    code, _, err, _ = compare(models=[path("nothing.gguf")])
    check(code == 2 and "nothing.gguf: no such file" in err, err)


@test
def bad_states_are_repeated():
    """No machine counts twice as fast as at its best: every measurement is repeated and marked."""
    code, out, err, calls = compare("--rounds", "1", "--cases", "decode", "--good", "2", "--tries",
                                    "2", "--wait", "0", "--no-warm-up", llama=None, probe=True)
    check(code == 0 and len(calls) == 2, calls)
    check("[1 bad]" in table(out)["model.gguf", "decode"][0] and "(bad)" in err, out)
    code, out, err, calls = compare("--rounds", "1", "--cases", "decode", "--good", "0", "--tries",
                                    "2", "--foreign", "9", "--no-warm-up", "--json", "-",
                                    llama=None, probe=True)
    report = json.loads(out)
    check(code == 0 and len(calls) == 1 and "(bad)" not in err, err)
    check(report["probes"] and report["probes"][0]["read_gb_s"] > 0, report["probes"])
    check(report["models"][0]["cases"][0]["results"]["takt"][0]["good"], report)


@test
def time_is_bounded():
    code, out, err, calls = compare("--rounds", "1000", "--cases", "decode", "--minutes", "0.02",
                                    "--no-warm-up", llama=None)
    check(code == 0 and "no more rounds" in err and 1 <= len(calls) < 200, len(calls))


main("tools/vs-llamacpp")
