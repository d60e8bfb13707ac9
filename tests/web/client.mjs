// A client without libraries, as a vendor's order system in another language would be: renders an order, verifies it.
// Usage: node client.mjs ADDRESS ORDER.json
import { readFile } from "node:fs/promises";

const [address, file] = process.argv.slice(2);

async function call(path, body, headers = {}) {
  const answer = await fetch(new URL(path, address), { method: "POST", body, headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

const order = await readFile(file);
const json = { "Content-Type": "application/json" };
const findings = await (await call("/api/v1/validate", order, json)).json();
const rendered = await call("/api/v1/render?document=bdc&format=pdf", order, json);
const pdf = await rendered.blob();
const form = new FormData();
form.append("file", pdf, "bdc.pdf");
form.append("order", new Blob([order]), "commande.json");
const verified = await (await call("/api/v1/verify?lang=en", form)).json();
console.log(JSON.stringify({
  valid: findings.valid,
  type: pdf.type,
  etag: rendered.headers.get("etag"),
  compliant: verified.compliant,
  verdict: verified.documents[0].verdict,
}));
