// The preprocessing contract (docs/preprocessing_contract.md): its text, its geometry, and the numbers
// that the network sees. The twin of src/image/preprocess.h.
import { Failure } from "./failure.js";
import { blank } from "./image.js";
import { resize, resizePart } from "./resize.js";

const kGeometries = ["stretch", "crop", "pad"], kFilterNames = ["bilinear", "bicubic"];

// The fewest digits that read back as the same number, without an exponent.
function positional(x) {
  const [digits, exponent] = String(x).split("e-");
  return exponent ? `0.${"0".repeat(exponent - 1)}${digits.replace(".", "")}` : digits;
}

function textOf(c) {
  const list = (numbers) => numbers.map(positional).join(",");
  return `side_px=${c.side_px} geometry=${c.geometry} filter=${c.filter} ` +
    `crop_share=${positional(c.crop_share)} mean=${list(c.mean)} std=${list(c.std)}`;
}

const within = (x, low, high) => x >= low && x <= high;

function inRange(c) {
  return Number.isInteger(c.side_px) && within(c.side_px, 8, 2048) &&
    kGeometries.includes(c.geometry) && kFilterNames.includes(c.filter) &&
    within(c.crop_share, 0.1, 1) &&
    c.mean.length === 3 && c.mean.every((x) => within(x, 0, 1)) &&
    c.std.length === 3 && c.std.every((x) => within(x, 0.001, 10));
}

// Throws Failure on a text that is not exactly as the contract would write it.
export function parseContract(text) {
  const fields = Object.fromEntries(text.split(" ").map((field) => field.split("=")));
  const numbers = (list = "") => list.split(",").map(Number);
  const contract = {
    side_px: Number(fields.side_px),
    geometry: fields.geometry,
    filter: fields.filter,
    crop_share: Number(fields.crop_share),
    mean: numbers(fields.mean),
    std: numbers(fields.std),
  };
  if (!inRange(contract) || textOf(contract) !== text)
    throw new Failure("not a preprocessing contract that this page knows", "", textOf(contract), text);
  return contract;
}

function roundEven(x) {
  const below = Math.floor(x), rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

function fitCrop(image, { side_px: side, crop_share, filter }) {
  const shorter = Math.round(side / crop_share), low = Math.min(image.width, image.height);
  const width = Math.floor((shorter * image.width) / low);
  const height = Math.floor((shorter * image.height) / low);
  const margin = (length) => roundEven((length - side) / 2);
  const part = { left: margin(width), top: margin(height), width: side, height: side };
  return resizePart(image, width, height, filter, part);
}

function fitPad(image, { side_px: side, filter }) {
  const { width: w, height: h } = image;
  const share = (ratio) => Math.max(1, roundEven(ratio * side));
  const width = w >= h ? side : share(w / h), height = h >= w ? side : share(h / w);
  const resized = resize(image, width, height, filter), out = blank(side, side);
  const left = roundEven((side - width) * 0.5), top = roundEven((side - height) * 0.5);
  for (let y = 0; y < height; ++y)
    out.data.set(resized.data.subarray(y * width * 3, (y + 1) * width * 3), ((top + y) * side + left) * 3);
  return out;
}

// side_px x side_px.
export function fit(image, contract) {
  if (contract.geometry === "crop") return fitCrop(image, contract);
  if (contract.geometry === "pad") return fitPad(image, contract);
  return resize(image, contract.side_px, contract.side_px, contract.filter);
}

// Float32Array [3 * side * side], planes R, G, B; each operation rounded to 32 bits.
export function normalise(fitted, { mean, std }) {
  const f = Math.fround, pixels = fitted.width * fitted.height;
  const tables = [0, 1, 2].map((c) =>
    Float32Array.from({ length: 256 }, (_, x) => f(f(f(x / 255) - f(mean[c])) / f(std[c]))));
  const out = new Float32Array(3 * pixels);
  for (let i = 0; i < pixels; ++i)
    for (let c = 0; c < 3; ++c) out[c * pixels + i] = tables[c][fitted.data[3 * i + c]];
  return out;
}
