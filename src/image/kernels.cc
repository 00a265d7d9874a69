#include <algorithm>

#include "image/kernels_avx2.h"
#include "image/resample.h"

namespace derm {
namespace {

constexpr int32_t kHalf = 1 << (kWeightBits - 1);

uint8_t rounded(int32_t sum) {
  return static_cast<uint8_t>(std::clamp(sum >> kWeightBits, 0, 255));
}

void columns_of_row(const uint8_t* in, const Taps& taps, uint8_t* out) {
  for (size_t i = 0; i < taps.first.size(); ++i, out += 3) {
    const int32_t* weights = taps.weights_of(i);
    const uint8_t* pixel = in + static_cast<size_t>(taps.first[i]) * 3;
    int32_t red = kHalf, green = kHalf, blue = kHalf;
    for (int t = 0; t < taps.count[i]; ++t, pixel += 3) {
      red += pixel[0] * weights[t];
      green += pixel[1] * weights[t];
      blue += pixel[2] * weights[t];
    }
    out[0] = rounded(red);
    out[1] = rounded(green);
    out[2] = rounded(blue);
  }
}

void columns(const uint8_t* in_a, const uint8_t* in_b, const Taps& taps, uint8_t* out_a,
             uint8_t* out_b) {
  columns_of_row(in_a, taps, out_a);
  columns_of_row(in_b, taps, out_b);
}

void rows(const uint8_t* in, size_t stride, const int32_t* weights, int count, uint8_t* out) {
  constexpr size_t kBlock = 256;
  int32_t sums[kBlock];
  for (size_t begin = 0; begin < stride; begin += kBlock) {
    const size_t n = std::min(kBlock, stride - begin);
    std::fill_n(sums, n, kHalf);
    for (int t = 0; t < count; ++t) {
      const uint8_t* row = in + static_cast<size_t>(t) * stride + begin;
      for (size_t x = 0; x < n; ++x) sums[x] += row[x] * weights[t];
    }
    for (size_t x = 0; x < n; ++x) out[begin + x] = rounded(sums[x]);
  }
}

}  // namespace

const Kernels& portable_kernels() {
  static constexpr Kernels kPortable{columns, rows};
  return kPortable;
}

const Kernels& fastest_kernels() {
  static const Kernels* const kAvx2 = avx2_kernels();
  return kAvx2 != nullptr ? *kAvx2 : portable_kernels();
}

}  // namespace derm
