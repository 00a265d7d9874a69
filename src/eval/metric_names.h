// The tables of all metrics that are one number: of the whole set (behind metric_named), and of
// each class.
#pragma once

#include "eval/metrics.h"

namespace derm {

struct NamedMetric {
  const char* name;
  double Metrics::*value;
};

const std::vector<NamedMetric>& named_metrics();

struct NamedClassMetric {
  const char* name;
  double ClassMetrics::*value;
};

const std::vector<NamedClassMetric>& named_class_metrics();

}  // namespace derm
