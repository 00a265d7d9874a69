#include "eval/weighted_metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eval/confusion.h"

namespace derm {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

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

// Rows are clipped to [eps, 1 - eps] and scaled to sum 1, as scikit-learn does.
double row_log_loss(const double* row, int64_t classes, int64_t label) {
  constexpr double kLow = std::numeric_limits<double>::epsilon();
  double total = 0;
  for (int64_t c = 0; c < classes; ++c) total += std::clamp(row[c], kLow, 1 - kLow);
  return std::log(total) - std::log(std::clamp(row[label], kLow, 1 - kLow));
}

double mean_ovr_accuracy(const Metrics& m) {
  int64_t right_of_each = 0;
  for (const auto& c : m.per_class) right_of_each += c.tp + c.tn;
  return static_cast<double>(right_of_each) / static_cast<double>(m.samples * m.classes);
}

}  // namespace

WeightedMetrics::WeightedMetrics(const Scores& scores)
    : classes_((check_scores(scores), scores.classes)),
      pooled_(pooled(scores), static_cast<size_t>(classes_)) {
  for (int64_t i = 0; i < scores.size(); ++i) {
    const double* row = scores.row(i);
    const int64_t label = scores.labels[static_cast<size_t>(i)];
    cell_.push_back(static_cast<uint32_t>(label * classes_ + arg_max(row, classes_)));
    in_top2_.push_back(rank_of(row, classes_, label) <= 1 ? 1 : 0);
    loss_.push_back(row_log_loss(row, classes_, label));
  }
  for (int64_t c = 0; c < classes_; ++c) of_class_.emplace_back(one_vs_rest(scores, c));
}

Metrics WeightedMetrics::counted_at(const RowWeights& weights) const {
  Metrics m;
  m.classes = classes_;
  m.confusion.assign(static_cast<size_t>(classes_ * classes_), 0);
  int64_t top2 = 0;
  double loss = 0;
  for (size_t i = 0; i < cell_.size(); ++i) {
    m.samples += weights[i];
    m.confusion[cell_[i]] += weights[i];
    top2 += in_top2_[i] * weights[i];
    loss += weights[i] * loss_[i];
  }
  const auto n = static_cast<double>(m.samples);
  m.per_class = class_counts(m.confusion, m.classes);
  int64_t right = 0;
  for (const auto& c : m.per_class) right += c.tp;
  m.accuracy = static_cast<double>(right) / n;
  m.top2_accuracy = static_cast<double>(top2) / n;
  m.mean_ovr_accuracy = mean_ovr_accuracy(m);
  m.cohen_kappa = cohen_kappa(m.confusion, m.classes);
  m.log_loss = loss / n;
  m.macro_auc_of_mean_curve = m.micro_auc = kUndefined;
  set_means(m);
  return m;
}

Metrics WeightedMetrics::at(const RowWeights& weights) const {
  Metrics m = counted_at(weights);
  rank(weights, m);
  set_means(m);
  return m;
}

void WeightedMetrics::rank(const RowWeights& weights, Metrics& m) const {
  std::vector<std::vector<RocPoint>> curves;
  for (size_t c = 0; c < of_class_.size(); ++c) {
    const auto counts = of_class_[c].counts(weights);
    m.per_class[c].auc = auc_of(counts);
    m.per_class[c].ap = average_precision_of(counts);
    if (!std::isnan(m.per_class[c].auc)) curves.push_back(roc_curve(counts));
  }
  m.macro_auc_of_mean_curve = auc_of_mean_curve(curves);
  m.micro_auc = auc_of(pooled_.counts(weights));
}

}  // namespace derm
