// Which part of a tensor's values eight bits should cover.
//
// minmax: all of them. percentile: all but 0.01 % at each end. mse: the range whose rounding and
// clipping errors have the smallest mean square. entropy: the range whose quantised distribution
// has the smallest Kullback-Leibler divergence from the values' own (Migacz, "8-bit inference with
// TensorRT", GTC 2017; here for ranges with two ends, shrunk together).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace derm {

enum class RangeMethod { kMinMax, kPercentile, kEntropy, kMse };

RangeMethod range_method_named(const std::string& name);  // "minmax" ...; throws Error
std::vector<std::string> range_method_names();

struct Range {
  double low = 0, high = 0;  // low <= 0 <= high: zero must have a level of its own
};

// Values counted in bins of equal width over a range.
struct ActivationHistogram {
  Range range;
  std::vector<double> counts;

  void add(float value);  // beyond the range: into the bin at its end
};

Range choose_range(const ActivationHistogram& histogram, RangeMethod method);

// 256 levels from low to high.
struct Levels {
  double scale = 1;
  int64_t zero = 0;  // the level of 0
};
Levels levels_of(const Range& range);

}  // namespace derm
