#include "eval/paired.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace derm {
namespace {

int64_t choice_of(const Scores& scores, int64_t row) {
  const double* p = scores.row(row);
  return std::max_element(p, p + scores.classes) - p;
}

}  // namespace

PairedDifference paired_difference(
    const Scores& first, const Scores& second, const std::vector<std::string>& groups,
    const std::function<double(const Scores&, const RowWeights&)>& metric,
    const Bootstrap& options) {
  if (first.labels != second.labels || first.classes != second.classes ||
      groups.size() != first.labels.size() || first.labels.empty())
    throw Error("two sets of predictions that are not of the same images");
  const RowWeights once(groups.size(), 1);
  PairedDifference out;
  out.first = metric(first, once);
  out.second = metric(second, once);
  out.difference = out.second - out.first;
  const auto interval =
      bootstrap_intervals(RowGroups(groups), options, [&](const RowWeights& weights) {
        return std::vector<double>{metric(second, weights) - metric(first, weights)};
      }).front();
  out.low = interval.low;
  out.high = interval.high;
  return out;
}

double weighted_recall(const Scores& scores, const RowWeights& weights, int64_t label) {
  double right = 0, all = 0;
  for (int64_t n = 0; n < scores.size(); ++n) {
    const auto i = static_cast<size_t>(n);
    if (scores.labels[i] != label) continue;
    all += weights[i];
    if (choice_of(scores, n) == label) right += weights[i];
  }
  return all > 0 ? right / all : std::numeric_limits<double>::quiet_NaN();
}

double weighted_balanced_accuracy(const Scores& scores, const RowWeights& weights) {
  std::vector<double> right(static_cast<size_t>(scores.classes)), all(right.size());
  for (int64_t n = 0; n < scores.size(); ++n) {
    const auto i = static_cast<size_t>(n);
    const auto label = static_cast<size_t>(scores.labels[i]);
    all[label] += weights[i];
    if (choice_of(scores, n) == scores.labels[i]) right[label] += weights[i];
  }
  double sum = 0, classes = 0;
  for (size_t k = 0; k < all.size(); ++k) {
    if (all[k] == 0) continue;
    sum += right[k] / all[k];
    classes += 1;
  }
  return sum / classes;
}

double weighted_calibration_error(const Scores& scores, const RowWeights& weights) {
  constexpr size_t kBins = 15;
  std::array<double, kBins> gap{};
  double all = 0;
  for (int64_t n = 0; n < scores.size(); ++n) {
    const auto i = static_cast<size_t>(n);
    const int64_t choice = choice_of(scores, n);
    const double confidence = scores.row(n)[choice];
    const auto bin = std::min(kBins - 1, static_cast<size_t>(confidence * kBins));
    gap[bin] += weights[i] * (confidence - (choice == scores.labels[i] ? 1 : 0));
    all += weights[i];
  }
  double sum = 0;
  for (const double g : gap) sum += std::fabs(g);
  return sum / all;
}

double agreement(const Scores& first, const Scores& second) {
  int64_t same = 0;
  for (int64_t n = 0; n < first.size(); ++n)
    if (choice_of(first, n) == choice_of(second, n)) ++same;
  return static_cast<double>(same) / static_cast<double>(first.size());
}

}  // namespace derm
