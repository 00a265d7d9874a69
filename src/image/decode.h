// From the bytes of a JPEG or PNG file to upright 8-bit RGB.
//
// JPEG: baseline and progressive; grey, YCbCr, RGB, CMYK and YCCK (Adobe marker). PNG: grey,
// palette, RGB, alpha (over white), 16-bit (rounded to 8). EXIF orientation 1-8 is applied.
#pragma once

#include <string>

#include "base/files.h"
#include "image/image.h"

namespace derm {

struct DecodeLimits {
  uint64_t max_file_bytes = 64u << 20;  // a dermoscopic JPEG is below 20 MiB
  uint64_t max_pixels = 100'000'000;    // caps decompression bombs before memory is taken
};

// `name` is for messages. Throws Error naming it and the byte offset where reading stopped: not a
// JPEG or PNG, truncated, corrupt (a JPEG that libjpeg repairs with a warning is an error too),
// over the limits.
Image decode(ByteView bytes, const std::string& name, const DecodeLimits& limits = {});
Image decode_file(const fs::path& path, const DecodeLimits& limits = {});

// Width and height after orientation, from the header alone.
struct ImageSize {
  int width = 0, height = 0;
};
ImageSize decode_size(ByteView bytes, const std::string& name, const DecodeLimits& limits = {});

}  // namespace derm
