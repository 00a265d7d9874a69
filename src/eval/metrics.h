// Classification metrics from labels and probabilities; plain doubles, no torch.
// Definitions: docs/metrics.md; checked against scikit-learn (tests/golden/metrics.json).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"

namespace derm {

// A labelled set of N predictions over K classes. probabilities is row-major [N, K].
struct Scores {
  int64_t classes = 0;
  std::vector<int64_t> labels;        // [N], 0..K-1
  std::vector<double> probabilities;  // [N * K]
  int64_t size() const { return static_cast<int64_t>(labels.size()); }
  const double* row(int64_t i) const {
    return probabilities.data() + static_cast<size_t>(i * classes);
  }
};

// Undefined ratios are NaN (null in JSON): recall and f1 of a class that never occurs, specificity
// where nothing else occurs. Precision of a class that is never predicted is 0.
struct ClassMetrics {
  int64_t tp = 0, fp = 0, fn = 0, tn = 0;
  double precision = 0, recall = 0, specificity = 0, f1 = 0, ovr_accuracy = 0;
  double auc = 0, ap = 0;  // one against the rest; NaN where the class (or the rest) is absent
  int64_t support() const { return tp + fn; }
};

// Macro and weighted means are taken over the classes that occur among the labels.
struct Metrics {
  int64_t samples = 0, classes = 0;
  std::vector<int64_t> confusion;  // [K * K], rows true, columns predicted
  std::vector<ClassMetrics> per_class;
  double accuracy = 0, balanced_accuracy = 0, top2_accuracy = 0;
  double macro_precision = 0, macro_recall = 0, macro_specificity = 0, macro_f1 = 0;
  double weighted_precision = 0, weighted_recall = 0, weighted_specificity = 0, weighted_f1 = 0;
  double mean_ovr_accuracy = 0;
  double macro_auc_ovr = 0, macro_auc_of_mean_curve = 0, micro_auc = 0;
  double macro_ap = 0;
  double cohen_kappa = 0, log_loss = 0;
  std::vector<std::string> warnings;  // classes that are absent, and from which means
};

// Throws Error on a size mismatch, a label out of range or a probability that is not finite.
Metrics evaluate(const Scores& scores);

// The metric of that name (the field names above, "loss" = log_loss); throws Error naming the
// nearest one. `higher_is_better` tells the direction.
double metric_named(const Metrics& metrics, const std::string& name);
bool higher_is_better(const std::string& name);
std::vector<std::string> metric_names();

Json to_json(const Metrics& metrics, const std::vector<std::string>& class_names);

}  // namespace derm
