// From the bytes of a photo to upright 8-bit RGB: step 2 of the contract.
import { upright } from "./exif.js";
import { Failure } from "./failure.js";
import { isJpeg } from "./jpeg.js";
import { isPng, readPng } from "./png.js";

const kMaxFileBytes = 64 << 20;

// `jpeg`: a JpegReader. Throws Failure on what is no image, damaged, or too large.
export async function decode(bytes, name, jpeg) {
  if (bytes.length > kMaxFileBytes)
    throw new Failure("the photo is too large", name, `at most ${kMaxFileBytes} bytes`, `${bytes.length} bytes`);
  if (!isJpeg(bytes) && !isPng(bytes))
    throw new Failure("not an image that this page reads", name, "a JPEG or PNG file",
      bytes.length === 0 ? "an empty file" : "");
  const { image, orientation } = isJpeg(bytes) ? await jpeg.read(bytes, name) : readPng(bytes, name);
  return upright(image, orientation);
}
