// Two networks on the same images: the difference of a metric, with its bootstrap interval.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "eval/bootstrap.h"
#include "eval/metrics.h"

namespace derm {

struct PairedDifference {
  double first = 0, second = 0;  // the metric of both sets
  double difference = 0;         // second - first
  double low = 0, high = 0;      // the interval of the difference; NaN for a single group
};

// `metric` takes weighted rows, and is called from several threads. `groups`: one name for each
// row, an empty one is a group of its own. Throws Error where the sets differ in labels.
PairedDifference paired_difference(
    const Scores& first, const Scores& second, const std::vector<std::string>& groups,
    const std::function<double(const Scores&, const RowWeights&)>& metric,
    const Bootstrap& options = {});

// Metrics of weighted rows. Classes without weight are left out of the mean.
double weighted_balanced_accuracy(const Scores& scores, const RowWeights& weights);
double weighted_recall(const Scores& scores, const RowWeights& weights, int64_t label);
double weighted_calibration_error(const Scores& scores, const RowWeights& weights);

// Share of rows for which both choose the same class.
double agreement(const Scores& first, const Scores& second);

}  // namespace derm
