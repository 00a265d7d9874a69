// The networks of one side of a comparison: the runs of a method that differ in their seed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/metrics.h"

namespace derm {

// Predictions of the same images in the same order, one set for each network.
using Networks = std::vector<const Scores*>;

struct NetworkGroup {
  std::string name;
  Networks networks;                          // not owned; at least one
  std::vector<std::optional<int64_t>> seeds;  // of each network, where known
};

// The same seeds on both sides, known and in the same order: network i of one belongs to network i
// of the other.
bool paired_by_seed(const NetworkGroup& first, const NetworkGroup& second);

// Throws Error where a side is empty, labels or classes differ, or groups are not one for each row.
void check_same_images(const Networks& first, const Networks& second,
                       const std::vector<std::string>& groups);

}  // namespace derm
