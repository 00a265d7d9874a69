#include "deploy/range_choice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

constexpr double kLevels = 255;
constexpr double kTail = 1e-4;  // of the percentile method, at each end

double bin_width(const ActivationHistogram& h) {
  return (h.range.high - h.range.low) / static_cast<double>(h.counts.size());
}

double bin_centre(const ActivationHistogram& h, size_t bin) {
  return h.range.low + (static_cast<double>(bin) + 0.5) * bin_width(h);
}

double total_of(const ActivationHistogram& h) {
  double sum = 0;
  for (const double count : h.counts) sum += count;
  return sum;
}

Range without_tails(const ActivationHistogram& h) {
  const double tail = kTail * total_of(h);
  Range out = h.range;
  double below = 0, above = 0;
  for (size_t i = 0; i < h.counts.size() && (below += h.counts[i]) <= tail; ++i)
    out.low = std::min(0.0, h.range.low + static_cast<double>(i + 1) * bin_width(h));
  for (size_t i = h.counts.size(); i > 0 && (above += h.counts[i - 1]) <= tail; --i)
    out.high = std::max(0.0, h.range.low + static_cast<double>(i - 1) * bin_width(h));
  return out;
}

int64_t level_at(const Levels& levels, double value) {
  const auto level = static_cast<int64_t>(std::nearbyint(value / levels.scale)) + levels.zero;
  return std::clamp<int64_t>(level, 0, static_cast<int64_t>(kLevels));
}

double squared_error(const ActivationHistogram& h, const Range& range) {
  const Levels levels = levels_of(range);
  double sum = 0;
  for (size_t i = 0; i < h.counts.size(); ++i) {
    if (h.counts[i] == 0) continue;
    const double value = bin_centre(h, i);
    const auto level = static_cast<double>(level_at(levels, value) - levels.zero);
    const double error = level * levels.scale - value;
    sum += h.counts[i] * error * error;
  }
  return sum;
}

// P: the counts, with what lies outside moved to the ends of the range. Q: each level's own counts,
// spread evenly over its bins that are not empty.
double divergence(const ActivationHistogram& h, const Range& range) {
  const Levels levels = levels_of(range);
  std::vector<double> p(h.counts.size());
  std::array<double, 256> mass{}, bins{};
  const auto bin_of = [&](double value) {
    const double place = (value - h.range.low) / bin_width(h);
    return static_cast<size_t>(std::clamp(place, 0.0, static_cast<double>(h.counts.size()) - 1));
  };
  const size_t first = bin_of(range.low), last = bin_of(range.high);
  for (size_t i = 0; i < h.counts.size(); ++i) p[std::clamp(i, first, last)] += h.counts[i];
  for (size_t i = first; i <= last; ++i) {
    if (p[i] == 0) continue;
    const auto level = static_cast<size_t>(level_at(levels, bin_centre(h, i)));
    mass[level] += h.counts[i];
    bins[level] += 1;
  }
  double kept = 0, sum = 0;
  for (const double m : mass) kept += m;
  const double total = total_of(h);
  if (kept == 0) return std::numeric_limits<double>::infinity();
  for (size_t i = first; i <= last; ++i) {
    if (p[i] == 0) continue;
    const auto level = static_cast<size_t>(level_at(levels, bin_centre(h, i)));
    constexpr double kNothing = 1e-12;  // a bin that holds clipped values only
    const double q = std::max(kNothing, mass[level] / bins[level] / kept);
    sum += p[i] / total * std::log(p[i] / total / q);
  }
  return sum;
}

// The best of the range and those shrunk to as little as a fifth of it.
Range best_shrunk(const ActivationHistogram& h,
                  const std::function<double(const ActivationHistogram&, const Range&)>& loss) {
  Range best = h.range;
  double least = std::numeric_limits<double>::infinity();
  for (int percent = 100; percent >= 20; --percent) {
    const Range range{h.range.low * percent / 100, h.range.high * percent / 100};
    const double value = loss(h, range);
    if (value < least) {
      least = value;
      best = range;
    }
  }
  return best;
}

const std::array<std::pair<const char*, RangeMethod>, 4> kMethods = {
    {{"minmax", RangeMethod::kMinMax},
     {"percentile", RangeMethod::kPercentile},
     {"entropy", RangeMethod::kEntropy},
     {"mse", RangeMethod::kMse}}};

}  // namespace

std::vector<std::string> range_method_names() {
  std::vector<std::string> names;
  for (const auto& [name, method] : kMethods) names.emplace_back(name);
  return names;
}

RangeMethod range_method_named(const std::string& name) {
  for (const auto& [known, method] : kMethods)
    if (known == name) return method;
  throw Error("unknown calibration method", name, join(range_method_names(), ", "),
              did_you_mean(name, range_method_names()));
}

void ActivationHistogram::add(float value) {
  const double place = (value - range.low) / (range.high - range.low);
  const auto n = static_cast<double>(counts.size());
  counts[static_cast<size_t>(std::clamp(place * n, 0.0, n - 1))] += 1;
}

Range choose_range(const ActivationHistogram& histogram, RangeMethod method) {
  const bool empty = histogram.range.high <= histogram.range.low || total_of(histogram) == 0;
  if (empty || method == RangeMethod::kMinMax) return histogram.range;
  if (method == RangeMethod::kPercentile) return without_tails(histogram);
  return best_shrunk(histogram, method == RangeMethod::kMse ? squared_error : divergence);
}

Levels levels_of(const Range& range) {
  const double width = range.high - range.low;
  if (!(width > 0)) return {};
  const double scale = width / kLevels;
  return {scale, std::clamp<int64_t>(static_cast<int64_t>(std::nearbyint(-range.low / scale)), 0,
                                     static_cast<int64_t>(kLevels))};
}

}  // namespace derm
