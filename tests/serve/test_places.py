"""Qwen2-VL in takt serve: places behind pictures and clips are the same alone, beside others, and
cached."""
import base64
import threading

from gif import gif
from pictures import drawn, part, says
from serving import Server
from tap import check, main, test

MODEL = "tests/data/qwen2vl-folder"


def likely(r):
    """Every number that tells one set of places from another."""
    check(r.status == 200, r)
    return [(t["token"], t["logprob"], [(o["token"], o["logprob"]) for o in t["top_logprobs"]])
            for t in r.json["choices"][0]["logprobs"]["content"]]


def ask(s, messages):
    return s.chat(messages, temperature=0, max_tokens=12, logprobs=True, top_logprobs=5)


def talk(first, second):
    """Pictures between texts, and one in a later turn."""
    turns = says(part(first), {"type": "text", "text": "and"}, part(second), text="unlike?")
    return [*turns, {"role": "assistant", "content": "Quite."}, *says(part(first), text="Again?")]


@test
def the_same_beside_others_and_from_the_cache():
    (first, _), (second, _) = drawn(1), drawn(2)
    with Server("--store", "memory", MODEL, "--ctx", 512, "--max-pixels", 1024) as s:
        fresh = ask(s, talk(first, second))
        want = likely(fresh)
        check(fresh.json["usage"]["prompt_tokens_details"]["cached_tokens"] == 0, fresh)
        again = ask(s, talk(first, second))
        check(again.json["usage"]["prompt_tokens_details"]["cached_tokens"] > 0, again)
        check(likely(again) == want, (again, fresh))
        swapped = ask(s, talk(second, first))
        check(likely(swapped) != want, "other places, other numbers")
        got = {}

        def one(i):
            pictures = (first, second) if i % 2 == 0 else (second, first)
            got[i] = likely(ask(s, talk(*pictures)))

        threads = [threading.Thread(target=one, args=(i,)) for i in range(6)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for i in range(6):
            check(got[i] == (want if i % 2 == 0 else likely(swapped)), i)


@test
def sizes_follow_from_max_pixels():
    first, _ = drawn(1)
    counts = []
    for pixels in (512, 2048):
        with Server("--store", "memory", MODEL, "--ctx", 512, "--max-pixels", pixels) as s:
            r = ask(s, says(part(first)))
            check(r.status == 200, r)
            counts.append(r.json["usage"]["prompt_tokens_details"]["image_tokens"])
            check(counts[-1] <= pixels // 64, counts)  # without the marks around it
    check(counts[0] < counts[1], counts)


def clip(n, first=0, delay=20):
    """N frames of 48 x 32 pixels, 24 rows of these models for each two, that all differ."""
    frames = [[(x // 8 + first + k) % 4 for _ in range(32) for x in range(48)] for k in range(n)]
    data = gif(frames, 48, 32, delay=delay)
    url = "data:image/gif;base64," + base64.b64encode(data).decode()
    return {"type": "video_url", "video_url": {"url": url, "num_frames": n}}


def images(r):
    return r.json["usage"]["prompt_tokens_details"]["image_tokens"]


@test
def clips_by_twos():
    (still, _) = drawn(1)
    for model in (MODEL, "tests/data/qwen25vl-folder"):
        with Server("--store", "memory", model, "--ctx", 512) as s:
            fresh = ask(s, says(clip(4), text="What happens?"))
            want = likely(fresh)
            check(images(fresh) == 2 * 24, fresh)  # and two marks, which no processor counts
            text = s.chat(says(text="What happens?"), max_tokens=1)
            check(fresh.json["usage"]["prompt_tokens"] ==
                  text.json["usage"]["prompt_tokens"] + 2 * 24 + 2, (fresh, text))
            again = ask(s, says(clip(4), text="What happens?"))
            check(likely(again) == want, (again, fresh))
            check(again.json["usage"]["prompt_tokens_details"]["cached_tokens"] > 0, again)
            e = s.post("/v1/estimate", {"messages": says(clip(5), text="What happens?")})
            check(e.status == 200 and e.json["image_tokens"] == 3 * 24, e)
            slow = likely(ask(s, says(clip(4, delay=1000), text="What happens?")))
            check((slow == want) == (model == MODEL), "what lasts longer lies further on in time")
            # Among pictures, in order; the first frames of a longer clip are known.
            both = ask(s, says(part(still), clip(5), text="What happens?"))
            other = ask(s, says(clip(5), part(still), text="What happens?"))
            check(images(both) == images(other) > 3 * 24, (both, other))
            check(likely(both) != likely(other), "another order")
            got = {}

            def one(i):
                got[i] = likely(ask(s, says(clip(4), text="What happens?")))

            threads = [threading.Thread(target=one, args=(i,)) for i in range(4)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            check(all(got[i] == want for i in range(4)), got)


@test
def clips_that_are_too_much():
    with Server("--store", "memory", MODEL, "--ctx", 100, "--images-max", 12) as s:
        r = s.chat(says(clip(12), text="What happens?"))
        check(r.status == 400 and r.error["code"] == "context_length_exceeded", r)
        r = s.chat(says(clip(7), clip(6), text="What happens?"))
        check(r.status == 400 and "has 13 pictures" in r.error["message"], r)
        check(s.chat(says(clip(1), text="?"), max_tokens=1).status == 200)


main("serve/places")
