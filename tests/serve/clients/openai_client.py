"""The openai package of PyPI against takt serve at the base address argv[1]: what its users do.
Prints one line of JSON: what each step gave."""
import asyncio
import json
import sys

import openai

base, key = sys.argv[1] + "/v1", sys.argv[2] if len(sys.argv) > 2 else "none"
client = openai.OpenAI(base_url=base, api_key=key, max_retries=0)
messages = [{"role": "user", "content": "What is takt?"}]
out = {"version": openai.__version__, "models": [m.id for m in client.models.list()]}
model = out["models"][0]
ask = {"model": model, "messages": messages, "temperature": 0}

whole = client.chat.completions.create(**ask)
out["whole"], out["usage"] = whole.choices[0].message.content, whole.usage.model_dump()
out["pieces"] = ""
for chunk in client.chat.completions.create(**ask, stream=True,
                                            stream_options={"include_usage": True}):
    if chunk.choices:
        out["pieces"] += chunk.choices[0].delta.content or ""
    if chunk.usage:
        out["stream_usage"] = chunk.usage.model_dump()
with client.chat.completions.stream(**ask) as stream:
    out["helper"] = stream.get_final_completion().choices[0].message.content
raw = client.chat.completions.with_raw_response.create(**ask, extra_headers={"x-request-id": "r1"})
out["request_id"] = raw.headers["x-request-id"]

likely = client.chat.completions.create(**ask, logprobs=True, top_logprobs=3, max_tokens=3)
out["logprobs"] = [len(t.top_logprobs) for t in likely.choices[0].logprobs.content]
text = client.completions.create(model=model, prompt="takt is", max_tokens=4, temperature=0)
out["text"] = text.choices[0].text
out["vectors"] = [len(d.embedding) for d in
                  client.embeddings.create(model=model, input=["a", "b c"]).data]

first = client.responses.create(model=model, input="What is takt?", temperature=0)
out["response"] = first.output_text
out["deltas"] = "".join(e.delta for e in client.responses.create(
    model=model, input="What is takt?", temperature=0, stream=True)
    if e.type == "response.output_text.delta")
out["again"] = client.responses.retrieve(first.id).output_text
client.responses.delete(first.id)


def refused(call):
    try:
        call()
        return None
    except openai.APIStatusError as e:
        return [type(e).__name__, e.status_code, e.param, e.code]


out["no_response"] = refused(lambda: client.responses.retrieve(first.id))
out["bad"] = refused(lambda: client.chat.completions.create(**{**ask, "temperature": 9}))
out["no_model"] = refused(lambda: client.chat.completions.create(**{**ask, "model": "nobody"}))


async def at_once():
    async with openai.AsyncOpenAI(base_url=base, api_key=key, max_retries=0) as c:
        replies = await asyncio.gather(*(c.chat.completions.create(**ask) for _ in range(8)))
    return [r.choices[0].message.content for r in replies]


out["at_once"] = asyncio.run(at_once())
print(json.dumps(out))
