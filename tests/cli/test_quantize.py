"""takt quantize: formats, folders, what it refuses, and that nothing half-written stays."""
import glob
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import time

from models import F16, Shape, split
from tap import check, environment, fails, folder, main, path, program, shared, takt, test, works

WIDE = Shape(embd=256, ff=512, layers=8, vocab=512).write(path("wide.gguf"))
NARROW = Shape(embd=64, ff=96, layers=2).write(path("narrow.gguf"))
TEXT = path("text.txt")
with open(TEXT, "w") as f:
    f.write("It was a day like any other, and nobody knew better. " * 20)


def quantize(source, name, kind, *more):
    out = path(name)
    r = takt("quantize", source, out, "--type", kind, *more)
    check(r.code == 0, r)
    return out


def types(source, kind):
    r = works("quantize", source, "--type", kind, "--dry-run", "--json").json()
    return {t["name"]: t["to"] for t in r["tensors"]}


def kl_of(model, reference):
    return works("eval", model, "--against", reference, "--json").json()["kl_mean"]


def read(name):
    with open(name, "rb") as f:
        return f.read()


@test
def mixtures():
    t = types(WIDE, "Q4_K_M")
    for layer in range(8):
        more = layer in (0, 3, 6, 7)  # the first and last eighth, every third between
        for name in ("attn_v", "ffn_down"):
            check(t["blk.%d.%s.weight" % (layer, name)] == ("Q6_K" if more else "Q4_K"), t)
        check(t["blk.%d.attn_q.weight" % layer] == "Q4_K", t)
        check(t["blk.%d.attn_norm.weight" % layer] == "F32", t)
    check(t["output.weight"] == "Q6_K" and t["token_embd.weight"] == "Q4_K", t)
    check(types(WIDE, "q4_k") == t, "Q4_K means Q4_K_M")
    t = types(WIDE, "Q4_K_S")
    check([t["blk.%d.attn_v.weight" % i] for i in range(8)] == ["Q5_K"] * 4 + ["Q4_K"] * 4, t)
    check([t["blk.%d.ffn_down.weight" % i] for i in range(2)] == ["Q5_K", "Q4_K"], t)
    check(types(WIDE, "Q5_K_S")["blk.0.attn_v.weight"] == "Q5_K", "Q5_K_S")
    check(types(WIDE, "Q8_0")["output.weight"] == "Q8_0", "Q8_0")


@test
def rows_that_no_block_divides():
    t = types(NARROW, "Q4_K")
    check(t["blk.0.attn_q.weight"] == "Q5_0" and t["output.weight"] == "Q8_0", t)
    check(types(NARROW, "Q5_K")["blk.0.attn_q.weight"] == "Q5_1", "Q5_K")
    odd = Shape(embd=48, ff=96).write(path("odd.gguf"))
    check(types(odd, "Q4_0")["blk.0.attn_q.weight"] == "F16", "48 columns")
    check(types(odd, "Q4_0")["blk.0.ffn_down.weight"] == "Q4_0", "96 columns")


@test
def quality():
    reference = path("wide-logits.gguf")
    works("eval", WIDE, TEXT, "--window", "64", "--windows", "1", "--save", reference)
    bounds = {"F32": 1e-9, "F16": 1e-5, "BF16": 1e-3, "Q8_0": 1e-3, "Q6_K": 0.01, "Q5_K_M": 0.03,
              "Q4_K_M": 0.1, "Q4_0": 0.2}
    before = -1
    for kind, bound in bounds.items():
        kl = kl_of(quantize(WIDE, "q.gguf", kind), reference)
        check(kl < bound, "%s: %g" % (kind, kl))
        check(kl > before or kind == "Q8_0", "%s is better than more bits: %g" % (kind, kl))
        before = kl


@test
def threads_do_not_show():
    one = read(quantize(WIDE, "one.gguf", "Q4_K", "--threads", "1"))
    check(read(quantize(WIDE, "five.gguf", "Q4_K", "--threads", "5")) == one, "differs")


@test
def split_input():
    parts = split(Shape(embd=256, ff=512, layers=8, vocab=512), folder)
    whole = works("inspect", quantize(WIDE, "whole.gguf", "Q8_0"), "--json").json()
    for part in parts[:2]:
        joined = works("inspect", quantize(part, "joined.gguf", "Q8_0"), "--json").json()
        check(len(joined["tensors"]) == len(whole["tensors"]), "tensors are missing")
        check("split.count" not in json.dumps(joined), "split keys are left")
    check(read(path("joined.gguf"))[-4096:] == read(path("whole.gguf"))[-4096:], "differs")


@test
def refused():
    fails(2, "quantize", WIDE, path("x.gguf"), says=("--type", "Q4_K_M"))
    fails(2, "quantize", WIDE, path("x.gguf"), "--type", "Q9", says=("Q9", "Q8_0"))
    fails(2, "quantize", WIDE, "--type", "Q8_0", says=("output",))
    small = quantize(WIDE, "small.gguf", "Q8_0")
    fails(1, "quantize", small, path("x.gguf"), "--type", "Q4_0", says=("Q8_0", "twice"))
    os.symlink(WIDE, path("link.gguf"))
    os.link(WIDE, path("hard.gguf"))
    for same in (WIDE, path("link.gguf"), path("hard.gguf")):
        fails(2, "quantize", WIDE, same, "--type", "Q8_0", says=("input itself",))
    fails(1, "quantize", WIDE, path("no/such/x.gguf"), "--type", "Q8_0", says=("no/such",))
    fails(2, "quantize", WIDE, folder, "--type", "Q8_0", says=("directory",))
    fails(1, "quantize", WIDE, "/dev/full", "--type", "Q8_0", says=("full",))
    fails(1, "quantize", TEXT, path("x.gguf"), "--type", "Q8_0", says=("GGUF",))
    check(not os.path.exists(path("x.gguf")), "a file was left")


def writes_into(p, where):
    """Has P a file open in the folder, with a name or without?"""
    try:
        fds = glob.glob("/proc/%d/fd/*" % p.pid)
        return any(os.readlink(f).startswith(where + "/") for f in fds)
    except OSError:  # closed meanwhile
        return False


def nameless_files(where):
    """Does the file system of this folder know files without names?"""
    try:
        os.close(os.open(where, os.O_TMPFILE | os.O_WRONLY))
        return True
    except OSError:
        return False


@test
def interrupted():
    """The old file stays and nothing else does: after Ctrl-C, after a second one, which ends the
    program at once, and after a kill."""
    big = Shape(embd=1024, ff=4096, layers=12, vocab=4096, kind=F16, sparse=True)
    source = big.write(path("big.gguf"))
    with tempfile.TemporaryDirectory(dir=folder) as d:
        out = os.path.join(d, "out.gguf")
        with open(out, "w") as f:
            f.write("old")
        sudden = [[signal.SIGINT] * 2, [signal.SIGKILL]] if nameless_files(d) else []
        for signals in [[signal.SIGINT], *sudden]:
            p = subprocess.Popen([program, "quantize", source, out, "--type", "Q6_K", "--threads",
                                  "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=environment)
            while not writes_into(p, d) and p.poll() is None:
                pass
            for s in signals:
                p.send_signal(s)
                time.sleep(0.001)
            _, err = p.communicate(timeout=60)
            check(p.returncode != 0 and len(err.splitlines()) <= 1, (p.returncode, err))
            check(err or len(signals) > 1 or p.returncode < 0, "no word")
            check(os.listdir(d) == ["out.gguf"] and read(out) == b"old", os.listdir(d))
    os.remove(source)


@test
def folders():
    """GGUF files from folders answer as their recorded references do."""
    for name in ("tiny-llama31-a", "tiny-llama-untied-hd32-a", "tiny-mixtral-a", "tiny-granite-a",
                 "tiny-granitemoe-a"):
        base = shared("models/tiny-random/" + name)
        r = takt("quantize", base + "/hf", path("hf.gguf"), "--type", "F32")
        check(r.code == 0 and "without a tokenizer" in r.err, r)
        e = works("eval", path("hf.gguf"), "--against", base + "/logits-long.gguf", "--json").json()
        check(e["max_abs_error_relative"] < 1e-5, (name, e))


@test
def folder_with_tokenizer():
    base = shared("models/stories260K")
    made = quantize(base + "/hf", "stories.gguf", "F32")
    r = works("eval", made, "--against", base + "/logits.gguf", "--json").json()
    check(r["max_abs_error_relative"] < 1e-5, r)
    with open(TEXT) as f:
        text = f.read() + " Ünïcode 🙂\n\n  spaces\t<s> </s>"
    for source in (base + "/hf", base + "/stories260K-f32.gguf"):
        for more in ((), ("--special", "--bos")):
            a = works("tokenize", made, "--ids", "-p", text, *more).out
            check(a == works("tokenize", source, "--ids", "-p", text, *more).out, source)


VISION = ("llava-folder", "granite-vision-folder", "smolvlm-folder", "qwen2vl-folder",
          "qwen25vl-folder", "mistral3-folder")


def bmp(width, height):
    """A picture with slopes and a pattern."""
    rows = b"".join(
        b"".join(bytes((x * 5 + y * 3 & 255, y * 255 // height, x * 255 // width))
                 for x in range(width)).ljust(-(-width * 3 // 4) * 4, b"\0")
        for y in reversed(range(height)))
    head = struct.pack("<2sIII", b"BM", 54 + len(rows), 0, 54)
    head += struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(rows), 2835, 2835, 0, 0)
    return head + rows


def seen(model, *more):
    """What MODEL says of a picture that is no square, and how many tokens it takes."""
    with open(path("seen.bmp"), "wb") as f:
        f.write(bmp(61, 33))
    r = works("run", model, "-i", path("seen.bmp"), "-p", "What is it?", "-n", "12", "--temp", "0",
              "--json", *more).json()
    return re.sub(r"\[PAD\d+\]", "", r["text"]), r["prompt_tokens"]  # files name every id


@test
def folders_that_see():
    """Two files, the second of which is found beside the first, say what the folder says."""
    for name in VISION:
        source = os.path.abspath(os.path.join("tests/data", name))
        with tempfile.TemporaryDirectory(dir=folder) as d:
            out = os.path.join(d, "model.gguf")
            r = takt("quantize", source, out, "--type", "F32")
            check(r.code == 0 and "left out" not in r.err, r)
            check("picture encoder, F32" in r.out and "model-mmproj.gguf" in r.out, r)
            check(sorted(os.listdir(d)) == ["model-mmproj.gguf", "model.gguf"], os.listdir(d))
            check(seen(out) == seen(source), (name, seen(out), seen(source)))
            check("clip" in works("inspect", os.path.join(d, "model-mmproj.gguf")).out)
            # Rounded, it takes the same place.
            r = works("quantize", source, out, "--type", "Q4_K_M", "--json").json()
            check(r["mmproj"]["type"] == "Q8_0" and "v." in str(r["mmproj"]["tensors"]), r)
            check(seen(out)[1] == seen(source)[1], name)
            other = os.path.join(d, "eyes.gguf")
            works("quantize", source, out, "--type", "BF16", "--mmproj", other, "--mmproj-type",
                  "f16")
            os.remove(os.path.join(d, "model-mmproj.gguf"))
            check(seen(out, "--mmproj", other)[1] == seen(source)[1], name)


@test
def clips_of_a_quantised_model():
    """What mmproj files have no word for is said in keys of takt's own."""
    from gif import gif
    with open(path("clip.gif"), "wb") as f:
        f.write(gif([[(x // 8 + k) % 4 for _ in range(32) for x in range(48)] for k in range(5)],
                    48, 32, delay=300))
    ask = ("--video", path("clip.gif"), "-p", "What?", "-n", "12", "--temp", "0")
    for name in ("qwen2vl-folder", "qwen25vl-folder"):
        source = os.path.abspath(os.path.join("tests/data", name))
        with tempfile.TemporaryDirectory(dir=folder) as d:
            out = quantize(source, os.path.join(d, "m.gguf"), "F32")
            check(works("run", out, *ask).out == works("run", source, *ask).out, name)


@test
def encoders_unwanted():
    source = os.path.abspath("tests/data/llava-folder")
    with tempfile.TemporaryDirectory(dir=folder) as d:
        out = os.path.join(d, "m.gguf")
        works("quantize", source, out, "--type", "F16", "--mmproj", "none")
        check(os.listdir(d) == ["m.gguf"], os.listdir(d))
        check("picture encoder" in works("quantize", source, "--type", "Q8_0", "--dry-run").out)
        fails(2, "quantize", source, out, "--type", "F16", "--mmproj", out, says=("output itself",))
        fails(2, "quantize", source, out, "--type", "F16", "--mmproj-type", "Q4_K",
              says=("--mmproj-type", "F32, F16, BF16, Q8_0"))
        fails(2, "quantize", WIDE, out, "--type", "Q8_0", "--mmproj", os.path.join(d, "e.gguf"),
              says=("--mmproj", "no picture encoder"))
        # An encoder that takt does not know is left where it is.
        strange = os.path.join(d, "strange")
        shutil.copytree(source, strange)
        with open(os.path.join(strange, "config.json")) as f:
            config = json.load(f)
        config["vision_config"]["model_type"] = "dog_vision_model"
        with open(os.path.join(strange, "config.json"), "w") as f:
            json.dump(config, f)
        r = takt("quantize", strange, out, "--type", "F16")
        check(r.code == 0 and "is not written" in r.err and "dog_vision_model" in r.err, r)
        check("run the folder itself" in r.err, r)
        check(sorted(os.listdir(d)) == ["m.gguf", "strange"], os.listdir(d))


def make_folder(at, n_vocab, tokenizer=None):
    """A Hugging Face folder of zeros with TOKENIZER."""
    os.makedirs(at)
    if tokenizer:
        shutil.copy(tokenizer, os.path.join(at, "tokenizer.json"))
    with open(os.path.join(at, "config.json"), "w") as f:
        json.dump(dict(model_type="llama", hidden_size=32, intermediate_size=32,
                       num_hidden_layers=1, num_attention_heads=1, vocab_size=n_vocab), f)
    layer = "model.layers.0."
    shapes = {"model.embed_tokens": [n_vocab, 32], "model.norm": [32],
              layer + "input_layernorm": [32], layer + "post_attention_layernorm": [32]}
    for n in ("q", "k", "v", "o"):
        shapes[layer + "self_attn.%s_proj" % n] = [32, 32]
    for n in ("gate", "up", "down"):
        shapes[layer + "mlp.%s_proj" % n] = [32, 32]
    header, at_byte = {}, 0
    for name, shape in shapes.items():
        n = 2 * shape[0] * (shape[1] if len(shape) > 1 else 1)
        header[name + ".weight"] = dict(dtype="BF16", shape=shape,
                                        data_offsets=[at_byte, at_byte + n])
        at_byte += n
    raw = json.dumps(header).encode()
    with open(os.path.join(at, "model.safetensors"), "wb") as f:
        f.write(struct.pack("<Q", len(raw)) + raw)
        f.truncate(8 + len(raw) + at_byte)


def generation_config(at, text):
    with open(os.path.join(at, "generation_config.json"), "w") as f:
        f.write(text)


@test
def sampling():
    """What the source says of sampling stands in the written file."""
    at = path("hf-sampling")
    make_folder(at, 32)
    def written():
        r = works("inspect", quantize(at, "sampling.gguf", "Q8_0"), "--json").json()
        return {k: v for k, v in r["metadata"].items() if k.startswith("general.sampling.")}
    check(written() == {}, "no generation_config.json")
    generation_config(at, '{"do_sample": false}')
    check(written() == {"general.sampling.temp": 0}, written())
    generation_config(at, '{"do_sample": true, "temperature": 0.6, "top_k": 20, "top_p": 0.9, '
                          '"min_p": 0.01, "repetition_penalty": 1.1}')
    want = {"general.sampling.temp": 0.6, "general.sampling.top_k": 20,
            "general.sampling.top_p": 0.9, "general.sampling.min_p": 0.01,
            "general.sampling.penalty_repeat": 1.1}
    check(written() == want, written())
    at = quantize(at, "sampling-f16.gguf", "F16")
    check(written() == want, written())


@test
def broken_generation_config():
    at = path("hf-broken")
    make_folder(at, 32)
    for text, says in (('{"temperature": -1}', "'temperature'"), ('{"top_p": NaN}', "offset 10"),
                       ('{"do_sample": false', "generation_config.json"), ("[]", "no JSON object")):
        generation_config(at, text)
        fails(1, "quantize", at, path("x.gguf"), "--type", "Q8_0",
              says=("generation_config.json", says))


@test
def vocabularies():
    """Every kind of tokenizer.json cuts text the same when it has become GGUF keys."""
    golden = path("golden.txt")
    with open(shared("tokenizers/goldens/llama-cpp-oracle.jsonl")) as f:
        texts = [json.loads(line)["text"] for line in f]
    with open(golden, "w", newline="") as f:
        f.write("\n".join(texts))
    for name, n in (("llama-3.1", 128256), ("granite-3.3", 49159), ("mixtral-8x7b", 32016)):
        at = path("hf-" + name)
        make_folder(at, n, shared("tokenizers/hf/%s-tokenizer.json" % name))
        made = quantize(at, "vocab.gguf", "Q8_0")
        a = works("tokenize", at, "--ids", "--bos", "-f", golden).out
        check(len(a) > 10000 and a == works("tokenize", made, "--ids", "--bos", "-f", golden).out,
              name)


main("cli/quantize")
