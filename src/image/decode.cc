#include "image/decode.h"

#include <utility>

#include "image/exif.h"
#include "image/jpeg.h"
#include "image/limits.h"
#include "image/png.h"

namespace derm {
namespace {

enum class Format { kJpeg, kPng };

Format format_of(ByteView bytes, const std::string& name, const DecodeLimits& limits) {
  if (bytes.size > limits.max_file_bytes)
    throw Error("file over the size limit", name,
                fmt::format("at most {} bytes", limits.max_file_bytes),
                fmt::format("{} bytes", bytes.size));
  if (is_jpeg(bytes)) return Format::kJpeg;
  if (is_png(bytes)) return Format::kPng;
  throw Error("not an image file", place(name, 0), "the first bytes of a JPEG or PNG file",
              bytes.size == 0 ? "an empty file" : "");
}

}  // namespace

Image decode(ByteView bytes, const std::string& name, const DecodeLimits& limits) {
  const bool jpeg = format_of(bytes, name, limits) == Format::kJpeg;
  StoredImage stored = jpeg ? read_jpeg(bytes, name, limits) : read_png(bytes, name, limits);
  return upright(std::move(stored.image), stored.orientation);
}

Image decode_file(const fs::path& path, const DecodeLimits& limits) {
  return decode(read_file(path, limits.max_file_bytes), path.string(), limits);
}

ImageSize decode_size(ByteView bytes, const std::string& name, const DecodeLimits& limits) {
  const bool jpeg = format_of(bytes, name, limits) == Format::kJpeg;
  const StoredSize stored =
      jpeg ? read_jpeg_size(bytes, name, limits) : read_png_size(bytes, name, limits);
  if (swaps_sides(stored.orientation)) return {stored.height, stored.width};
  return {stored.width, stored.height};
}

}  // namespace derm
