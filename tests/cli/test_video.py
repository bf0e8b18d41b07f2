"""takt run and chat --video: GIFs, films where ffmpeg is installed, and what is refused."""
import json
import os
import shutil
import struct
import subprocess

from gif import disc, gif, moving
from tap import Skip, check, fails, main, path, takt, test, works

FFMPEG = shutil.which("ffmpeg")
WAYS = {"left": "from right to left", "right": "from left to right",
        "up": "from bottom to top", "down": "from top to bottom"}
ASK = ["-p", "What happens in the clip?", "--temp", "0", "-n", "40"]


def put(name, data):
    with open(path(name), "wb") as f:
        f.write(data)
    return path(name)


def clip(way, n=12):
    return put(way + ".gif", gif(moving(way, n), 96, 96))


def needs_ffmpeg():
    if not FFMPEG:
        raise Skip("ffmpeg is not installed")


def film(name, source, *more):
    """A film that ffmpeg makes of SOURCE."""
    needs_ffmpeg()
    p = subprocess.run([FFMPEG, "-v", "error", "-y", *source, *more, path(name)],
                       stdin=subprocess.DEVNULL, capture_output=True)
    if p.returncode:  # this build of ffmpeg lacks an encoder
        raise Skip(p.stderr.decode(errors="replace").strip().splitlines()[-1])
    return path(name)


def colours(name, seconds, *more):
    """A film of SECONDS at 25 frames a second that all differ."""
    return film(name, ["-f", "lavfi", "-i", "testsrc=duration=%s:size=96x96:rate=25" % seconds],
                "-pix_fmt", "yuv420p", *more)


def frames_of(*args):
    """What --json tells of the only clip."""
    r = works("run", *args, "-p", "hi", "-n", "1", "--json").json()
    check(len(r["clips"]) == 1 and len(r["clips"][0]["frames_s"]) == r["pictures"], r)
    return r["clips"][0], r


def near(got, want):
    return len(got) == len(want) and all(abs(a - b) < 0.021 for a, b in zip(got, want))


@test
def what_moves_where():
    for way, says in WAYS.items():
        r = works("run", "--video", clip(way), *ASK)
        check(says in r.out, (way, r.out))


@test
def films():
    for name in ("left.mp4", "right.webm", "up.mkv", "down.avi"):
        way = name.split(".")[0]
        source = ["-i", clip(way)]
        r = works("run", "--video", film(name, source, "-pix_fmt", "yuv420p"), *ASK)
        check(WAYS[way] in r.out, (name, r.out))


@test
def turned_films():
    """Phones say how they were held; what moved to the right then moves up."""
    straight = film("straight.mp4", ["-i", clip("right")], "-pix_fmt", "yuv420p")
    for before, after in (([], ["-metadata:s:v", "rotate=90"]),  # as older ffmpegs take it
                          (["-display_rotation", "90"], [])):
        turned = film("turned.mp4", [*before, "-i", straight], "-c", "copy", *after)
        if "rotation of" in subprocess.run([FFMPEG, "-i", turned], stderr=subprocess.PIPE,
                                           text=True).stderr:
            break
    r = works("run", "--video", turned, *ASK)
    check(WAYS["up"] in r.out or WAYS["down"] in r.out, r.out)


@test
def frames_are_chosen():
    gif_file = clip("left")
    c, r = frames_of("--video", gif_file, "--frames", "3")
    check(near(c["frames_s"], [0, 1.2, 2.2]) and near([c["duration_s"]], [2.4]), c)
    check(c["file_frames"] == 12, c)
    c, _ = frames_of("--video", gif_file)
    check(len(c["frames_s"]) == 4, c)
    c, _ = frames_of("--video", gif_file, "--fps", "2")
    check(near(c["frames_s"], [0, 0.4, 1, 1.4, 2]), c)
    c, _ = frames_of("--video", gif_file, "--frames", "1")
    check(near(c["frames_s"], [1]), c)
    c, _ = frames_of("--video", gif_file, "--frames", "64", "-c", "2048")
    check(len(c["frames_s"]) == 12, c)


@test
def frames_of_films():
    c, _ = frames_of("--video", colours("short.mp4", 3), "--frames", "4")
    check(c["file_frames"] == 75 and near([c["duration_s"]], [3]), c)
    check(near(c["frames_s"], [0, 1, 1.96, 2.96]), c)
    c, _ = frames_of("--video", path("short.mp4"), "--fps", "1")
    check(near(c["frames_s"], [0, 1, 2]), c)


@test
def jumps_in_long_films():
    """Frames that lie far apart are sought, and are those that a whole pass gives."""
    long = colours("long.mp4", 60, "-g", "50")
    c, _ = frames_of("--video", long, "--frames", "4")
    check(near(c["frames_s"], [0, 19.99, 39.97, 59.96]), c)
    # A part of it begins just at the frame that is sought.
    at = 20
    part = film("part.mp4", ["-ss", str(at), "-i", long], "-frames:v", "1", "-q:v", "1")
    sought = works("run", "--video", long, "--fps", "0.05", "--frames", "0", *ASK, "--json").json()
    check(near(sought["clips"][0]["frames_s"], [0, 20, 40]), sought["clips"])
    check(sought["pictures_encoded"] == 3, sought)
    works("run", "--video", part, *ASK)


@test
def frames_that_do_not_change():
    still = put("still.gif", gif([disc(30, 30)] * 5 + [disc(60, 60)] * 5, 96, 96))
    _, r = frames_of("--video", still, "--frames", "10", "-c", "2048")
    check(r["pictures"] == 10 and r["pictures_encoded"] == 2, r)


def shaded(n, step=1):
    """A clip of N frames of 48 x 32 pixels, 24 rows of Qwen's small models for each two."""
    frames = [[(x // 8 + step * k) % 4 for _ in range(32) for x in range(48)] for k in range(n)]
    return put("shaded-%d-%d.gif" % (n, step), gif(frames, 48, 32))


@test
def frames_by_twos():
    """Qwen2-VL and Qwen2.5-VL take a clip as one thing, two frames at a time."""
    for name in ("qwen2vl-folder", "qwen25vl-folder"):
        model = os.path.abspath(os.path.join("tests/data", name))
        tell = lambda *args: works("run", model, *args, "-p", "hi", "-n", "1", "--json").json()
        text = tell()["prompt_tokens"]
        for n, pairs in ((1, 1), (2, 1), (3, 2), (8, 4)):
            r = tell("--video", shaded(n), "--frames", str(n))
            check(r["prompt_tokens"] == text + 24 * pairs + 2, (r, text))
            check(r["pictures"] == 1 and r["pictures_encoded"] == min(pairs, 2), r)
            check(len(r["clips"][0]["frames_s"]) == n, r)
        still = tell("--video", shaded(8, 0))
        check(still["pictures_encoded"] == 1 and still["prompt_tokens"] == text + 24 * 4 + 2, still)
        both = tell("--image", shaded(1), "--video", shaded(3), "--video", shaded(2), "--frames",
                    "9")
        check(both["pictures"] == 3 and len(both["clips"]) == 2, both)
        check(both["prompt_tokens"] == text + 24 * 4 + 3 * 2, both)


@test
def stills_and_clips():
    gif_file = clip("left")
    first = put("first.gif", gif(moving("left", 12)[:1], 96, 96))
    ask = ["-p", "What do you see?", "--temp", "0", "-n", "30"]
    as_picture = works("run", "--image", gif_file, *ask).out
    check(as_picture == works("run", "--image", first, *ask).out)
    check(as_picture == works("run", "--video", first, *ask).out)  # a clip of one frame
    needs_ffmpeg()
    fails(1, "run", "--image", film("left.mp4", ["-i", gif_file], "-pix_fmt", "yuv420p"), *ask,
          says=["left.mp4", "is a film (MP4 or MOV)", "--video"])


@test
def order():
    left, still = clip("left"), put("disc.gif", gif([disc(20, 20, colour=3)], 96, 96))
    talk = [{"role": "user", "content": [
        {"type": "video_url", "video_url": {"url": "any"}}, {"type": "image_url"},
        {"type": "text", "text": "What happens?"}]}]
    run = ["run", "--temp", "0", "-n", "30", "--json"]
    straight = works(*run, "--video", left, "--image", still, "-p", "What happens?").json()
    other = works(*run, "--image", still, "--video", left, "-p", "What happens?").json()
    for kind in ("video_url", "video", "input_video"):
        talk[0]["content"][0]["type"] = kind
        # Each kind of part takes its own, whatever the order of the options is.
        for files in (["--video", left, "--image", still], ["--image", still, "--video", left]):
            got = works(*run, *files, "--messages", "-", stdin=json.dumps(talk).encode()).json()
            check(got["text"] == straight["text"], (got, straight))
    check(straight["prompt_tokens"] == other["prompt_tokens"] and straight["pictures"] == 5,
          (straight, other))
    fails(1, *run, "--image", still, "--messages", "-", stdin=json.dumps(talk).encode(),
          says=["content[0] is a clip (\"input_video\"), but none is given"])
    fails(2, *run, "--video", left, "--video", left, "--image", still, "--messages", "-",
          stdin=json.dumps(talk).encode(), says=["has places for 5 pictures, but 9 are given"])


def chat(*lines, more=()):
    r = takt("chat", "--temp", "0", "-n", "40", *more, stdin="\n".join(lines).encode() + b"\n")
    check(r.code == 0, r)
    return r.out.splitlines(), r.err


@test
def in_a_chat():
    left, ask = clip("left"), "What happens in the clip?"
    alone = works("run", "--video", left, *ASK).out.strip()
    check(WAYS["left"] in alone, alone)
    for lines, more in (([ask], ["--video", left]), (["/video " + left, ask], []),
                        ([left, ask], []), (["'%s'" % left, ask], [])):
        answers, err = chat(*lines, more=more)
        check(answers == [alone], (lines, answers, alone, err))
    mentioned, _ = chat("@%s %s" % (left, ask))
    check(len(mentioned) == 1 and "right to left" in mentioned[0], mentioned)
    # Its first frame alone is a picture.
    answers, _ = chat("/image " + left, "What do you see?")
    as_picture = works("run", "--image", left, "-p", "What do you see?", "--temp", "0", "-n", "40")
    check(answers == [as_picture.out.strip()], answers)
    answers, err = chat("/video", "/video " + path("none.gif"))
    check(not answers and "needs a file name" in err and "none.gif" in err, err)


@test
def saved_and_loaded():
    right, saved = clip("right"), path("talk.json")
    ask = ["What happens in the clip?", "Does it move left or right?"]
    first, _ = chat("/video " + right, ask[0], "/save " + saved)
    parts = json.load(open(saved))["messages"][0]["content"]
    check(parts[0] == {"type": "video_url", "video_url": {"url": right}}, parts)
    again, _ = chat("/load " + saved, ask[1])
    straight, _ = chat("/video " + right, ask[0], ask[1])
    check(again == straight[1:], (first, again, straight))
    # A failing load keeps what is; then a clip can be added.
    kept, err = chat("/video " + right, ask[0], "/load " + path("none.json"), ask[1])
    check(kept == straight and "none.json" in err, (kept, err))


@test
def wrong_usage():
    left = clip("left")
    fails(2, "run", "--video", left, "--frames", "3", "--fps", "1", *ASK, says=["--fps"])
    fails(2, "run", "--frames", "3", *ASK, says=["--frames", "--video"])
    fails(2, "run", "--video", left, "--frames", "65", *ASK, says=["--frames"])
    fails(2, "run", "--video", "-", "--image", "-", *ASK, stdin=b"", says=["read once only"])
    fails(1, "run", "--video", left, "--fps", "1000", "-p", "hi", "-c", "200",
          says=["prompt"])  # more positions than the context has
    many = put("many.gif", gif([disc(1, 1, 3, 8)] * 80, 8, 8, delay=10))
    fails(1, "run", "--video", many, "--fps", "100", *ASK,
          says=["many.gif", "more than 64 frames at 100 a second"])


@test
def from_standard_input():
    left = clip("left")
    with open(left, "rb") as f:
        piped = works("run", "--video", "-", *ASK, stdin=f.read())
    check(piped.out == works("run", "--video", left, *ASK).out, piped.out)


@test
def bad_animations():
    whole = open(clip("left"), "rb").read()
    fails(1, "run", "--video", path("none.gif"), *ASK, says=["none.gif"])
    fails(1, "run", "--video", put("empty.gif", b""), *ASK, says=["empty.gif", "is empty"])
    fails(1, "run", "--video", put("text.mp4", b"no clip"), *ASK, says=["text.mp4"])
    cut = put("cut.gif", whole[:len(whole) // 2])
    fails(1, "run", "--video", cut, *ASK, says=["cut.gif", "is a damaged GIF: it ends early"])
    none = put("none-inside.gif", gif([], 96, 96))
    fails(1, "run", "--video", none, *ASK, says=["none-inside.gif", "it has no frame"])
    small = put("lies.gif", gif(moving("left", 3), 96, 96, screen=(10, 10)))
    works("run", "--video", small, *ASK)  # the screen grows to the first frame
    huge = put("huge.gif", gif([disc(1, 1, 1, 8)], 8, 8, screen=(65000, 65000)))
    fails(1, "run", "--video", huge, *ASK, says=["huge.gif", "65000"])
    lying = put("lying.gif", gif([disc(1, 1, 1, 8)] * 2, 8, 8))
    data = bytearray(open(lying, "rb").read())
    at = data.rfind(b"\x2c" + struct.pack("<HHHH", 0, 0, 8, 8))
    data[at + 5:at + 9] = struct.pack("<HH", 60000, 60000)
    fails(1, "run", "--video", put("lying.gif", data), *ASK, says=["lying.gif", "larger"])


@test
def bad_films():
    mp4 = open(colours("whole.mp4", 3, "-movflags", "+faststart"), "rb").read()
    cut = put("cut.mp4", mp4[:-3])
    fails(1, "run", "--video", cut, *ASK, says=["cut.mp4", "cannot be read by ffmpeg"])
    fails(1, "run", "--video", put("head.mp4", mp4[:100]), *ASK, says=["head.mp4", "cut short"])
    put("zeros.mp4", mp4[:40] + bytes(5000))
    fails(1, "run", "--video", path("zeros.mp4"), *ASK, says=["zeros.mp4", "has no frames"])
    put("none.webm", b"\x1a\x45\xdf\xa3" + b"nothing at all" * 20)
    fails(1, "run", "--video", path("none.webm"), *ASK, says=["none.webm", "ffmpeg"])
    sound = film("sound.mp4", ["-f", "lavfi", "-i", "sine=duration=1"])
    fails(1, "run", "--video", sound, *ASK, says=["sound.mp4", "it is sound alone"])
    wide = film("wide.mkv", ["-f", "lavfi", "-i", "color=size=8000x2000:duration=0.1:rate=10"],
                "-c:v", "ffv1")
    fails(1, "run", "--video", wide, *ASK, says=["wide.mkv", "8000 x 2000"])


@test
def nothing_else_is_read():
    """A film that is a list of files names none of them."""
    needs_ffmpeg()
    listed = put("list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n")
    fails(1, "run", "--video", listed, *ASK, says=["list.m3u8"])
    concat = put("list.txt", b"ffconcat version 1.0\nfile /etc/passwd\n")
    fails(1, "run", "--video", concat, *ASK, says=["list.txt"])


@test
def without_ffmpeg():
    mp4 = put("film.mp4", b"\0\0\0\x18ftypisom" + bytes(100))
    fails(1, "run", "--video", mp4, *ASK, env={"PATH": path("")},
          says=["film.mp4", "is a film (MP4 or MOV)", "ffmpeg", "not installed", "apt-get install"])
    works("run", "--video", clip("left"), *ASK, env={"PATH": path("")})
    # What lies in the folder of the film, or in one that is named relatively, is not run.
    os.makedirs(path("bin"), exist_ok=True)
    put("bin/ffmpeg", b"#!/bin/sh\ntouch " + path("ran").encode() + b"\n")
    os.chmod(path("bin/ffmpeg"), 0o755)
    fails(1, "run", "--video", mp4, *ASK, env={"PATH": "bin:."}, cwd=path(""),
          says=["not installed"])
    # One that is found may not write.
    fails(1, "run", "--video", mp4, *ASK, env={"PATH": path("bin")}, says=["film.mp4"])
    check(not os.path.exists(path("ran")))


main("cli/video")
