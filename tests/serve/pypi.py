"""Clients and a fuzzer from PyPI against takt serve:

    PYTHONPATH=tests/cli python3 tests/serve/pypi.py build/takt

They are installed into build-venv-clients; where that cannot be done the tests are skipped."""
import json
import os
import subprocess

from packages import install, program, python
from serving import Server, keys
from tap import check, main, path, test

CLIENTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clients")
PACKAGES = ("openai", "groq", "schemathesis")
KEY = "sk-fuzz-" + "f" * 30


def client(name, s):
    done = subprocess.run([python(), os.path.join(CLIENTS, name),
                           f"http://{s.host}:{s.port}"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    check(done.returncode == 0, done.stderr.decode()[-1200:])
    return json.loads(done.stdout or b"{}")


@test
def the_openai_package():
    install(*PACKAGES)
    with Server("--store", path("openai.db")) as s:
        r = client("openai_client.py", s)
    check(r["whole"] and r["whole"] == r["pieces"] == r["helper"], r)
    check(set(r["at_once"]) == {r["whole"]}, r["at_once"])
    check(r["usage"]["total_tokens"] == r["stream_usage"]["total_tokens"], r)
    check(r["request_id"] == "r1" and r["text"] and r["logprobs"] == [3] * 3, r)
    check(len(r["vectors"]) == 2 and r["vectors"][0] == r["vectors"][1] > 0, r)
    check(r["response"] == r["whole"] == r["deltas"] == r["again"], r)
    check(r["no_response"][:2] == ["NotFoundError", 404], r)
    check(r["bad"][:3] == ["BadRequestError", 400, "temperature"], r)
    check(r["no_model"][:2] == ["NotFoundError", 404]
          and r["no_model"][3] == "model_not_found", r)


@test
def the_groq_package():
    install(*PACKAGES)
    with Server() as s:
        r = client("groq_client.py", s)
    check(r["whole"] and r["whole"] == r["pieces"], r)
    check(r["usage"]["total_time"] > 0 and r["groq"]["id"].startswith("req_"), r)
    check(r["stream_usage"]["completion_tokens"] == r["usage"]["completion_tokens"], r)
    check(r["no_model"] == ["NotFoundError", 404], r)


@test
def schemathesis_finds_no_error_of_ours():
    """Requests made from /openapi.json, right and wrong ones: no 5xx, only statuses, types and
    bodies that it names, and no reply without a key."""
    install(*PACKAGES)
    with Server("--keys", keys(f"admin fuzz {KEY}\n"), "--store", path("fuzz.db"), "--ctx", "512",
                "--max-tokens", "8") as s:
        done = subprocess.run(
            [program("schemathesis"), "run",
             f"http://{s.host}:{s.port}/openapi.json", "--header", f"Authorization: Bearer {KEY}",
             "--max-examples", "20", "--seed", "1",
             "--phases", "examples,coverage,fuzzing", "--request-timeout", "60",
             "--continue-on-failure", "--no-color", "--checks",
             "not_a_server_error,status_code_conformance,content_type_conformance,"
             "response_schema_conformance,ignored_auth"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1500,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, cwd=os.path.dirname(path("x")))
        check(done.returncode == 0, done.stdout.decode()[-6000:])
        check(s.get("/health").status == 200 and KEY not in s.said(), "it lives")


main("serve/pypi")
