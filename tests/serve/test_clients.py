"""The clients that people use, as they come from npm, against takt serve. They are installed into
tests/serve/clients when npm is there and its registry is in reach; else the tests are skipped."""
import json
import os
import shutil
import subprocess

from pictures import drawn
from serving import Server
from tap import Skip, check, main, path, test

CLIENTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clients")


def install():
    if not shutil.which("node") or not shutil.which("npm"):
        raise Skip("node and npm are not here")
    if os.path.isdir(os.path.join(CLIENTS, "node_modules", "groq-sdk")):
        return
    try:
        done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=CLIENTS,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    except subprocess.TimeoutExpired:
        raise Skip("the registry of npm is out of reach")
    if done.returncode:
        raise Skip("npm could not install the clients")


def client(name, s, key="", *more):
    done = subprocess.run(["node", os.path.join(CLIENTS, name), f"http://{s.host}:{s.port}", key,
                           *more],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    check(done.returncode == 0, done.stderr.decode()[-800:])
    return json.loads(done.stdout or b"{}")


@test
def the_openai_package():
    install()
    with Server() as s:
        r = client("openai.mjs", s)
        check(r["whole"] and r["whole"] == r["pieces"] == r["helper"], r)
        check(r["usage"]["total_tokens"] == r["streamUsage"]["total_tokens"], r)
        check(r["text"], r)
        check(r["badRequest"][:2] == ["BadRequestError", 400]
              and r["badRequest"][3] == "temperature", r)
        check(r["noModel"][:3] == ["NotFoundError", 404, "model_not_found"], r)
        check(r["response"] and r["response"] == r["deltas"] == r["built"] == r["retrieved"], r)
        check(r["types"][0] == "response.created" and r["types"][-1] == "response.completed", r)
        check(r["next"]["text"] and r["next"]["previous"] and r["next"]["more"], r)
        check(r["items"] == [[{"type": "input_text", "text": "What is takt?"}]], r)
        check(r["counted"], r)
        check(r["deleted"] == ["NotFoundError", 404], r)
        if r["finish"] == "tool_calls":
            call = r["calls"][0]
            check(call["function"]["name"] == "get_weather"
                  and "Oslo" in json.loads(call["function"]["arguments"])["city"], r)
        else:
            check(r["calls"] is None, r)


@test
def pictures():
    install()
    data, shown = drawn(3)
    file = path("picture.bmp")
    with open(file, "wb") as f:
        f.write(data)
    with Server() as s:
        r = client("pictures.mjs", s, "", file)
        check(any(thing in r["chat"] for thing in shown), (r, shown))
        check(r["image"] == 64, r)
        check(r["chat"] == r["streamed"] == r["groq"] == r["file"] == r["url"], r)
        check(str(len(shown)) in r["next"], (r, shown))
        check(r["bad"] == ["BadRequestError", 400, "input[0].content[1].image_url"], r)


@test
def files_and_batches_of_the_openai_package():
    install()
    with Server("--store", "memory") as s:
        r = client("batches.mjs", s)
        f, b = r["file"], r["batch"]
        check(f["filename"] == "input.jsonl" and f["expires_at"] == f["created_at"] + 7200, f)
        check(r["retrieved"] and r["same"] and r["ready"] == "processed" and r["deleted"], r)
        check(r["created"] == "validating" and b["status"] == "completed"
              and b["request_counts"] == {"total": 3, "completed": 3, "failed": 0}
              and b["metadata"] == {"who": "me"}, b)
        check([x[:2] for x in r["answers"]] == [["n1", 200], ["n2", 200], ["n3", 200]], r)
        alone = s.chat("What is 2 + 1?", temperature=0, max_tokens=8).text
        check(r["answers"][1][2] == alone, r["answers"])
        check(r["listed"] == ["x.txt", b["id"] + "_output.jsonl", "input.jsonl"], r["listed"])
        check(r["batches"] == [b["id"]], r["batches"])
        check(r["cancel"] == ["ConflictError", 409, "batch_id"], r["cancel"])
        check(r["none"] == ["NotFoundError", 404, "file_id"], r["none"])
        check(r["purpose"] == ["BadRequestError", 400, "purpose"], r["purpose"])


@test
def the_groq_package():
    install()
    with Server() as s:
        r = client("groq.mjs", s)
        check(r["whole"] and r["whole"] == r["pieces"], r)
        check(r["usage"]["total_time"] > 0 and r["groq"]["id"].startswith("req_"), r)
        check(r["streamUsage"]["completion_tokens"] == r["usage"]["completion_tokens"], r)
        check(r["noModel"] == ["NotFoundError", 404] and r["requestId"], r)


main("serve/clients")
