// The openai and groq-sdk packages against takt serve at BASE (argv[2]), showing the picture in the
// file argv[4]. Prints one line of JSON: what each step gave.
import fs from "node:fs";
import OpenAI from "openai";
import Groq from "groq-sdk";

const [, , base, key, file] = process.argv;
const client = new OpenAI({ baseURL: base + "/v1", apiKey: key || "none", maxRetries: 0 });
const groq = new Groq({ baseURL: base, apiKey: key || "none", maxRetries: 0 });
const url = "data:image/bmp;base64," + fs.readFileSync(file).toString("base64");
const text = "What do you see?";
const messages = [{ role: "user", content: [
  { type: "text", text }, { type: "image_url", image_url: { url, detail: "low" } },
] }];
const model = (await client.models.list()).data[0].id;
const out = {};

const whole = await client.chat.completions.create({ model, messages, temperature: 0 });
out.chat = whole.choices[0].message.content;
out.image = whole.usage.prompt_tokens_details.image_tokens;
const stream = await client.chat.completions.create({ model, messages, temperature: 0,
                                                      stream: true });
out.streamed = "";
for await (const chunk of stream) out.streamed += chunk.choices[0]?.delta?.content ?? "";
out.groq = (await groq.chat.completions.create({ model, messages, temperature: 0 }))
  .choices[0].message.content;

const uploaded = await client.files.create({ file: fs.createReadStream(file), purpose: "vision" });
const shown = async (part) => (await client.responses.create({ model, temperature: 0, input: [
  { role: "user", content: [{ type: "input_text", text }, part] }] }));
const first = await shown({ type: "input_image", file_id: uploaded.id, detail: "low" });
out.file = first.output_text;
out.url = (await shown({ type: "input_image", image_url: url, detail: "auto" })).output_text;
const next = await client.responses.create({ model, input: "How many shapes are there?",
                                             temperature: 0, previous_response_id: first.id });
out.next = next.output_text;
try {
  await shown({ type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "auto" });
  out.bad = "no error";
} catch (e) {
  out.bad = [e.constructor.name, e.status, e.param];
}
console.log(JSON.stringify(out));
