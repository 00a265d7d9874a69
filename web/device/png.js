// PNG as the contract wants it: palettes looked up, 16 bits to 8, alpha over white. fast-png
// decompresses and filters; what its numbers mean is decided here. Not read: interlaced images of fewer
// than 8 bits.
import { decode } from "fast-png";

import { orientationOf } from "./exif.js";
import { Failure } from "./failure.js";
import { blank, kMaxPixels } from "./image.js";

const kSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
export const isPng = (bytes) => kSignature.every((byte, i) => bytes[i] === byte);

// [type, offset of the data, length] of each chunk that fits into the file.
function* chunksOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = kSignature.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) return;
    yield [String.fromCharCode(...bytes.subarray(at + 4, at + 8)), at + 8, length];
    at += 12 + length;
  }
}

function readHeader(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = { width: 0, height: 0, orientation: 1 };
  for (const [type, at, length] of chunksOf(bytes)) {
    if (type === "IHDR" && length >= 8) {
      header.width = view.getUint32(at);
      header.height = view.getUint32(at + 4);
    }
    if (type === "eXIf") header.orientation = orientationOf(bytes.subarray(at, at + length));
  }
  return header;
}

// Sample i of a row that may be packed, as it stands in the file.
function sampleReader({ data, width, channels, depth }) {
  if (depth >= 8) return (y, i) => data[y * width * channels + i];
  const stride = Math.ceil((width * channels * depth) / 8), mask = (1 << depth) - 1;
  return (y, i) => (data[y * stride + ((i * depth) >> 3)] >> (8 - depth - ((i * depth) & 7))) & mask;
}

const widened = (depth) =>
  depth === 16 ? (v) => Math.floor((v * 255 + 32895) / 65536) : (v) => (v * 255) / ((1 << depth) - 1);

const overWhite = (v, alpha) => Math.trunc((v * alpha + 255 * (255 - alpha) + 127) / 255);

// [R, G, B, alpha] of the samples of one pixel, 0 to 255.
function colourReader({ channels, depth, palette, transparency }) {
  if (palette) return ([index]) => [...palette[index], 255].slice(0, 4);
  const to8 = widened(depth);
  const clear = (samples) => transparency && samples.every((v, c) => v === transparency[c]);
  if (channels <= 2) {
    return (samples) => {
      const grey = to8(samples[0]);
      return [grey, grey, grey, channels === 2 ? to8(samples[1]) : clear(samples) ? 0 : 255];
    };
  }
  return (samples) => [...samples.slice(0, 3).map(to8),
    channels === 4 ? to8(samples[3]) : clear(samples) ? 0 : 255];
}

function pixelsOf(png) {
  const sample = sampleReader(png), colour = colourReader(png), out = blank(png.width, png.height);
  let to = 0;
  for (let y = 0; y < png.height; ++y)
    for (let x = 0; x < png.width; ++x) {
      const samples = [];
      for (let c = 0; c < png.channels; ++c) samples.push(sample(y, x * png.channels + c));
      const [r, g, b, alpha] = colour(samples);
      out.data[to++] = overWhite(r, alpha);
      out.data[to++] = overWhite(g, alpha);
      out.data[to++] = overWhite(b, alpha);
    }
  return out;
}

// {image, orientation}, not yet upright. Throws Failure.
export function readPng(bytes, name) {
  const header = readHeader(bytes);
  if (header.width * header.height > kMaxPixels)
    throw new Failure("image size over the limit", name, `at most ${kMaxPixels} pixels`,
      `${header.width} x ${header.height}`);
  try {
    return { image: pixelsOf(decode(bytes, { checkCrc: true })), orientation: header.orientation };
  } catch (error) {
    throw new Failure("cannot decode this PNG", name, "an undamaged file", error.message);
  }
}
