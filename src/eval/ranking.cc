#include "eval/ranking.h"

#include <algorithm>
#include <limits>

namespace derm {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Totals {
  double positives = 0, negatives = 0;
  bool both() const { return positives > 0 && negatives > 0; }
};

Totals totals(const std::vector<ThresholdCounts>& counts) {
  if (counts.empty()) return {};
  return {static_cast<double>(counts.back().tp), static_cast<double>(counts.back().fp)};
}

bool same_step(const ThresholdCounts& a, const ThresholdCounts& b, const ThresholdCounts& c) {
  return b.tp - a.tp == c.tp - b.tp && b.fp - a.fp == c.fp - b.fp;
}

// Of all curves, rising, each once. Every curve's own are sorted already.
std::vector<double> false_positive_rates(const std::vector<std::vector<RocPoint>>& curves) {
  std::vector<double> all, own, merged;
  for (const auto& curve : curves) {
    own.clear();
    for (const auto& point : curve) own.push_back(point.fpr);
    merged.resize(all.size() + own.size());
    std::merge(all.begin(), all.end(), own.begin(), own.end(), merged.begin());
    merged.erase(std::unique(merged.begin(), merged.end()), merged.end());
    all.swap(merged);
  }
  return all;
}

// Adds the curve's true positive rate at every x (rising, within 0..1) to `sum`.
void add_interpolated(const std::vector<RocPoint>& curve, const std::vector<double>& xs,
                      std::vector<double>& sum) {
  size_t at = 0;
  for (size_t i = 0; i < xs.size(); ++i) {
    while (at + 1 < curve.size() && curve[at + 1].fpr <= xs[i]) ++at;
    const RocPoint& left = curve[at];
    if (at + 1 == curve.size() || left.fpr == xs[i]) {
      sum[i] += left.tpr;
      continue;
    }
    const RocPoint& right = curve[at + 1];
    sum[i] += left.tpr + (right.tpr - left.tpr) * (xs[i] - left.fpr) / (right.fpr - left.fpr);
  }
}

}  // namespace

std::vector<ThresholdCounts> threshold_counts(const std::vector<Decision>& decisions) {
  return Ranking(decisions).counts(RowWeights(decisions.size(), 1));
}

Ranking::Ranking(const std::vector<Decision>& decisions, size_t per_row)
    : places_(decisions.size()) {
  for (size_t i = 0; i < places_.size(); ++i)
    places_[i] = {decisions[i].score, static_cast<uint32_t>(i / per_row), decisions[i].positive};
  std::sort(places_.begin(), places_.end(),
            [](const Place& a, const Place& b) { return a.score > b.score; });
  for (size_t i = 0; i < places_.size(); ++i)
    places_[i].last_of_its_score =
        i + 1 == places_.size() || places_[i + 1].score != places_[i].score;
}

std::vector<ThresholdCounts> Ranking::counts(const RowWeights& weights) const {
  std::vector<ThresholdCounts> out;
  out.reserve(places_.size());
  ThresholdCounts so_far;
  int64_t written = 0;
  for (const Place& place : places_) {
    (place.positive ? so_far.tp : so_far.fp) += weights[place.row];
    if (!place.last_of_its_score || so_far.tp + so_far.fp == written) continue;
    so_far.threshold = place.score;
    written = so_far.tp + so_far.fp;
    out.push_back(so_far);
  }
  return out;
}

std::vector<Decision> one_vs_rest(const Scores& scores, int64_t class_index) {
  std::vector<Decision> out(scores.labels.size());
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = {scores.row(static_cast<int64_t>(i))[class_index], scores.labels[i] == class_index};
  return out;
}

std::vector<Decision> pooled(const Scores& scores) {
  std::vector<Decision> out;
  out.reserve(scores.probabilities.size());
  for (size_t i = 0; i < scores.labels.size(); ++i)
    for (int64_t c = 0; c < scores.classes; ++c)
      out.push_back({scores.row(static_cast<int64_t>(i))[c], scores.labels[i] == c});
  return out;
}

double auc_of(const std::vector<ThresholdCounts>& counts) {
  const Totals all = totals(counts);
  if (!all.both()) return kNan;
  double pairs = 0;
  ThresholdCounts before;
  for (const auto& now : counts) {
    const auto positives = static_cast<double>(now.tp - before.tp);
    const auto ties = static_cast<double>(now.fp - before.fp);
    pairs += positives * (all.negatives - static_cast<double>(now.fp) + 0.5 * ties);
    before = now;
  }
  return pairs / (all.positives * all.negatives);
}

double average_precision_of(const std::vector<ThresholdCounts>& counts) {
  const Totals all = totals(counts);
  if (!all.both()) return kNan;
  double sum = 0;
  int64_t tp_before = 0;
  for (const auto& now : counts) {
    const double precision = static_cast<double>(now.tp) / static_cast<double>(now.tp + now.fp);
    sum += static_cast<double>(now.tp - tp_before) * precision;
    tp_before = now.tp;
  }
  return sum / all.positives;
}

std::vector<RocPoint> roc_curve(const std::vector<ThresholdCounts>& counts) {
  const Totals all = totals(counts);
  if (!all.both()) return {};
  std::vector<RocPoint> curve{{0, 0, std::numeric_limits<double>::infinity()}};
  for (size_t i = 0; i < counts.size(); ++i) {
    const bool inner = i > 0 && i + 1 < counts.size();
    if (inner && same_step(counts[i - 1], counts[i], counts[i + 1])) continue;
    curve.push_back({static_cast<double>(counts[i].fp) / all.negatives,
                     static_cast<double>(counts[i].tp) / all.positives, counts[i].threshold});
  }
  return curve;
}

double auc_above_sensitivity(const std::vector<RocPoint>& curve, double sensitivity) {
  if (curve.empty()) return kNan;
  double area = 0;
  for (size_t i = 1; i < curve.size(); ++i) {
    RocPoint left = curve[i - 1];
    const RocPoint& right = curve[i];
    if (right.tpr < sensitivity) continue;
    if (left.tpr < sensitivity) {
      left.fpr += (right.fpr - left.fpr) * (sensitivity - left.tpr) / (right.tpr - left.tpr);
      left.tpr = sensitivity;
    }
    area += (right.fpr - left.fpr) * (left.tpr + right.tpr) / 2;
  }
  return area;
}

double partial_auc(const std::vector<RocPoint>& curve, double sensitivity) {
  if (curve.empty()) return kNan;
  double start = 1;  // false positive rate at which the curve reaches the sensitivity
  for (size_t i = curve.size(); i-- > 1 && curve[i].tpr >= sensitivity;) {
    const RocPoint &left = curve[i - 1], &right = curve[i];
    start = left.tpr >= sensitivity ? left.fpr
                                    : left.fpr + (right.fpr - left.fpr) * (sensitivity - left.tpr) /
                                                     (right.tpr - left.tpr);
  }
  return auc_above_sensitivity(curve, sensitivity) - sensitivity * (1 - start);
}

std::vector<PrPoint> pr_curve(const std::vector<ThresholdCounts>& counts) {
  const Totals all = totals(counts);
  if (all.positives == 0) return {};
  std::vector<PrPoint> curve;
  for (const auto& now : counts)
    curve.push_back({static_cast<double>(now.tp) / all.positives,
                     static_cast<double>(now.tp) / static_cast<double>(now.tp + now.fp),
                     now.threshold});
  return curve;
}

double auc_of_mean_curve(const std::vector<std::vector<RocPoint>>& curves) {
  if (curves.empty()) return kNan;
  const std::vector<double> xs = false_positive_rates(curves);
  std::vector<double> sum(xs.size(), 0.0);
  for (const auto& curve : curves) add_interpolated(curve, xs, sum);
  double area = 0;
  for (size_t i = 1; i < xs.size(); ++i) area += (xs[i] - xs[i - 1]) * (sum[i] + sum[i - 1]) / 2;
  return area / static_cast<double>(curves.size());
}

}  // namespace derm
