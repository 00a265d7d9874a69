// The golden vectors of the preprocessing contract (tests/golden/image_*.json) against web/device.
// Runs in node and in a browser alike: contract_test.mjs and web_test.mjs.
import { sha256 } from "../../web/device/bundle.js";
import { fit, normalise, parseContract } from "../../web/device/contract.js";
import { decode } from "../../web/device/decode.js";
import { JpegReader } from "../../web/device/jpeg.js";
import { resize } from "../../web/device/resize.js";

const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16));
const imageOf = ({ width, height, rgb }) => ({ width, height, data: fromHex(rgb) });

// What the page says it does not read; everything else must be exact.
const notRead = (name) => /CMYK|YCCK/.test(name) || /[124] bit interlaced/.test(name);

// The integers of formula_picture in tools/make_image_golden.py.
function formulaPicture(width, height) {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x)
      for (let c = 0; c < 3; ++c)
        data[(y * width + x) * 3 + c] = x * 7 + y * 13 + c * 29 + ((x * y) % 31) * 5 +
          (((x >> 4) + (y >> 4)) % 2) * 90;
  return { width, height, data };
}

const levels = () =>
  ({ width: 256, height: 1, data: Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)) });

const same = (a, b) =>
  a.width === b.width && a.height === b.height && a.data.every((value, i) => value === b.data[i]);

async function failureOf(work) {
  try {
    await work();
  } catch (error) {
    return error.details ?? { what: `not a Failure: ${error}` };
  }
  return null;
}

const checks = {
  async files(golden, expect, jpeg) {
    for (const item of [...golden.image_jpeg, ...golden.image_png]) {
      if (notRead(item.name)) {
        const failure = await failureOf(() => decode(fromHex(item.file), item.name, jpeg));
        expect(failure?.where === item.name, `${item.name} is refused in words, not ${failure?.what}`);
      } else {
        expect(same(await decode(fromHex(item.file), item.name, jpeg), imageOf(item)), item.name);
      }
    }
  },

  async resizes({ image_resize: golden }, expect) {
    const source = imageOf(golden.source);
    for (const item of golden.cases)
      expect(same(resize(source, item.width, item.height, item.name), imageOf(item)),
        `${item.name} to ${item.width} x ${item.height}`);
    for (const item of golden.large) {
      const out = resize(formulaPicture(...item.from), ...item.to, item.name);
      expect((await sha256(out.data)) === item.sha256, `${item.name} ${item.from} to ${item.to}`);
    }
  },

  async geometries({ image_fit }, expect) {
    for (const item of image_fit) {
      const contract = { side_px: item.side_px, geometry: item.name, filter: item.filter,
        crop_share: item.crop_share };
      const out = fit(formulaPicture(...item.from), contract);
      expect((await sha256(out.data)) === item.sha256, JSON.stringify(item));
    }
  },

  async contracts({ image_contract }, expect) {
    for (const item of image_contract) {
      const contract = parseContract(item.name);
      for (const key of ["side_px", "geometry", "filter", "crop_share", "mean", "std"])
        expect(JSON.stringify(contract[key]) === JSON.stringify(item[key]), `${key} of ${item.name}`);
      const numbers = normalise(levels(), contract);
      expect((await sha256(numbers.buffer)) === item.normalised, `normalised, ${item.name}`);
      for (const broken of [`${item.name} `, item.name.replace("side_px", "side"), `${item.name} hair=true`,
        item.name.replace(/filter=\w+/, "filter=lanczos"), item.name.replace(/side_px=\d+/, "side_px=4")])
        expect((await failureOf(() => parseContract(broken))) !== null, `refused: ${broken}`);
    }
  },

  // Every file cut off anywhere is a Failure that names it.
  async truncations(golden, expect, jpeg) {
    for (const item of [...golden.image_jpeg, ...golden.image_png]) {
      if (item.name === "trailing bytes") continue;
      const whole = fromHex(item.file);
      for (let size = 0; size < whole.length; size += 1 + (size >> 3)) {
        const failure = await failureOf(() => decode(whole.slice(0, size), item.name, jpeg));
        expect(failure?.where === item.name, `${item.name}, ${size} of ${whole.length} bytes: ${failure?.what}`);
      }
    }
  },
};

// {checked, problems}. `golden`: the five files by name; `wasm`: the compiled mozjpeg_dec.wasm.
export async function checkVectors(golden, wasm) {
  const jpeg = new JpegReader(wasm), problems = [];
  let checked = 0;
  const expect = (right, what) => {
    ++checked;
    if (!right) problems.push(what);
  };
  for (const check of Object.values(checks)) await check(golden, expect, jpeg);
  return { checked, problems };
}
