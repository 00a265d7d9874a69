// Every metric of a set of predictions under row weights: what a bootstrap replicate measures. All
// that does not depend on the weights (sorting, decisions, losses) is done once.
#pragma once

#include "eval/bootstrap.h"
#include "eval/metrics.h"
#include "eval/ranking.h"

namespace derm {

class WeightedMetrics {
 public:
  // Throws Error as evaluate() does.
  explicit WeightedMetrics(const Scores& scores);

  // The metrics of the set in which row i stands weights[i] times; without warnings.
  Metrics at(const RowWeights& weights) const;
  // The same with NaN for AUCs and average precision, at a fraction of the cost.
  Metrics counted_at(const RowWeights& weights) const;

 private:
  void rank(const RowWeights& weights, Metrics& m) const;

  int64_t classes_ = 0;
  std::vector<uint32_t> cell_;    // [N] of the confusion matrix
  std::vector<uint8_t> in_top2_;  // [N]
  std::vector<double> loss_;      // [N]
  std::vector<Ranking> of_class_;
  Ranking pooled_;
};

}  // namespace derm
