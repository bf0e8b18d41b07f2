"""API keys: who may ask, how much, and that a broken key file changes nothing."""
import signal
import time

from serving import Server, keys
from tap import check, main, test

ALICE, OPS, NEW = ("sk-alice-" + "a" * 24, "sk-ops-" + "b" * 24, "sk-new-" + "c" * 24)


def ask(s, key, **more):
    head = {"authorization": f"Bearer {key}"} if key else {}
    return s.chat("hi", max_tokens=2, headers={**head, **more})


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
        statuses = {ask(s, ALICE).status for _ in range(4)}
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


main("serve/keys")
