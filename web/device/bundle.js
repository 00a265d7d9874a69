// Reads the bundle that lies beside the page (docs/bundle_format.md) and checks it against its hashes.
import { parseContract } from "./contract.js";
import { Failure } from "./failure.js";

const kFormat = "dermdistill-bundle", kVersion = 1;

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// 64 hex digits. Needs a secure context, which is what a page that works offline has.
export async function sha256(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

async function fetchBytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Failure("a file of the bundle is missing", url, "200", String(response.status));
  return new Uint8Array(await response.arrayBuffer());
}

async function fetchChecked(base, name, sums) {
  const bytes = await fetchBytes(`${base}/${name}`), found = await sha256(bytes);
  if (found !== sums.get(name))
    throw new Failure("a file of the bundle is damaged", name, sums.get(name) ?? "listed in SHA256SUMS", found);
  return bytes;
}

function checkMetadata(metadata) {
  if (metadata.format !== kFormat) throw new Failure("not a bundle", "metadata.json", kFormat, metadata.format);
  if (metadata.format_version !== kVersion)
    throw new Failure("a bundle of another version", "metadata.json", String(kVersion),
      String(metadata.format_version));
}

// {metadata, contract, card, model, golden: {tolerance, images}, file(name)}
export async function readBundle(base) {
  const text = (bytes) => new TextDecoder().decode(bytes);
  const lines = text(await fetchBytes(`${base}/SHA256SUMS`)).trim().split("\n");
  const sums = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  const file = (name) => fetchChecked(base, name, sums);
  const metadata = JSON.parse(text(await file("metadata.json")));
  checkMetadata(metadata);
  return {
    metadata,
    contract: parseContract(metadata.preprocess.text),
    card: text(await file("model_card.md")),
    model: await file("model.onnx"),
    golden: JSON.parse(text(await file("golden/golden.json"))),
    file,
  };
}
