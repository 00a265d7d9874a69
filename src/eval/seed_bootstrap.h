// The difference of a metric between methods, where both the lesions and the training seeds are a
// sample: each replicate draws whole lesions, and of each method as many of its runs as it has.
// Source: the two-level resampling of Davison and Hinkley, "Bootstrap methods and their
// application", 1997, section 3.8; p by inverting the percentile interval, as there in chapter 5.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "eval/bootstrap.h"
#include "eval/networks.h"
#include "eval/resampled_metric.h"

namespace derm {

struct BootstrapDifference {
  double first = 0, second = 0;  // of the images as they are, means over the networks of a side
  double difference = 0;         // second - first
  double low = 0, high = 0;      // percentile interval; NaN for a single lesion
  // Two-sided: twice the smaller share of replicates at or beyond zero, each side counted one more
  // than was drawn, so that p is never 0. NaN where there is no interval.
  double p = 0;
  int64_t undefined = 0;  // replicates left out: a class of the metric was not drawn
};

using GroupPair = std::pair<size_t, size_t>;  // first, second: indices of groups

// Two groups of the same seeds are paired: a replicate draws the same seeds for both. A group of
// one network keeps it, so that nothing is said about other seeds. All groups must be of the same
// images. `progress` is told after each network how many replicates of it were measured. Throws
// Error as check_same_images does, and where an option is out of range.
std::vector<BootstrapDifference> bootstrap_differences(
    const std::vector<NetworkGroup>& groups, const std::vector<GroupPair>& pairs,
    const MetricChoice& metric, const std::vector<std::string>& lesions, const Bootstrap& options,
    const std::function<void(int64_t)>& progress = {});

}  // namespace derm
