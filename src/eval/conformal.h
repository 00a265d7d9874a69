// Conformal prediction sets: sets of classes that hold the true one with a chosen probability. That
// holds for images that are exchangeable with those the sets were fitted on; images of one lesion
// are not, and neither are those of another clinic. So coverage is measured, by lesion.
//
// LAC: 1 - p of the label (Sadinle, Lei and Wasserman, JASA 114, 2019). APS: the probability of all
// classes down to the label (Romano, Sesia and Candes, NeurIPS 2020). By class ("Mondrian"): one
// threshold for each class (Vovk, "Conditional validity of inductive conformal predictors", 2012).
// Differs from papers: the most probable class is always in the set, and APS does not randomise the
// label's own share; both only add coverage.
#pragma once

#include <string>
#include <vector>

#include "eval/metric_intervals.h"

namespace derm {

enum class ConformityScore { kLac, kAps };

struct ConformalOptions {
  ConformityScore score = ConformityScore::kLac;
  bool by_class = false;
  double alpha = 0.1;  // share of images whose set may miss the label, in (0, 1)
};

// The k-th smallest score, k = ceil((n + 1) (1 - alpha)); infinity where k > n.
double conformal_quantile(std::vector<double> scores, double alpha);

struct ConformalSets {
  ConformalOptions options;
  std::vector<double> thresholds;  // [K] largest score that is let in; equal unless by class
};

// Throws Error where alpha is out of range.
ConformalSets fit_conformal(const Scores& validation, const ConformalOptions& options);

// Whether class c is in the set of row i: [N * K].
std::vector<bool> prediction_sets(const Scores& scores, const ConformalSets& sets);

struct ConformalResult {
  ConformalSets sets;
  Estimate coverage, size;                           // share that holds the label; mean classes
  std::vector<Estimate> class_coverage, class_size;  // of the images of each class
};

ConformalResult conformal_result(const Scores& scores, const ConformalSets& sets,
                                 const RowGroups& groups, const Bootstrap& options);

Json to_json(const ConformalResult& result, const std::vector<std::string>& class_names);
std::string conformal_table(const std::vector<ConformalResult>& results);

}  // namespace derm
