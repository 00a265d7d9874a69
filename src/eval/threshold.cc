#include "eval/threshold.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace derm {
namespace {

double share_reaching(const std::vector<double>& values, double threshold) {
  const auto n =
      std::count_if(values.begin(), values.end(), [&](double value) { return value >= threshold; });
  return static_cast<double>(n) / static_cast<double>(values.size());
}

}  // namespace

std::optional<Threshold> threshold_at_sensitivity(const Scores& scores, int64_t label,
                                                  double sensitivity) {
  std::vector<double> positives, negatives;
  for (int64_t n = 0; n < scores.size(); ++n)
    (scores.labels[static_cast<size_t>(n)] == label ? positives : negatives)
        .push_back(scores.row(n)[label]);
  if (positives.empty() || negatives.empty()) return std::nullopt;
  std::sort(positives.begin(), positives.end(), std::greater<>());
  // Rounding must not ask for one more than the share: 0.9 * 10 is a little over 9.
  const double wanted = std::ceil(sensitivity * static_cast<double>(positives.size()) - 1e-9);
  const size_t called = std::max<size_t>(1, static_cast<size_t>(wanted));
  Threshold out;
  out.threshold = positives[std::min(called, positives.size()) - 1];
  out.sensitivity = share_reaching(positives, out.threshold);
  out.specificity = 1 - share_reaching(negatives, out.threshold);
  return out;
}

}  // namespace derm
