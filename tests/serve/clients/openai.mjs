// The openai package against takt serve at BASE (argv[2]): what its users do. Prints one line of
// JSON: what each step gave.
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.argv[2] + "/v1", apiKey: process.argv[3] || "none",
                            maxRetries: 0 });
const messages = [{ role: "user", content: "What is takt?" }];
const out = {};

out.models = (await client.models.list()).data.map((m) => m.id);
const model = out.models[0];

const whole = await client.chat.completions.create({ model, messages, temperature: 0 });
out.whole = whole.choices[0].message.content;
out.usage = whole.usage;

const stream = await client.chat.completions.create({
  model, messages, temperature: 0, stream: true, stream_options: { include_usage: true },
});
out.pieces = "";
for await (const chunk of stream) {
  out.pieces += chunk.choices[0]?.delta?.content ?? "";
  if (chunk.usage) out.streamUsage = chunk.usage;
}

const runner = client.chat.completions.stream({ model, messages, temperature: 0 });
out.helper = await runner.finalContent();

const tools = [{ type: "function", function: {
  name: "get_weather", description: "Get the weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
} }];
const call = await client.chat.completions.create({
  model, temperature: 0, tools,
  messages: [{ role: "user", content: "What is the weather in Oslo?" }],
});
out.finish = call.choices[0].finish_reason;
out.calls = call.choices[0].message.tool_calls ?? null;

const text = await client.completions.create({ model, prompt: "takt is", max_tokens: 4,
                                               temperature: 0 });
out.text = text.choices[0].text;

for (const [name, ask] of Object.entries({
  badRequest: { model, messages, temperature: 9 },
  noModel: { model: "nobody", messages },
}))
  try {
    await client.chat.completions.create(ask);
    out[name] = "no error";
  } catch (e) {
    out[name] = [e.constructor.name, e.status, e.code, e.param];
  }

const first = await client.responses.create({ model, input: "What is takt?", temperature: 0 });
out.response = first.output_text;
const next = await client.responses.create({ model, input: "And what is a plan?", temperature: 0,
                                             previous_response_id: first.id });
out.next = { text: next.output_text, previous: next.previous_response_id === first.id,
             more: next.usage.input_tokens > first.usage.input_tokens };
const events = await client.responses.create({ model, input: "What is takt?", temperature: 0,
                                               stream: true });
out.deltas = "";
out.types = [];
for await (const event of events) {
  if (event.type === "response.output_text.delta") out.deltas += event.delta;
  out.types.push(event.type);
}
const builder = client.responses.stream({ model, input: "What is takt?", temperature: 0 });
out.built = (await builder.finalResponse()).output_text;
out.counted = (await client.responses.inputTokens.count({ model, input: "What is takt?" }))
  .input_tokens === first.usage.input_tokens;
out.retrieved = (await client.responses.retrieve(first.id)).output_text;
out.items = [];
for await (const item of client.responses.inputItems.list(first.id)) out.items.push(item.content);
await client.responses.delete(first.id);
try {
  await client.responses.retrieve(first.id);
} catch (e) {
  out.deleted = [e.constructor.name, e.status];
}

const aborted = await client.chat.completions.create({
  model, messages, stream: true, ignore_eos: true, max_tokens: 1000,
});
for await (const chunk of aborted) {
  if (chunk.choices[0]?.delta?.content) break; // ends the request
}
console.log(JSON.stringify(out));
