// The antialiased resize of the preprocessing contract (docs/preprocessing_contract.md, step 4), in
// whole numbers: the bytes are Pillow's and those of src/image/resize.h.
import { blank } from "./image.js";

const kWeightBits = 22;

const kFilters = {
  bilinear: { support: 1, at: (x) => (Math.abs(x) < 1 ? 1 - Math.abs(x) : 0) },
  bicubic: { support: 2, at: cubic },
};

// Keys' cubic convolution with a = -0.5.
function cubic(value) {
  const a = -0.5, x = Math.abs(value);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

const fixedPoint = (weight) =>
  Math.trunc(weight * (1 << kWeightBits) + (weight < 0 ? -0.5 : 0.5));

function tapOf(i, from, to, filter) {
  const scale = from / to, widening = Math.max(scale, 1);
  const support = filter.support * widening, center = (i + 0.5) * scale;
  const first = Math.max(0, Math.trunc(center - support + 0.5));
  const end = Math.min(from, Math.trunc(center + support + 0.5));
  const row = [];
  for (let j = first; j < end; ++j) row.push(filter.at((j - center + 0.5) * (1 / widening)));
  const sum = row.reduce((a, b) => a + b, 0);
  return { first, weights: Int32Array.from(row, (w) => fixedPoint(sum !== 0 ? w / sum : w)) };
}

// Outputs begin to begin + count - 1 of a pass from `from` to `to` samples.
function tapsOf(from, to, filter, begin, count) {
  return Array.from({ length: count }, (_, i) => tapOf(begin + i, from, to, filter));
}

const rounded = (sum) => Math.min(255, Math.max(0, (sum + (1 << (kWeightBits - 1))) >> kWeightBits));

// Rows begin to end - 1 of the image, each with taps.length columns.
function narrowed(image, taps, begin, end) {
  const out = blank(taps.length, end - begin), { data } = image;
  let to = 0;
  for (let y = begin; y < end; ++y) {
    const row = y * image.width * 3;
    for (const { first, weights } of taps) {
      let r = 0, g = 0, b = 0, from = row + first * 3;
      for (let t = 0; t < weights.length; ++t, from += 3) {
        const weight = weights[t];
        r += data[from] * weight;
        g += data[from + 1] * weight;
        b += data[from + 2] * weight;
      }
      out.data[to++] = rounded(r);
      out.data[to++] = rounded(g);
      out.data[to++] = rounded(b);
    }
  }
  return out;
}

// `firstRow`: the row of the whole image that is row 0 of this one.
function shortened(image, taps, firstRow) {
  const out = blank(image.width, taps.length), stride = image.width * 3;
  taps.forEach(({ first, weights }, y) => {
    for (let x = 0; x < stride; ++x) {
      let sum = 0, from = (first - firstRow) * stride + x;
      for (let t = 0; t < weights.length; ++t, from += stride) sum += image.data[from] * weights[t];
      out.data[y * stride + x] = rounded(sum);
    }
  });
  return out;
}

// The part {left, top, width, height} of the image resized to width x height.
export function resizePart(image, width, height, filterName, part) {
  const filter = kFilters[filterName];
  const rows = tapsOf(image.height, height, filter, part.top, part.height);
  const last = rows[rows.length - 1];
  const begin = rows[0].first, end = last.first + last.weights.length;
  const columns = tapsOf(image.width, width, filter, part.left, part.width);
  return shortened(narrowed(image, columns, begin, end), rows, begin);
}

export const resize = (image, width, height, filterName) =>
  resizePart(image, width, height, filterName, { left: 0, top: 0, width, height });
