"""Pictures in takt serve: seen in all dialects, refused by place, the same under any load."""
import base64
import json
import os
import shutil
import socket
import tarfile
import threading
import time

from pictures import ASK, drawn, part, png, says, url
from serving import Server, keys
from tap import Skip, check, main, test

CHAT, RESPONSES = "/v1/chat/completions", "/v1/responses"
ALICE, BOB = "sk-alice-" + "a" * 24, "sk-bob-" + "b" * 24


def names(text, shown):
    """How many of the things SHOWN the text names."""
    return sum(thing in text for thing in shown)


@test
def scenes_are_described():
    with Server("--store", "memory") as s:
        named = things = 0
        for seed in range(8):
            data, shown = drawn(seed)
            r = s.chat(says(part(data)), temperature=0)
            check(r.status == 200, r)
            named += names(r.text, shown)
            things += len(shown)
        check(named >= 0.8 * things, (named, things))
        m = s.get("/v1/models").json["data"][0]
        films = ["video"] if shutil.which("ffmpeg") else []
        check(m["architecture"]["input_modalities"] == ["text", "image"] + films, m)
        check("multimodal" in m["capabilities"], m)


@test
def all_forms_give_the_same_answer():
    data, shown = drawn(3)
    with Server("--store", "memory") as s:
        want = s.chat(says(part(data)), temperature=0)
        check(names(want.text, shown) > 0, (want, shown))
        u = want.json["usage"]
        check(u["prompt_tokens_details"]["image_tokens"] == 64, u)
        check(u["prompt_tokens"] > 64, u)
        forms = [{"type": "image_url", "image_url": url(data)},
                 {"type": "input_image", "image_url": url(data)},
                 part(data, detail="high"), part(data, detail="low"),
                 part("DATA:;base64," + base64.b64encode(data).decode())]
        for form in forms:
            r = s.chat(says(form), temperature=0)
            check(r.status == 200 and r.text == want.text, (form["type"], r))
            check(r.json["usage"]["prompt_tokens"] == u["prompt_tokens"], r)
            check(r.json["usage"]["prompt_tokens_details"]["cached_tokens"]
                  == u["prompt_tokens"] - 1, r)  # all but the one that is fed for its answer
        streamed = s.chat(says(part(data)), temperature=0, stream=True)
        check(streamed.text == want.text, streamed)
        groq = s.chat(says(part(data)), temperature=0, path="/openai" + CHAT)
        check(groq.text == want.text, groq)
        tokens = s.chat(says(part(data)), temperature=0, return_token_ids=True)
        check(tokens.status == 200, tokens)


@test
def several_pictures_in_order():
    (first, one), (second, other) = drawn(1), drawn(2)
    with Server("--store", "memory") as s:
        r = s.chat(says(part(first), part(second)), temperature=0)
        check(r.json["usage"]["prompt_tokens_details"]["image_tokens"] == 128, r)
        swapped = s.chat(says(part(second), part(first)), temperature=0)
        check(swapped.status == 200 and swapped.text != r.text, (r, swapped))
        n = s.chat(says(part(first)), temperature=1, seed=5, n=3)
        check(len(n.json["choices"]) == 3, n)
        check(n.json["usage"]["prompt_tokens_details"]["image_tokens"] == 64, n)


@test
def responses_go_on_with_their_pictures():
    data, shown = drawn(3)
    with Server("--store", "memory") as s:
        asked = [{"role": "user", "content": [{"type": "input_image", "image_url": url(data)},
                                              {"type": "input_text", "text": ASK}]}]
        r = s.post(RESPONSES, {"input": asked, "temperature": 0})
        check(r.status == 200, r)
        said = r.json["output"][0]["content"][0]["text"]
        check(said == s.chat(says(part(data)), temperature=0).text, r)
        check(r.json["usage"]["input_tokens_details"]["image_tokens"] == 64, r)
        more = {"input": "How many shapes are there?", "temperature": 0}
        again = s.post(RESPONSES, {**more, "previous_response_id": r.json["id"]})
        check(str(len(shown)) in again.json["output"][0]["content"][0]["text"], again)
        details = again.json["usage"]["input_tokens_details"]
        check(details["image_tokens"] == 64 and details["cached_tokens"] >= 64, again)
        count = s.post(RESPONSES + "/input_tokens", {"input": asked})
        check(count.json["input_tokens"] == r.json["usage"]["input_tokens"], count)
        third = s.post(RESPONSES, {**more, "previous_response_id": again.json["id"]})
        check(third.json["usage"]["input_tokens_details"]["image_tokens"] == 64, third)
        items = s.get(f"{RESPONSES}/{r.json['id']}/input_items").json["data"]
        check(items[0]["content"][0]["image_url"] == url(data), "kept as it was sent")


def upload(s, data, purpose=b"vision", **more):
    form = (b"--x\r\ncontent-disposition: form-data; name=purpose\r\n\r\n" + purpose
            + b"\r\n--x\r\ncontent-disposition: form-data; name=file; filename=a.bmp\r\n\r\n" + data
            + b"\r\n--x--\r\n")
    head = {"content-type": "multipart/form-data; boundary=x", **more.pop("headers", {})}
    return s.request("POST", "/v1/files", form, headers=head)


@test
def uploaded_files():
    data, _ = drawn(4)
    table = f"user alice {ALICE}\nuser bob {BOB}\n"
    with Server("--store", "memory", "--keys", keys(table)) as s:
        alice, bob = ({"authorization": f"Bearer {k}"} for k in (ALICE, BOB))
        want = s.chat(says(part(data)), temperature=0, headers=alice).text
        file = upload(s, data, headers=alice)
        check(file.status == 200, file)
        seen = {"type": "input_image", "file_id": file.json["id"]}
        check(s.chat(says(seen), temperature=0, headers=alice).text == want, "chat")
        asked = [{"role": "user", "content": [seen, {"type": "input_text", "text": ASK}]}]
        r = s.post(RESPONSES, {"input": asked, "temperature": 0}, headers=alice)
        check(r.json["output"][0]["content"][0]["text"] == want, r)
        for who, id in ((bob, file.json["id"]), (alice, "file-none"), (alice, "file\0")):
            r = s.chat(says({"type": "input_image", "file_id": id}), headers=who)
            check(r.status == 404, r)
            check(r.error["param"] == "messages[0].content[0].file_id", r)
        text = upload(s, b"no picture", headers=alice)
        r = s.chat(says({"type": "input_image", "file_id": text.json["id"]}), headers=alice)
        check(r.status == 400 and "no picture" in r.error["message"], r)
        # What a response was told of is gone: it cannot be gone on from.
        r = s.post(RESPONSES, {"input": asked}, headers=alice)
        s.request("DELETE", f"/v1/files/{file.json['id']}", headers=alice)
        r = s.post(RESPONSES, {"input": "More?", "previous_response_id": r.json["id"]},
                   headers=alice)
        check(r.status == 404 and r.error["param"] == "previous_response_id", r)
    with Server("--store", "none") as s:
        r = s.chat(says({"type": "input_image", "file_id": "file-1"}))
        check(r.status == 400 and "--store none" in r.error["message"], r)


@test
def bad_pictures_cost_their_request_alone():
    good, shown = drawn(5)
    bad = {
        "truncated base64": ("data:image/png;base64,QUJDR", "cut off"),
        "no base64": ("data:image/png;base64,QU-DQUJD", "none of A-Z"),
        "nothing": ("data:image/png;base64,", "is empty"),
        "not base64": ("data:image/png,abc", "not base64"),
        "a text": ("data:text/plain;base64,QUJD", "'text/plain'"),
        "an SVG": (url(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"), "SVG"),
        "no picture": (url(b"hello, this is no picture"), "no picture"),
        "a cut header": (url(good[:20]), ""),
        "cut pixels": (url(png(64, 64)[:60]), ""),
        "too few rows": (url(png(64, 64, rows=3)), ""),
        "30000 x 1": (url(png(30000, 1)), "200"),
        "a bomb": (url(png(20000, 20000, rows=1)), "pixels"),
        "0 x 0": (url(png(0, 0)), ""),
    }
    crashers = os.environ.get("TAKT_SHARED", "../shared/data") + "/images/jpeg-crashers.tar.gz"
    if os.path.exists(crashers):
        with tarfile.open(crashers) as tar:
            files = [m for m in tar if m.isfile() and m.size < 1 << 20][:40:5]
            bad |= {f.name: (url(tar.extractfile(f).read(), "image/jpeg"), "") for f in files}
    with Server("--store", "memory") as s:
        want = s.chat(says(part(good)), temperature=0).text
        for name, (address, words) in bad.items():
            r = s.chat([{"role": "system", "content": "x"},
                        *says(part(good), part(address))], temperature=0, max_tokens=1)
            if r.status == 200 and name.endswith(".jpg"):
                continue  # some of them can be shown after all
            check(r.status == 400, (name, r))
            check(r.error["param"] == "messages[1].content[1].image_url", (name, r))
            check(words in r.error["message"], (name, r))
        r = s.post(RESPONSES, {"input": [{"role": "user", "content": [
            {"type": "input_image", "image_url": url(b"nothing")}]}]})
        check(r.status == 400 and r.error["param"] == "input[0].content[0].image_url", r)
        check(s.chat(says(part(good)), temperature=0).text == want, "as before")
        check(s.post("/tokenize", {"messages": says(part(good))}).status == 400, "tokenize")
        log = s.said()
        check("base64" not in log and "AAAA" not in log, "no pictures in the log")


@test
def limits():
    data, _ = drawn(6)
    with Server("--store", "memory", "--images-max", "2", "--image-max", "1",
                "--image-pixels", "0.1") as s:
        r = s.chat(says(part(data), part(data), part(data)))
        check(r.status == 400 and "a request may have 2" in r.error["message"], r)
        r = s.chat(says(part(url(bytes(2 << 20)))))
        check(r.status == 400 and "bytes" in r.error["message"], r)
        r = s.chat(says(part(url(png(400, 300)))))
        check(r.status == 400 and "pixels" in r.error["message"], r)
        check(s.chat(says(part(data), part(data)), max_tokens=4).status == 200, "two")
        # Pictures count for the context, and are not decoded where they do not fit.
        r = s.chat(says(part(data), text="x " * 2040))
        check(r.status == 400 and r.error["code"] == "context_length_exceeded", r)


@test
def files_of_a_request_have_a_limit_together():
    with Server("--store", "memory", "--body-max", "1") as s:
        id = upload(s, png(900, 800, level=0)).json["id"]
        shown = {"type": "input_image", "file_id": id}
        check(s.chat(says(shown), max_tokens=4).status == 200, "one")
        r = s.chat(says(shown, shown), max_tokens=4)
        check(r.status == 400 and "together" in r.error["message"], r)
        check(s.chat(says(shown), max_tokens=4).status == 200, "as before")


@test
def a_model_without_eyes():
    data, _ = drawn(7)
    with Server("--mmproj", "none", "--store", "memory") as s:
        m = s.get("/v1/models").json["data"][0]
        check(m["architecture"]["input_modalities"] == ["text"], m)
        for r in (s.chat(says(part(data))), s.post("/v1/estimate", {"messages": says(part(data))})):
            check(r.status == 400 and "reads text only" in r.error["message"], r)
            check(r.error["param"] == "messages[0].content[0].image_url", r)
        check(s.chat("What is takt?").status == 200, "text")
    with Server("--model", "b=builtin", "--mmproj", "b=none") as s:
        check(s.chat(says(part(data)), model="b").status == 400, "told to be blind")


@test
def estimates_and_wishes():
    data, _ = drawn(8)
    with Server("--store", "memory") as s:
        e = s.post("/v1/estimate", {"messages": says(part(data)), "max_tokens": 8})
        check(e.status == 200 and e.json["accepted"], e)
        check(e.json["image_tokens"] == 64 and e.json["pictures_s"] > 0, e)
        check(e.json["ttft_s"] > e.json["start_s"] > 0.99 * e.json["pictures_s"], e)
        check(e.json["promised_ttft_s"] > e.json["ttft_s"] + 0.2 * e.json["pictures_s"], e)
        r = s.chat(says(part(data)), max_tokens=8)
        check(r.json["usage"]["prompt_tokens"] == e.json["prompt_tokens"], (r, e))
        known = s.post("/v1/estimate", {"messages": says(part(data)), "max_tokens": 8})
        check(known.json["pictures_s"] == 0, known)
        check(known.json["cached_tokens"] == e.json["prompt_tokens"] - 1, known)
        check(known.json["ttft_s"] < e.json["ttft_s"] - e.json["pictures_s"], (known, e))
        behind = says(part(data))
        behind.insert(0, {"role": "system", "content": "You see well. " * 20})
        other = s.post("/v1/estimate", {"messages": behind, "max_tokens": 8})
        check(other.json["pictures_s"] == 0 and other.json["cached_tokens"] < 8, other)
        salted = s.post("/v1/estimate", {"messages": says(part(data)), "cache_salt": "x"})
        check(salted.json["pictures_s"] > 0 and salted.json["cached_tokens"] == 0, salted)
        late = s.chat(says(part(data)), max_tokens=8, headers={"x-slo-ttft-ms": "0.01"})
        check(late.status == 429 and late.error["code"] == "deadline_unreachable", late)
        fine = s.chat(says(part(data)), max_tokens=8, headers={"x-slo-ttft-ms": "600000"})
        check(fine.status == 200, fine)
        bad = s.chat(says(part(data)), headers={"x-slo-ttft-ms": "soon"})
        check(bad.status == 400, bad)
    with Server("--on-demand", "--store", "memory") as s:
        cold = s.post("/v1/estimate", {"messages": says(part(data)), "max_tokens": 8})
        check(cold.json["admission"] == "loading" and cold.json["image_tokens"] == 64, cold)


def long_answer(s):
    """An answer that goes on for as long as the context lasts, once it is taken on."""
    body = {"messages": says(text="Tell me more."), "stream": True, "max_tokens": 1500,
            "ignore_eos": True}
    for _ in range(100):
        c, r = s.stream(body)
        if r.status == 200:
            return c
        c.close()
        time.sleep(0.1)
    raise AssertionError(r.status)


def until(what, seconds=60):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.01)
    check(what(), "it came to pass")


@test
def refused_before_they_are_decoded():
    shown = says(part(drawn(18)[0]))
    with Server("--store", "memory", "--parallel", "1", "--queue", "1") as s:
        for _ in range(5):
            going = [long_answer(s)]
            until(lambda: s.metric("vllm:num_requests_running") == 1)
            going.append(long_answer(s))
            e = s.post("/v1/estimate", {"messages": shown}).json
            r = s.chat(shown, max_tokens=4)
            decoded = s.metric("takt:picture_decode_seconds_count")
            was_full = s.metric("vllm:num_requests_waiting") == 1
            for c in going:
                c.close()
            if was_full:
                break
        check(was_full and not e["accepted"] and e["admission"] == "queue_full", e)
        check(r.status == 429 and "retry-after" in r.headers, r)
        check(s.metric("takt:admission_refused_total", cause="queue_full") > 0, "told why")
        check(decoded == 0 and s.metric("takt:pictures_total", source="encoded") == 0, decoded)


def sixteen(s, n):
    """Shows 16 new pictures, the first of them number N; returns when the first is encoded."""
    pictures, got = [part(url(png(200, 60 + n + i), "image/png")) for i in range(16)], []
    t = threading.Thread(target=lambda: got.append(s.chat(says(*pictures), max_tokens=4)))
    before = s.metric("takt:pictures_total", source="encoded")
    t.start()
    until(lambda: s.metric("takt:pictures_total", source="encoded") > before)
    return t, got


@test
def a_place_is_waited_for():
    """Somebody takes the place of a request while its pictures are encoded: it waits."""
    with Server("--store", "memory", "--parallel", "1", "--queue", "1") as s:
        for n in range(0, 80, 16):
            going = [long_answer(s)]
            until(lambda: s.metric("vllm:num_requests_running") == 1)
            t, got = sixteen(s, n)
            c, r = s.stream({"messages": says(text="Hi"), "stream": True, "max_tokens": 1000,
                             "ignore_eos": True})
            going.append(c)
            until(lambda: got or s.metric("takt:pictures_waiting") == 0)
            time.sleep(0.2)
            was_waiting = r.status == 200 and not got
            for c in going:
                c.close()
            t.join()
            check(got[0].status == 200, got)
            if was_waiting:
                return
        raise Skip("the pictures were there before anybody else")


@test
def pictures_that_came_before_count():
    with Server("--store", "memory") as s:
        s.chat(says(part(drawn(20)[0])), max_tokens=8)  # from now on likely times are known
        for n in range(0, 80, 16):
            def estimate(width):
                shown = part(url(png(width, 40 + n), "image/png"))
                return s.post("/v1/estimate", {"messages": says(shown), "max_tokens": 4}).json
            alone = estimate(150)
            t, got = sixteen(s, n)
            beside = estimate(160)
            are_coming = s.metric("takt:pictures_waiting") > 0 and not got
            t.join()
            check(got[0].status == 200, got)
            if are_coming:
                read_s = alone["ttft_s"] - alone["start_s"]
                check(alone["start_s"] < alone["pictures_s"] + read_s, alone)
                # Their prompt is more than ten times as long.
                check(beside["start_s"] > beside["pictures_s"] + 2 * read_s, (beside, alone))
                return
        raise Skip("the pictures were there too soon")


@test
def known_files_are_not_decoded():
    data, _ = drawn(15)
    with Server("--store", "memory") as s:
        def decoded(*shown, **more):
            before = s.metric("takt:picture_decode_seconds_count")
            r = s.chat(says(*shown), max_tokens=4, temperature=0, **more)
            check(r.status == 200, r)
            return s.metric("takt:picture_decode_seconds_count") - before, r.text
        once, text = decoded(part(data))
        check(once == 1, once)
        for shown in (part(data), part(data), part(data, detail="high")):
            check(decoded(shown) == (0, text), "known")
        file = upload(s, data).json["id"]
        check(decoded({"type": "input_image", "file_id": file}) == (0, text), "as a file")
        check(decoded(part(data), part(data), part(drawn(16)[0]))[0] == 1, "beside a new one")
        # For others, shown otherwise, or as other bytes it is another file.
        check(decoded(part(data), cache_salt="x")[0] == 1, "salted")
        check(decoded(part(data), cache_salt="x") == (0, text), "known there, too")
        check(decoded(part(data + b"."))[0] == 1, "other bytes")
        check(s.metric("takt:pictures_total", source="encoded") == 3, "the pixels are known")
        estimate = {"messages": says(part(data), part(drawn(17)[0]))}
        check(s.post("/v1/estimate", estimate).json["pictures_s"] > 0, "half known")
        check(s.metric("vllm:mm_cache_queries_total") == 11, "asked for by answers alone")
    # Which picture it is stays known when its encoding is not kept.
    with Server("--store", "memory", "--images-cache", "0") as s:
        check(decoded(part(data))[0] == 1, "first")
        e = s.post("/v1/estimate", {"messages": says(part(data))}).json
        check(e["pictures_s"] > 0 and e["cached_tokens"] == e["prompt_tokens"] - 1, e)
        check(decoded(part(data)) == (1, text), "again")


@test
def batches():
    data, _ = drawn(11)
    with Server("--store", "memory") as s:
        want = s.chat(says(part(data)), temperature=0).text
        file = upload(s, data).json["id"]
        shows = [part(data), {"type": "input_image", "file_id": file}, part(url(b"no picture"))]
        lines = [{"custom_id": str(i), "method": "POST", "url": CHAT,
                  "body": {"messages": says(p), "temperature": 0}} for i, p in enumerate(shows)]
        text = "".join(json.dumps(line) + "\n" for line in lines).encode()
        b = s.post("/v1/batches", {"input_file_id": upload(s, text, purpose=b"batch").json["id"],
                                   "endpoint": CHAT, "completion_window": "24h"}).json
        end = time.monotonic() + 60
        while b["status"] not in ("completed", "failed") and time.monotonic() < end:
            time.sleep(0.1)
            b = s.get(f"/v1/batches/{b['id']}").json
        check(b["status"] == "completed" and b["request_counts"]["completed"] == 2, b)
        got = s.get(f"/v1/files/{b['output_file_id']}/content").body.decode().splitlines()
        texts = [json.loads(g)["response"]["body"]["choices"][0]["message"]["content"] for g in got]
        check(texts == [want, want], texts)
        bad = json.loads(s.get(f"/v1/files/{b['error_file_id']}/content").body)
        check(bad["response"]["status_code"] == 400 and "no picture"
              in bad["response"]["body"]["error"]["message"], bad)


@test
def keys_have_limits():
    data, _ = drawn(12)
    table = f"user alice {ALICE} rpm=2\nuser bob {BOB} tpm=60\n"
    with Server("--store", "memory", "--keys", keys(table)) as s:
        alice, bob = ({"authorization": f"Bearer {k}"} for k in (ALICE, BOB))
        check(s.chat(says(part(data)), max_tokens=4, headers=alice).status == 200, "first")
        bad = s.chat(says(part(data), part(url(png(64, 64, rows=3)))), max_tokens=4, headers=alice)
        check(bad.status == 400, bad)
        shown = s.metric("takt:pictures_total", source="encoded")
        r = s.chat(says(part(drawn(13)[0])), max_tokens=4, headers=alice)
        check(r.status == 429 and "retry-after" in r.headers, r)
        r = s.chat(says(part(drawn(14)[0])), max_tokens=4, headers=bob)  # too many
        check(r.status in (413, 429), r)
        check(s.metric("takt:pictures_total", source="encoded") == shown, "not looked at")


def under_load(asks, *model):
    """Each of ASKS is answered among others as it is alone."""
    with Server(*model, "--parallel", "6", "--store", "memory") as s:
        with Server(*model, "--parallel", "1", "--no-prefix-cache", "--images-cache", "0") as alone:
            want = [alone.chat(**a).text for a in asks]
        jobs = [i % len(asks) for i in range(3 * len(asks))]
        lock, wrong, answered = threading.Lock(), [], []

        def work(n):
            while True:
                with lock:
                    if not jobs:
                        return
                    k = jobs.pop()
                a = dict(asks[k])
                if k % 3 == 0:  # known to nobody else
                    a["cache_salt"] = f"{n}-{len(jobs)}"
                r = s.chat(stream=k % 2 == 0, **a)
                if r.status == 429:
                    with lock:
                        jobs.append(k)
                    time.sleep(0.05)
                    continue
                answered.append(k)
                if r.text != want[k]:
                    wrong.append((k, want[k], r.text))
        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        check(not wrong, wrong[:2])
        check(len(answered) == 3 * len(asks), len(answered))


def asked(pictures):
    asks = [dict(content=says(part(p)), max_tokens=24, **k) for p in pictures
            for k in ({"temperature": 0}, {"temperature": 1.1, "seed": 7})]
    return [*asks, dict(content=says(*map(part, pictures)), max_tokens=24, temperature=0)]


@test
def the_same_under_load():
    under_load(asked([drawn(seed)[0] for seed in range(4)]))


@test
def llama_vision_is_the_same_under_load():
    """Layers look at pictures, beside answers that have none."""
    text = [dict(content=t, max_tokens=24, temperature=1, seed=3) for t in ("Hi", "What is this?")]
    pictures = [drawn(seed)[0] for seed in range(3)]
    under_load([*asked(pictures), *text], "tests/data/mllama-tiny", "--ctx", "400")
    with Server("tests/data/mllama-tiny", "--ctx", "400", "--store", "memory") as s:
        r = s.chat(says(part(pictures[0])), temperature=0, max_tokens=4)
        check(r.json["usage"]["prompt_tokens_details"]["image_tokens"] == 1, r)
        e = s.post("/v1/estimate", {"messages": says(part(pictures[0])), "max_tokens": 4})
        check(e.status == 200 and e.json["accepted"] and e.json["image_tokens"] == 1, e)
        many = s.chat(says(*[part(pictures[0])] * 17), temperature=0, max_tokens=4)
        check(many.status == 400 and "side by side" in many.error["message"], many)


@test
def clients_that_leave():
    big = png(6000, 6000)
    data, _ = drawn(9)
    with Server("--store", "memory") as s:
        body = json.dumps({"messages": says(*[part(url(big))] * 4)}).encode()
        head = (f"POST {CHAT} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                f"content-length: {len(body)}\r\n\r\n").encode()
        for wait in (0, 0.02, 0.2, 0.5):
            with socket.create_connection((s.host, s.port)) as c:
                c.sendall(head + body)
                time.sleep(wait)
        check(s.chat(says(part(data)), max_tokens=4).status == 200, "others are served")
        end = time.monotonic() + 30
        while s.metric("takt:pictures_waiting") != 0 and time.monotonic() < end:
            time.sleep(0.1)
        check(s.metric("takt:pictures_waiting") == 0, "all is let go")


@test
def metrics_and_the_log():
    data, _ = drawn(10)
    with Server("--store", "memory") as s:
        for _ in range(2):
            s.chat(says(part(data)), max_tokens=4)
        s.chat(says(part(url(b"x"))))
        s.chat(says(part("data:text/plain;base64,QUJD")))
        check(s.metric("vllm:mm_cache_queries_total") == 2, "looked up")
        check(s.metric("vllm:mm_cache_hits_total") == 1, "found")
        check(s.metric("takt:pictures_total", source="encoded") == 1, "encoded")
        check(s.metric("takt:pictures_total", source="cache") == 1, "cached")
        check(s.metric("takt:pictures_refused_total", cause="broken") == 1, "broken")
        check(s.metric("takt:pictures_refused_total", cause="unsupported") == 1, "unsupported")
        check(s.metric("takt:picture_seconds_count") == 2, "times")
        check("pictures=1 pictures_cached=0" in s.said(), s.said())
        check("pictures=1 pictures_cached=1" in s.said(), s.said())


if not os.path.exists("models/builtin/builtin.gguf"):
    raise SystemExit("there is no models/builtin/builtin.gguf")
main("serve/pictures")
