// The two passes of the antialiased resize, and their fixed-point weights.
//
// Source of the arithmetic: the convolution resampling of Pillow. The filter is widened by the
// downscale factor, weights are rounded to 22 fractional bits, sums start at one half and are
// clipped to 0-255 after each pass.
#pragma once

#include <cstdint>
#include <vector>

#include "image/image.h"
#include "image/resize.h"

namespace derm {

inline constexpr int kWeightBits = 32 - 8 - 2;

// Output i is the sum over t < count[i] of input[first[i] + t] * weights[i * stride + t].
struct Taps {
  int stride = 0;
  std::vector<int> first, count;
  std::vector<int32_t> weights;

  int size() const { return static_cast<int>(first.size()); }
};

Taps taps_of(int input_size, int output_size, Filter filter);

Image resample_columns(const Image& image, const Taps& taps);  // width becomes taps.size()
Image resample_rows(const Image& image, const Taps& taps);     // height becomes taps.size()

}  // namespace derm
