// JPEG as the contract wants it: libjpeg's own decoder (mozjpeg, compiled to WebAssembly), because
// those of browsers differ from it and from one another. What libjpeg would repair with a warning is
// an error. Grey, YCbCr and RGB; not CMYK, which no dermatoscope or phone writes.
import createDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";

import { orientationOf } from "./exif.js";
import { Failure } from "./failure.js";
import { blank, kMaxPixels } from "./image.js";

export const isJpeg = (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

const kStartOfScan = 0xda, kExif = 0xe1, kExifPrefix = "Exif\0\0";
const isFrame = (marker) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

// What the header says: {width, height, components, orientation}. Damage is left to the decoder.
function readHeader(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = { width: 0, height: 0, components: 0, orientation: 0 };
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      ++at; // fill byte
      continue;
    }
    const length = view.getUint16(at + 2), segment = bytes.subarray(at + 4, at + 2 + length);
    if (marker === kStartOfScan) break;
    if (isFrame(marker) && segment.length >= 6) {
      header.height = (segment[1] << 8) | segment[2];
      header.width = (segment[3] << 8) | segment[4];
      header.components = segment[5];
    }
    const prefix = String.fromCharCode(...segment.subarray(0, kExifPrefix.length));
    if (marker === kExif && prefix === kExifPrefix && header.orientation === 0)
      header.orientation = orientationOf(segment.subarray(kExifPrefix.length));
    at += 2 + length;
  }
  header.orientation ||= 1;
  return header;
}

function check(header, name) {
  if (header.width * header.height > kMaxPixels)
    throw new Failure("image size over the limit", name, `at most ${kMaxPixels} pixels`,
      `${header.width} x ${header.height}`);
  if (header.components === 4)
    throw new Failure("a JPEG in inks (CMYK), which this page does not read", name,
      "a JPEG in grey or colour", "4 components");
}

function withoutAlpha({ width, height, data }) {
  const out = blank(width, height);
  for (let i = 0, from = 0, to = 0; i < width * height; ++i, ++from) {
    out.data[to++] = data[from++];
    out.data[to++] = data[from++];
    out.data[to++] = data[from++];
  }
  return out;
}

// `wasm`: the compiled WebAssembly.Module of mozjpeg_dec.wasm.
export class JpegReader {
  constructor(wasm) {
    this.wasm = wasm;
    this.said = [];
  }

  // {image, orientation}, not yet upright. Throws Failure.
  async read(bytes, name) {
    const header = readHeader(bytes);
    check(header, name);
    this.said.length = 0;
    let decoded = null;
    try {
      this.codec ??= await this.start();
      decoded = this.codec.decode(bytes, /*preserve_orientation=*/ false);
    } catch {
      this.codec = null; // a failed decoder's memory is not to be used again
    }
    if (!decoded || this.said.length > 0)
      throw new Failure("cannot decode this JPEG", name, "an undamaged file", this.said[0]);
    return { image: withoutAlpha(decoded), orientation: header.orientation };
  }

  start() {
    const say = (line) => this.said.push(line);
    return createDecoder({
      noInitialRun: true,
      print: say,
      printErr: say,
      instantiateWasm: (imports, done) => {
        const instance = new WebAssembly.Instance(this.wasm, imports);
        done(instance);
        return instance.exports;
      },
    });
  }
}
