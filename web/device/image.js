// An image is {width, height, data}: 8-bit RGB, row by row, as src/image/image.h has it.

export const kMaxPixels = 100_000_000; // caps decompression bombs before memory is taken

export const blank = (width, height) => ({ width, height, data: new Uint8Array(width * height * 3) });
