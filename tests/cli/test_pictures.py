"""takt run --image: what it takes, and what it says of what it does not take."""
import json
import os
import shutil
import struct

from models import Shape
from tap import check, fails, main, path, takt, test, works

BUILTIN = os.path.abspath("models/builtin/builtin.gguf")
MMPROJ = os.path.abspath("models/builtin/builtin-mmproj.gguf")
MLLAMA = os.path.abspath("tests/data/mllama-tiny")


def bmp(name, width=96, height=96, colour=(30, 80, 220)):
    """A picture of one colour."""
    row = bytes(reversed(colour)) * width
    row += bytes(-len(row) % 4)
    head = struct.pack("<2sIHHI", b"BM", 54 + len(row) * height, 0, 0, 54)
    head += struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 2835, 2835, 0, 0)
    with open(path(name), "wb") as f:
        f.write(head + row * height)
    return path(name)


PLAIN = bmp("plain.bmp")
ASK = ["-p", "What do you see?", "--temp", "0", "-n", "40"]


def image(*files, more=()):
    return [a for f in files for a in ("--image", f)] + [*ASK, *more]


@test
def from_standard_input():
    with open(PLAIN, "rb") as f:
        piped = works("run", *image("-"), stdin=f.read())
    check(piped.out == works("run", *image(PLAIN)).out, piped.out)


@test
def sizes_other_than_the_encoders():
    for size in ((300, 200), (1, 1), (13, 700)):
        works("run", *image(bmp("size.bmp", *size)))


@test
def positions_are_counted():
    none = works("run", *ASK, "--json").json()
    one = works("run", *image(PLAIN), "--json").json()
    check(one["prompt_tokens"] == none["prompt_tokens"] + 64, (one, none))
    check("pictures" not in none and one["pictures"] == 1, (one, none))


@test
def the_same_for_any_threads():
    first = works("run", *image(PLAIN)).out
    for more in (["-t", "1"], ["-t", "3"], ["--isa", "ref"], ["--chunk", "5"]):
        got = works("run", *image(PLAIN, more=more)).out
        check(got == first, (more, got, first))


@test
def the_encoder_beside_a_model():
    os.symlink(BUILTIN, path("model.gguf"))
    fails(2, "run", path("model.gguf"), *image(PLAIN), says=["there is none beside the model"])
    want = works("run", *image(PLAIN)).out
    got = works("run", path("model.gguf"), "--mmproj", MMPROJ, *image(PLAIN)).out
    check(got == want, (got, want))
    os.symlink(MMPROJ, path("mmproj-model.gguf"))
    check(works("run", path("model.gguf"), *image(PLAIN)).out == want, want)
    os.symlink(MMPROJ, path("mmproj-other.gguf"))
    fails(2, "run", path("model.gguf"), *image(PLAIN), says=["there are several beside the model"])


@test
def the_encoder_in_a_folder():
    """Hugging Face's folders have both in them."""
    folder = os.path.abspath("tests/data/smolvlm-folder")
    seen = works("run", folder, *image(PLAIN), "--json").json()
    text = works("run", folder, "-p", "What do you see?", "-n", "4", "--json").json()
    check(seen["pictures"] == 1, seen)
    check(seen["prompt_tokens"] > text["prompt_tokens"] + 20, (seen, text))
    alone = os.path.join(path("lonely"), "alone")
    shutil.copytree(folder, alone)
    config = os.path.join(alone, "config.json")
    with open(config) as f:
        said = json.load(f)
    del said["vision_config"]
    with open(config, "w") as f:
        json.dump(said, f)
    fails(2, "run", alone, *image(PLAIN), says=["there is none beside the model"])
    fails(1, "run", alone, "--mmproj", alone, *image(PLAIN), says=["has no vision_config"])


@test
def encoders_of_other_models():
    other = Shape(ctx=512).write(path("other.gguf"))
    fails(2, "run", other, "--mmproj", MMPROJ, *image(PLAIN), says=["it belongs to another model"])
    fails(1, "run", "--mmproj", BUILTIN, *image(PLAIN), says=["is no picture encoder"])
    fails(2, "run", MMPROJ, "-p", "hi", says=["is a picture encoder, no language model"])
    fails(2, "plan", MMPROJ, says=["is a picture encoder, no language model"])
    works("inspect", MMPROJ)
    fails(1, "run", "--mmproj", path("none.gguf"), *image(PLAIN), says=["none.gguf"])


@test
def plans_of_pictures():
    """What takt plan says of sizes is what takt run does with such pictures."""
    sizes = ("--image", "300x200", "--image", "96x96")
    plan = works("plan", *sizes, "--prompt", "30", "--json").json()
    pics = plan["pictures"]
    check([(p["width"], p["height"]) for p in pics["each"]] == [(300, 200), (96, 96)], pics)
    check(pics["positions"] == sum(p["positions"] for p in pics["each"]) == 128, pics)
    check(all(p["tiles"] == 1 and p["ns"] > 0 for p in pics["each"]), pics)
    check(abs(pics["encode_ns"] - sum(p["ns"] for p in pics["each"])) < 1, pics)
    check(pics["prompt"] == 30 and pics["first_token_ns"] == pics["encode_ns"] + pics["prefill_ns"])
    ran = works("run", *image(bmp("size.bmp", 300, 200), PLAIN), "--json").json()
    ratio = ran["encode_s_predicted"] * 1e9 / pics["encode_ns"]
    # The moment's bandwidth is measured each time, and the machine may be busy at one of them.
    check(0.1 < ratio < 10, (ran, pics))
    text = works("plan", "--image", "300x200").out
    check("300 x 200" in text and "first token after" in text, text)
    check("pictures" not in works("plan", "--json").json() and "pictures" not in works("plan").out)
    for size in ("300", "x", "300x", "x200", "300x200x3", "-3x4", "3.5x4", "a.png", "",
                 "1234567890x1", "300 x 200"):
        fails(2, "plan", "--image=" + size, says=["is no size", "as 640x480"])
    fails(2, "plan", "--image", "0x5", says=["--image"])
    for size in ("40000x10000", "20000x20000", "30000x1"):
        fails(1, "plan", "--image", size, says=["--image"])
    fails(2, "plan", "--image", "3x3", "--explain", says=["--image does not go with --explain"])
    fails(2, "plan", "--mmproj", MMPROJ, says=["--mmproj goes with --image"])
    other = Shape(ctx=512).write(path("other.gguf"))
    fails(2, "plan", other, "--image", "3x3", "--mmproj", MMPROJ, says=["belongs to another model"])


@test
def llama_vision_from_its_folder():
    """A picture is one position, whatever its size, and layers look at it."""
    wide, tall = bmp("wide.bmp", 90, 20), bmp("tall.bmp", 11, 60, (200, 30, 30))
    text = works("run", MLLAMA, *ASK, "--json").json()
    one = works("run", MLLAMA, *image(wide), "--json").json()
    check(one["prompt_tokens"] == text["prompt_tokens"] + 1 and one["pictures"] == 1, (one, text))
    check(one["text"] != text["text"], one)
    check(one["text"] != works("run", MLLAMA, *image(tall), "--json").json()["text"], one)
    for more in (["-t", "1"], ["-t", "3"], ["--isa", "ref"], ["--chunk", "5"]):
        got = works("run", MLLAMA, *image(wide, tall, more=more)).out
        check(got == works("run", MLLAMA, *image(wide, tall)).out, (more, got))
    works("run", MLLAMA, "--raw", *image(wide))
    plan = works("plan", MLLAMA, "--image", "90x20", "--json").json()
    looks = [t for p in plan["programs"] for t in p["tasks"] if t.get("with_pictures")]
    check(any(t["op"] == "CROSS_ATTN" for t in looks), looks)
    check(plan["pictures"]["each"][0]["tiles"] == 4, plan["pictures"])
    check("CROSS_ATTN" in works("plan", MLLAMA, "--explain").out)
    check("CROSS_ATTN" not in works("plan", MLLAMA).out)


@test
def llama_vision_that_is_not_whole():
    os.mkdir(path("folder"))
    for name in os.listdir(MLLAMA):
        if name != "preprocessor_config.json":
            os.symlink(os.path.join(MLLAMA, name), path("folder/" + name))
    works("run", path("folder"), *ASK)
    fails(1, "run", path("folder"), *image(PLAIN), says=["has no preprocessor_config.json"])
    fails(2, "run", "--mmproj", MLLAMA, *image(PLAIN), says=["of another model"])
    fails(2, "run", MLLAMA, "--mmproj", MMPROJ, *image(PLAIN), says=["belongs to another model"])


@test
def files_that_are_no_pictures():
    def put(name, data):
        with open(path(name), "wb") as f:
            f.write(data)
        return path(name)

    whole = open(PLAIN, "rb").read()
    fails(1, "run", *image(path("none.png")), says=["none.png"])
    fails(1, "run", *image(put("empty.png", b"")), says=["empty.png"])
    fails(1, "run", *image(put("text.png", b"no picture at all")), says=["text.png"])
    fails(1, "run", *image(put("cut.bmp", whole[:1000])), says=["cut.bmp"])
    huge = whole[:18] + struct.pack("<ii", 60000, 60000) + whole[26:]
    fails(1, "run", *image(put("huge.bmp", huge)), says=["huge.bmp"])
    flat = whole[:18] + struct.pack("<ii", 30000, 1) + whole[26:]
    fails(1, "run", *image(put("flat.bmp", flat)), says=["flat.bmp"])


@test
def places_and_pictures():
    part = {"type": "image_url", "image_url": {"url": "data:,"}}
    talk = json.dumps([{"role": "user", "content": [part, part, {"type": "text", "text": "hi"}]}])
    run = ["run", "--messages", "-", "-n", "5", "--temp", "0"]
    fails(1, *run, stdin=talk.encode(), says=["content[0] is a picture"])
    fails(1, *run, "--image", PLAIN, stdin=talk.encode(),
          says=["content[1] is a picture (\"image_url\"), but there is none left for it"])
    works(*run, "--image", PLAIN, "--image", PLAIN, stdin=talk.encode())
    fails(2, *run, "--image", PLAIN, "--image", PLAIN,
          "--image", PLAIN, stdin=talk.encode(),
          says=["has places for 2 pictures, but 3 are given"])
    raw = works("run", "--raw", *image(PLAIN), "--json").json()
    none = works("run", "--raw", *ASK, "--json").json()
    check(raw["prompt_tokens"] == none["prompt_tokens"] + 64, (raw, none))
    fails(2, "run", *image("-", "-"), stdin=b"", says=["can be read once only"])


def chat(*lines, more=()):
    """The answers to LINES, and what was said on standard error."""
    r = takt("chat", "--temp", "0", "-n", "60", *more, stdin="\n".join(lines).encode() + b"\n")
    check(r.code == 0, r)
    return r.out.splitlines(), r.err


@test
def in_a_chat():
    alone = works("run", *image(PLAIN)).out.strip()
    ask, blind = "What do you see?", chat("What do you see?")[0][0]
    check(alone != blind, alone)
    check(chat(ask, more=["--image", PLAIN])[0] == [alone])
    check(chat("/image " + PLAIN, ask)[0] == [alone])
    check(chat(PLAIN, ask)[0] == [alone])
    check(chat(f"'{PLAIN}'", ask)[0] == [alone])
    # A picture belongs to one message, and is remembered until the conversation is forgotten.
    answers, _ = chat(ask, "/image " + PLAIN, ask, "/reset", ask)
    check(answers == [blind, alone, blind], answers)
    answers, err = chat("/image " + path("none.png"), ask, "/image")
    check(answers == [blind] and "none.png" in err and "needs a file name" in err, (answers, err))


@test
def saved_and_loaded():
    saved, ask = path("talk.json"), "What colour is it?"
    first, _ = chat("/image " + PLAIN, "What do you see?", ask, "/save " + saved)
    parts = json.load(open(saved))["messages"][0]["content"]
    check(parts[0]["image_url"]["url"] == PLAIN and parts[1]["type"] == "text", parts)
    again, _ = chat("/load " + saved, "Is it large?")
    straight, _ = chat("/image " + PLAIN, "What do you see?", ask, "Is it large?")
    check(again == straight[2:], (first, again, straight))
    os.rename(PLAIN, PLAIN + ".away")
    kept, err = chat("Hello", "/load " + saved, "What do you see?")
    os.rename(PLAIN + ".away", PLAIN)
    check(len(kept) == 2 and PLAIN in err, (kept, err))


main("cli/pictures")
