#include "eval/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eval/confusion.h"
#include "eval/ranking.h"
#include "eval/warnings.h"

namespace derm {
namespace {

using Ratio = double ClassMetrics::*;

// Means over the classes that occur; an undefined value of such a class is left out too.
double mean(const std::vector<ClassMetrics>& classes, Ratio ratio, bool by_support) {
  double sum = 0, weights = 0;
  for (const auto& c : classes) {
    if (c.support() == 0 || std::isnan(c.*ratio)) continue;
    const double weight = by_support ? static_cast<double>(c.support()) : 1;
    sum += weight * c.*ratio;
    weights += weight;
  }
  return weights > 0 ? sum / weights : std::numeric_limits<double>::quiet_NaN();
}

void set_means(Metrics& m) {
  const auto& classes = m.per_class;
  m.macro_precision = mean(classes, &ClassMetrics::precision, false);
  m.macro_recall = m.balanced_accuracy = mean(classes, &ClassMetrics::recall, false);
  m.macro_specificity = mean(classes, &ClassMetrics::specificity, false);
  m.macro_f1 = mean(classes, &ClassMetrics::f1, false);
  m.weighted_precision = mean(classes, &ClassMetrics::precision, true);
  m.weighted_recall = mean(classes, &ClassMetrics::recall, true);
  m.weighted_specificity = mean(classes, &ClassMetrics::specificity, true);
  m.weighted_f1 = mean(classes, &ClassMetrics::f1, true);
  m.macro_auc_ovr = mean(classes, &ClassMetrics::auc, false);
  m.macro_ap = mean(classes, &ClassMetrics::ap, false);
}

void set_ranking(const Scores& scores, Metrics& m) {
  std::vector<std::vector<RocPoint>> curves;
  for (int64_t c = 0; c < scores.classes; ++c) {
    const auto counts = threshold_counts(one_vs_rest(scores, c));
    auto& of_class = m.per_class[static_cast<size_t>(c)];
    of_class.auc = auc_of(counts);
    of_class.ap = average_precision_of(counts);
    if (!std::isnan(of_class.auc)) curves.push_back(roc_curve(counts));
  }
  m.macro_auc_of_mean_curve = auc_of_mean_curve(curves);
  m.micro_auc = auc_of(threshold_counts(pooled(scores)));
}

void set_shares(const Scores& scores, Metrics& m) {
  int64_t first = 0, second = 0, right_of_each = 0;
  for (int64_t i = 0; i < scores.size(); ++i) {
    const auto rank = rank_of(scores.row(i), scores.classes, scores.labels[static_cast<size_t>(i)]);
    first += rank == 0;
    second += rank <= 1;
  }
  for (const auto& c : m.per_class) right_of_each += c.tp + c.tn;
  const auto n = static_cast<double>(m.samples);
  m.accuracy = static_cast<double>(first) / n;
  m.top2_accuracy = static_cast<double>(second) / n;
  m.mean_ovr_accuracy =
      static_cast<double>(right_of_each) / (n * static_cast<double>(scores.classes));
}

// Rows are clipped to [eps, 1 - eps] and scaled to sum 1, as scikit-learn does.
double log_loss(const Scores& scores) {
  constexpr double kLow = std::numeric_limits<double>::epsilon();
  double sum = 0;
  for (int64_t i = 0; i < scores.size(); ++i) {
    const double* row = scores.row(i);
    double total = 0;
    for (int64_t c = 0; c < scores.classes; ++c) total += std::clamp(row[c], kLow, 1 - kLow);
    const auto label = scores.labels[static_cast<size_t>(i)];
    sum += std::log(total) - std::log(std::clamp(row[label], kLow, 1 - kLow));
  }
  return sum / static_cast<double>(scores.size());
}

}  // namespace

Metrics evaluate(const Scores& scores) {
  check_scores(scores);
  Metrics m;
  m.samples = scores.size();
  m.classes = scores.classes;
  m.confusion = confusion_matrix(scores);
  m.per_class = class_counts(m.confusion, m.classes);
  set_ranking(scores, m);
  set_means(m);
  set_shares(scores, m);
  m.cohen_kappa = cohen_kappa(m.confusion, m.classes);
  m.log_loss = log_loss(scores);
  m.warnings = metric_warnings(m, {});
  return m;
}

}  // namespace derm
