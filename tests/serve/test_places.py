"""Qwen2-VL in takt serve: places behind pictures are the same alone, beside others, and cached."""
import threading

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
            check(counts[-1] <= pixels // 64 + 2, counts)
    check(counts[0] < counts[1], counts)


main("serve/places")
