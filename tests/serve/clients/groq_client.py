"""The groq package of PyPI against takt serve at the base address argv[1]. Prints one line of JSON:
what each step gave."""
import json
import sys

import groq

client = groq.Groq(base_url=sys.argv[1], api_key="none", max_retries=0)
messages = [{"role": "user", "content": "What is takt?"}]
out = {"version": groq.__version__, "models": [m.id for m in client.models.list().data]}
ask = {"model": out["models"][0], "messages": messages, "temperature": 0}

whole = client.chat.completions.create(**ask)
out["whole"], out["usage"] = whole.choices[0].message.content, whole.usage.model_dump()
out["groq"] = whole.x_groq.model_dump()
out["pieces"] = ""
for chunk in client.chat.completions.create(**ask, stream=True):
    out["pieces"] += chunk.choices[0].delta.content or "" if chunk.choices else ""
    if chunk.x_groq and chunk.x_groq.usage:
        out["stream_usage"] = chunk.x_groq.usage.model_dump()
try:
    client.chat.completions.create(**{**ask, "model": "nobody"})
except groq.APIStatusError as e:
    out["no_model"] = [type(e).__name__, e.status_code]
print(json.dumps(out))
