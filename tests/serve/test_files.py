"""/v1/files of takt serve: kept, listed, given back, deleted; whose they are; what is refused."""
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import threading
import time

from keeping import Postgres, content, form, keeping, send, upload
from serving import Server
from tap import Skip, check, main, path, test

ALICE, BOB = "sk-alice-" + "a" * 24, "sk-bob-" + "b" * 24


def key(k):
    return {"authorization": f"Bearer {k}"}


def round_trip(s):
    data = bytes(range(256)) * 5000 + b"\r\n--not-the-boundary\r\n"
    r = send(s, data, purpose="batch", name="in put.jsonl")
    check(r.status == 200, r)
    f = r.json
    check(f["id"].startswith("file-") and f["object"] == "file" and f["bytes"] == len(data), f)
    check(f["filename"] == "in put.jsonl" and f["purpose"] == "batch"
          and f["status"] == "processed" and "expires_at" not in f, f)
    check(abs(f["created_at"] - time.time()) < 100, f)
    check(s.get(f"/v1/files/{f['id']}").json == f, "get")
    r = s.get(f"/v1/files/{f['id']}/content")
    check(r.body == data and r.headers["content-type"] == "application/octet-stream"
          and 'filename="in put.jsonl"' in r.headers["content-disposition"], r)
    check(content(s, upload(s, b"")) == b"", "an empty one")
    return f["id"], data


@test
def kept_in_sqlite():
    with keeping("kept.db") as s:
        file, data = round_trip(s)
        s.process.send_signal(signal.SIGKILL)
        s.process.wait()
    with keeping("kept.db") as s:
        check(content(s, file) == data, "after kill -9")
        r = s.request("DELETE", f"/v1/files/{file}")
        check(r.json == {"id": file, "object": "file", "deleted": True}, r)
        for method, tail in ("GET", ""), ("GET", "/content"), ("DELETE", ""):
            r = s.request(method, f"/v1/files/{file}{tail}")
            check(r.status == 404 and r.error["param"] == "file_id", r)


@test
def kept_in_postgresql():
    with Postgres() as p:
        with keeping(p.url) as s:
            file, data = round_trip(s)
            s.process.send_signal(signal.SIGKILL)
            s.process.wait()
        with keeping(p.url) as s:
            check(content(s, file) == data, "after kill -9")


@test
def listed():
    with keeping("memory") as s:
        r = s.get("/v1/files")
        check(r.json == {"object": "list", "data": [], "first_id": None, "last_id": None,
                         "has_more": False}, r)
        ids = [upload(s, b"x", "batch" if i % 2 else "user_data") for i in range(5)]
        r = s.get("/v1/files").json
        check([f["id"] for f in r["data"]] == ids[::-1] and not r["has_more"], r)
        check(r["first_id"] == ids[4] and r["last_id"] == ids[0], r)
        r = s.get(f"/v1/files?limit=2&after={ids[3]}").json
        check([f["id"] for f in r["data"]] == [ids[2], ids[1]] and r["has_more"], r)
        r = s.get("/v1/files?purpose=batch&order=asc").json
        check([f["id"] for f in r["data"]] == [ids[1], ids[3]], r)
        check(s.get("/v1/files?after=nothing").json["data"] == [], "after what is not there")
        for query, name in ("limit=0", "limit"), ("limit=10001", "limit"), ("order=up", "order"), \
                ("purpose=x", "purpose"):
            r = s.get("/v1/files?" + query)
            check(r.status == 400 and r.error["param"] == name, r)


@test
def whose_they_are():
    keys = path("keys")
    with open(keys, "w") as f:
        f.write(f"user alice {ALICE}\nuser bob {BOB}\n")
    with keeping("memory", "--keys", keys) as s:
        check(send(s, b"x", purpose="batch").status == 401, "no key")
        file = upload(s, b"alice's", headers=key(ALICE))
        check(content(s, file, key(ALICE)) == b"alice's", "hers")
        for method, tail in ("GET", ""), ("GET", "/content"), ("DELETE", ""):
            r = s.request(method, f"/v1/files/{file}{tail}", headers=key(BOB))
            check(r.status == 404, r)
        check(s.get("/v1/files", headers=key(BOB)).json["data"] == [], "bob's list")


@test
def in_groqs_dialect():
    with keeping("memory", "--groq-strict") as s:
        r = send(s, b"x", where="/openai/v1/files", purpose="batch")
        check(r.status == 200, r)
        file = r.json["id"]
        check(s.get(f"/openai/v1/files/{file}/content").body == b"x", "content")
        r = send(s, b"x", where="/openai/v1/files", purpose="vision")
        check(r.status == 400 and r.error["param"] == "purpose", r)
        check(send(s, b"x", purpose="vision").status == 200, "only there")


@test
def bad_uploads():
    with keeping("memory", "--body-max", "1") as s:
        cases = [
            (send(s, b"x"), 400, "purpose"),
            (send(s, b"x", purpose="fun"), 400, "purpose"),
            (send(s, b"x", purpose="batch_output"), 400, "purpose"),
            (send(s, None, purpose="batch"), 400, "file"),
            (send(s, b"x", purpose="batch", name="n" * 256), 400, "file"),
            (send(s, b"x", purpose="batch", name=""), 400, "file"),
            (s.post("/v1/files", form({"purpose": "batch", "file": "text"})[0],
                    headers=form({})[1]), 400, "file"),
            (send(s, b"x", purpose="batch", **{"expires_after[seconds]": 3599}), 400,
             "expires_after[seconds]"),
            (send(s, b"x", purpose="batch", **{"expires_after[anchor]": "created_at"}), 400,
             "expires_after[seconds]"),
            (s.post("/v1/files", {"purpose": "batch"}), 415, None),
            (s.post("/v1/files", b"--x", headers={"content-type": "multipart/form-data"}), 400,
             None),
            (s.post("/v1/files", form({"purpose": "batch"}, b"x")[0][:-8],
                    headers=form({})[1]), 400, None),
            (send(s, b"x" * (1 << 20), purpose="batch"), 413, None),
        ]
        for i, (r, status, param) in enumerate(cases):
            check(r.status == status and (status == 413 or r.error["param"] == param),
                  (i, r))
        r = send(s, b"x", purpose="batch", surprise="1", **{"expires_after[anchor]": "created_at",
                                                            "expires_after[seconds]": 3600})
        check(r.status == 200 and r.json["expires_at"] == r.json["created_at"] + 3600
              and "surprise" in r.headers["x-takt-warning"], r)


@test
def limited():
    with keeping("memory", "--files-max", "1") as s:
        half = upload(s, b"x" * 600_000)
        r = send(s, b"x" * 600_000, purpose="batch")
        check(r.status == 400 and "limit of 1048576" in r.error["message"], r)
        s.request("DELETE", f"/v1/files/{half}")
        check(send(s, b"x" * 600_000, purpose="batch").status == 200, "room again")


@test
def nothing_is_kept():
    with keeping("none") as s:
        check(send(s, b"x", purpose="batch").status == 501, "upload")
        check(s.get("/v1/files").status == 501, "list")
        check(s.chat("What is takt?").status == 200, "chat")


@test
def a_slow_reader_holds_nobody_up():
    with keeping("memory") as s:
        data = os.urandom(1 << 20) * 24
        file = upload(s, data)
        with socket.create_connection((s.host, s.port), timeout=60) as slow:
            slow.sendall(f"GET /v1/files/{file}/content HTTP/1.0\r\n\r\n".encode())
            time.sleep(0.5)
            check(content(s, file) == data, "another reader")
            got, at = [], 0
            while part := slow.recv(1 << 20):
                got.append(part)
                at += len(part)
            check(b"".join(got).split(b"\r\n\r\n", 1)[1] == data, "the slow one got all")
        leaver = socket.create_connection((s.host, s.port))
        leaver.sendall(f"GET /v1/files/{file}/content HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        leaver.close()
        check(content(s, file) == data, "after one that left")


@test
def a_full_disk():
    with keeping("full.db") as s:
        small = upload(s, b"small")
        resource.prlimit(s.process.pid, resource.RLIMIT_FSIZE, (1 << 20, resource.RLIM_INFINITY))
        r = send(s, b"x" * (8 << 20), purpose="batch")
        check(r.status == 507 and r.error["code"] == "insufficient_storage", r)
        check(s.chat("What is takt?").status == 200 and content(s, small) == b"small", "lives on")
        resource.prlimit(s.process.pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        data = b"y" * (8 << 20)
        check(content(s, upload(s, data)) == data, "room again")


@test
def deleting_makes_room():
    """On a file system of 40 MB of this server alone: what fills it can be deleted."""
    small = path("small")
    os.mkdir(small)
    alone = ["unshare", "-rm", "sh", "-c",
             f"mount -t tmpfs -o size=40m tmpfs {small} && exec \"$@\"", "sh"]
    try:
        if subprocess.run([*alone, "true"], stderr=subprocess.DEVNULL).returncode:
            raise Skip("no file system can be mounted here")
    except FileNotFoundError:
        raise Skip("unshare is not installed")
    s = keeping("small/x.db")
    s.args = alone + s.args
    with s:
        for _ in range(3):
            while (r := send(s, b"y" * 600_000, purpose="batch")).status == 200:
                pass
            check(r.status == 507, r)
            files = [f["id"] for f in s.get("/v1/files").json["data"]]
            check(len(files) > 30, len(files))
            for f in files[:10]:
                r = s.request("DELETE", f"/v1/files/{f}")
                check(r.status == 200, r)
            check(content(s, upload(s, b"z" * 600_000)) == b"z" * 600_000, "room again")


@test
def refused_at_the_start():
    with open(path("other.db"), "wb") as f:
        f.write(b"this is not a database, and long enough to be read as one" * 100)
    try:
        with keeping("other.db"):
            check(False, "it started")
    except AssertionError as e:
        check("no SQLite database" in str(e), e)
    with Server(env={"XDG_STATE_HOME": "/proc/nowhere"}) as s:
        check("kept in memory" in s.said(), s.said())
        check(send(s, b"x", purpose="batch").status == 200, "in memory")


@test
def usage_is_counted():
    keys = path("keys2")
    with open(keys, "w") as f:
        f.write(f"user alice {ALICE}\nadmin bob {BOB}\n")
    with keeping("usage.db", "--keys", keys) as s:
        asked = [s.chat(f"What is {i}?", headers=key(ALICE), max_tokens=5) for i in range(3)]
        asked.append(s.post("/v1/embeddings", {"input": "some text"}, headers=key(ALICE)))
        s.chat("What is takt?", headers=key(BOB), max_tokens=5)
        used = [r.json["usage"] for r in asked]
        check(s.chat("x", headers=key(ALICE), temperature=9).status == 400, "not counted")
        mine = s.get("/v1/usage", headers=key(ALICE)).json["data"]
        check(len(mine) == 1 and mine[0]["key"] == "alice" and mine[0]["requests"] == 4
              and mine[0]["input_tokens"] == sum(u["prompt_tokens"] for u in used)
              and mine[0]["output_tokens"] == sum(u.get("completion_tokens", 0) for u in used),
              (mine, used))
        check(mine[0]["date"] in (time.strftime("%Y-%m-%d", time.gmtime(time.time() - x))
                                  for x in (0, 60)), mine)
        # An end in order, and one without, which may lose the last second.
        time.sleep(2.5)
        s.process.kill()
        s.process.wait()
    with keeping("usage.db", "--keys", keys) as s:
        check([x["key"] for x in s.get("/v1/usage", headers=key(BOB)).json["data"]]
              == ["alice", "bob"], "an admin")
        check(s.get("/v1/usage", headers=key(ALICE)).json["data"] == mine, "after kill -9")
        check(s.get("/v1/usage?end_date=2020-01-01", headers=key(BOB)).json["data"] == [], "then")
        r = s.get("/v1/usage?start_date=x", headers=key(BOB))
        check(r.status == 400 and r.error["param"] == "start_date", r)
        s.chat("What is takt?", headers=key(ALICE), max_tokens=5)
    with keeping("usage.db", "--keys", keys) as s:
        again = s.get("/v1/usage", headers=key(ALICE)).json["data"][0]
        check(again["requests"] == 5, "an end in order loses nothing")


@test
def backed_up_while_it_runs():
    with keeping("live.db") as s:
        file = upload(s, b"kept " * 100_000)
        with sqlite3.connect(path("live.db")) as live, sqlite3.connect(path("copy.db")) as copy:
            live.backup(copy)
        live.close()
        copy.close()
        later = upload(s, b"later")
    with keeping("copy.db") as s:
        check(content(s, file) == b"kept " * 100_000, "restored")
        check(s.get(f"/v1/files/{later}").status == 404, "what came after the copy")


@test
def many_at_once():
    with keeping("many.db") as s:
        failed = []

        def work(n):
            for i in range(10):
                data = f"{n} {i} ".encode() * 1000
                if content(s, upload(s, data)) != data:
                    failed.append((n, i))
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        check(not failed and len(s.get("/v1/files").json["data"]) == 80, failed)


main("serve/files")
