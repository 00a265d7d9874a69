// The table behind metric_named: every metric that is one number.
#pragma once

#include "eval/metrics.h"

namespace derm {

struct NamedMetric {
  const char* name;
  double Metrics::*value;
};

const std::vector<NamedMetric>& named_metrics();

}  // namespace derm
