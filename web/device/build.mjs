// Puts what the offline page runs into one folder: the worker with its libraries in one file, the two
// WebAssembly modules, and the libraries' licences.
//
//   node build.mjs OUT
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const out = process.argv[2];

const kLibraries = ["onnxruntime-web", "onnxruntime-common", "@jsquash/jpeg", "fast-png", "fflate", "iobuffer"];

function licenceOf(name) {
  const folder = join(modules, name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json")));
  const head = `${name} ${version} (${license})\n`;
  for (const file of ["LICENSE", "LICENSE.md", "LICENSE.txt"])
    try {
      return head + "\n" + readFileSync(join(folder, file), "utf8").trim() + "\n";
    } catch {
      continue;
    }
  return head;
}

mkdirSync(out, { recursive: true });
await build({
  entryPoints: [join(here, "worker.js")],
  outfile: join(out, "worker.js"),
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  external: ["module", "worker_threads", "fs", "node:fs", "node:fs/promises", "path", "url", "os"],
  logLevel: "warning",
});
const kModules = {
  "ort-wasm-simd-threaded.wasm": "onnxruntime-web/dist/ort-wasm-simd-threaded.wasm",
  "mozjpeg_dec.wasm": "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm",
};
for (const [name, from] of Object.entries(kModules)) copyFileSync(join(modules, from), join(out, name));
const rule = `\n${"-".repeat(78)}\n\n`;
const intro = `worker.js and the .wasm files hold these libraries.

ONNX Runtime (onnxruntime-web, onnxruntime-common) is Copyright (c) Microsoft Corporation, under the MIT
licence, whose terms are those printed for fast-png below. @jsquash/jpeg holds mozjpeg: this software is
based in part on the work of the Independent JPEG Group.
`;
writeFileSync(join(out, "THIRD_PARTY.txt"), [intro, ...kLibraries.map(licenceOf)].join(rule));
