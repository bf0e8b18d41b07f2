// The groq-sdk package against takt serve at BASE (argv[2]). Prints one line of JSON.
import Groq from "groq-sdk";

const client = new Groq({ baseURL: process.argv[2], apiKey: process.argv[3] || "none",
                          maxRetries: 0 });
const messages = [{ role: "user", content: "What is takt?" }];
const out = {};

out.models = (await client.models.list()).data.map((m) => m.id);
const model = out.models[0];

const { data, response } = await client.chat.completions
  .create({ model, messages, temperature: 0 }).withResponse();
out.whole = data.choices[0].message.content;
out.usage = data.usage;
out.groq = data.x_groq;
out.requestId = response.headers.get("x-request-id");

out.pieces = "";
const stream = await client.chat.completions.create({ model, messages, temperature: 0,
                                                      stream: true });
for await (const chunk of stream) {
  out.pieces += chunk.choices[0]?.delta?.content ?? "";
  if (chunk.x_groq?.usage) out.streamUsage = chunk.x_groq.usage;
}
try {
  await client.chat.completions.create({ model: "nobody", messages });
} catch (e) {
  out.noModel = [e.constructor.name, e.status];
}
console.log(JSON.stringify(out));
