// A class activation map over the photo: the twin of src/image/heat_map.h.
import { blank } from "./image.js";

const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

// What speaks for the class: without the negative part, scaled to 0..1. A constant map becomes zeros.
function scaled(values) {
  const positive = Float32Array.from(values, (v) => Math.max(v, 0));
  const low = positive.reduce((a, b) => Math.min(a, b)), high = positive.reduce((a, b) => Math.max(a, b));
  return positive.map((v) => (high > low ? (v - low) / (high - low) : 0));
}

// For each output, two neighbours and the second one's share; bilinear, align_corners = false.
function neighboursOf(from, to) {
  const step = to / from, first = (step - 1) / 2;
  return Array.from({ length: to }, (_, i) => {
    const at = clamp((i - first) / step, 0, from - 1), below = Math.floor(at);
    return [below, Math.min(below + 1, from - 1), at - below];
  });
}

// Blue, cyan, yellow, red.
const jet = (value) =>
  [3, 2, 1].map((quarter) => 255 * clamp(1.5 - Math.abs(4 * value - quarter), 0, 1));

// 0.4 of the map's colours and 0.6 of the image. `map`: {width, height, values}.
export function overlay(image, map, share = 0.4) {
  const values = scaled(map.values), out = blank(image.width, image.height);
  const columns = neighboursOf(map.width, image.width), rows = neighboursOf(map.height, image.height);
  let i = 0;
  for (const [top, bottom, down] of rows)
    for (const [left, right, across] of columns) {
      const at = (y, x) => values[y * map.width + x];
      const above = at(top, left) * (1 - across) + at(top, right) * across;
      const below = at(bottom, left) * (1 - across) + at(bottom, right) * across;
      for (const colour of jet(Math.fround(above * (1 - down) + below * down))) {
        out.data[i] = Math.round(share * colour + (1 - share) * image.data[i]);
        ++i;
      }
    }
  return out;
}
