// What a decision needs to know: melanoma, and malignant against benign, as two-class questions. A
// row's score is the sum of the probabilities of the classes that count as positive.
//
// Partial areas for sensitivity >= 0.80: `auc_sens_80` is that of the ISIC challenge's scorer, the
// area under the ROC curve from where it reaches 0.80 on, at most 1; `pauc_80` that of ISIC 2024,
// the area between the curve and the line of 0.80, at most 0.2; `pauc_80_normalised` in JSON is
// pauc_80 / 0.2.
// Net benefit: Vickers and Elkin, "Decision curve analysis", Medical Decision Making 26, 2006.
#pragma once

#include <string>
#include <vector>

#include "eval/bootstrap.h"
#include "eval/metric_intervals.h"
#include "eval/metrics.h"
#include "eval/ranking.h"

namespace derm {

struct BinaryTask {
  std::string name;              // "melanoma", "malignant"
  std::vector<int64_t> classes;  // that count as positive
};

// MEL, BCC, SCC, and AK (AKIEC), which is a precursor and in the default all the same.
const std::vector<std::string>& default_malignant();

// Melanoma where there is a class MEL, and the malignant classes where some but not all are. Throws
// Error where `malignant` is not the default and has a name that is no class.
std::vector<BinaryTask> clinical_tasks(const std::vector<std::string>& classes,
                                       const std::vector<std::string>& malignant);

std::vector<Decision> decisions_of(const Scores& scores, const BinaryTask& task);

// The smallest threshold that leaves at least the share `specificity` of negatives uncalled:
// infinity where even the highest score calls too many. NaN where either kind is absent.
double threshold_at_specificity(const std::vector<Decision>& decisions, double specificity);

struct SpecificityPoint {
  double target_specificity = 0, threshold = 0;
  double validation_sensitivity = 0, validation_specificity = 0;
  Estimate sensitivity, specificity;
};

struct NetBenefit {
  double threshold = 0;  // probability from which one would treat
  Estimate model;        // TP/N - FP/N * threshold / (1 - threshold)
  double treat_all = 0;  // of treating nobody it is 0
};

struct ClinicalResult {
  std::string name;
  std::vector<int64_t> classes;
  int64_t positives = 0, negatives = 0;
  Estimate auc, auc_sens_80, pauc_80;
  std::vector<SpecificityPoint> operating_points;  // none without validation predictions
  std::vector<NetBenefit> decision_curve;          // at 0.01, 0.02, ... 0.50
};

// `validation` may be null: then there are no operating points, since thresholds are never chosen
// on what they are measured on.
ClinicalResult clinical_result(const BinaryTask& task, const Scores& scores,
                               const Scores* validation, const RowGroups& groups,
                               const Bootstrap& options);

Json to_json(const ClinicalResult& result, const std::vector<std::string>& class_names);
std::string clinical_table(const std::vector<ClinicalResult>& results);

}  // namespace derm
