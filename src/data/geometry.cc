#include "data/geometry.h"

#include <algorithm>

namespace derm {
namespace {

constexpr int kTile = 16;  // rows and columns moved together, so that both sides stay in L1

void copy_pixel(const uint8_t* from, uint8_t* to) {
  to[0] = from[0];
  to[1] = from[1];
  to[2] = from[2];
}

// out(x', y') = in(x, y) where (x', y') is (y, W-1-x) for a turn to the left, (H-1-y, x) to the
// right.
void turn_tile(const Image& in, Image& out, int x0, int y0, bool left) {
  const int x1 = std::min(x0 + kTile, in.width), y1 = std::min(y0 + kTile, in.height);
  for (int x = x0; x < x1; ++x) {
    uint8_t* to = left ? out.row(in.width - 1 - x) : out.row(x);
    for (int y = y0; y < y1; ++y)
      copy_pixel(in.row(y) + x * 3, to + (left ? y : in.height - 1 - y) * 3);
  }
}

Image sideways(const Image& in, bool left) {
  Image out(in.height, in.width);
  for (int y = 0; y < in.height; y += kTile)
    for (int x = 0; x < in.width; x += kTile) turn_tile(in, out, x, y, left);
  return out;
}

Image upside_down(const Image& in) {
  Image out(in.width, in.height);
  const size_t pixels = in.data.size() / 3;
  for (size_t i = 0; i < pixels; ++i)
    copy_pixel(in.data.data() + i * 3, out.data.data() + (pixels - 1 - i) * 3);
  return out;
}

}  // namespace

Image hflip(const Image& image) {
  Image out(image.width, image.height);
  for (int y = 0; y < image.height; ++y) {
    const uint8_t* from = image.row(y);
    uint8_t* to = out.row(y) + (image.width - 1) * 3;
    for (int x = 0; x < image.width; ++x) copy_pixel(from + x * 3, to - x * 3);
  }
  return out;
}

Image quarter_turn(const Image& image, int k) {
  switch (((k % 4) + 4) % 4) {
    case 1:
      return sideways(image, true);
    case 2:
      return upside_down(image);
    case 3:
      return sideways(image, false);
    default:
      return image;
  }
}

}  // namespace derm
