// Percentile intervals from replicates that draw whole groups (lesions, patients) with replacement:
// images of one lesion are not independent. Every interval of the project comes from here.
// Source: Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13; groups are
// drawn as in Davison and Hinkley, "Bootstrap methods and their application", 1997, section 3.8.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace derm {

struct Bootstrap {
  int64_t replicates = 2000;  // 1 on, below 2^31
  double confidence = 0.95;   // in (0, 1)
  uint64_t seed = 0;
};

// The groups that N rows belong to, numbered in the order of their first row. A row whose name is
// empty is a group of its own.
class RowGroups {
 public:
  explicit RowGroups(const std::vector<std::string>& names);
  size_t rows() const { return group_of_.size(); }
  size_t size() const { return size_; }
  size_t operator[](size_t row) const { return group_of_[row]; }

 private:
  std::vector<uint32_t> group_of_;
  size_t size_ = 0;
};

// How often each row counts in a replicate: [N], all of a group alike.
using RowWeights = std::vector<int32_t>;

// As many draws as there are groups. Depends on seed, replicate and groups alone, so that whatever
// is measured over the same images is resampled alike.
RowWeights replicate_weights(const RowGroups& groups, uint64_t seed, int64_t replicate);

// Both ends are NaN where nothing can be said: a single group, or no replicate with a value.
struct Interval {
  double low = 0, high = 0;
  int64_t undefined = 0;  // replicates left out because their value was not finite
};

// The interval of finite values' order statistics, interpolated at position share * (n - 1).
Interval percentile_interval(std::vector<double> values, double confidence);

// One interval for each number that `measure` returns, on all cores: `measure` must be safe to call
// from several threads, and returns as many numbers for each replicate. Throws Error where an
// option is out of range or there is no row.
std::vector<Interval> bootstrap_intervals(
    const RowGroups& groups, const Bootstrap& options,
    const std::function<std::vector<double>(const RowWeights&)>& measure);

struct MeanInterval {
  double mean = 0, low = 0, high = 0;
};

// The mean of the values and its interval. Throws Error where there is no value, groups are not as
// many, a value is not finite or an option is out of range.
MeanInterval bootstrap_mean(const std::vector<double>& values,
                            const std::vector<std::string>& groups, const Bootstrap& options = {});

}  // namespace derm
