"""What the log says of what clients send: nothing, unless it is asked to."""
import base64
import json
import signal
import time

from keeping import send
from serving import Server, keys
from tap import check, main, test

KEY = "sk-secret-" + "k" * 30
MARK = "zanzibarquokka"  # in everything that a client sends as content


def log_of(s, *wanted, seconds=10):
    """The log once all of WANTED are in it."""
    end = time.monotonic() + seconds
    while not all(w in s.said() for w in wanted) and time.monotonic() < end:
        time.sleep(0.02)
    return s.said()


def run_batch(s, head):
    """A batch of a good line and a bad one; the texts of its answers."""
    lines = [{"custom_id": str(i), "method": "POST", "url": "/v1/chat/completions", "body": {
        "messages": [{"role": "user", "content": f"Say {MARK}."}], "max_tokens": 12,
        "temperature": t}} for i, t in enumerate((0, 99))]
    r = send(s, "\n".join(map(json.dumps, lines)).encode(), headers=head, name=f"{MARK}.jsonl",
             purpose="batch")
    r = s.post("/v1/batches", {"input_file_id": r.json["id"], "completion_window": "24h",
                               "endpoint": "/v1/chat/completions"}, headers=head)
    end = time.monotonic() + 60
    while not (b := s.get(f"/v1/batches/{r.json['id']}", headers=head).json).get("output_file_id"):
        if time.monotonic() > end:
            check(False, b)
            return []
        time.sleep(0.05)
    made = json.loads(s.get(f"/v1/files/{b['output_file_id']}/content", headers=head).body)
    return [made["response"]["body"]["choices"][0]["message"]["content"]]


def ask_everything(s):
    """Requests of all kinds, good and bad, with MARK wherever content can stand, and KEY. The texts
    of all answers."""
    head = {"authorization": f"Bearer {KEY}"}
    answers = []
    for stream in (False, True):
        r = s.chat(f"Say {MARK}.", headers=head, max_tokens=12, temperature=0, stream=stream)
        check(r.status == 200, r)
        answers.append(r.text)
        r = s.post("/v1/completions", {"prompt": f"{MARK} and", "max_tokens": 12, "stream": stream,
                                       "echo": True, "temperature": 0}, headers=head)
        check(r.status == 200, r)
        answers.append(r.text)
    messages = [{"role": "user", "content": MARK}]
    bad = [b'{"messages": "' + MARK.encode(), b"[" + MARK.encode(),
           {"messages": MARK}, {"messages": [MARK]}, {"messages": [{"role": MARK, "content": "x"}]},
           {"messages": messages, MARK: MARK}, {"messages": messages, "temperature": MARK},
           {"messages": messages, "logit_bias": {MARK: 1}},
           {"messages": messages, "stop": [MARK, 1]},
           {"messages": messages, "model": MARK}, {"messages": messages, "tools": [{MARK: MARK}]},
           {"messages": messages, "response_format": {"type": MARK}},
           {"messages": [{"role": "user", "content": [{"type": MARK, MARK: MARK}]}]},
           {"messages": [{"role": "user", "content": MARK * 20000}]}]
    for path in ("/v1/chat/completions", "/openai/v1/chat/completions", "/v1/completions",
                 "/v1/responses", "/v1/embeddings", "/v1/estimate", "/tokenize", "/detokenize"):
        for body in bad:
            s.request("POST", path, body, headers=head)
    s.post("/tokenize", {"prompt": MARK}, headers=head)
    s.post("/v1/responses", {"input": MARK, "max_output_tokens": 4}, headers=head)
    s.post("/v1/embeddings", {"input": MARK}, headers=head)
    answers += run_batch(s, head)
    s.get(f"/v1/models?api_key={KEY}&q={MARK}", headers=head)
    for wrong in (f"Bearer {KEY}x", f"Basic {base64.b64encode(KEY.encode()).decode()}", KEY,
                  f"Bearer  {KEY} {KEY}"):
        s.get("/v1/models", headers={"authorization": wrong})
    s.get("/v1/models", headers={"x-api-key": KEY + "y"})
    s.raw(f"GET /v1/models HTTP/1.1\r\nauthorization: Bearer {KEY}\r\n\r\n".encode())
    s.raw(f"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n{MARK}".encode())
    c = s.connect()  # one that leaves
    c.request("POST", "/v1/chat/completions", json.dumps(
        {"messages": messages, "stream": True, "max_tokens": 1000, "ignore_eos": True}),
        {"content-type": "application/json", **head})
    c.getresponse().readline()
    c.close()
    return answers


@test
def nothing_that_clients_send_is_logged():
    name = keys(f"user alice {KEY}\n")
    for level in ("debug", "info", "warn"):
        for form in ("text", "json"):
            with Server("--keys", name, "--log-level", level, "--log-format", form,
                        "--ctx", "512") as s:
                answers = ask_everything(s)
                keys(f"user alice {KEY} broken\n")
                s.process.send_signal(signal.SIGHUP)
                said = log_of(s, "keys_unchanged")
                keys(f"user alice {KEY}\n")
            said = s.said()
            check(MARK not in said, [x for x in said.splitlines() if MARK in x][:3])
            check("sk-secret" not in said and KEY not in said
                  and base64.b64encode(KEY.encode()).decode() not in said, "a key")
            for text in answers:
                check(len(text) > 8 and text[:20] not in said
                      and json.dumps(text[:20])[1:-1] not in said, text)
            check(level == "warn" or "alice" in said, "names of keys are there")


@test
def prompts_and_answers_if_asked():
    with Server("--log-prompts", "--log-format", "json") as s:
        whole = s.chat(f"Say {MARK}.", max_tokens=12, temperature=0, headers={"x-request-id": "a1"})
        pieces = s.chat(f"Say {MARK}.", max_tokens=12, temperature=0, stream=True,
                        headers={"x-request-id": "a2"})
        two = s.post("/v1/completions", {"prompt": ["one", "two"], "n": 2, "max_tokens": 4,
                                         "seed": 5}, headers={"x-request-id": "a3"})
        refused = s.chat("x " + MARK, max_tokens=0, headers={"x-request-id": "a4"})
        check(refused.status == 400, refused)
        said = log_of(s, '"a1"', '"a2"', '"a3"', '"a4"')
    lines = [json.loads(x) for x in s.said().splitlines() if x.startswith("{")]
    by = {(e["event"], e["id"], e["choice"]): e for e in lines
          if e["event"] in ("prompt", "answer")}
    for name, r in (("a1", whole), ("a2", pieces)):
        check(MARK in by["prompt", name, 0]["text"] and "user" in by["prompt", name, 0]["text"], by)
        check(by["answer", name, 0]["text"] == r.text, (by, r))
    for i, choice in enumerate(two.json["choices"]):
        check(by["answer", "a3", i]["text"] == choice["text"], (by, choice))
    check(by["prompt", "a3", 0]["text"].endswith("one")
          and by["prompt", "a3", 2]["text"].endswith("two") and ("prompt", "a3", 1) not in by, by)
    check(not any(k[1] == "a4" for k in by), "what was refused")
    with Server("--log-prompts", "--log-level", "warn") as s:
        s.chat(f"Say {MARK}.", max_tokens=4)
    check(MARK not in s.said(), "the level goes before it")


main("serve/log")
