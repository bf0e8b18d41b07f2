// Files and batches of the openai package against takt serve at BASE (argv[2]): what its users do.
// Prints one line of JSON: what each step gave.
import OpenAI, { toFile } from "openai";

const client = new OpenAI({ baseURL: process.argv[2] + "/v1", apiKey: process.argv[3] || "none",
                            maxRetries: 0 });
const out = {};
const input = [1, 2, 3].map((i) => JSON.stringify({
  custom_id: `n${i}`, method: "POST", url: "/v1/chat/completions",
  body: { messages: [{ role: "user", content: `What is ${i} + 1?` }], temperature: 0,
          max_tokens: 8 },
})).join("\n");

const file = await client.files.create({
  file: await toFile(Buffer.from(input), "input.jsonl"), purpose: "batch",
  expires_after: { anchor: "created_at", seconds: 7200 },
});
out.file = file;
out.retrieved = (await client.files.retrieve(file.id)).id === file.id;
out.ready = (await client.files.waitForProcessing(file.id)).status;
out.same = await (await client.files.content(file.id)).text() === input;

let batch = await client.batches.create({
  input_file_id: file.id, endpoint: "/v1/chat/completions", completion_window: "24h",
  metadata: { who: "me" },
});
out.created = batch.status;
for (let i = 0; i < 600 && !batch.completed_at; i++) {
  await new Promise((r) => setTimeout(r, 100));
  batch = await client.batches.retrieve(batch.id);
}
out.batch = batch;
const text = await (await client.files.content(batch.output_file_id)).text();
out.answers = text.trim().split("\n").map((l) => JSON.parse(l))
  .map((r) => [r.custom_id, r.response.status_code, r.response.body.choices[0].message.content]);

await client.files.create({ file: await toFile(Buffer.from("x"), "x.txt"), purpose: "user_data" });
out.listed = [];
for await (const f of client.files.list({ limit: 2 })) out.listed.push(f.filename);
out.batches = [];
for await (const b of client.batches.list({ limit: 1 })) out.batches.push(b.id);

const failing = async (what) => {
  try {
    await what();
  } catch (e) {
    return [e.constructor.name, e.status, e.param];
  }
};
out.cancel = await failing(() => client.batches.cancel(batch.id));
out.none = await failing(() => client.files.retrieve("file-none"));
out.purpose = await failing(async () => client.files.create({
  file: await toFile(Buffer.from("x"), "x.txt"), purpose: "fun" }));
out.deleted = (await client.files.delete(file.id)).deleted;

console.log(JSON.stringify(out));
