"""Conversations as the text that the model reads: the same chat template that takt renders.

`python3 -m models.builtin.skills.render` checks that both forms of a tool call give the same text.
"""

import json
import pathlib
from datetime import datetime

import jinja2
import jinja2.ext
import jinja2.sandbox

TEMPLATE = pathlib.Path(__file__).resolve().parent.parent / "chat_template.jinja"


def _tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    # Jinja's own filter escapes < > & ' for HTML; models expect plain JSON.
    return json.dumps(
        x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def _raise(message):
    raise jinja2.exceptions.TemplateError(message)


def _compile():
    env = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols]
    )
    env.filters["tojson"] = _tojson
    env.globals["raise_exception"] = _raise
    env.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
    return env.from_string(TEMPLATE.read_text(encoding="utf-8"))


_template = _compile()


def _openai(message):
    """A case.Message (or a mapping, which stays as it is) in the form that templates take."""
    if isinstance(message, dict):
        return message
    content = message.content
    if message.pictures:
        content = [{"type": "image"}] * len(message.pictures)
        content.append({"type": "text", "text": message.content})
    return {"role": message.role, "content": content}


def render(messages, tools, add_generation_prompt=False):
    """The prompt text of MESSAGES (case.Message or mappings) with TOOLS offered (or None)."""
    return _template.render(
        messages=[_openai(m) for m in messages],
        tools=tools,
        add_generation_prompt=add_generation_prompt,
    )


def check():
    """Both forms of a tool call, and of a tool's definition, must give the same text."""
    bare = {"name": "f", "description": "d", "parameters": {"properties": {"a": {}}}}
    tools = [{"type": "function", "function": dict(bare, strict=True)}]
    text = '{"name": "f", "parameters": {"a": "\u00e9 <1>", "n": 2.5}}'
    arguments = json.loads(text)["parameters"]
    forms = [{"role": "assistant", "content": text}]
    for given in (arguments, json.dumps(arguments, ensure_ascii=False)):
        call = {"type": "function", "id": "1", "function": {"name": "f", "arguments": given}}
        forms.append({"role": "assistant", "content": None, "tool_calls": [call]})
    asked = {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What? "}]}
    texts = {render([asked, form], t) for form in forms for t in (tools, [bare])}
    assert len(texts) == 1, texts
    assert "<|image|>What?<|eot_id|>" in texts.pop()


if __name__ == "__main__":
    check()
    print("ok")
