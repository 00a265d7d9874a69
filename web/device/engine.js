// Classifies photos on this device: the bundle's contract, its network in ONNX Runtime, its limits.
// The answers have the form of dermscope's /v1/explain (src/serve/openapi.json).
import { encode } from "fast-png";

import { readBundle, sha256 } from "./bundle.js";
import { fit, normalise } from "./contract.js";
import { decode } from "./decode.js";
import { callsOf, predictionSet } from "./decision.js";
import { Failure } from "./failure.js";
import { overlay } from "./heat_map.js";
import { energyScore, qualityOf, warningsOf } from "./quality.js";

const pngOf = ({ width, height, data }) => encode({ width, height, data, channels: 3, depth: 8 });
const indexOfLargest = (values) => values.indexOf(Math.max(...values));

export class Engine {
  // `ort`: onnxruntime-web; `jpeg`: a JpegReader; `base`: where the bundle lies.
  static async load(ort, jpeg, base) {
    const bundle = await readBundle(base);
    const session = await ort.InferenceSession.create(bundle.model, { executionProviders: ["wasm"] });
    return new Engine(ort, jpeg, bundle, session);
  }

  constructor(ort, jpeg, bundle, session) {
    Object.assign(this, { ort, jpeg, bundle, session });
  }

  async fitted(bytes, name) {
    return fit(await decode(bytes, name, this.jpeg), this.bundle.contract);
  }

  // {logits, probabilities, cam}: plain arrays; cam is the output's tensor, where the model has one.
  async run(image) {
    const side = this.bundle.contract.side_px;
    const input = new this.ort.Tensor("float32", normalise(image, this.bundle.contract), [1, 3, side, side]);
    const wanted = ["logits", "probabilities", ...(this.bundle.metadata.cam ? ["cam"] : [])];
    const { logits, probabilities, cam } = await this.session.run({ image: input }, wanted);
    return { logits: [...logits.data], probabilities: [...probabilities.data], cam };
  }

  async look(bytes, name, { coverage, label }) {
    const begin = performance.now();
    const image = await this.fitted(bytes, name);
    const before = performance.now();
    const { logits, probabilities, cam } = await this.run(image);
    const run = performance.now() - before;
    const { classes, quality: limits, cam: kind } = this.bundle.metadata;
    const quality = qualityOf(image), energy = energyScore(logits), top = indexOfLargest(logits);
    const explanation = cam ? this.explained(image, cam, label ?? classes[top], kind.kind) : undefined;
    return {
      class: classes[top],
      probability: probabilities[top],
      probabilities: Object.fromEntries(classes.map((name, k) => [name, probabilities[k]])),
      prediction_set: predictionSet(classes, probabilities, coverage),
      calls: callsOf(this.bundle.metadata, probabilities),
      energy,
      quality,
      warnings: warningsOf(quality, energy, limits),
      explanation,
      timings_ms: { run, total: performance.now() - begin },
    };
  }

  // `image` and `overlay` as the bytes of PNG files.
  explained(image, cam, label, kind) {
    const [, , height, width] = cam.dims, k = this.bundle.metadata.classes.indexOf(label);
    const values = cam.data.subarray(k * height * width, (k + 1) * height * width);
    return { class: label, kind, image: pngOf(image), overlay: pngOf(overlay(image, { width, height, values })) };
  }

  // Runs the bundle's golden images, as `dermscope verify` does. Throws Failure where pixels or logits
  // are others than the bundle says.
  async check() {
    const { images, tolerance } = this.bundle.golden;
    let largest = 0;
    for (const golden of images) {
      const image = await this.fitted(await this.bundle.file(golden.file), golden.file);
      const pixels = await sha256(image.data);
      if (pixels !== golden.pixels_sha256)
        throw new Failure("this browser gives other pixels", golden.file, golden.pixels_sha256, pixels);
      const { logits } = await this.run(image);
      const difference = Math.max(...logits.map((logit, k) => Math.abs(logit - golden.logits[k])));
      if (!(difference <= tolerance))
        throw new Failure("this browser gives another answer than the golden one", golden.file,
          `logits within ${tolerance}`, `${difference} away`);
      largest = Math.max(largest, difference);
    }
    return { images: images.length, largest, tolerance };
  }
}
