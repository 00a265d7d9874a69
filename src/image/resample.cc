#include "image/resample.h"

#include <algorithm>
#include <array>

namespace derm {
namespace {

constexpr int32_t kHalf = 1 << (kWeightBits - 1);

uint8_t rounded(int32_t sum) {
  return static_cast<uint8_t>(std::clamp(sum >> kWeightBits, 0, 255));
}

void resample_row(const uint8_t* in, const Taps& taps, uint8_t* out) {
  for (int i = 0; i < taps.size(); ++i, out += 3) {
    const auto at = static_cast<size_t>(i);
    const int32_t* weights = &taps.weights[at * static_cast<size_t>(taps.stride)];
    const uint8_t* pixel = in + static_cast<size_t>(taps.first[at]) * 3;
    int32_t red = kHalf, green = kHalf, blue = kHalf;
    for (int t = 0; t < taps.count[at]; ++t, pixel += 3) {
      red += pixel[0] * weights[t];
      green += pixel[1] * weights[t];
      blue += pixel[2] * weights[t];
    }
    out[0] = rounded(red);
    out[1] = rounded(green);
    out[2] = rounded(blue);
  }
}

// One output row: `count` input rows, `stride` bytes apart, weighted and summed.
void sum_rows(const uint8_t* in, size_t stride, const int32_t* weights, int count, uint8_t* out) {
  constexpr size_t kBlock = 256;
  std::array<int32_t, kBlock> sums;
  for (size_t begin = 0; begin < stride; begin += kBlock) {
    const size_t n = std::min(kBlock, stride - begin);
    std::fill_n(sums.begin(), n, kHalf);
    for (int t = 0; t < count; ++t) {
      const uint8_t* row = in + static_cast<size_t>(t) * stride + begin;
      for (size_t x = 0; x < n; ++x) sums[x] += row[x] * weights[t];
    }
    for (size_t x = 0; x < n; ++x) out[begin + x] = rounded(sums[x]);
  }
}

}  // namespace

Image resample_columns(const Image& image, const Taps& taps) {
  Image out(taps.size(), image.height);
  for (int y = 0; y < image.height; ++y) resample_row(image.row(y), taps, out.row(y));
  return out;
}

Image resample_rows(const Image& image, const Taps& taps) {
  Image out(image.width, taps.size());
  const size_t stride = static_cast<size_t>(image.width) * 3;
  for (int y = 0; y < out.height; ++y) {
    const auto at = static_cast<size_t>(y);
    sum_rows(image.row(taps.first[at]), stride,
             &taps.weights[at * static_cast<size_t>(taps.stride)], taps.count[at], out.row(y));
  }
  return out;
}

}  // namespace derm
