#include "study/estimate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel.h"
#include "eval/bootstrap.h"
#include "eval/weighted_metrics.h"

namespace derm {
namespace {

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values) {
  if (values.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

std::vector<double> values_of(const Arm& arm, size_t place) {
  std::vector<double> out;
  for (const auto* run : arm) out.push_back(run->values[place]);
  return out;
}

// The mean over the arm in each replicate.
std::vector<double> replicates_of(const Arm& arm, size_t place) {
  std::vector<double> out(arm.front()->replicates.size(), 0);
  for (const auto* run : arm)
    for (size_t r = 0; r < out.size(); ++r)
      out[r] += run->replicates[r][place] / static_cast<double>(arm.size());
  return out;
}

std::vector<double> chosen(const Metrics& m, const std::vector<std::string>& metrics) {
  std::vector<double> out;
  for (const auto& name : metrics) out.push_back(metric_named(m, name));
  for (const auto& of_class : m.per_class) out.push_back(of_class.recall);
  return out;
}

}  // namespace

MeasuredRun measure_run(const Predictions& predictions, const std::vector<std::string>& metrics) {
  MeasuredRun out;
  out.classes = predictions.classes;
  out.image_ids = predictions.image_ids;
  out.values = chosen(evaluate(predictions.scores), metrics);
  const Bootstrap options;
  const WeightedMetrics weighted(predictions.scores);
  const RowGroups groups(predictions.lesion_ids);
  out.replicates.resize(static_cast<size_t>(options.replicates));
  parallel_for(out.replicates.size(), 0, [&](size_t r) {
    const auto weights = replicate_weights(groups, options.seed, static_cast<int64_t>(r));
    out.replicates[r] = chosen(weighted.at(weights), metrics);
  });
  return out;
}

SeedEstimate estimate(const Arm& arm, size_t place) {
  const auto values = values_of(arm, place);
  const auto interval = percentile_interval(replicates_of(arm, place), Bootstrap().confidence);
  return {static_cast<int64_t>(arm.size()), mean_of(values), deviation_of(values), interval.low,
          interval.high};
}

ArmDifference arm_difference(const Arm& first, const Arm& second, size_t place) {
  ArmDifference out;
  out.paired = first.front()->image_ids == second.front()->image_ids;
  out.difference = mean_of(values_of(second, place)) - mean_of(values_of(first, place));
  auto changes = replicates_of(second, place);
  // Other images are drawn on their own: no replicate meets the one of the same number.
  if (!out.paired)
    std::rotate(changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2),
                changes.end());
  const auto reference = replicates_of(first, place);
  for (size_t r = 0; r < changes.size(); ++r) changes[r] -= reference[r];
  const auto interval = percentile_interval(std::move(changes), Bootstrap().confidence);
  out.low = interval.low;
  out.high = interval.high;
  return out;
}

}  // namespace derm
