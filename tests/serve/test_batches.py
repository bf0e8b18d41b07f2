"""/v1/batches of takt serve: answered, resumed after kill -9, cancelled, expired, refused."""
import json
import os
import resource
import signal
import time

from keeping import Postgres, SmallDisk, content, keeping, send, upload
from tap import check, main, path, test

CHAT = "/v1/chat/completions"
ALICE, BOB = "sk-alice-" + "a" * 24, "sk-bob-" + "b" * 24


def line(i, url=CHAT, **fields):
    body = {"messages": [{"role": "user", "content": f"What is {i} + 1?"}], "temperature": 0,
            "max_tokens": 8, **fields}
    if url == "/v1/completions":
        body["prompt"] = body.pop("messages")[0]["content"]
    elif url == "/v1/embeddings":
        body = {"input": f"text {i}"}
    elif url == "/v1/responses":
        body = {"input": f"What is {i} + 1?", "temperature": 0, "max_output_tokens": 16}
    return {"custom_id": f"request-{i}", "method": "POST", "url": url, "body": body}


def lines(n, **more):
    return "".join(json.dumps(line(i, **more)) + "\n" for i in range(n)).encode()


def create(s, file, endpoint=CHAT, window="24h", headers=None, where="/v1/batches", **more):
    return s.post(where, {"input_file_id": file, "endpoint": endpoint,
                          "completion_window": window, **more}, headers=headers)


def begin(s, data, **more):
    r = create(s, upload(s, data), **more)
    check(r.status == 200 and r.json["status"] == "validating", r)
    return r.json["id"]


ENDS = "completed", "failed", "expired", "cancelled"


def until(s, batch, seconds=120, wanted=ENDS, headers=None):
    end = time.monotonic() + seconds
    while True:
        r = s.get(f"/v1/batches/{batch}", headers=headers)
        check(r.status == 200, r)
        if r.json["status"] in wanted or time.monotonic() > end:
            check(r.json["status"] in wanted, r)
            return r.json
        time.sleep(0.05)


def results(s, file):
    """The lines of an output by custom_id, each of which stands there once."""
    found = {}
    for text in content(s, file).decode().splitlines():
        r = json.loads(text)
        check(r["custom_id"] not in found, f"twice: {text}")
        found[r["custom_id"]] = r
    return found


def answers(s, batch):
    return {k: v["response"]["body"]["choices"][0]["message"]["content"]
            for k, v in results(s, batch["output_file_id"]).items()}


@test
def answered():
    with keeping("memory", "--parallel", "4") as s:
        b = begin(s, lines(12), metadata={"who": "me"})
        b = until(s, b)
        check(b["status"] == "completed" and b["object"] == "batch" and b["errors"] is None, b)
        check(b["request_counts"] == {"total": 12, "completed": 12, "failed": 0}, b)
        check(b["error_file_id"] is None and b["metadata"] == {"who": "me"}, b)
        check(b["completion_window"] == "24h" and b["endpoint"] == CHAT, b)
        check(b["created_at"] <= b["in_progress_at"] <= b["finalizing_at"] <= b["completed_at"]
              <= b["expires_at"] and b["expires_at"] == b["created_at"] + 86400, b)
        check(b["usage"]["input_tokens"] > 12 and b["usage"]["output_tokens"] > 0
              and b["usage"]["total_tokens"] == b["usage"]["input_tokens"]
              + b["usage"]["output_tokens"], b)
        r = results(s, b["output_file_id"])
        check(list(r) == [f"request-{i}" for i in range(12)], "in order")
        one = r["request-3"]
        check(one["error"] is None and one["response"]["status_code"] == 200
              and one["response"]["request_id"] and one["id"].startswith("batch_req_"), one)
        alone = s.post(CHAT, line(3)["body"]).json
        check(one["response"]["body"]["choices"] == alone["choices"], (one, alone))
        f = s.get(f"/v1/files/{b['output_file_id']}").json
        check(f["purpose"] == "batch_output" and f["filename"] == b["id"] + "_output.jsonl", f)


@test
def of_all_kinds():
    with keeping("memory") as s:
        for url in "/v1/completions", "/v1/embeddings", "/v1/responses":
            b = until(s, begin(s, lines(3, url=url), endpoint=url))
            check(b["request_counts"] == {"total": 3, "completed": 3, "failed": 0}, b)
            r = results(s, b["output_file_id"])["request-1"]["response"]["body"]
            check(r["object"] in ("text_completion", "list", "response"), r)
        check(s.get(f"/v1/responses/{r['id']}").status == 200, "a response of a batch is kept")


@test
def bad_lines():
    with keeping("memory") as s:
        data = "".join(json.dumps(x) + "\n" for x in [
            line(0), line(1, temperature=9), line(2, model="nobody"), line(3, stream=True),
            line(4, messages=[])]) + "\n  \r\n" + json.dumps(line(5))
        b = until(s, begin(s, data.encode()))
        check(b["status"] == "completed"
              and b["request_counts"] == {"total": 6, "completed": 2, "failed": 4}, b)
        check(set(results(s, b["output_file_id"])) == {"request-0", "request-5"}, b)
        check(s.metric("takt:batch_lines_total", result="completed") == 2
              and s.metric("takt:batch_lines_total", result="failed") == 4, "counted")
        r = results(s, b["error_file_id"])
        got = {k: (v["response"]["status_code"], v["response"]["body"]["error"]["param"])
               for k, v in r.items()}
        check(got == {"request-1": (400, "temperature"), "request-2": (404, "model"),
                      "request-3": (400, "stream"), "request-4": (400, "messages")}, got)


@test
def bad_input():
    with keeping("memory") as s:
        good = json.dumps(line(0))
        cases = [
            ("", None, "input_file_id"),
            (good + "\n{broken\n", 2, None),
            (good + "\n[]\n", 2, None),
            ('{"custom_id": "a"}\n', 1, "method"),
            (good + "\n" + good + "\n", 2, "custom_id"),
            (json.dumps(line(0, url="/v1/completions")) + "\n", 1, "url"),
            (json.dumps({**line(0), "method": "GET"}) + "\n", 1, "method"),
            (json.dumps({**line(0), "url": "/v1/nothing"}) + "\n", 1, "url"),
            (json.dumps({**line(0), "body": "x"}) + "\n", 1, "body"),
            (json.dumps({**line(0), "custom_id": 7}) + "\n", 1, "custom_id"),
            (json.dumps({**line(0), "custom_id": "x" * 513}) + "\n", 1, "custom_id"),
        ]
        for data, n, param in cases:
            b = until(s, begin(s, data.encode()))
            check(b["status"] == "failed" and b["failed_at"] and b["output_file_id"] is None, b)
            e = b["errors"]["data"][0]
            check(e["line"] == n and e["param"] == param and e["message"] and e["code"],
                  (data[:99], e))
        many = "".join(json.dumps({**line(i), "method": "GET"}) + "\n" for i in range(300))
        b = until(s, begin(s, many.encode()))
        check(b["status"] == "failed" and len(b["errors"]["data"]) == 100, b["status"])
        few = "".join('{"custom_id":"%d","method":"POST","url":"%s","body":{}}\n' % (i, CHAT)
                      for i in range(50001))
        b = until(s, begin(s, few.encode()))
        check(b["status"] == "failed" and "50000" in b["errors"]["data"][0]["message"], b["errors"])


@test
def refused():
    with keeping("memory") as s:
        file, other = upload(s, lines(1)), upload(s, lines(1), purpose="user_data")
        cases = [
            (create(s, "file-nothing"), "input_file_id"),
            (create(s, other), "input_file_id"),
            (create(s, file, endpoint="/v1/models"), "endpoint"),
            (create(s, file, window="soon"), "completion_window"),
            (create(s, file, window="31d"), "completion_window"),
            (create(s, file, window="0h"), "completion_window"),
            (create(s, file, window="9" * 15 + "d"), "completion_window"),
            (create(s, file, metadata={"a": 1}), "metadata"),
            (create(s, file, output_expires_after={"anchor": "created_at"}),
             "output_expires_after.seconds"),
            (s.post("/v1/batches", {"input_file_id": file}), None),
            (s.get("/v1/batches?limit=101"), "limit"),
        ]
        for i, (r, param) in enumerate(cases):
            check(r.status == 400 and (param is None
                                       or r.error["param"].split("[")[0] == param), (i, r))
        check(s.get("/v1/batches/none").status == 404, "get")
        check(s.post("/v1/batches/none/cancel", {}).status == 404, "cancel")
    with keeping("none") as s:
        check(s.get("/v1/batches").status == 501, "nothing kept")


def resumed_in(place):
    n = 60
    with keeping(place, "--parallel", "2") as s:
        file = upload(s, lines(n))
        batch = create(s, file).json["id"]
        kills, done = 0, 0
    # Killed at its end of drain: nothing is lost either.
    while kills < 4:
        with keeping(place, "--parallel", "2") as s:
            check(s.request("DELETE", f"/v1/files/{file}").status == 409, "the input is needed")
            end = time.monotonic() + 60
            want = done + 5
            while time.monotonic() < end:
                b = s.get(f"/v1/batches/{batch}").json
                if b["request_counts"]["completed"] >= want or b["status"] == "completed":
                    break
                time.sleep(0.01)
            check(b["request_counts"]["completed"] >= done, b)
            done = b["request_counts"]["completed"]
            s.process.send_signal(signal.SIGKILL)
            s.process.wait()
            kills += 1
    with keeping(place, "--parallel", "4") as s:
        b = until(s, batch)
        check(b["status"] == "completed"
              and b["request_counts"] == {"total": n, "completed": n, "failed": 0}, b)
        got = answers(s, b)
        check(len(got) == n and b["error_file_id"] is None, len(got))
        alone = s.post(CHAT, line(17)["body"]).json["choices"][0]["message"]["content"]
        check(got["request-17"] == alone, (got["request-17"], alone))
        check(s.request("DELETE", f"/v1/files/{file}").status == 200, "not needed any more")


@test
def resumed_after_kill_9():
    resumed_in("resumed.db")


@test
def resumed_in_postgresql():
    with Postgres() as p:
        resumed_in(p.url)


@test
def cancelled():
    with keeping("cancelled.db", "--parallel", "2") as s:
        batch = begin(s, lines(500, max_tokens=64, ignore_eos=True))
        until(s, batch, wanted=("in_progress",))
        end = time.monotonic() + 60
        while not s.get(f"/v1/batches/{batch}").json["request_counts"]["completed"] \
                and time.monotonic() < end:
            time.sleep(0.05)
        r = s.post(f"/v1/batches/{batch}/cancel", b"")
        check(r.status == 200 and r.json["status"] in ("cancelling", "cancelled"), r)
        b = until(s, batch)
        check(b["status"] == "cancelled" and b["cancelling_at"] and b["cancelled_at"], b)
        n = b["request_counts"]["completed"]
        check(0 < n < 500 and len(results(s, b["output_file_id"])) == n, b)
        r = s.post(f"/v1/batches/{batch}/cancel", b"")
        check(r.status == 200 and r.json["status"] == "cancelled", r)
        check(s.metric("vllm:num_requests_running") <= 2, "let go")
        done = until(s, begin(s, lines(1)))["id"]
        check(s.post(f"/v1/batches/{done}/cancel", b"").status == 409, "ended")


@test
def expired():
    with keeping("memory", "--parallel", "2") as s:
        # More than a fast machine answers in that time.
        b = until(s, begin(s, lines(400, max_tokens=1500, ignore_eos=True), window="5s"))
        check(b["status"] == "expired" and b["expired_at"] >= b["expires_at"], b)
        k = b["request_counts"]
        check(k["total"] == 400 == k["completed"] + k["failed"] and k["failed"] > 0, b)
        r = results(s, b["error_file_id"])
        check(len(r) == k["failed"] and all(v["error"]["code"] == "batch_expired"
                                            and v["response"] is None for v in r.values()), b)


@test
def listed_by_owner():
    keys = path("keys")
    with open(keys, "w") as f:
        f.write(f"user alice {ALICE}\nuser bob {BOB} rpm=1\n")
    with keeping("memory", "--keys", keys) as s:
        a, b = ({"authorization": f"Bearer {k}"} for k in (ALICE, BOB))
        file = upload(s, lines(3), headers=b)
        check(create(s, file, headers=a).status == 400, "bob's file")
        ids = [create(s, file, headers=b).json["id"] for _ in range(3)]
        for batch in ids:
            got = until(s, batch, headers=b) # more requests than bob's limit: batches are apart
            check(got["request_counts"]["completed"] == 3, got)
        check(s.get(f"/v1/batches/{ids[0]}", headers=a).status == 404, "alice")
        check(s.post(f"/v1/batches/{ids[0]}/cancel", b"", headers=a).status == 404, "alice")
        check(s.get("/v1/batches", headers=a).json["data"] == [], "alice's")
        r = s.get("/v1/batches?limit=2", headers=b).json
        check([x["id"] for x in r["data"]] == [ids[2], ids[1]] and r["has_more"], r)
        r = s.get(f"/v1/batches?after={ids[1]}", headers=b).json
        check([x["id"] for x in r["data"]] == [ids[0]] and not r["has_more"], r)


@test
def in_groqs_dialect():
    with keeping("memory", "--groq-strict") as s:
        file = upload(s, lines(2), where="/openai/v1/files")
        r = create(s, file, where="/openai/v1/batches", window="7d")
        check(r.status == 200 and r.json["completion_window"] == "7d", r)
        b = until(s, r.json["id"])
        check(b["request_counts"]["completed"] == 2, b)
        r = create(s, file, where="/openai/v1/batches", endpoint="/v1/completions")
        check(r.status == 400 and r.error["param"] == "endpoint", r)


@test
def others_go_first():
    with keeping("memory", "--parallel", "2") as s:
        batch = begin(s, lines(300, max_tokens=64, ignore_eos=True))
        until(s, batch, wanted=("in_progress",))
        for i in range(20):
            r = s.chat(f"What is {i} + 2?", temperature=0, max_tokens=8)
            check(r.status == 200, r)
        check(s.get(f"/v1/batches/{batch}").json["status"] == "in_progress", "it waits")


@test
def others_get_its_places():
    """A request that needs the pages that running lines hold gets them, at once."""
    with keeping("memory", "--parallel", "4", "--ctx", "512", "--kv-tokens", "512") as s:
        batch = begin(s, lines(60, max_tokens=100, ignore_eos=True))
        until(s, batch, wanted=("in_progress",))
        for i in range(5):
            end = time.monotonic() + 20
            while not s.metric("vllm:num_requests_running") and time.monotonic() < end:
                time.sleep(0.01)
            r = s.chat(f"What is {i} + 2?", temperature=0, max_tokens=400, stream=i % 2 == 1)
            check(r.status == 200, r)
        b = until(s, batch)
        check(b["request_counts"] == {"total": 60, "completed": 60, "failed": 0}, b)
        check(len(results(s, b["output_file_id"])) == 60, b)


@test
def a_full_disk():
    with keeping("full.db", "--parallel", "4") as s:
        file = upload(s, lines(200))
        size = os.path.getsize(path("full.db-wal"))
        resource.prlimit(s.process.pid, resource.RLIMIT_FSIZE,
                         (size + 60_000, resource.RLIM_INFINITY))
        r = create(s, file)
        if r.status == 507:
            batch = None
        else:
            check(r.status == 200, r)
            batch = r.json["id"]
            end = time.monotonic() + 60
            while "cannot be written" not in s.said() and time.monotonic() < end:
                time.sleep(0.1)
            check("cannot be written" in s.said(), s.said()[-1000:])
        check(s.chat("What is takt?").status == 200, "lives on")
        resource.prlimit(s.process.pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        batch = batch or create(s, file).json["id"]
        b = until(s, batch)
        check(b["request_counts"] == {"total": 200, "completed": 200, "failed": 0}, b)
        check(len(results(s, b["output_file_id"])) == 200, b)


@test
def a_full_disk_and_kill_9():
    """No line is lost or answered twice, though the server ends and begins while nothing can be
    written."""
    n = 200
    with SmallDisk() as disk:
        with disk.keeping("--parallel", "2") as s:
            file = upload(s, lines(n))
            batch = create(s, file).json["id"]
            until(s, batch, wanted=("in_progress",))
            time.sleep(0.2)
            disk.fill()
            done = s.get(f"/v1/batches/{batch}").json["request_counts"]["completed"]
            time.sleep(0.5)
            b = s.get(f"/v1/batches/{batch}").json
            check(b["status"] == "in_progress" and b["request_counts"]["completed"] <= done + 4, b)
            check(send(s, b"x", purpose="batch").status == 507, "a file")
            check(create(s, file).status == 507, "a batch")
            s.process.send_signal(signal.SIGKILL)
            s.process.wait()
        with disk.keeping("--parallel", "2") as s:
            check(s.chat("What is takt?").status == 200, "it answers")
            b = s.get(f"/v1/batches/{batch}").json
            check(b["status"] == "in_progress" and b["request_counts"]["completed"] >= done, b)
            time.sleep(0.3)
            disk.make_room()
            b = until(s, batch)
            check(b["request_counts"] == {"total": n, "completed": n, "failed": 0}, b)
            check(len(answers(s, b)) == len(results(s, b["output_file_id"])) == n, "each once")


@test
def without_its_database():
    """PostgreSQL dies for a while: a batch goes on when it is back."""
    n = 200
    with Postgres() as p, keeping(p.url, "--parallel", "2") as s:
        file = upload(s, lines(n))
        batch = create(s, file).json["id"]
        until(s, batch, wanted=("in_progress",))
        p.process.send_signal(signal.SIGQUIT)
        p.process.wait(60)
        for r in (s.get(f"/v1/batches/{batch}"), create(s, file),
                  send(s, b"x", purpose="batch")):
            check(r.status == 500 and "store" in r.error["message"], r)
        check(s.chat("What is takt?").status == 200 and s.get("/health").status == 200, "lives on")
        p.start()
        end = time.monotonic() + 60
        while s.get(f"/v1/batches/{batch}").status != 200 and time.monotonic() < end:
            time.sleep(0.1)
        b = until(s, batch)
        check(b["request_counts"] == {"total": n, "completed": n, "failed": 0}, b)
        check(len(answers(s, b)) == len(results(s, b["output_file_id"])) == n, "each once")


@test
def drained():
    with keeping("drained.db", "--parallel", "2") as s:
        batch = begin(s, lines(200, max_tokens=64, ignore_eos=True))
        until(s, batch, wanted=("in_progress",))
        time.sleep(0.5)
        begun = time.monotonic()
        s.process.send_signal(signal.SIGTERM)
        check(s.process.wait(20) == 0 and time.monotonic() - begun < 10, "at once")
    with keeping("drained.db") as s:
        b = s.get(f"/v1/batches/{batch}").json
        check(b["status"] == "in_progress", b)


@test
def one_of_two_runs_them():
    with keeping("shared.db") as a, keeping("shared.db") as b:
        batch = begin(b, lines(20))
        done = until(a, batch)
        check(done["request_counts"]["completed"] == 20, done)
        check(len(results(b, done["output_file_id"])) == 20, "each once")


main("serve/batches")
