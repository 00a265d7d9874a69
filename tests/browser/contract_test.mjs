// The page's preprocessing against the golden vectors, in node.
//
//   node contract_test.mjs GOLDEN_FOLDER WEB_FOLDER
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { bundledVectors, goldenVectors } from "./vectors_bundle.mjs";

const [goldenFolder, web] = process.argv.slice(2);

// Node's own; older ones lack what every browser has.
globalThis.ImageData ??= class {
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
};

const folder = mkdtempSync(join(tmpdir(), "derm-contract."));
try {
  const file = join(folder, "vectors.mjs");
  await bundledVectors(web, file);
  const { checkVectors } = await import(pathToFileURL(file));
  const wasm = readFileSync(join(web, "node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"));
  const { checked, problems } = await checkVectors(goldenVectors(goldenFolder), new WebAssembly.Module(wasm));
  assert.deepEqual(problems, []);
  assert.ok(checked > 1000, `${checked} checks`);
  console.log(`ok: ${checked} checks`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
