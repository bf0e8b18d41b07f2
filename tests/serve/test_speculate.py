"""Guesses change no byte: takt serve with --speculate on answers as with off, whatever is asked and
whatever else is running, and its metrics tell what the guesses came to."""
import json
import random
import threading
import time

from serving import Server
from tap import check, environment, main, test

LONG = environment.get("TAKT_TEST_LONG")
CODE = "".join(f"def get_{n}(self):\n    return self._{n}\n\n" for n in
               ("width", "height", "depth", "weight", "name", "owner"))
RECORDS = json.dumps([{"id": i, "name": f"part {i}", "in_stock": i % 3 == 0} for i in range(8)])
RANDOM = " ".join(random.Random(5).choice("kelp ore ash tin fog elm ivy oat").strip() + str(i)
                  for i in range(60))


def asks():
    """Requests of all kinds; completions of text that repeats itself go on repeating it."""
    for i, prompt in enumerate((CODE, RECORDS, RANDOM, "a b c d " * 20, CODE[:90])):
        for more in ({"temperature": 0}, {"temperature": 0.3, "seed": 3},
                     {"temperature": 1.2, "seed": 4},
                     {"temperature": 0, "frequency_penalty": 0.3, "presence_penalty": 0.2},
                     {"temperature": 0.7, "seed": 9, "min_tokens": 20, "logprobs": 2},
                     {"temperature": 0, "stop": ["return self._h", "]"]},
                     {"temperature": 0.5, "seed": 1, "n": 3},
                     {"temperature": 0, "logit_bias": {"300": 5, "40": -100}, "logprobs": 1}):
            yield "/v1/completions", {"prompt": prompt, "max_tokens": 40 + i, **more}
    for content in ("What is takt?", f"Copy this: {RECORDS}", "Say hello in Japanese."):
        for more in ({"temperature": 0}, {"temperature": 1.0, "seed": 2, "n": 2},
                     {"temperature": 0, "logprobs": True, "top_logprobs": 3}):
            yield ("/v1/chat/completions",
                   {"messages": [{"role": "user", "content": content}], "max_tokens": 60, **more})


def answer(server, path, body, stream=False):
    """What must be the same."""
    r = server.post(path, {**body, "stream": stream})
    for _ in range(2000):
        if r.status != 429:
            break
        time.sleep(0.005)  # on a busy machine there may be no promise for it at once
        r = server.post(path, {**body, "stream": stream})
    check(r.status == 200, r)
    if not stream:
        return r.json["choices"]
    choices = {}
    for event in r.events:
        for c in event["choices"]:
            text = c["delta"].get("content") or "" if "delta" in c else c["text"]
            have = choices.setdefault(c["index"], ["", None])
            have[0] += text
            have[1] = c["finish_reason"] or have[1]
    return [choices[i] for i in sorted(choices)]


def short(choices):
    """Whole choices as those of a stream."""
    return [[c["message"]["content"] if "message" in c else c["text"], c["finish_reason"]]
            for c in choices]


@test
def same_bytes_with_and_without_guesses():
    with Server("--parallel", "4", "--speculate", "off") as s:
        want = [answer(s, *a) for a in asks()]
        check(s.metric("vllm:spec_decode_num_drafts_total") == 0)
    for more in ((), ("--draft-max", "1"), ("--draft-max", "31", "--no-prefix-cache")):
        with Server("--parallel", "4", "--speculate", "on", *more) as s:
            for a, w in zip(asks(), want):
                got = answer(s, *a)
                check(got == w, (more, a, w, got))
                if not more and "n" in a[1]:
                    got = answer(s, *a, stream=True)
                    check(got == short(w), (more, a, short(w), got))
            drafts = s.metric("vllm:spec_decode_num_drafts_total")
            tokens = s.metric("vllm:spec_decode_num_draft_tokens_total")
            right = s.metric("vllm:spec_decode_num_accepted_tokens_total")
            check(0 < drafts <= tokens and 0 < right <= tokens, (more, drafts, tokens, right))
            check("--draft-max" not in more or more[1] != "1" or drafts == tokens, (drafts, tokens))
            place = "vllm:spec_decode_num_accepted_tokens_per_pos_total"
            at = [s.metric(place, position=str(i)) for i in range(int((more or (0, 7))[1]))]
            check(sum(at) == right and at == sorted(at, reverse=True), (at, right))
            check(s.metric("vllm:generation_tokens_total") > right)


@test
def a_prediction_helps_and_changes_nothing():
    with Server("--parallel", "2") as s:
        ask = dict(content="What is takt?", temperature=0, max_tokens=60)
        plain = s.chat(**ask).json
        check("accepted_prediction_tokens" not in plain["usage"]["completion_tokens_details"])
        text = plain["choices"][0]["message"]["content"]
        parts = [{"type": "text", "text": text[:20]}, {"type": "text", "text": text[20:]}]
        for content, helps in ((text, True), (parts, True), ("x" * 200000, False), ("", False)):
            more = {"prediction": {"type": "content", "content": content}}
            r = s.chat(**ask, **more)
            check(r.status == 200 and r.json["choices"] == plain["choices"], r)
            check("x-takt-warning" not in r.headers, r.headers)
            details = r.json["usage"]["completion_tokens_details"]
            for _ in range(60):  # where other work makes guesses dear, none are tried for a while
                if details["accepted_prediction_tokens"] > 0 or not helps:
                    break
                details = s.chat(**ask, **more).json["usage"]["completion_tokens_details"]
            check(details["rejected_prediction_tokens"] >= 0, details)
            check((details["accepted_prediction_tokens"] > 0) == helps, (helps, details))
            check(r.json["usage"]["completion_tokens"] == plain["usage"]["completion_tokens"])
        events = s.chat(**ask, **more, stream=True,
                        stream_options={"include_usage": True}).events
        check("accepted_prediction_tokens" in events[-1]["usage"]["completion_tokens_details"])
        for bad in ("text", {"type": "content"}, {"type": "content", "content": [1]}):
            r = s.chat(**ask, prediction=bad)
            check(r.status == 400 and r.error["param"].startswith("prediction"), r)


@test
def same_bytes_in_traffic():
    n = 1000 if LONG else 80
    with Server("--parallel", "6", "--speculate", "off") as s:
        todo = [a for a in asks()]
        want = [short(answer(s, *a)) for a in todo]
    with Server("--parallel", "6") as s:
        rng, lock = random.Random(1), threading.Lock()
        jobs = [rng.randrange(len(todo)) for _ in range(n)]
        wrong, done = [], []

        def noise(seed):
            r = random.Random(seed)
            while jobs:
                s.complete("x y " * r.randrange(1, 300), max_tokens=r.randrange(1, 80),
                           stream=r.random() < 0.5)

        def work():
            while True:
                with lock:
                    if not jobs:
                        return
                    k = jobs.pop()
                got = answer(s, *todo[k], stream=k % 2 == 0)
                done.append(k)
                if (got if k % 2 == 0 else short(got)) != want[k]:
                    wrong.append((todo[k], want[k], got))
        threads = [threading.Thread(target=work) for _ in range(5)]
        threads += [threading.Thread(target=noise, args=(i,)) for i in range(2)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        check(not wrong and len(done) == n, (len(done), wrong[:1]))
        check(s.metric("vllm:spec_decode_num_accepted_tokens_total") > 0)


main("serve/speculate")
