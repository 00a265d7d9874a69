// Where to call a class: thresholds of its probability.
#pragma once

#include <optional>

#include "eval/metrics.h"

namespace derm {

struct Threshold {
  double threshold = 0;                     // called where the probability is at least this
  double sensitivity = 0, specificity = 0;  // on the set it was chosen on
};

// The largest threshold that calls at least the share `sensitivity` (above 0, at most 1) of class
// `label`. Nothing where the class, or every other one, is absent.
std::optional<Threshold> threshold_at_sensitivity(const Scores& scores, int64_t label,
                                                  double sensitivity);

}  // namespace derm
