"""The Responses API of takt serve: created, streamed, kept, gone on from, forgotten."""
import json
import os
import resource
import signal
import time

from serving import Reply, Server
from tap import check, main, path as scratch, test

PATH = "/v1/responses"
ALICE, BOB = "sk-alice-" + "a" * 24, "sk-bob-" + "b" * 24


def create(s, said="What is takt?", **fields):
    headers = fields.pop("headers", None)
    path = fields.pop("path", PATH)
    return s.post(path, {"input": said, "temperature": 0, **fields}, headers=headers)


def text_of(response):
    return "".join(part["text"] for item in response["output"] if item["type"] == "message"
                   for part in item["content"])


def events_of(reply):
    """The data of all events; each must be of the type that its name says, in order."""
    events = []
    for block in reply.body.decode().split("\n\n"):
        if block and not block.startswith(":"):
            name, data = block.split("\n", 1)
            event = json.loads(data.removeprefix("data: "))
            check(name == "event: " + event["type"], block)
            check(event["sequence_number"] == len(events), block)
            events.append(event)
    return events


@test
def created_and_kept():
    with Server() as s:
        want = s.chat("What is takt?", temperature=0).text
        r = create(s, metadata={"a": "b"})
        check(r.status == 200 and r.json["object"] == "response", r)
        check(r.json["id"].startswith("resp_") and r.json["status"] == "completed", r)
        check(text_of(r.json) == want and r.json["metadata"] == {"a": "b"}, (r, want))
        u = r.json["usage"]
        check(u["input_tokens"] > 5 and u["total_tokens"] == u["input_tokens"] + u["output_tokens"],
              r)
        again = s.get(f"{PATH}/{r.json['id']}")
        check(again.status == 200 and again.json == r.json, again)
        items = s.get(f"{PATH}/{r.json['id']}/input_items").json
        check(items["object"] == "list" and len(items["data"]) == 1 and not items["has_more"],
              items)
        check(items["data"][0]["role"] == "user" and items["data"][0]["content"]
              == [{"type": "input_text", "text": "What is takt?"}], items)
        gone = s.request("DELETE", f"{PATH}/{r.json['id']}")
        check(gone.status == 200 and gone.json["deleted"] is True, gone)
        for method in ("GET", "DELETE"):
            check(s.request(method, f"{PATH}/{r.json['id']}").status == 404, "deleted")
        check(s.get(f"{PATH}/resp_none/input_items").status == 404, "unknown")


@test
def in_pieces_as_whole():
    with Server() as s:
        whole = create(s).json
        r = create(s, stream=True)
        check(r.headers["content-type"].startswith("text/event-stream"), r)
        e = events_of(r)
        check([x["type"] for x in e[:4]] == ["response.created", "response.in_progress",
                                             "response.output_item.added",
                                             "response.content_part.added"], e[:4])
        check(e[-1]["type"] == "response.completed", e[-1])
        deltas = [x["delta"] for x in e if x["type"] == "response.output_text.delta"]
        # A busy machine may hand over the whole answer at once.
        check(deltas and "".join(deltas) == text_of(whole), (deltas, whole))
        last = e[-1]["response"]
        check(text_of(last) == text_of(whole) and last["usage"]["output_tokens"]
              == whole["usage"]["output_tokens"], last)
        check(s.get(f"{PATH}/{last['id']}").json == last, "kept as the last event has it")
        cut = create(s, stream=True, max_output_tokens=2)
        check(events_of(cut)[-1]["type"] == "response.incomplete", cut)
        check(create(s, max_output_tokens=2).json["incomplete_details"]
              == {"reason": "max_output_tokens"}, "cut")
        p = create(s, include=["message.output_text.logprobs"], top_logprobs=2,
                   max_output_tokens=4).json["output"][0]["content"][0]["logprobs"]
        check(len(p) == 4 and all(len(t["top_logprobs"]) == 2 for t in p), p)


@test
def going_on():
    with Server() as s:
        first = create(s, "What is takt?", instructions="Be brief.").json
        second = create(s, "And what is a plan?", previous_response_id=first["id"]).json
        messages = [{"role": "user", "content": "What is takt?"},
                    {"role": "assistant", "content": text_of(first)},
                    {"role": "user", "content": "And what is a plan?"}]
        want = s.chat(messages, temperature=0)
        check(text_of(second) == want.text, (second, want))
        check(second["usage"]["input_tokens"] == want.json["usage"]["prompt_tokens"],
              ("instructions are not carried on", second, want))
        third = create(s, "Thanks.", previous_response_id=second["id"]).json
        count = s.post(f"{PATH}/input_tokens", {"input": "Thanks.",
                                                "previous_response_id": second["id"]})
        check(count.json == {"object": "response.input_tokens",
                             "input_tokens": third["usage"]["input_tokens"]}, (count, third))
        check(s.post(f"{PATH}/input_tokens", {"input": []}).status == 400, "checked alike")
        check(third["usage"]["input_tokens"] > second["usage"]["input_tokens"], third)
        check(third["usage"]["input_tokens_details"]["cached_tokens"] >= 64, third)
        items = s.get(f"{PATH}/{third['id']}/input_items").json["data"]
        check(len(items) == 1, ("only what was new", items))
        s.request("DELETE", f"{PATH}/{first['id']}")
        r = create(s, "Well?", previous_response_id=third["id"])
        check(r.status == 404 and r.error["param"] == "previous_response_id", r)
        r = create(s, store=False)
        check(s.get(f"{PATH}/{r.json['id']}").status == 404, "not kept")
        r = create(s, previous_response_id=r.json["id"])
        check(r.status == 404 and r.error["param"] == "previous_response_id", r)


@test
def tools():
    weather = {"type": "function", "name": "get_weather", "description": "Get the weather",
               "parameters": {"type": "object", "properties": {"city": {"type": "string"}},
                              "required": ["city"]}}
    items = [{"role": "user", "content": "What is the weather in Oslo?"},
             {"type": "function_call", "call_id": "call_1", "name": "get_weather",
              "arguments": "{\"city\": \"Oslo\"}"},
             {"type": "function_call_output", "call_id": "call_1", "output": "rain"}]
    with Server() as s:
        r = create(s, items, tools=[weather])
        check(r.status == 200 and r.json["tools"][0]["name"] == "get_weather", r)
        kept = s.get(f"{PATH}/{r.json['id']}/input_items?order=asc").json["data"]
        check([i["type"] for i in kept] == ["message", "function_call", "function_call_output"],
              kept)
        check(all(i["id"] and i["status"] == "completed" for i in kept), kept)
        page = s.get(f"{PATH}/{r.json['id']}/input_items?order=asc&limit=1&after={kept[0]['id']}")
        check([i["id"] for i in page.json["data"]] == [kept[1]["id"]] and page.json["has_more"],
              page)
        r = create(s, "What is the weather in Oslo?", tools=[weather])
        calls = [i for i in r.json["output"] if i["type"] == "function_call"]
        if calls:  # whether the model calls is its affair; how it is told is ours
            check(json.loads(calls[0]["arguments"]) == {"city": "Oslo"}, r)
            before = r.json["id"]
            for output, told in (("14 degrees, rain", ("14", "rain")), ("rain", ("rain",))):
                answer = {"type": "function_call_output", "call_id": calls[0]["call_id"],
                          "output": output}
                r = create(s, [answer], previous_response_id=before, tools=[weather])
                check(r.status == 200, r)
                says = text_of(r.json)  # of Oslo, which only the conversation before names
                check(all(word in says for word in ("Oslo", *told)), r)
            e = events_of(create(s, "What is the weather in Oslo?", tools=[weather], stream=True))
            names = [x["type"] for x in e]
            check("response.function_call_arguments.done" in names, names)


@test
def refusals():
    with Server() as s:
        kept = create(s).json["id"]
        for param, fields in [("background", {"background": True}),
                              ("text.format", {"text": {"format": {"type": "json_object"}}}),
                              ("conversation", {"conversation": "c"}), ("prompt", {"prompt": {}}),
                              ("truncation", {"truncation": "auto"}),
                              ("input[0].type", {"input": [{"type": "item_reference",
                                                            "id": "x"}]}),
                              ("input[0].content[0].image_url",
                               {"input": [{"role": "user", "content": [{"type": "input_image",
                                                                        "image_url": "x"}]}]}),
                              ("tools[0].type", {"tools": [{"type": "web_search"}]}),
                              ("input", {"input": []}), ("input", {"input": None}),
                              ("max_output_tokens", {"max_output_tokens": 0})]:
            r = create(s, **fields) if "input" not in fields else s.post(PATH, fields)
            check(r.status == 400 and r.error["param"] == param, (param, r))
        r = s.post(f"{PATH}/{kept}/cancel", {})
        check(r.status == 400 and r.error["param"] == "background", r)
        check(s.post(f"{PATH}/resp_none/cancel", {}).status == 404, "unknown")
        for query, param in [("stream=true", "stream"), ("starting_after=3", "starting_after")]:
            r = s.get(f"{PATH}/{kept}?{query}")
            check(r.status == 400 and r.error["param"] == param, r)
        r = s.get(f"{PATH}/{kept}?include[]=a&include%5B%5D=b&x=1")
        check(r.status == 200 and "x" in r.headers["x-takt-warning"], r)
        for query, param in [("limit=0", "limit"), ("limit=x", "limit"), ("limit=1&limit=2",
                             "limit"), ("order=up", "order")]:
            r = s.get(f"{PATH}/{kept}/input_items?{query}")
            check(r.status == 400 and r.error["param"] == param, (query, r))
        check(s.get(f"{PATH}/{kept}/input_items?after=none").status == 404, "no such item")
        r = create(s, x="y" * (17 << 20))
        check(r.status == 400 and r.error["param"] == "store", r)
        check(create(s, x="y" * (17 << 20), store=False).status == 200, "what is not kept")
        r = create(s, "word " * 3000)
        check(r.status == 400 and r.error["code"] == "context_length_exceeded", r)


@test
def only_for_whom_they_were_made():
    keys = scratch("keys.txt")
    with open(keys, "w") as f:
        f.write(f"user alice {ALICE}\nuser bob {BOB}\n")
    os.chmod(keys, 0o600)
    alice, bob = ({"authorization": f"Bearer {key}"} for key in (ALICE, BOB))
    with Server("--keys", keys) as s:
        mine = create(s, headers=alice).json["id"]
        check(s.get(f"{PATH}/{mine}", headers=alice).status == 200, "mine")
        check(s.get(f"{PATH}/{mine}").status == 401, "nobody's")
        for method, more in (("GET", ""), ("DELETE", ""), ("GET", "/input_items"),
                             ("POST", "/cancel")):
            r = s.request(method, f"{PATH}/{mine}{more}", headers=bob)
            check(r.status == 404, (method, more, r))
        r = create(s, headers=bob, previous_response_id=mine)
        check(r.status == 404 and r.error["param"] == "previous_response_id", r)
        check(s.get(f"{PATH}/{mine}", headers=alice).status == 200, "still there")


@test
def kept_beyond_the_end():
    place = scratch("kept.db")
    with Server("--store", place) as s:
        whole = create(s).json
        pieces = events_of(create(s, stream=True))[-1]["response"]
        s.process.kill()  # at once after it was told
        s.process.wait()
    with Server("--store", place) as s:
        for response in (whole, pieces):
            check(s.get(f"{PATH}/{response['id']}").json == response, response)
        more = create(s, "And what is a plan?", previous_response_id=whole["id"])
        check(more.status == 200 and more.json["id"] not in (whole["id"], pieces["id"]), more)
    with Server("--store", "none") as s:
        r = create(s)
        check(r.status == 200 and r.json["store"] is False, r)
        check(s.get(f"{PATH}/{r.json['id']}").status == 501, "nothing is kept")
        for param, value in (("store", True), ("previous_response_id", whole["id"])):
            r = create(s, **{param: value})
            check(r.status == 400 and r.error["param"] == param, r)


@test
def a_full_disk():
    """Answers are given, and say that they are not kept."""
    place = scratch("full.db")
    with Server("--store", place) as s:
        first = create(s).json["id"]
        resource.prlimit(s.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        tool = {"type": "function", "name": "f", "parameters": {
            "type": "object", "properties": {}, "x": {"store": True, "background": False}}}
        for fields in ({}, {"tools": [tool]}, {"previous_response_id": first}):
            whole = create(s, **fields)
            check(whole.status == 200 and whole.json["store"] is False and text_of(whole.json),
                  whole)
            check([t["parameters"] for t in whole.json["tools"]]
                  == [t["parameters"] for t in fields.get("tools", [])], whole)
            last = events_of(create(s, stream=True, **fields))[-1]
            check(last["type"] == "response.completed" and not last["response"]["store"], last)
            check(s.get(f"{PATH}/{whole.json['id']}").status == 404, "not there")
        check(s.get(f"{PATH}/{first}").status == 200, "what was there is")
        check(s.metric("takt:store_errors_total") >= 6, "counted")
        resource.prlimit(s.process.pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        r = create(s).json
        check(r["store"] is True and s.get(f"{PATH}/{r['id']}").status == 200, "room again")


@test
def kept_for_a_while():
    with Server("--keep-responses", "0.00003") as s:  # two seconds
        r = create(s)
        check(s.get(f"{PATH}/{r.json['id']}").status == 200, "at first")
        time.sleep(3)
        check(s.get(f"{PATH}/{r.json['id']}").status == 404, "no more")
        check(create(s, previous_response_id=r.json["id"]).status == 404, "nor to go on from")


@test
def clients_that_leave():
    with Server() as s:
        first = create(s).json["id"]
        for fields in ({"stream": True}, {}, {"previous_response_id": first}):
            for pause in (0, 0.001, 0.01, 0.05):
                c = s.connect()
                c.request("POST", PATH, json.dumps({"input": "What is takt?", **fields}),
                          {"content-type": "application/json"})
                time.sleep(pause)
                c.close()
                c = s.connect()
                c.request("GET", f"{PATH}/{first}")
                c.close()
        check(create(s).status == 200 and s.get(f"{PATH}/{first}").status == 200, "goes on")
        check(s.metric("vllm:num_requests_running") == 0, "nothing is left")


@test
def an_end_in_the_middle():
    with Server() as s:
        c = s.connect()
        c.request("POST", PATH, json.dumps({"input": "What is takt?", "stream": True,
                                            "ignore_eos": True, "max_output_tokens": 3500}),
                  {"content-type": "application/json"})
        r = c.getresponse()
        first = r.readline() + r.readline()
        s.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + 20
        while "draining" not in s.said() and time.monotonic() < end:
            time.sleep(0.01)
        s.process.send_signal(signal.SIGINT)
        body = first + r.read()
        c.close()
        last = events_of(Reply(200, [], body))[-1]
        check(last["type"] == "response.failed" and last["response"]["status"] == "failed", last)
        check(last["response"]["error"]["code"] == "draining", last)
        check(s.process.wait(20) == 0, "exit code 0")


@test
def groqs():
    with Server("--groq-strict") as s:
        path = "/openai/v1/responses"
        r = create(s, path=path, headers={"Groq-Beta": "inference-metrics"})
        check(r.status == 200 and r.json["store"] is False, r)
        for name in ("completion_time", "prompt_time", "queue_time", "total_time"):
            check(float(r.json["metadata"][name]) >= 0, r)
        check("total_time" not in create(s, path=path).json["metadata"], "only when asked for")
        for fields in ({"store": True}, {"previous_response_id": "resp_1"},
                       {"truncation": "disabled"}, {"include": []}):
            check(create(s, path=path, **fields).status == 400, fields)
        check(s.get(f"{path}/{r.json['id']}").status == 404, "Groq has no such route")


main("serve/responses")
