"""What clients of OpenAI, Groq and vLLM get from takt serve."""
import time

from serving import ASK, Server
from tap import check, main, test, works


@test
def a_chat_whole_and_in_pieces():
    with Server() as s:
        r = s.chat("What is takt?", temperature=0)
        check(r.status == 200, r)
        j = r.json
        check(j["object"] == "chat.completion" and j["id"].startswith("chatcmpl-"), r)
        check(j["choices"][0]["message"]["role"] == "assistant" and r.text, r)
        check(j["choices"][0]["finish_reason"] == "stop", r)
        u = j["usage"]
        check(u["prompt_tokens"] > 5 and u["completion_tokens"] > 3
              and u["total_tokens"] == u["prompt_tokens"] + u["completion_tokens"], r)
        check(j["system_fingerprint"].startswith("fp_"), r)
        p = s.chat("What is takt?", temperature=0, stream=True,
                   stream_options={"include_usage": True})
        check(p.status == 200 and p.text == r.text, (p, r.text))
        check(p.headers["content-type"].startswith("text/event-stream"), p)
        e = p.events
        check(e[0]["choices"][0]["delta"]["role"] == "assistant", e[0])
        check(e[-1]["choices"] == [] and e[-1]["usage"]["completion_tokens"]
              == u["completion_tokens"], e[-1])
        check([x["choices"][0]["finish_reason"] for x in e[:-1]][-1] == "stop", e[-2])
        check(len({x["id"] for x in e}) == 1 and e[0]["id"] != j["id"], "one id a reply")


@test
def the_same_as_takt_run():
    with Server() as s:
        for question in ("What is takt?", "What is 7 times 8?", "Say hello in Japanese."):
            want = works("run", "-p", question, "--temp", "0", "--json").json()["text"]
            check(s.chat(question, temperature=0).text == want, (question, want))


@test
def completions():
    with Server() as s:
        r = s.complete("takt is", max_tokens=5, temperature=0)
        check(r.status == 200 and r.json["object"] == "text_completion", r)
        check(r.json["choices"][0]["finish_reason"] in ("length", "stop"), r)
        p = s.complete("takt is", max_tokens=5, temperature=0, stream=True)
        check(p.text == r.text, p)
        two = s.complete(["takt is", "a plan is"], max_tokens=4, temperature=0, n=2, seed=3)
        check([c["index"] for c in two.json["choices"]] == [0, 1, 2, 3], two)
        ids = s.post("/tokenize", {"prompt": "takt is"}).json["tokens"]
        by_ids = s.complete(ids, max_tokens=5, temperature=0)
        check(by_ids.text == r.text, (ids, by_ids, r))
        echo = s.complete("takt is", max_tokens=3, temperature=0, echo=True)
        check(echo.text.startswith("takt is"), echo)


@test
def lengths_and_stops():
    with Server() as s:
        full = s.chat("What is takt?", temperature=0).text
        r = s.chat("What is takt?", temperature=0, max_tokens=3)
        check(r.json["choices"][0]["finish_reason"] == "length"
              and r.json["usage"]["completion_tokens"] == 3 and full.startswith(r.text), r)
        word = full.split()[2]
        for stream in (False, True):
            r = s.chat("What is takt?", temperature=0, stop=[word], stream=stream)
            check(r.text == full[:full.index(word)], (r, full))
        r = s.chat("What is takt?", temperature=0, stop=word, include_stop_str_in_output=True)
        check(r.text == full[:full.index(word) + len(word)], (r, full))
        r = s.complete("takt", max_tokens=20, ignore_eos=True, temperature=0)
        check(r.json["usage"]["completion_tokens"] == 20, r)
        r = s.complete("takt", max_tokens=9, min_tokens=9, temperature=0)
        check(r.json["usage"]["completion_tokens"] == 9, r)


@test
def prompts_that_are_too_long():
    """In words that clients look for, since some know no codes."""
    with Server("--ctx", "256") as s:
        long = "takt " * 400
        for path, field, body in (
                ("/v1/chat/completions", "messages", {"messages": [{"role": "user",
                                                                    "content": long}]}),
                ("/v1/completions", "prompt", {"prompt": long}),
                ("/v1/responses", "input", {"input": long}),
                ("/v1/embeddings", "input", {"input": long})):
            e = s.post(path, body).error
            check(e["code"] == "context_length_exceeded" and e["param"] == field
                  and "this model's maximum context length is 25" in e["message"], (path, e))
            check("prompt is too long" in e["message"] or field == "input", (path, e))
        # prompt and answer together
        e = s.chat("takt", max_tokens=300)
        check(e.status in (200, 400), e)


@test
def draws_and_seeds():
    with Server() as s:
        ask = dict(temperature=2, top_p=1, min_p=0, max_tokens=12, ignore_eos=True)
        a = s.chat("Tell me something.", seed=5, **ask).text
        check(a == s.chat("Tell me something.", seed=5, **ask).text, "a seed is an answer")
        others = {s.chat("Tell me something.", **ask).text for _ in range(8)}
        check(len(others) > 1, "without a seed each draw is another")
        n = s.chat("Tell me something.", seed=5, n=3, **ask).json["choices"]
        check([c["index"] for c in n] == [0, 1, 2] and n[0]["message"]["content"] == a, n)
        check(len({c["message"]["content"] for c in n}) > 1, n)
        ids = s.post("/tokenize", {"prompt": "Z", "add_special_tokens": False}).json["tokens"]
        r = s.complete("takt", max_tokens=4, temperature=0, ignore_eos=True,
                       logit_bias={str(ids[0]): 100})
        check(r.text == "ZZZZ", r)


@test
def log_probabilities():
    with Server() as s:
        r = s.chat("What is takt?", temperature=0, max_tokens=4, logprobs=True, top_logprobs=3)
        content = r.json["choices"][0]["logprobs"]["content"]
        check(len(content) == 4, r)
        for t in content:
            check(t["logprob"] <= 0 and len(t["top_logprobs"]) == 3, t)
            check(t["top_logprobs"][0]["token"] == t["token"], ("greedy draws the likeliest", t))
        check("".join(t["token"] for t in content) == r.text, r)
        p = s.chat("What is takt?", temperature=0, max_tokens=4, logprobs=True, top_logprobs=3,
                   stream=True)
        pieces = [t for e in p.events for c in e["choices"]
                  for t in (c.get("logprobs") or {}).get("content") or []]
        check(pieces == content, (pieces, content))


@test
def lists_and_tokens():
    with Server("--alias", "small") as s:
        r = s.get("/v1/models")
        check(r.json["object"] == "list" and r.json["data"][0]["id"] == "small", r)
        check(s.get("/v1/models/small").json["id"] == "small", "one of them")
        check(s.get("/v1/models/large").status == 404, "none of them")
        check(s.chat("hi", model="small", max_tokens=1).status == 200, "by its name")
        check(s.chat("hi", model="large", max_tokens=1).status == 404, "by no name")
        t = s.post("/tokenize", {"prompt": "héllo <|eot_id|>"}).json
        check(t["count"] == len(t["tokens"]) and t["max_model_len"] >= 2048, t)
        check(s.post("/detokenize", {"tokens": t["tokens"]}).json["prompt"].endswith(
            "héllo <|eot_id|>"), t)
        chat = s.post("/tokenize", {"messages": ASK}).json
        check(chat["count"] > 10, chat)
        check(s.get("/version").json["version"], "version")
    with Server("--alias", "small", "--alias", "gpt-5.4", "--alias", "org/other") as s:
        listed = s.get("/v1/models").json["data"]
        check([(m["id"], m["root"]) for m in listed] == [
            ("small", "small"), ("gpt-5.4", "small"), ("org/other", "small")], listed)
        check(s.get("/v1/models/org/other").json["id"] == "org/other", "by another name")
        for name in ("small", "gpt-5.4", "org/other"):
            r = s.chat("hi", model=name, max_tokens=1)
            check(r.status == 200 and r.json["model"] == "small", r)
        check(s.chat("hi", model="none", max_tokens=1).status == 404, "by no name")


@test
def what_routers_ask_for():
    """The ids of a prompt in advance, the load, and paths without /v1."""
    with Server() as s:
        want = s.chat("What is takt?", max_tokens=1, return_token_ids=True).json
        r = s.chat("What is takt?", path="/v1/chat/completions/render")
        check(r.status == 200 and r.json["token_ids"] == want["prompt_token_ids"]
              and r.json["model"] == want["model"], (r, want))
        check(r.json["request_id"] == r.headers["x-request-id"], r)
        two = s.post("/v1/completions/render", {"prompt": ["takt is", "a plan"]})
        ids = s.post("/tokenize", {"prompt": "takt is"}).json["tokens"]
        check(len(two.json) == 2 and two.json[0]["token_ids"] == ids, two)
        check(s.chat("hi", path="/v1/chat/completions/render", temperature=9).error["param"]
              == "temperature", "bad input")
        check(s.post("/v1/completions/render", {"prompt": [[10 ** 6]]}).error["param"] == "prompt",
              "no such token")
        check(s.get("/load").json == {"server_load": 0}, s.get("/load"))
        c, _ = s.stream({"messages": ASK, "max_tokens": 1500, "ignore_eos": True,
                          "stream": True})
        check(s.get("/load").json == {"server_load": 1}, s.get("/load"))
        load = s.get("/get_load").json
        check(load[0]["num_reqs"] == 1 and load[0]["num_tokens"] > 0, load)
        check(s.get("/server_info").json["served_model_name"] == "builtin", s.get("/server_info"))
        c.close()
        for path in ("/chat/completions", "/openai/chat/completions"):
            r = s.chat("What is takt?", path=path, temperature=0)
            check(r.status == 200 and r.text, (path, r))
        check(s.get("/models").json == s.get("/v1/models").json, "models")
        check(s.get("/models/builtin").json["id"] == "builtin", "one model")
        check(s.get("/v1/health").status == 404 and s.get("/v2/models").status == 404, "no others")


@test
def methods_that_a_path_lacks():
    with Server() as s:
        for method in ("GET", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "QUERY"):
            r = s.request(method, "/v1/chat/completions")
            check(r.status == 405 and r.headers["allow"] == "POST", (method, r))
        check(s.request("BREW", "/v1/chat/completions").status == 501, "nobody knows it")


@test
def groqs_dialect():
    with Server() as s:
        r = s.chat("What is takt?", path="/openai/v1/chat/completions", temperature=0)
        u = r.json["usage"]
        check(abs(u["prompt_time"] + u["completion_time"] - u["total_time"]) < 1e-6
              and "queue_time" in u, r)
        check(r.json["x_groq"]["id"].startswith("req_"), r)
        check(r.json["service_tier"] == "on_demand" and s.chat().json["service_tier"] == "default",
              "the service is told though none was named")
        p = s.chat("What is takt?", path="/openai/v1/chat/completions", temperature=0, stream=True)
        check(p.text == r.text and "usage" in p.events[-1]["x_groq"], p)
        check(s.get("/openai/v1/models").json["data"], "models")
        check(s.post("/openai/v1/chat/completions", {"messages": ASK, "model": "x"}).error["code"]
              == "model_not_found", "errors")


@test
def estimates():
    with Server() as s:
        r = s.post("/v1/estimate", {"messages": ASK, "max_tokens": 20})
        e = r.json
        check(r.status == 200 and e["accepted"], r)
        check(0 < e["ttft_s"] <= e["promised_ttft_s"] and 0 < e["tpot_s"] <= e["promised_tpot_s"]
              and abs(e["total_s"] - e["ttft_s"] - 19 * e["tpot_s"]) < 1e-6, e)
        long = s.post("/v1/estimate", {"messages": [{"role": "user", "content": "word " * 900}],
                                       "max_tokens": 20})
        check(long.json["ttft_s"] > r.json["ttft_s"], (r, long))


@test
def metrics_and_headers():
    with Server() as s:
        r = s.chat("What is takt?", headers={"x-request-id": "abc-1",
                                             "traceparent": "00-1-2-01"}, nonsense=1)
        check(r.headers["x-request-id"] == "abc-1" and r.headers["traceparent"] == "00-1-2-01", r)
        check("nonsense" in r.headers["x-takt-warning"], r)
        check(s.metric("vllm:request_success_total", finished_reason="stop") == 1, "counted")
        check(s.metric("vllm:prompt_tokens_total") == r.json["usage"]["prompt_tokens"], "prompt")
        check(s.metric("vllm:generation_tokens_total") == r.json["usage"]["completion_tokens"], "")
        check(s.metric("vllm:num_requests_running") == 0, "none is running")
        check(s.metric("takt:promise_total", promise="first_token", kept="true") == 1, "kept")
        check(0 < s.metric("takt:predicted_ttft_seconds", prompt_tokens="256") < 60, "outlook")
        check("POST" in s.said() and "What is takt?" not in s.said(), "no prompts in the log")
        begin = time.monotonic()
        for _ in range(20):
            s.get("/metrics")
        check(time.monotonic() - begin < 2, "scraped quickly")


@test
def prompts_that_begin_alike():
    with Server() as s:
        long = "Read this: " + "the plan is known before the step runs. " * 12
        first = s.chat(long + "One?", temperature=0, max_tokens=8)
        again = s.chat(long + "One?", temperature=0, max_tokens=8)
        check(again.json["usage"]["prompt_tokens_details"]["cached_tokens"] >= 64, again)
        check(again.text == first.text, (first, again))
        salted = s.chat(long + "One?", temperature=0, max_tokens=8, cache_salt="mine")
        check(salted.json["usage"]["prompt_tokens_details"]["cached_tokens"] == 0
              and salted.text == first.text, salted)


@test
def several_answers_to_one_prompt():
    with Server("--parallel", "4") as s:
        long = "Read this: " + "the plan is known before the step runs. " * 30
        r = s.chat(long, temperature=1, seed=3, n=4, max_tokens=8, ignore_eos=True)
        u = r.json["usage"]
        check(len(r.json["choices"]) == 4 and u["completion_tokens"] == 32, r)
        prompt = u["prompt_tokens"]
        computed = s.metric("vllm:prompt_tokens_by_source_total", source="local_compute")
        check(prompt > 128 and computed < 2 * prompt, ("read about once", computed, prompt))
        for i, c in enumerate(r.json["choices"]):
            alone = s.chat(long, temperature=1, seed=3 + i, max_tokens=8, ignore_eos=True)
            check(alone.text == c["message"]["content"], (i, alone, r))


@test
def calls_of_tools_whole_and_in_pieces():
    tools = [{"type": "function", "function": {
        "name": "get_weather", "description": "Get the weather in a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}},
                       "required": ["city"]}}}]
    with Server() as s:
        for one in (True, False):
            ask = dict(temperature=0, tools=tools, parallel_tool_calls=one)
            whole = s.chat("What is the weather in Oslo?", **ask).json["choices"][0]
            pieces = s.chat("What is the weather in Oslo?", stream=True, **ask)
            check(pieces.text == (whole["message"]["content"] or ""), (pieces, whole))
            calls = [c["function"] for e in pieces.events
                     for c in e["choices"][0]["delta"].get("tool_calls") or []]
            check(calls == [c["function"] for c in whole["message"].get("tool_calls") or []],
                  (calls, whole))


main("serve/api")
