#include "data/colour.h"

#include <algorithm>
#include <cmath>

namespace derm {
namespace {

constexpr double kLuma[3] = {0.299, 0.587, 0.114};
constexpr double kTwoPi = 6.283185307179586476925;
constexpr size_t kRun = 192;  // bytes converted together: loops of fixed length vectorise
constexpr size_t kNeighbours = 2;
// A pixel in 15 bits times a weight below 8 in 16 bits, of which the upper half is kept.
constexpr int kPixelBits = 7, kWeightBits = 12, kSumBits = kPixelBits + kWeightBits - 16;

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

// The matrix in 16-bit fixed point, laid out along a block of interleaved pixels: byte k of the
// output is a weighted sum of the bytes k-2 ... k+2, with weight 0 where these are another pixel's.
// Eight products at a time without SSE beyond the baseline, four times as fast as in float.
struct Stencil {
  int16_t weights[2 * kNeighbours + 1][kRun];
  int16_t shift[kRun];
};

int16_t fixed(float value, int bits) {
  const float scaled = std::round(std::ldexp(value, bits));
  return static_cast<int16_t>(std::min(std::max(scaled, -32768.0F), 32767.0F));
}

Stencil stencil_of(const ColourMatrix& matrix) {
  Stencil out{};
  for (size_t k = 0; k < kRun; ++k) {
    const size_t channel = k % 3;
    // Half for rounding, and what three products lose on average by being cut off.
    out.shift[k] = static_cast<int16_t>(fixed(matrix[channel][3], kSumBits) + 5);
    for (size_t from = 0; from < 3; ++from)
      out.weights[kNeighbours + from - channel][k] = fixed(matrix[channel][from], kWeightBits);
  }
  return out;
}

int16_t high_product(int16_t a, int16_t b) {
  return static_cast<int16_t>((a * b) >> 16);
}

void convert_block(uint8_t* bytes, size_t count, const Stencil& stencil) {
  int16_t in[kRun + 2 * kNeighbours] = {};
  uint8_t out[kRun];
  for (size_t k = 0; k < count; ++k)
    in[k + kNeighbours] = static_cast<int16_t>(bytes[k] << kPixelBits);
  for (size_t k = 0; k < kRun; ++k) {
    int sum = stencil.shift[k];
    for (size_t d = 0; d < 2 * kNeighbours + 1; ++d)
      sum += high_product(stencil.weights[d][k], in[k + d]);
    const int value = static_cast<int16_t>(sum) >> kSumBits;
    out[k] = static_cast<uint8_t>(std::clamp(value, 0, 255));
  }
  std::copy_n(out, count, bytes);
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
  const Stencil stencil = stencil_of(matrix);
  for (size_t i = 0; i < image.data.size(); i += kRun)
    convert_block(image.data.data() + i, std::min(kRun, image.data.size() - i), stencil);
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
