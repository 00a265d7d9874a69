// The operations that move pixels and do not change them.
#include <algorithm>
#include <cmath>

#include "data/rand_augment_ops.h"

namespace derm::rand_augment {
namespace {

constexpr double kPi = 3.141592653589793;

// Where an output point (x, y) lies in the input.
struct Affine {
  double xx = 1, xy = 0, x0 = 0;
  double yx = 0, yy = 1, y0 = 0;
};

Image warp(const Image& image, const Affine& map) {
  Image out(image.width, image.height);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      const double cx = x + 0.5, cy = y + 0.5;
      const double from_x = std::floor(map.xx * cx + map.xy * cy + map.x0);
      const double from_y = std::floor(map.yx * cx + map.yy * cy + map.y0);
      if (from_x < 0 || from_y < 0 || from_x >= image.width || from_y >= image.height) continue;
      std::copy_n(image.row(static_cast<int>(from_y)) + static_cast<int>(from_x) * 3, 3,
                  out.row(y) + x * 3);
    }
  return out;
}

}  // namespace

Image rotate(const Image& image, double degrees) {
  const double c = std::cos(degrees * kPi / 180), s = std::sin(degrees * kPi / 180);
  const double mx = image.width / 2.0, my = image.height / 2.0;
  return warp(image, {c, -s, mx - c * mx + s * my, s, c, my - s * mx - c * my});
}

Image shear_x(const Image& image, double slope) {
  return warp(image, {1, slope, 0, 0, 1, 0});
}

Image shear_y(const Image& image, double slope) {
  return warp(image, {1, 0, 0, slope, 1, 0});
}

Image translate_x(const Image& image, int px) {
  return warp(image, {1, 0, -static_cast<double>(px), 0, 1, 0});
}

Image translate_y(const Image& image, int px) {
  return warp(image, {1, 0, 0, 0, 1, -static_cast<double>(px)});
}

}  // namespace derm::rand_augment
