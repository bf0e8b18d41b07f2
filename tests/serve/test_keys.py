"""API keys: who may ask, how much, and that a broken key file changes nothing."""
import json
import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor

from serving import Server, keys
from tap import check, fails, main, path, test, works

ALICE, OPS, NEW = ("sk-alice-" + "a" * 24, "sk-ops-" + "b" * 24, "sk-new-" + "c" * 24)


def ask(s, key, text="hi", **more):
    head = {"authorization": f"Bearer {key}"} if key else {}
    return s.chat(text, max_tokens=2, headers={**head, **more})


@test
def every_route_but_health_needs_one():
    with Server("--keys", keys(f"user alice {ALICE}\nadmin ops {OPS}\n")) as s:
        check(ask(s, ALICE).status == 200 and ask(s, OPS).status == 200, "known keys")
        check(ask(s, None, **{"x-api-key": ALICE}).status == 200, "x-api-key")
        for key in (None, "", "sk-nobody-" + "d" * 24, ALICE + "x", ALICE[:-1]):
            r = ask(s, key)
            check(r.status == 401 and r.headers["www-authenticate"] == "Bearer", (key, r))
        for route in ("/v1/models", "/version", "/openai/v1/models"):
            check(s.get(route).status == 401, route)
        for route in ("/health", "/health/live", "/health/ready", "/ping", "/metrics"):
            check(s.get(route).status == 200, route)
        check(ALICE not in s.said() and "alice" in s.said(), "names in the log, no keys")


@test
def limits_of_a_key():
    with Server("--keys", keys(f"user alice {ALICE} rpm=2\nuser bob {OPS}\n")) as s:
        first = ask(s, ALICE)
        check(first.headers["x-ratelimit-limit-requests"] == "2"
              and first.headers["x-ratelimit-remaining-requests"] == "1", first)
        check(ask(s, ALICE).status == 200, "the second")
        r = ask(s, ALICE)
        check(r.status == 429 and 1 <= int(r.headers["retry-after"]) <= 60, r)
        check(ask(s, OPS).status == 200, "others are not meant")
    with Server("--keys", keys(f"user alice {ALICE} tpm=40\n")) as s:
        r = ask(s, ALICE)
        check(r.status == 200, r)
        again = ask(s, ALICE)
        check(again.status == 200, again)  # what is cached counts for nothing
        statuses = {ask(s, ALICE, f"{i}: is this another one?").status for i in range(4)}
        check(429 in statuses, statuses)


@test
def keys_are_read_again():
    name = keys(f"user alice {ALICE}\n")
    with Server("--keys", name) as s:
        check(ask(s, NEW).status == 401, "not yet")
        keys(f"user alice {ALICE}\nuser new {NEW}\n")
        s.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 10
        while ask(s, NEW).status != 200 and time.monotonic() < end:
            time.sleep(0.05)
        check(ask(s, NEW).status == 200 and ask(s, ALICE).status == 200, "now")
        keys("user broken\n")
        s.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 10
        while "keys_unchanged" not in s.said() and time.monotonic() < end:
            time.sleep(0.05)
        check("keys_unchanged" in s.said() and ask(s, NEW).status == 200, s.said()[-300:])


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.05)
    return what()


def key(*args, **more):
    """What `takt key` says."""
    return works("key", *args, **more).out.strip()


@test
def keys_of_a_file_are_made_and_taken():
    name = path("made.txt")
    alice = key("new", "alice", "--keys", name, "--rpm", "500", "--tpd", "900000")
    ops = key("new", "ops", "--keys", name, "--role", "admin")
    check(re.fullmatch(r"sk-takt-[\w-]{43}", alice) and alice != ops, (alice, ops))
    check(os.stat(name).st_mode & 0o777 == 0o600, oct(os.stat(name).st_mode))
    os.chmod(name, 0o640)
    with open(name, "a") as f:
        f.write("# bob comes back in May\n")
    check(key("list", "--keys", name) == "user   alice  rpm=500  tpd=900000\nadmin  ops",
          key("list", "--keys", name))
    with Server("--keys", name) as s:
        check(ask(s, alice).status == 200 and ask(s, ops).status == 200, "both are good")
        again = key("rotate", "alice", "--keys", name)
        key("revoke", "ops", "--keys", name)
        check(ask(s, alice).status == 200, "not read yet")
        s.process.send_signal(signal.SIGHUP)
        check(until(lambda: ask(s, ops).status == 401), "revoked")
        check(ask(s, alice).status == 401 and ask(s, again).status == 200, "rotated")
        r = ask(s, again)
        check(r.headers["x-ratelimit-limit-requests"] == "500", r)
        check(again not in s.said(), "no key in the log")
    text = open(name).read()
    check("# bob comes back in May" in text and again not in text and alice not in text, text)
    check(os.stat(name).st_mode & 0o777 == 0o640, "the mode stays")
    fails(2, "key", "revoke", "alice", "--keys", name, says=["last key"])
    fails(2, "key", "new", "alice", "--keys", name, says=["rotate"])
    fails(2, "key", "revoke", "nobody", "--keys", name, says=["nobody"])
    fails(2, "key", "new", "a b", "--keys", name, says=["name"])
    check(open(name).read() == text, "mistakes change nothing")


@test
def key_files_with_mistakes_are_left_alone():
    broken = keys("user alice\n")
    fails(1, "key", "new", "bob", "--keys", broken, says=["line 1"])
    fails(1, "key", "list", "--keys", path("none.txt"), says=["none.txt"])
    fails(1, "key", "new", "bob", "--keys", path("no/such/folder"), says=["folder"])
    fails(2, "key", "new", "bob", "--keys", "/dev/null", says=["regular"])
    fails(2, "key", "frobnicate", says=["rotate"])
    fails(2, "key", "new", "--keys", broken, says=["name"])
    fails(2, "key", "list", "--keys", broken, "--store", "x", says=["--store"])
    fails(2, "key", "rotate", "bob", "--keys", broken, "--rpm", "3", says=["--rpm"])
    fails(2, "key", "new", "bob", "--store", "memory", says=["memory"])
    check(open(broken).read() == "user alice\n", "unchanged")
    real, link = path("real.txt"), path("link.txt")
    key("new", "a", "--keys", real)
    os.symlink(real, link)
    key("new", "b", "--keys", link)
    check(os.path.islink(link) and " b " in open(real).read(), "a link stays one")


@test
def many_change_a_key_file_at_once():
    name = path("many.txt")
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda i: key("new", f"k{i}", "--keys", name), range(24)))
    check(len(set(made)) == 24, made)
    listed = json.loads(key("list", "--keys", name, "--json"))
    check(sorted(k["name"] for k in listed) == sorted(f"k{i}" for i in range(24)), listed)
    left = [x for x in os.listdir(os.path.dirname(name)) if x.startswith("many.txt.")]
    check(not left, left)


@test
def keys_of_a_store_are_read_as_they_change():
    store = path("keys.db")
    with Server("--store", store) as s:
        check(ask(s, None).status == 200, "nobody has a key, so nobody needs one")
        alice = key("new", "alice", "--store", store, "--rpm", "700")
        check(until(lambda: ask(s, None).status == 401), "now one is needed")
        r = ask(s, alice)
        check(r.status == 200 and r.headers["x-ratelimit-limit-requests"] == "700", r)
        again = key("rotate", "alice", "--store", store)
        s.process.send_signal(signal.SIGHUP)
        check(until(lambda: ask(s, again).status == 200) and ask(s, alice).status == 401, "rotated")
        key("revoke", "alice", "--store", store)
        check(until(lambda: ask(s, again).status == 401), "revoked")
        check(ask(s, None).status == 401, "without any good key nobody gets in")
        check(again not in s.said() and alice not in s.said(), "no key in the log")
    with Server("--store", store) as s:
        check(ask(s, None).status == 401, "nor after a restart")
    ops = key("new", "ops", "--store", store, "--role", "admin")
    listed = json.loads(key("list", "--store", store, "--json"))
    check([(k["name"], k["role"], "revoked" in k) for k in listed]
          == [("alice", "user", True), ("ops", "admin", False)], listed)
    with Server("--store", store, "--keys", keys(f"user bob {ALICE}\n")) as s:
        check(ask(s, ops).status == 200 and ask(s, ALICE).status == 200, "both places count")
    raw = open(store, "rb").read()
    check(ops.encode() not in raw and alice.encode() not in raw, "no key in the store")


main("serve/keys")
