// EXIF orientation, the twin of src/image/exif.h: anything malformed counts as 1, upright.
import { blank } from "./image.js";

const kOrientationTag = 0x0112, kShort = 3, kLong = 4, kEntryBytes = 12;

// `tiff`: a Uint8Array from the TIFF header on. 1 to 8.
export function orientationOf(tiff) {
  try {
    return readOrientation(new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength));
  } catch (error) {
    if (error instanceof RangeError) return 1; // an offset beyond the end
    throw error;
  }
}

function readOrientation(view) {
  const order = view.getUint16(0), little = order === 0x4949;
  if ((order !== 0x4d4d && !little) || view.getUint16(2, little) !== 42) return 1;
  const directory = view.getUint32(4, little), entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; ++i) {
    const at = directory + 2 + i * kEntryBytes;
    if (view.getUint16(at, little) !== kOrientationTag) continue;
    const type = view.getUint16(at + 2, little);
    if (type !== kShort && type !== kLong) return 1;
    const value = type === kShort ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

// Where the walk through the source starts, and its steps along an output row and down a column.
function walkOf(orientation, w, h) {
  const last = (h - 1) * w;
  return {
    2: [w - 1, -1, w],
    3: [last + w - 1, -1, -w],
    4: [last, 1, -w],
    5: [0, w, 1],
    6: [last, -w, 1],
    7: [last + w - 1, -w, -1],
    8: [w - 1, w, -1],
  }[orientation];
}

export function upright(image, orientation) {
  const { width: w, height: h } = image;
  const walk = walkOf(orientation, w, h);
  if (!walk) return image;
  const out = orientation >= 5 ? blank(h, w) : blank(w, h);
  const [start, stepX, stepY] = walk;
  let to = 0;
  for (let y = 0; y < out.height; ++y)
    for (let x = 0; x < out.width; ++x) {
      const from = 3 * (start + y * stepY + x * stepX);
      out.data[to++] = image.data[from];
      out.data[to++] = image.data[from + 1];
      out.data[to++] = image.data[from + 2];
    }
  return out;
}
