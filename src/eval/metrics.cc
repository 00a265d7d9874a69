#include "eval/metrics.h"

#include "eval/warnings.h"
#include "eval/weighted_metrics.h"

namespace derm {

Metrics evaluate(const Scores& scores) {
  const WeightedMetrics weighted(scores);
  Metrics m = weighted.at(RowWeights(scores.labels.size(), 1));
  m.warnings = metric_warnings(m, {});
  return m;
}

}  // namespace derm
