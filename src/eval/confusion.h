// From probabilities to decisions: the predicted class, the confusion matrix and what is counted
// in it, class by class.
#pragma once

#include "eval/metrics.h"

namespace derm {

// Throws Error on a size mismatch, a label out of range, a probability that is not finite, or where
// there is no prediction at all.
void check_scores(const Scores& scores);

// Index of the largest of `classes` values; the first one on ties.
int64_t arg_max(const double* row, int64_t classes);

// How many classes stand before `label` in the order of falling probability (ties: lower index
// first). 0: it is the prediction.
int64_t rank_of(const double* row, int64_t classes, int64_t label);

std::vector<int64_t> confusion_matrix(const Scores& scores);  // [K * K], rows true

// Counts and the ratios of counts; auc and ap stay NaN. Precision is 0 where the class is never
// predicted; recall is NaN where it never occurs, specificity NaN where nothing else occurs.
std::vector<ClassMetrics> class_counts(const std::vector<int64_t>& confusion, int64_t classes);

// Agreement beyond chance; NaN where chance alone explains everything (one class only).
double cohen_kappa(const std::vector<int64_t>& confusion, int64_t classes);

}  // namespace derm
