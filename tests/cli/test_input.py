"""Model files, prompts and texts that are broken, odd or large: each gives one clear line and a
non-zero exit code, or works."""
import json
import os

from models import F16, F32, I32_DATA, IQ2_XXS, STR, TEMPLATE, Shape, split, write
from tap import check, fails, main, path, shared, takt, test, works

MODEL = Shape().write(path("model.gguf"))
CHAT = Shape(template=TEMPLATE).write(path("chat.gguf"))


def put(name, data):
    with open(path(name), "wb") as f:
        f.write(data)
    return path(name)


def read(name):
    with open(name, "rb") as f:
        return f.read()


def refused(model, *says, code=1):
    """By every command that opens a model, without a word on standard output."""
    for args in (["run", model, "-p", "hi"], ["plan", model], ["bench", model]):
        fails(code, *args, says=says)


@test
def no_such_model():
    refused(path("nothing.gguf"), "nothing.gguf", "no such file")
    fails(1, "inspect", path("nothing.gguf"), says=["no such file"])
    fails(1, "chat", path("nothing.gguf"), says=["no such file"])
    fails(1, "tokenize", path("nothing.gguf"), "hi", says=["no such file"])
    fails(1, "eval", path("nothing.gguf"), MODEL, says=["no such file"])


@test
def wrong_kind_of_file():
    png = put("picture.gguf", b"\x89PNG\r\n\x1a\n" + bytes(200))
    refused(png, "picture.gguf", "not a GGUF file")
    refused(put("empty.gguf", b""), "empty.gguf")
    refused(put("some.json", b'{"a": 1}'), "some.json", "not a GGUF file")
    refused("/dev/null", "/dev/null", code=2)
    os.makedirs(path("folder"), exist_ok=True)
    refused(path("folder"), "config.json", code=2)
    put("folder/config.json", b"{}")
    refused(path("folder"), "folder")
    put("folder/config.json", b'{"architectures": ["LlamaForCausalLM"], "model_type": "llama"')
    refused(path("folder"), "config.json")


@test
def truncated():
    whole = read(MODEL)
    for n in (1, 4, 7, 23, 24, 100, 3000, len(whole) // 2, len(whole) - 1):
        refused(put("cut.gguf", whole[:n]), "cut.gguf")
    fails(1, "inspect", put("cut.gguf", whole[:-1]), says=["incomplete"])


@test
def broken_header():
    whole = read(MODEL)
    refused(put("version.gguf", whole[:4] + b"\x63" + whole[5:]), "version")
    refused(put("many.gguf", whole[:8] + b"\xff" * 8 + whole[16:]), "many.gguf")
    refused(put("pairs.gguf", whole[:16] + b"\xff" * 8 + whole[24:]), "pairs.gguf")
    for i in range(24, 600, 37):
        r = takt("inspect", put("flip.gguf", whole[:i] + bytes([whole[i] ^ 0x55]) + whole[i + 1:]))
        check(r.code in (0, 1) and len(r.err.splitlines()) <= 1, r)


@test
def unknown_architecture():
    model = Shape(arch="mamba").write(path("mamba.gguf"))
    refused(model, "'mamba'", "llama", "granite", "qwen2")
    check("mamba" in works("inspect", model).out, "inspect shows it")


@test
def type_that_cannot_be_computed():
    model = Shape(kind=IQ2_XXS, embd=256, ff=256).write(path("iq2.gguf"))
    refused(model, "token_embd.weight", "IQ2_XXS", "Q4_K")
    check("IQ2_XXS" in works("inspect", model).out, "inspect shows it")


@test
def missing_pieces():
    refused(Shape(missing="blk.0.ffn_up.weight").write(path("missing.gguf")),
            "'blk.0.ffn_up.weight' is missing")
    nameless = Shape()
    pairs = [p for p in nameless.pairs() if p[0] != "general.name"]
    model = write(path("nameless.gguf"), pairs, nameless.tensors())
    works("plan", model, "--json").json()
    works("inspect", model, "--json").json()
    wordless = [p for p in pairs if not p[0].startswith("tokenizer")]
    model = write(path("wordless.gguf"), wordless, nameless.tensors())
    works("plan", model)
    works("bench", model, "-p", "8", "-n", "2", "-r", "1")
    fails(1, "run", model, "-p", "hi", says=["tokenizer"])
    fails(1, "tokenize", model, "hi", says=["tokenizer"])


@test
def split_sets():
    parts = split(Shape(layers=2), path(""))
    whole = works("run", Shape(layers=2).write(path("whole.gguf")), "-p", "hi", "-n", "9")
    for part in parts:
        check(works("run", part, "-p", "hi", "-n", "9").out == whole.out, part)
    os.rename(parts[1], parts[1] + ".away")
    refused(parts[0], "parts-00002-of-00003.gguf", "missing")
    os.rename(parts[1] + ".away", parts[1])
    put("parts-00003-of-00003.gguf", read(parts[2])[:-100])
    refused(parts[0], "parts-00003-of-00003.gguf", "incomplete")


@test
def more_than_memory():
    """A file with holes: nothing of it is read before it is refused."""
    huge = Shape(sparse=True, kind=F16, embd=8192, ff=28672, layers=80, heads=64,
                 vocab=32000).write(path("huge.gguf"))
    fails(1, "run", huge, "-p", "hi", says=["needs 158.", "GB", "are free", "--force"])
    check("GB" in works("plan", huge).out, "a plan needs no memory")
    os.remove(huge)
    long = Shape(sparse=True, kind=F16, embd=2048, ff=64, layers=16, heads=16,
                 ctx=1 << 20).write(path("long.gguf"))
    fails(1, "run", long, "-p", "hi", "--ctx", "1048576",
          says=["KV cache for 1048576 positions 137.44", "smaller context", "--force"])
    works("run", long, "-p", "hi", "-n", "2", "--ctx", "1048576", "--force", "--no-cache")
    os.remove(long)


@test
def prompts_of_any_bytes():
    bad = b"caf\xe9 \xff\xfe\x80 \xf0\x9f"
    works("run", MODEL, "-p", bad, "-n", "4")
    works("run", MODEL, "-f", put("bad.txt", bad), "-n", "4")
    works("run", MODEL, "-f", put("zero.txt", b"a\0b"), "-n", "4")
    check(works("run", MODEL, "-n", "4", stdin=bad).raw ==
          works("run", MODEL, "-f", path("bad.txt"), "-n", "4").raw, "a pipe and a file")
    fails(1, "run", CHAT, "-p", bad, says=["prompt", "UTF-8", "--raw"])
    fails(1, "run", CHAT, "-f", path("zero.txt"), says=["prompt", "byte 1 is zero", "--raw"])
    fails(1, "run", CHAT, "-p", "hi", "--system", bad, says=["system message", "UTF-8"])
    works("run", CHAT, "-f", path("zero.txt"), "--raw", "-n", "4")
    a = works("run", MODEL, "--raw", "-f", put("ab.txt", b"a"), "-n", "4").raw
    check(a != works("run", MODEL, "-f", path("zero.txt"), "-n", "4").raw, "all bytes count")


@test
def length_of_prompts():
    long = "x" * 600
    fails(1, "run", MODEL, "-p", long, says=["601 tokens", "512", "--ctx"])
    fails(1, "run", MODEL, "-p", long, "--json", says=["601 tokens"])
    works("run", MODEL, "-p", long, "--ctx", "1024", "-n", "3")
    full = works("run", MODEL, "-p", "x" * 500, "--ignore-eos", "-n", "1000000000", "--json")
    check(full.json()["finish"] == "context full", full)
    check(full.json()["prompt_tokens"] + full.json()["answer_tokens"] == 513, full)
    works("run", MODEL, "-p", "", "-n", "3")  # begins with <s>
    works("run", CHAT, "-p", "", "-n", "3")
    fails(1, "run", MODEL, "-f", path("no such file"), says=["no such file"])
    r = takt("run", MODEL, "-f", path(""))
    check(r.code != 0 and "is a directory" in r.err, r)


@test
def templates():
    plain = works("run", CHAT, "-p", "hi", "--raw", "--temp", "0", "-n", "5")
    check(plain.out == works("run", MODEL, "-p", "hi", "--temp", "0", "-n", "5").out, plain)
    tokens = works("run", CHAT, "-p", "hi", "-n", "2", "--ignore-eos", "--json").json()
    check(tokens["prompt_tokens"] == 1 + len("[user] hi\n[assistant] "), tokens)
    works("run", CHAT, "-p", "hi", "--system", "Be brief.", "-n", "2")
    fails(1, "run", MODEL, "-p", "hi", "--system", "x", says=["--system", "no chat template"])
    broken = Shape(template="{% for m in messages %}").write(path("broken.gguf"))
    fails(1, "run", broken, "-p", "hi", says=["chat template", "--raw"])
    works("run", broken, "-p", "hi", "--raw", "-n", "2")
    check("not usable" in works("inspect", broken).out, "inspect says so")
    check(works("inspect", CHAT, "--template").out.rstrip("\n") == TEMPLATE, "--template")
    fails(1, "inspect", MODEL, "--template", says=["no chat template"])


@test
def stop_and_seed():
    a = works("run", MODEL, "-p", "hi", "-n", "40", "--seed", "3", "--ignore-eos")
    check(a.raw == works("run", MODEL, "-p", "hi", "-n", "40", "--seed", "3", "--ignore-eos", "-t",
                         "1", "--isa", "ref", "--chunk", "1").raw, "the same for any threads")
    check(a.raw != works("run", MODEL, "-p", "hi", "-n", "40", "--seed", "4",
                         "--ignore-eos").raw, "another seed")
    cut = a.raw[10:13]
    r = works("run", MODEL, "-p", "hi", "-n", "40", "--seed", "3", "--ignore-eos", "--stop", cut)
    check(r.raw == a.raw[:a.raw.index(cut)] + b"\n", (a.raw, r.raw))


@test
def tokenize_there_and_back():
    for raw in (b"Hello, world", b"", "Straße 東京 🙂".encode(), b"\xff\xfe", b" a  b\n\n"):
        ids = works("tokenize", MODEL, "--ids", "-f", put("t.txt", raw)).out
        back = works("tokenize", MODEL, "--decode", "-p", ids)
        want = raw.decode(errors="replace")
        check(back.raw.decode() == want, (raw, ids, back.raw))
    as_json = works("tokenize", MODEL, "--json", "hi").json()
    listed = json.dumps([t["id"] for t in as_json])
    check(works("tokenize", MODEL, "--decode", "--json", listed).json()["text"] == "hi", listed)
    check(works("tokenize", MODEL, "--bos", "--ids", "hi").out.split()[0] == "1", "<s> first")
    check("\"h\"" in works("tokenize", MODEL, "hi").out, "a line per token")
    fails(2, "tokenize", MODEL, "--decode", "1 2 99999", says=["99999", "300"])
    fails(2, "tokenize", MODEL, "--decode", "1 two 3", says=["'two'"])
    fails(2, "tokenize", MODEL, "--decode", "1 -2 3", says=["'-2'"])
    fails(2, "tokenize", MODEL, "--decode", "99999999999999999999999", says=["999"])
    fails(1, "tokenize", put("no.json", b"{}"), "hi", says=["no.json"])
    fails(1, "tokenize", put("no.json", b"{"), "hi", says=["no.json"])


@test
def eval_of_text():
    text = put("text.txt", b"The rain fell all day long and the river rose. " * 30)
    a = works("eval", MODEL, text, "-w", "128", "--save", path("logits.gguf"))
    check("perplexity" in a.out, a)
    r = works("eval", MODEL, "--against", path("logits.gguf"), "--json").json()
    check(r["max_abs_error"] == 0 and r["kl_max"] < 1e-9 and r["top1_agreement"] == 1, r)
    check(r["positions"] == 128, r)
    other = Shape(seed=2).write(path("other.gguf"))
    r = works("eval", other, "--against", path("logits.gguf"), "--json").json()
    check(r["max_abs_error"] > 0.1 and r["kl_mean"] > 0, r)
    fails(1, "eval", MODEL, "--against", MODEL, says=["ids", "logits"])
    bigger = Shape(vocab=310).write(path("bigger.gguf"))
    fails(1, "eval", bigger, "--against", path("logits.gguf"), says=["300", "310"])
    fails(2, "eval", MODEL, put("short.txt", b"short"), says=["6 tokens", "--window"])
    fails(1, "eval", MODEL, path("nothing.txt"), says=["no such file"])
    works("eval", MODEL, put("bytes.txt", os.urandom(3000)), "-w", "64")


@test
def hostile_ids_of_a_reference():
    ids = b"\xff\xff\xff\x7f" * 8
    write(path("ids.gguf"), [("general.architecture", STR, "x")],
          [("ids", I32_DATA, (8,), ids), ("logits", F32, (300, 8), bytes(300 * 8 * 4))])
    fails(2, "eval", MODEL, "--against", path("ids.gguf"), says=["2147483647"])


@test
def recorded_logits():
    family = shared("models/tiny-random/tiny-mixtral-a")
    for model in ("tiny-mixtral-a.gguf", "hf"):
        r = works("eval", os.path.join(family, model), "--against",
                  os.path.join(family, "logits-long.gguf"), "--json").json()
        check(r["max_abs_error_relative"] < 1e-4 and r["top1_agreement"] == 1, r)


@test
def stories():
    f32 = shared("models/stories260K/stories260K-f32.gguf")
    want = b" a time, there was a little girl named Lily."
    r = works("run", f32, "--temp", "0", "-n", "40", "-p", "Once upon")
    check(r.raw.startswith(want), r)
    hf = shared("models/stories260K/hf")
    check(works("run", hf, "--temp", "0", "-n", "40", "-p", "Once upon").raw == r.raw, "hf")
    r = works("run", f32, "--temp", "0", "-p", "Once upon", "--stop", "little girl")
    check(r.raw == b" a time, there was a \n", r)


main("cli/input")
