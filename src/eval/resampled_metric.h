// One metric, by name, of predictions whose rows count as often as a replicate of the bootstrap
// drew them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/bootstrap.h"
#include "eval/weighted_metrics.h"

namespace derm {

// A metric by name: one of metric_names(), or of one class RATIO.CLASS ("recall.MEL", "auc.MEL").
struct MetricChoice {
  std::string name;
  double Metrics::*value = nullptr;
  double ClassMetrics::*ratio = nullptr;  // of class_index, where `value` is null
  int64_t class_index = -1;
  bool higher_is_better = true;
};

// Throws Error naming the nearest metric, or the nearest class.
MetricChoice choose_metric(const std::string& name, const std::vector<std::string>& classes);
// The RATIOs: precision, recall, specificity, f1, ovr_accuracy, auc, ap.
std::vector<std::string> class_ratio_names();

double value_of(const MetricChoice& choice, const Metrics& metrics);

class ResampledMetric {
 public:
  ResampledMetric(MetricChoice choice, const Scores& scores);

  // The value of evaluate() on a set that holds each row as often as its weight says; NaN where it
  // is not defined. May be called from several threads.
  double operator()(const RowWeights& weights) const;

 private:
  MetricChoice choice_;
  WeightedMetrics weighted_;
};

}  // namespace derm
