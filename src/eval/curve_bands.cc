#include "eval/curve_bands.h"

#include <limits>

#include "eval/ranking.h"

namespace derm {
namespace {

constexpr int kSteps = 100;
constexpr size_t kRocPoints = kSteps + 1, kPerClass = kRocPoints + kSteps;

double grid(size_t i) {
  return static_cast<double>(i) / kSteps;
}

void append_roc(const std::vector<RocPoint>& curve, std::vector<double>& out) {
  size_t at = 0;
  for (size_t i = 0; i < kRocPoints; ++i) {
    while (at + 1 < curve.size() && curve[at + 1].fpr <= grid(i)) ++at;
    const RocPoint& left = curve[at];
    double height = left.tpr;
    if (at + 1 < curve.size() && left.fpr < grid(i)) {
      const RocPoint& right = curve[at + 1];
      height += (right.tpr - left.tpr) * (grid(i) - left.fpr) / (right.fpr - left.fpr);
    }
    out.push_back(height);
  }
}

void append_precision(const std::vector<PrPoint>& curve, std::vector<double>& out) {
  constexpr double kRounding = 1e-12;  // 7 of 100 is not quite 0.07
  size_t at = 0;
  for (size_t i = 1; i < kRocPoints; ++i) {
    while (at + 1 < curve.size() && curve[at].recall < grid(i) - kRounding) ++at;
    out.push_back(curve[at].precision);
  }
}

std::vector<double> heights(const std::vector<Ranking>& rankings, const RowWeights& weights) {
  std::vector<double> out;
  out.reserve(rankings.size() * kPerClass);
  for (const auto& ranking : rankings) {
    const auto counts = ranking.counts(weights);
    const auto curve = roc_curve(counts);
    if (curve.empty()) {
      out.resize(out.size() + kPerClass, std::numeric_limits<double>::quiet_NaN());
      continue;
    }
    append_roc(curve, out);
    append_precision(pr_curve(counts), out);
  }
  return out;
}

}  // namespace

std::vector<ClassBands> class_bands(const Scores& scores, const RowGroups& groups,
                                    const Bootstrap& options) {
  std::vector<Ranking> rankings;
  for (int64_t c = 0; c < scores.classes; ++c) rankings.emplace_back(one_vs_rest(scores, c));
  const auto values = heights(rankings, RowWeights(scores.labels.size(), 1));
  const auto intervals = bootstrap_intervals(
      groups, options, [&](const RowWeights& weights) { return heights(rankings, weights); });
  std::vector<ClassBands> out(rankings.size());
  for (size_t c = 0; c < out.size(); ++c) {
    const size_t first = c * kPerClass;
    if (values[first] != values[first]) continue;
    for (size_t i = 0; i < kRocPoints; ++i)
      out[c].roc.push_back({grid(i), values[first + i], intervals[first + i]});
    for (size_t i = 0; i < kSteps; ++i) {
      const size_t at = first + kRocPoints + i;
      out[c].pr.push_back({grid(i + 1), values[at], intervals[at]});
    }
  }
  return out;
}

}  // namespace derm
