#include "data/colour.h"

#include <algorithm>
#include <cmath>

namespace derm {
namespace {

constexpr double kLuma[3] = {0.299, 0.587, 0.114};
constexpr double kTwoPi = 6.283185307179586476925;
constexpr size_t kBlock = 64;  // pixels converted together: loops of fixed length vectorise

using Matrix3 = std::array<std::array<double, 3>, 3>;

Matrix3 multiply(const Matrix3& a, const Matrix3& b) {
  Matrix3 out{};
  for (size_t i = 0; i < 3; ++i)
    for (size_t j = 0; j < 3; ++j)
      for (size_t k = 0; k < 3; ++k) out[i][j] += a[i][k] * b[k][j];
  return out;
}

Matrix3 saturation_matrix(double factor) {
  Matrix3 out{};
  for (size_t i = 0; i < 3; ++i)
    for (size_t j = 0; j < 3; ++j) out[i][j] = (1 - factor) * kLuma[j] + (i == j ? factor : 0);
  return out;
}

// Rotation about the axis (1, 1, 1): greys stay, and so does r + g + b.
Matrix3 hue_matrix(double turn) {
  const double c = std::cos(kTwoPi * turn), s = std::sin(kTwoPi * turn) / std::sqrt(3.0);
  const double same = (1 + 2 * c) / 3, next = (1 - c) / 3 + s, last = (1 - c) / 3 - s;
  return {{{same, last, next}, {next, same, last}, {last, next, same}}};
}

uint8_t to_byte(float value) {
  return static_cast<uint8_t>(std::min(std::max(value, 0.0F), 255.0F) + 0.5F);
}

void convert_block(uint8_t* pixels, size_t count, const ColourMatrix& m) {
  float planes[3][kBlock] = {};
  uint8_t bytes[3][kBlock];
  for (size_t i = 0; i < count; ++i)
    for (size_t c = 0; c < 3; ++c) planes[c][i] = pixels[i * 3 + c];
  for (size_t c = 0; c < 3; ++c)
    for (size_t i = 0; i < kBlock; ++i)
      bytes[c][i] = to_byte(m[c][0] * planes[0][i] + m[c][1] * planes[1][i] +
                            m[c][2] * planes[2][i] + m[c][3]);
  for (size_t i = 0; i < count; ++i)
    for (size_t c = 0; c < 3; ++c) pixels[i * 3 + c] = bytes[c][i];
}

}  // namespace

ColourMatrix colour_matrix(const ColourJitter& jitter, double mean) {
  const Matrix3 linear = multiply(hue_matrix(jitter.hue), saturation_matrix(jitter.saturation));
  const double scale = jitter.brightness * jitter.contrast;
  const double shift = (1 - jitter.contrast) * jitter.brightness * mean;
  ColourMatrix out{};
  for (size_t i = 0; i < 3; ++i) {
    double row_sum = 0;
    for (size_t j = 0; j < 3; ++j) {
      out[i][j] = static_cast<float>(linear[i][j] * scale);
      row_sum += linear[i][j];
    }
    out[i][3] = static_cast<float>(row_sum * shift);
  }
  return out;
}

void apply_colour(Image& image, const ColourMatrix& matrix) {
  const size_t pixels = image.data.size() / 3;
  for (size_t i = 0; i < pixels; i += kBlock)
    convert_block(image.data.data() + i * 3, std::min(kBlock, pixels - i), matrix);
}

double mean_luma(const Image& image) {
  uint64_t sums[3] = {};
  const size_t pixels = image.data.size() / 3;
  for (size_t i = 0; i < pixels; ++i)
    for (size_t c = 0; c < 3; ++c) sums[c] += image.data[i * 3 + c];
  double luma = 0;
  for (size_t c = 0; c < 3; ++c) luma += kLuma[c] * static_cast<double>(sums[c]);
  return pixels == 0 ? 0 : luma / static_cast<double>(pixels);
}

}  // namespace derm
