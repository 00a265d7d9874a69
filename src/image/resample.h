// The two passes of the antialiased resize, and their fixed-point weights.
//
// Source of the arithmetic: the convolution resampling of Pillow. The filter is widened by the
// downscale factor, weights are rounded to 22 fractional bits, sums start at one half and are
// clipped to 0-255 after each pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "image/image.h"
#include "image/resize.h"

namespace derm {

inline constexpr int kWeightBits = 32 - 8 - 2;
inline constexpr int kTapGroup = 4;  // kernels may read whole groups of taps

// Output i is the sum over t < count[i] of input[first[i] + t] * weights[i * stride + t]. Weights
// from count[i] to the end of its stride, a multiple of kTapGroup, are 0.
struct Taps {
  int stride = 0;
  std::vector<int> first, count;
  std::vector<int32_t> weights;

  int size() const { return static_cast<int>(first.size()); }
  const int32_t* weights_of(size_t i) const { return &weights[i * static_cast<size_t>(stride)]; }
};

// The taps of outputs begin to begin + count - 1 of a resize from input_size to output_size
// samples.
Taps taps_of(int input_size, int64_t output_size, Filter filter, int64_t begin, int count);

// The inner loops, one set for each kind of processor; all sets give the same bytes.
struct Kernels {
  // Two rows to two rows. May read kRowPadding bytes beyond the end of either input row.
  void (*columns)(const uint8_t* in_a, const uint8_t* in_b, const Taps& taps, uint8_t* out_a,
                  uint8_t* out_b);
  // One output row of `stride` bytes from `count` rows that follow one another.
  void (*rows)(const uint8_t* in, size_t stride, const int32_t* weights, int count, uint8_t* out);
};

inline constexpr size_t kRowPadding = 32;

const Kernels& portable_kernels();
const Kernels& fastest_kernels();  // for the processor at hand

// Both passes: columns.size() wide and rows.size() high.
Image resample(const Image& image, const Taps& columns, const Taps& rows, const Kernels& kernels);
// The row pass alone.
Image resample_rows(const Image& image, const Taps& rows, const Kernels& kernels);

}  // namespace derm
