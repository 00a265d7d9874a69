// One class against the rest, by score alone: ROC and precision-recall curves and their areas.
// Ties count one half. Every function costs one sort, O(N log N).
#pragma once

#include <cstdint>
#include <vector>

#include "eval/bootstrap.h"
#include "eval/metrics.h"

namespace derm {

// One decision: how high it was scored and whether it belongs to the class.
struct Decision {
  double score = 0;
  bool positive = false;
};

// Counts when everything scored at `threshold` or above is called positive.
struct ThresholdCounts {
  double threshold = 0;
  int64_t tp = 0, fp = 0;
};

// One row per distinct score, thresholds falling; the last row calls everything positive.
std::vector<ThresholdCounts> threshold_counts(const std::vector<Decision>& decisions);

// The same decisions under any row weights, sorted once.
class Ranking {
 public:
  // Decision i belongs to row i / per_row.
  explicit Ranking(const std::vector<Decision>& decisions, size_t per_row = 1);

  // Scores of which no row has weight are left out.
  std::vector<ThresholdCounts> counts(const RowWeights& weights) const;

 private:
  struct Place {
    double score = 0;
    uint32_t row = 0;
    bool positive = false, last_of_its_score = false;
  };
  std::vector<Place> places_;  // scores falling
};

// The [N] decisions of one class, and all N * K decisions pooled.
std::vector<Decision> one_vs_rest(const Scores& scores, int64_t class_index);
std::vector<Decision> pooled(const Scores& scores);

// Probability that a positive is scored above a negative; NaN where either is missing.
double auc_of(const std::vector<ThresholdCounts>& counts);

// sum_n (R_n - R_{n-1}) P_n over falling thresholds, without interpolation; NaN as for auc_of.
double average_precision_of(const std::vector<ThresholdCounts>& counts);

struct RocPoint {
  double fpr = 0, tpr = 0, threshold = 0;  // the first point (0, 0) has threshold infinity
};
struct PrPoint {
  double recall = 0, precision = 0, threshold = 0;
};

// From (0, 0) to (1, 1). Points in the middle of equal steps are dropped: the line through the
// others is the same. Empty where positives or negatives are missing.
std::vector<RocPoint> roc_curve(const std::vector<ThresholdCounts>& counts);

// Area under a ROC curve right of where it reaches `sensitivity` (in (0, 1]; between its points it
// is a line), and the part of that area above the line of `sensitivity`. NaN for an empty curve.
double auc_above_sensitivity(const std::vector<RocPoint>& curve, double sensitivity);
double partial_auc(const std::vector<RocPoint>& curve, double sensitivity);

// Recall rising; empty where there is no positive.
std::vector<PrPoint> pr_curve(const std::vector<ThresholdCounts>& counts);

// Area below the mean of several ROC curves: true positive rates are interpolated at the union of
// all false positive rates and averaged. Not the mean of the areas: at a false positive rate where
// a curve is vertical its upper end counts. NaN where there is no curve.
double auc_of_mean_curve(const std::vector<std::vector<RocPoint>>& curves);

}  // namespace derm
