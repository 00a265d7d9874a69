// Two networks on the same images: the difference of a metric, with a bootstrap interval that draws
// whole lesions with replacement, so that images of one lesion stay together.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "eval/metrics.h"

namespace derm {

// How often a row counts in a replicate: [N].
using RowWeights = std::vector<double>;

struct PairedDifference {
  double first = 0, second = 0;  // the metric of both sets
  double difference = 0;         // second - first
  double low = 0, high = 0;      // 95 % percentile interval of the difference
};

// `metric` must take weighted rows. `groups`: one name for each row, an empty one is a group of its
// own. The replicates depend on groups and seed alone. Throws Error where the sets differ in
// labels.
PairedDifference paired_difference(
    const Scores& first, const Scores& second, const std::vector<std::string>& groups,
    const std::function<double(const Scores&, const RowWeights&)>& metric,
    int64_t replicates = 2000, uint64_t seed = 0);

// Metrics of weighted rows. Classes without weight are left out of the mean.
double weighted_balanced_accuracy(const Scores& scores, const RowWeights& weights);
double weighted_recall(const Scores& scores, const RowWeights& weights, int64_t label);
double weighted_calibration_error(const Scores& scores, const RowWeights& weights);

// Share of rows for which both choose the same class.
double agreement(const Scores& first, const Scores& second);

}  // namespace derm
