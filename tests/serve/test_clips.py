"""Clips in takt serve: seen as several pictures, in order, refused by place."""
import base64
import json
import os
import select
import shutil
import subprocess
import threading
import time

from gif import disc, gif, moving
from serving import Server
from tap import Skip, check, main, path as scratch, test

CHAT = "/v1/chat/completions"
ASK = "What happens in the clip?"
WAYS = {"left": "from right to left", "right": "from left to right"}
FRAME = 64  # positions that the built-in model's encoder gives a picture


def url(data, kind="image/gif"):
    return "data:%s;base64,%s" % (kind, base64.b64encode(data).decode())


def part(data, **more):
    address = data if isinstance(data, str) else url(data)
    return {"type": "video_url", "video_url": {"url": address, **more}}


def picture(data):
    return {"type": "image_url", "image_url": {"url": url(data)}}


def says(*parts, text=ASK):
    return [{"role": "user", "content": [*parts, {"type": "text", "text": text}]}]


def clip(way, n=12):
    return gif(moving(way, n), 96, 96)


def upload(s, data):
    form = (b"--x\r\ncontent-disposition: form-data; name=purpose\r\n\r\nvision\r\n--x\r\n"
            b"content-disposition: form-data; name=file; filename=a.gif\r\n\r\n" + data
            + b"\r\n--x--\r\n")
    return s.request("POST", "/v1/files", form,
                     headers={"content-type": "multipart/form-data; boundary=x"})


def film(way, kind):
    ffmpeg = shutil.which("ffmpeg")
    if not ffmpeg:
        raise Skip("ffmpeg is not installed")
    with open(scratch(way + ".gif"), "wb") as f:
        f.write(clip(way))
    p = subprocess.run([ffmpeg, "-v", "error", "-y", "-i", scratch(way + ".gif"), "-pix_fmt",
                        "yuv420p", scratch(way + "." + kind)], stdin=subprocess.DEVNULL)
    if p.returncode:
        raise Skip("ffmpeg makes no " + kind)
    with open(scratch(way + "." + kind), "rb") as f:
        return f.read()


def images(reply):
    return reply.json["usage"]["prompt_tokens_details"]["image_tokens"]


@test
def what_moves_where():
    with Server("--store", "memory") as s:
        for way, want in WAYS.items():
            r = s.chat(says(part(clip(way))), temperature=0)
            check(r.status == 200 and want in r.text, (way, r))
            check(images(r) == 4 * FRAME, r.json["usage"])


@test
def all_forms_give_the_same_answer():
    data = clip("left")
    with Server("--store", "memory") as s:
        want = s.chat(says(part(data)), temperature=0)
        for form in ({"type": "video_url", "video_url": url(data)},
                     {"type": "input_video", "video_url": url(data)},
                     part(data, num_frames=4), {**part(data), "num_frames": 4},
                     part(url(data, "video/mp4"))):  # the content tells what it is
            r = s.chat(says(form), temperature=0)
            check(r.status == 200 and r.text == want.text, (form["type"], r))
        sent = {"type": "input_video", "file_id": upload(s, data).json["id"]}
        r = s.chat(says(sent), temperature=0)
        check(r.status == 200 and r.text == want.text, r)
        asked = [{"role": "user", "content": [sent, {"type": "input_text", "text": ASK}]}]
        r = s.post("/v1/responses", {"input": asked, "temperature": 0})
        check(r.status == 200 and r.json["output"][0]["content"][0]["text"] == want.text, r)
        more = {"input": "Does it move left or right?", "temperature": 0,
                "previous_response_id": r.json["id"]}
        r = s.post("/v1/responses", more)
        check(r.status == 200 and r.json["usage"]["input_tokens"] > 4 * FRAME, r)
        streamed = s.chat(says(part(data)), temperature=0, stream=True)
        check(streamed.text == want.text, streamed)


@test
def films():
    with Server("--store", "memory") as s:
        for way, kind in (("left", "mp4"), ("right", "webm")):
            r = s.chat(says(part(url(film(way, kind), "video/" + kind))), temperature=0)
            check(r.status == 200 and WAYS[way] in r.text, (way, r))


@test
def frames_are_chosen():
    data = clip("left")
    with Server("--store", "memory", "--images-max", "10") as s:
        for more, n in (({"num_frames": 2}, 2), ({"fps": 1}, 3), ({"num_frames": 1}, 1),
                        ({"num_frames": 10}, 10)):
            r = s.chat(says(part(data, **more)), temperature=0, max_tokens=1)
            check(r.status == 200 and images(r) == n * FRAME, (more, r))
        e = s.post("/v1/estimate", {"messages": says(part(data, num_frames=3))})
        check(e.status == 200 and e.json["image_tokens"] == 3 * FRAME, e)
        # What a request may have is counted with the frames.
        r = s.chat(says(part(data, num_frames=11)))
        check(r.status == 400 and "11 frames are asked for; 10 are the most" in r.error["message"],
              r)
        r = s.chat(says(part(data, num_frames=6), part(data, num_frames=6)))
        check(r.status == 400 and "has 12 pictures" in r.error["message"], r)
        check(r.error["param"] == "messages[0].content[0].video_url", r)


@test
def among_pictures():
    left, still = clip("left"), gif([disc(20, 20, colour=3)], 96, 96)
    with Server("--store", "memory") as s:
        a = s.chat(says(part(left), picture(still)), temperature=0)
        b = s.chat(says(picture(still), part(left)), temperature=0)
        check(a.status == 200 and b.status == 200 and images(a) == images(b) == 5 * FRAME, (a, b))
        one_by_one = [picture(gif([f], 96, 96)) for f in
                      (moving("left", 12)[i] for i in (0, 4, 7, 11))]
        c = s.chat(says(*one_by_one, picture(still)), temperature=0)
        check(c.text == a.text, (a.text, c.text))
        d = s.chat(says(picture(still), *one_by_one), temperature=0)
        check(d.text == b.text, (b.text, d.text))


@test
def many_at_once():
    """More clips than room for their pixels, of several clients: all are answered."""
    replies = {}
    with Server("--store", "memory", "--image-pixels", "0.1") as s:
        def ask(i):
            ways = list(WAYS)[i % 2], list(WAYS)[i // 2 % 2]
            body = says(*[part(clip(w), num_frames=3) for w in ways])
            replies[i] = s.chat(body, temperature=0)
        threads = [threading.Thread(target=ask, args=(i,)) for i in range(12)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        check(len(replies) == 12 and all(r.status == 200 for r in replies.values()), replies)
        check(all(replies[i].text == replies[i + 4].text for i in range(8)), replies)
        r = s.chat(says(part(clip("left"), num_frames=12)))
        check(r.status == 400 and "110592 pixels in the frames" in r.error["message"], r)
        check(s.chat(says(part(clip("left")))).status == 200)


@test
def bad_clips():
    data = clip("left")
    at = "messages[0].content[0].video_url"
    with Server("--store", "memory", "--video-max", "1") as s:
        for bad, what in ((data[:len(data) // 2], "ends early"), (b"", "empty"),
                          (b"nothing at all", "is no picture"), (gif([], 96, 96), "no frame"),
                          (bytes(2 << 20), "1048576")):
            r = s.chat(says(part(url(bad, "video/mp4"))))
            check(r.status == 400 and r.error["param"] == at and what in r.error["message"],
                  (what, r))
        r = s.chat(says(part(url(data, "text/plain"))))
        check(r.status == 400 and "video/mp4" in r.error["message"], r)
        r = s.chat(says(part("http://example.com/clip.mp4")))
        check(r.status == 400 and r.error["param"] == at, r)
        r = s.chat(says({"type": "input_video", "file_id": "file-none"}))
        check(r.status == 404, r)
        if shutil.which("ffmpeg"):
            r = s.chat(says(part(url(film("left", "mp4")[:200], "video/mp4"))))
            check(r.status == 400 and r.error["param"] == at, r)
        check(s.chat(says(part(data))).status == 200)
    with Server("--store", "memory", "--video-max", "0") as s:
        r = s.chat(says(part(data)))
        check(r.status == 400 and "takes no clips" in r.error["message"], r)
    with Server("--store", "memory", env={"PATH": scratch("")}) as s:
        r = s.chat(says(part(url(b"\0\0\0\x18ftypisom" + bytes(100), "video/mp4"))))
        check(r.status == 400 and "ffmpeg" in r.error["message"], r)


@test
def a_slow_film_holds_up_no_picture():
    """An ffmpeg that never ends: others' pictures go on, and the client that waits can leave."""
    slow = scratch("slow")
    os.makedirs(slow, exist_ok=True)
    with open(slow + "/ffmpeg", "w") as f:
        f.write("#!/bin/sh\nwhile :; do read x </proc/self/fd/3; done\n")
    os.chmod(slow + "/ffmpeg", 0o755)
    mp4 = url(b"\0\0\0\x18ftypisom" + bytes(100), "video/mp4")
    with Server("--store", "memory", env={"PATH": slow}) as s:
        waiting = []
        for _ in range(4):
            c = s.connect()
            c.request("POST", CHAT, json.dumps({"messages": says(part(mp4))}),
                      {"content-type": "application/json"})
            waiting.append(c)
        time.sleep(0.5)
        for colour in range(4):
            r = s.chat(says(picture(gif([disc(20, 20, colour=colour)], 96, 96))), max_tokens=1)
            check(r.status == 200, r)
        answered, _, _ = select.select([c.sock for c in waiting], [], [], 0)
        check(not answered, answered)
        for c in waiting:
            c.close()
        # Their films end soon, so that there is room for this one's.
        begun = time.monotonic()
        r = s.chat(says(part(clip("right"))), temperature=0)
        check(r.status == 200 and time.monotonic() - begun < 15, r)


@test
def a_client_that_leaves():
    with Server("--store", "memory") as s:
        for _ in range(3):
            c = s.connect()
            body = {"messages": says(part(clip("left", 60), num_frames=30))}
            c.request("POST", CHAT, json.dumps(body), {"content-type": "application/json"})
            time.sleep(0.05)
            c.close()
        r = s.chat(says(part(clip("right"))), temperature=0)
        check(r.status == 200 and WAYS["right"] in r.text, r)


main("serve/clips")
