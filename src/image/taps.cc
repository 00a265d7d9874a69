#include <algorithm>
#include <cmath>

#include "image/resample.h"

namespace derm {
namespace {

double bilinear(double x) {
  x = std::abs(x);
  return x < 1 ? 1 - x : 0;
}

// Keys' cubic convolution with a = -0.5.
double bicubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

int32_t fixed_point(double weight) {
  const double scaled = weight * (1 << kWeightBits);
  return static_cast<int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

}  // namespace

Taps taps_of(int input_size, int64_t output_size, Filter filter, int64_t begin, int count) {
  const auto shape = filter == Filter::kBilinear ? bilinear : bicubic;
  const double scale = static_cast<double>(input_size) / static_cast<double>(output_size);
  const double widening = std::max(scale, 1.0);
  const double support = (filter == Filter::kBilinear ? 1.0 : 2.0) * widening;
  const int most = static_cast<int>(std::ceil(support)) * 2 + 1;
  Taps taps;
  taps.stride = (most + kTapGroup - 1) / kTapGroup * kTapGroup;
  taps.weights.resize(static_cast<size_t>(count) * static_cast<size_t>(taps.stride));
  std::vector<double> row(static_cast<size_t>(taps.stride));
  for (int i = 0; i < count; ++i) {
    const double center = (static_cast<double>(begin + i) + 0.5) * scale;
    const int first = std::max(0, static_cast<int>(center - support + 0.5));
    const int end = std::min(input_size, static_cast<int>(center + support + 0.5));
    const auto length = static_cast<size_t>(end - first);
    double sum = 0;
    for (size_t t = 0; t < length; ++t) {
      row[t] = shape((static_cast<double>(t) + first - center + 0.5) * (1.0 / widening));
      sum += row[t];
    }
    int32_t* weights = &taps.weights[static_cast<size_t>(i) * static_cast<size_t>(taps.stride)];
    for (size_t t = 0; t < length; ++t) weights[t] = fixed_point(sum != 0 ? row[t] / sum : row[t]);
    taps.first.push_back(first);
    taps.count.push_back(end - first);
  }
  return taps;
}

}  // namespace derm
