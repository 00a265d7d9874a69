#include "data/generate_noise.h"

#include <cstring>

namespace derm::drawing {

float value_noise(float x, float y, uint32_t seed) {
  const int32_t ix = floor_int(x), iy = floor_int(y);
  float fx = x - static_cast<float>(ix), fy = y - static_cast<float>(iy);
  fx = fx * fx * (3.F - 2.F * fx);
  fy = fy * fy * (3.F - 2.F * fy);
  const float a = unit(lattice(ix, iy, seed)), b = unit(lattice(ix + 1, iy, seed));
  const float c = unit(lattice(ix, iy + 1, seed)), d = unit(lattice(ix + 1, iy + 1, seed));
  const float top = a + (b - a) * fx, bottom = c + (d - c) * fx;
  return 2.F * (top + (bottom - top) * fy) - 1.F;
}

float fractal_noise(float x, float y, uint32_t seed, int octaves) {
  float sum = 0, weight = 1, total = 0;
  for (int i = 0; i < octaves; ++i) {
    sum += weight * value_noise(x, y, seed + static_cast<uint32_t>(i) * 0x68E31DA4U);
    total += weight;
    weight *= 0.5F;
    // The turn (cosine 0.8, sine 0.6) keeps the octaves' lattices from lining up.
    const float turned = 1.6F * x - 1.2F * y;
    y = 1.2F * x + 1.6F * y;
    x = turned;
  }
  return sum / total;
}

Cell cellular(float x, float y, float jitter, uint32_t seed) {
  const int32_t ix = floor_int(x), iy = floor_int(y);
  float nearest = 1e9F, second = 1e9F;
  Cell cell;
  for (int32_t cy = iy - 1; cy <= iy + 1; ++cy)
    for (int32_t cx = ix - 1; cx <= ix + 1; ++cx) {
      const uint32_t bits = lattice(cx, cy, seed);
      const float jx = static_cast<float>(bits & 0xFFFFU) * 0x1.0p-16F - 0.5F;
      const float jy = static_cast<float>(bits >> 16) * 0x1.0p-16F - 0.5F;
      const float dx = static_cast<float>(cx) + 0.5F + jitter * jx - x;
      const float dy = static_cast<float>(cy) + 0.5F + jitter * jy - y;
      const float squared = dx * dx + dy * dy;
      second = std::min(second, std::max(squared, nearest));
      if (squared < nearest) {
        nearest = squared;
        cell.id = bits;
      }
    }
  cell.centre = std::sqrt(nearest);
  cell.edge = std::sqrt(second) - cell.centre;
  cell.id = scramble(cell.id ^ seed);
  return cell;
}

float decay(float x) {
  // 2^-t with t = whole + part; the whole part goes straight into the exponent bits.
  const float t = std::min(x, 60.F) * 1.4426950F;
  const int32_t whole = static_cast<int32_t>(t);
  const float part = t - static_cast<float>(whole);
  const float fraction = 1.F - part * (0.69160F - part * (0.23116F - part * 0.03956F));
  const auto bits = static_cast<uint32_t>(127 - whole) << 23;
  float power = 0;
  std::memcpy(&power, &bits, sizeof power);
  return power * fraction;
}

}  // namespace derm::drawing
