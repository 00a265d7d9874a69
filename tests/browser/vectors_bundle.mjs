// The contract's vectors as one file that node and a browser can load, and their golden values.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

export async function bundledVectors(web, outfile) {
  const { build } = createRequire(resolve(web, "node_modules", "x.js"))("esbuild");
  await build({
    entryPoints: [join(here, "contract_vectors.mjs")],
    outfile,
    bundle: true,
    format: "esm",
    logLevel: "warning",
  });
}

// GOLDEN_DIR names another folder of the same files.
export function goldenVectors(folder) {
  const names = ["image_contract", "image_fit", "image_jpeg", "image_png", "image_resize"];
  const at = (name) => join(process.env.GOLDEN_DIR ?? folder, `${name}.json`);
  return Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(at(name)))]));
}
