"""POST /v1/embeddings: values, forms and limits; the same bytes under any load."""
import base64
import json
import struct
import threading
import time

from serving import Server
from tap import check, main, test

TEXTS = ["takt is a software LPU", "An assembly line has a beat.", "x",
         "The weights are read once for all of them. " * 20]


def ask(s, text, **fields):
    """What comes back; where other work takes the machine it may have to ask again."""
    for _ in range(100):
        r = s.post("/v1/embeddings", {"input": text, **fields})
        if r.status != 429:
            return r
        time.sleep(0.05)
    return r


def vectors(r):
    check(r.status == 200, r)
    data = r.json["data"]
    check([d["index"] for d in data] == list(range(len(data))), data)
    return [d["embedding"] for d in data]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


@test
def vectors_of_texts_and_ids():
    with Server() as s:
        r = ask(s, TEXTS, model=s.get("/v1/models").json["data"][0]["id"], user="somebody")
        many = vectors(r)
        check(r.json["object"] == "list" and r.json["data"][0]["object"] == "embedding", r)
        check(all(abs(dot(v, v) - 1) < 1e-5 for v in many), "length 1")
        check(all(dot(many[i], many[j]) < 0.9999 for i in range(4) for j in range(i)), "all differ")
        usage = r.json["usage"]
        ids = [s.post("/tokenize", {"prompt": t}).json["tokens"] for t in TEXTS]
        check(usage == {"prompt_tokens": sum(map(len, ids)), "total_tokens": sum(map(len, ids))},
              usage)
        for i, t in enumerate(TEXTS):
            check(vectors(ask(s, t)) == [many[i]], f"{i}: alone as among others")
            check(vectors(ask(s, ids[i])) == [many[i]], f"{i}: token ids as text")
        check(vectors(ask(s, ids)) == many, "lists of token ids")
        groq = s.post("/openai/v1/embeddings", {"input": TEXTS[0]})
        check(vectors(groq) == many[:1], groq)


@test
def both_forms_say_the_same():
    with Server() as s:
        floats = vectors(ask(s, TEXTS))
        encoded = vectors(ask(s, TEXTS, encoding_format="base64"))
        for f, e in zip(floats, encoded):
            raw = base64.b64decode(e, validate=True)
            v = struct.unpack(f"<{len(raw) // 4}f", raw)
            check(len(v) == len(f), (len(v), len(f)))
            # The decimals are the shortest that give these very floats.
            check(struct.pack(f"<{len(f)}f", *f) == raw, "the same bits")
        n = len(floats[0])
        check(vectors(ask(s, TEXTS[0], dimensions=n)) == floats[:1], "all dimensions")
        r = ask(s, TEXTS[0], dimensions=n // 2)
        check(r.status == 400 and r.error["param"] == "dimensions" and str(n) in r.error["message"],
              r)


@test
def what_is_refused():
    with Server("--queue", "16", "--ctx", "128") as s:
        for body, param in [({}, "input"), ({"input": []}, "input"), ({"input": 7}, "input"),
                            ({"input": [[]]}, "input"), ({"input": ["a", 1]}, "input"),
                            ({"input": [-1]}, "input"), ({"input": [10 ** 6]}, "input"),
                            ({"input": "a", "encoding_format": "int8"}, "encoding_format"),
                            ({"input": "a", "dimensions": 0}, "dimensions"),
                            ({"input": "a", "normalize": False}, "normalize"),
                            ({"input": ["a"] * 2049}, "input"),
                            ({"input": ["ok", "word " * 400]}, "input")]:
            r = s.post("/v1/embeddings", body)
            check(r.status == 400 and r.error["param"].startswith(param), (body, r))
        r = ask(s, ["ok", "word " * 400])
        check(r.error["code"] == "context_length_exceeded" and "number 1" in r.error["message"], r)
        check(ask(s, "a", model="nobody").status == 404, "a model that is not there")
        r = s.post("/v1/embeddings", {"input": "a"}, headers={"x-slo-ttft-ms": "0.0001"})
        check(r.status == 429, r)
        r = s.post("/v1/embeddings", {"input": "a"}, headers={"x-slo-ttft-ms": "no"})
        check(r.status == 400, r)
        check(len(vectors(ask(s, ["a"] * 2048))) == 2048, "as many as there may be")
        check(s.get("/v1/embeddings").status == 405, "POST only")


@test
def the_same_in_traffic_and_with_the_prefix_in_the_cache():
    with Server("--parallel", "4") as s:
        alone = ask(s, TEXTS, encoding_format="base64").json["data"]
        stop = threading.Event()
        wrong, done = [], [0]

        def chatter(i):
            while not stop.is_set():
                # Prompts that the inputs begin with: their pages are kept.
                r = s.complete(TEXTS[3], max_tokens=20, ignore_eos=True, seed=i)
                if r.status not in (200, 429):
                    wrong.append(r)

        def embed():
            for _ in range(8):
                r = ask(s, TEXTS, encoding_format="base64")
                if r.status == 200 and r.json["data"] != alone:
                    wrong.append(r)
                done[0] += r.status == 200
        talkers = [threading.Thread(target=chatter, args=(i,)) for i in range(3)]
        asking = [threading.Thread(target=embed) for _ in range(2)]
        for t in talkers + asking:
            t.start()
        for t in asking:
            t.join()
        stop.set()
        for t in talkers:
            t.join()
        check(not wrong, wrong[:1])
        check(done[0] > 0, "some were taken on")
        hits = s.metric("vllm:prefix_cache_hits_total")
        check(hits > 0, f"{hits} tokens of the talk were in the cache")
    with Server("--threads", "1", "--chunk", "9", "--no-prefix-cache") as s:
        check(ask(s, TEXTS, encoding_format="base64").json["data"] == alone, "cut otherwise")


@test
def counted_and_cancelled():
    with Server("--parallel", "2") as s:
        n = ask(s, TEXTS[0]).json["usage"]["prompt_tokens"]
        check(s.metric("vllm:prompt_tokens_total") == n, "tokens are counted")
        check(s.metric("vllm:request_success_total", finished_reason="stop") == 1, "and requests")
        c = s.connect()
        body = json.dumps({"input": ["word " * 1500] * 40})
        c.request("POST", "/v1/embeddings", body, {"content-type": "application/json"})
        end = time.monotonic() + 30
        while s.metric("vllm:num_requests_running") == 0 and time.monotonic() < end:
            time.sleep(0.02)
        c.close()
        while s.metric("vllm:num_requests_running") > 0 and time.monotonic() < end:
            time.sleep(0.02)
        check(s.metric("vllm:num_requests_running") == 0 and
              s.metric("vllm:num_requests_waiting") == 0, "nothing runs for one who is gone")
        aborted = s.metric("vllm:request_success_total", finished_reason="abort")
        check(aborted and aborted >= 1, aborted)
        check(s.metric("vllm:kv_cache_usage_perc") == 0, "its pages are free")


@test
def keys_are_charged():
    import tempfile
    with tempfile.NamedTemporaryFile("w", suffix=".keys") as f:
        f.write("user alice sk-embed-0123456789abcdef tpm=64\n")
        f.flush()
        with Server("--keys", f.name, wait=False) as s:
            head = {"authorization": "Bearer sk-embed-0123456789abcdef"}
            s.until_ready()
            check(ask(s, "a").status == 401, "a key is needed")
            r = s.post("/v1/embeddings", {"input": "a b c"}, headers=head)
            check(r.status == 200 and "x-ratelimit-remaining-tokens" in r.headers, r)
            left = int(r.headers["x-ratelimit-remaining-tokens"])
            check(left == 64 - r.json["usage"]["prompt_tokens"], (left, r.json["usage"]))
            r = s.post("/v1/embeddings", {"input": "word " * 80}, headers=head)
            check(r.status == 429, r)


main("serve/embeddings")
