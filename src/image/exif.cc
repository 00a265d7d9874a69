#include "image/exif.h"

#include <optional>

namespace derm {
namespace {

constexpr uint32_t kOrientationTag = 0x0112;
constexpr uint32_t kShort = 3, kLong = 4;
constexpr size_t kEntryBytes = 12;

// Bounded reads in the byte order that the TIFF header names.
class TiffReader {
 public:
  explicit TiffReader(ByteView bytes) : bytes_(bytes) {}

  bool read_order() {
    if (bytes_.size < 4) return false;
    big_endian_ = bytes_.data[0] == 'M';
    const bool known = bytes_.data[0] == bytes_.data[1] && (big_endian_ || bytes_.data[0] == 'I');
    return known && number(2, 2) == 42U;
  }

  // `count` bytes at `offset` as a number, or nothing beyond the end.
  std::optional<uint32_t> number(size_t offset, size_t count) const {
    if (offset > bytes_.size || bytes_.size - offset < count) return std::nullopt;
    uint32_t value = 0;
    for (size_t i = 0; i < count; ++i) {
      const size_t at = big_endian_ ? offset + i : offset + count - 1 - i;
      value = value << 8 | bytes_.data[at];
    }
    return value;
  }

 private:
  ByteView bytes_;
  bool big_endian_ = false;
};

// The start of each pixel row's walk through the source, in pixels.
struct Walk {
  ptrdiff_t start, step_x, step_y;
};

Walk walk_of(int orientation, ptrdiff_t w, ptrdiff_t h) {
  const ptrdiff_t last_row = (h - 1) * w;
  switch (orientation) {
    case 2:
      return {w - 1, -1, w};  // mirrored left-right
    case 3:
      return {last_row + w - 1, -1, -w};  // half turn
    case 4:
      return {last_row, 1, -w};  // mirrored top-bottom
    case 5:
      return {0, w, 1};  // transposed
    case 6:
      return {last_row, -w, 1};  // quarter turn clockwise makes it upright
    case 7:
      return {last_row + w - 1, -w, -1};  // transposed over the other diagonal
    case 8:
      return {w - 1, w, -1};  // quarter turn anticlockwise makes it upright
    default:
      return {0, 1, w};
  }
}

}  // namespace

int exif_orientation(ByteView tiff) {
  TiffReader reader(tiff);
  if (!reader.read_order()) return 1;
  const auto ifd = reader.number(4, 4);
  const auto entries = ifd ? reader.number(*ifd, 2) : std::nullopt;
  for (size_t i = 0; entries && i < *entries; ++i) {
    const size_t at = size_t{*ifd} + 2 + i * kEntryBytes;
    const auto tag = reader.number(at, 2);
    if (!tag) return 1;
    if (*tag != kOrientationTag) continue;
    const auto type = reader.number(at + 2, 2);
    if (type != kShort && type != kLong) return 1;
    const auto value = reader.number(at + 8, type == kShort ? 2 : 4);
    return value && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
  }
  return 1;
}

Image upright(Image image, int orientation) {
  if (orientation <= 1 || orientation > 8 || image.empty()) return image;
  const bool swap = swaps_sides(orientation);
  Image out(swap ? image.height : image.width, swap ? image.width : image.height);
  const Walk walk = walk_of(orientation, image.width, image.height);
  for (int y = 0; y < out.height; ++y) {
    const uint8_t* from = image.data.data() + (walk.start + y * walk.step_y) * 3;
    uint8_t* to = out.row(y);
    for (int x = 0; x < out.width; ++x, to += 3) {
      const uint8_t* pixel = from + x * walk.step_x * 3;
      to[0] = pixel[0];
      to[1] = pixel[1];
      to[2] = pixel[2];
    }
  }
  return out;
}

}  // namespace derm
