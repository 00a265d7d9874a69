// The engine in a worker, so that the page stays responsive. A message {id, call, args} is answered
// with {id, value} or {id, error}.
import * as ort from "onnxruntime-web/wasm";

import { Engine } from "./engine.js";
import { detailsOf } from "./failure.js";
import { JpegReader } from "./jpeg.js";

const beside = (name) => new URL(name, self.location).href;

async function start() {
  ort.env.wasm.numThreads = 1; // more need headers that a static host does not send
  ort.env.wasm.wasmPaths = { wasm: beside("ort-wasm-simd-threaded.wasm") };
  const bytes = await (await fetch(beside("mozjpeg_dec.wasm"))).arrayBuffer();
  return Engine.load(ort, new JpegReader(await WebAssembly.compile(bytes)), beside("bundle"));
}

const engine = start();
engine.catch(() => {}); // said to whoever asks

const calls = {
  open: async () => {
    const { metadata, card } = (await engine).bundle;
    return { metadata, card };
  },
  check: async () => (await engine).check(),
  look: async (file, options) =>
    (await engine).look(new Uint8Array(await file.arrayBuffer()), file.name ?? "photo", options),
};

self.addEventListener("message", async ({ data: { id, call, args } }) => {
  try {
    self.postMessage({ id, value: await calls[call](...args) });
  } catch (error) {
    self.postMessage({ id, error: detailsOf(error) });
  }
});
