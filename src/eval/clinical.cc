#include "eval/clinical.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

constexpr double kSpecificities[] = {0.80, 0.90, 0.95};
constexpr int kDecisionThresholds = 50;  // 0.01 to 0.50
constexpr double kSensitivityFloor = 0.80;

double decision_threshold(int i) {
  return (i + 1) / 100.0;
}

// Counts when everything at `threshold` or above is called.
ThresholdCounts called_at(const std::vector<ThresholdCounts>& counts, double threshold) {
  const auto end =
      std::partition_point(counts.begin(), counts.end(),
                           [&](const ThresholdCounts& row) { return row.threshold >= threshold; });
  return end == counts.begin() ? ThresholdCounts{threshold, 0, 0} : *(end - 1);
}

double share_of(int64_t part, int64_t whole) {
  return whole == 0 ? std::numeric_limits<double>::quiet_NaN()
                    : static_cast<double>(part) / static_cast<double>(whole);
}

// Everything that is measured of one ranking: three areas, sensitivity and specificity at each
// threshold, and the net benefits.
std::vector<double> measured(const std::vector<ThresholdCounts>& counts,
                             const std::vector<double>& thresholds) {
  const auto curve = roc_curve(counts);
  const ThresholdCounts all = counts.back();
  std::vector<double> out{auc_of(counts), auc_above_sensitivity(curve, kSensitivityFloor),
                          partial_auc(curve, kSensitivityFloor)};
  for (const double threshold : thresholds) {
    const auto called = called_at(counts, threshold);
    out.push_back(share_of(called.tp, all.tp));
    out.push_back(share_of(all.fp - called.fp, all.fp));
  }
  for (int i = 0; i < kDecisionThresholds; ++i) {
    const double threshold = decision_threshold(i), odds = threshold / (1 - threshold);
    const auto called = called_at(counts, threshold);
    out.push_back(share_of(called.tp, all.tp + all.fp) -
                  odds * share_of(called.fp, all.tp + all.fp));
  }
  return out;
}

// The points with what the validation predictions say of them.
std::vector<SpecificityPoint> validation_points(const BinaryTask& task, const Scores* validation) {
  std::vector<SpecificityPoint> out;
  if (validation == nullptr) return out;
  const auto decisions = decisions_of(*validation, task);
  const auto counts = threshold_counts(decisions);
  for (const double specificity : kSpecificities) {
    const double threshold = threshold_at_specificity(decisions, specificity);
    if (std::isnan(threshold)) return {};
    const auto called = called_at(counts, threshold), all = counts.back();
    out.push_back({specificity,
                   threshold,
                   share_of(called.tp, all.tp),
                   share_of(all.fp - called.fp, all.fp),
                   {},
                   {}});
  }
  return out;
}

// A class that the caller named must exist; of the default, those that exist are taken.
std::vector<int64_t> malignant_classes(const std::vector<std::string>& classes,
                                       const std::vector<std::string>& malignant) {
  std::vector<int64_t> out;
  for (const auto& name : malignant) {
    const auto it = std::find(classes.begin(), classes.end(), name);
    if (it != classes.end())
      out.push_back(it - classes.begin());
    else if (malignant != default_malignant())
      throw Error(
          fmt::format("malignant class '{}' is not a class{}", name, did_you_mean(name, classes)),
          "", join(classes, ", "), name);
  }
  return out;
}

}  // namespace

const std::vector<std::string>& default_malignant() {
  static const std::vector<std::string> kNames{"MEL", "BCC", "AK", "AKIEC", "SCC"};
  return kNames;
}

std::vector<BinaryTask> clinical_tasks(const std::vector<std::string>& classes,
                                       const std::vector<std::string>& malignant) {
  std::vector<BinaryTask> out;
  const auto melanoma = std::find(classes.begin(), classes.end(), "MEL");
  if (melanoma != classes.end()) out.push_back({"melanoma", {melanoma - classes.begin()}});
  const auto positive = malignant_classes(classes, malignant);
  if (!positive.empty() && positive.size() < classes.size()) out.push_back({"malignant", positive});
  return out;
}

std::vector<Decision> decisions_of(const Scores& scores, const BinaryTask& task) {
  std::vector<Decision> out;
  for (int64_t i = 0; i < scores.size(); ++i) {
    Decision decision;
    for (const int64_t c : task.classes) {
      decision.score += scores.row(i)[c];
      decision.positive |= scores.labels[static_cast<size_t>(i)] == c;
    }
    out.push_back(decision);
  }
  return out;
}

double threshold_at_specificity(const std::vector<Decision>& decisions, double specificity) {
  const auto counts = threshold_counts(decisions);
  if (counts.empty() || counts.back().tp == 0 || counts.back().fp == 0)
    return std::numeric_limits<double>::quiet_NaN();
  // Rounding must not forbid one that is allowed: 0.1 * 10 is not quite 1.
  const double allowed = (1 - specificity) * static_cast<double>(counts.back().fp) + 1e-9;
  double threshold = std::numeric_limits<double>::infinity();
  for (const auto& row : counts)
    if (static_cast<double>(row.fp) <= allowed) threshold = row.threshold;
  return threshold;
}

ClinicalResult clinical_result(const BinaryTask& task, const Scores& scores,
                               const Scores* validation, const RowGroups& groups,
                               const Bootstrap& options) {
  const auto decisions = decisions_of(scores, task);
  const Ranking ranking(decisions);
  ClinicalResult out{task.name, task.classes, 0, 0, {}, {}, {}, {}, {}};
  out.operating_points = validation_points(task, validation);
  std::vector<double> thresholds;
  for (const auto& point : out.operating_points) thresholds.push_back(point.threshold);
  const auto counts = ranking.counts(RowWeights(decisions.size(), 1));
  const auto values = measured(counts, thresholds);
  std::vector<Interval> intervals(values.size(), percentile_interval({}, options.confidence));
  if (options.replicates > 0)
    intervals = bootstrap_intervals(groups, options, [&](const RowWeights& weights) {
      return measured(ranking.counts(weights), thresholds);
    });
  size_t next = 0;
  const auto take = [&] { return Estimate{values[next], intervals[next]}; };
  const auto advance = [&](Estimate& to) { to = take(), ++next; };
  out.positives = counts.back().tp;
  out.negatives = counts.back().fp;
  for (Estimate* area : {&out.auc, &out.auc_sens_80, &out.pauc_80}) advance(*area);
  for (auto& point : out.operating_points) {
    advance(point.sensitivity);
    advance(point.specificity);
  }
  const double prevalence = share_of(out.positives, out.positives + out.negatives);
  for (int i = 0; i < kDecisionThresholds; ++i) {
    const double threshold = decision_threshold(i), odds = threshold / (1 - threshold);
    out.decision_curve.push_back({threshold, {}, prevalence - (1 - prevalence) * odds});
    advance(out.decision_curve.back().model);
  }
  return out;
}

}  // namespace derm
