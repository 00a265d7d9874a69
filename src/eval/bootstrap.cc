#include "eval/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "base/error.h"
#include "base/parallel.h"
#include "base/rng.h"

namespace derm {
namespace {

constexpr size_t kReplicatesAtATime = 32;

void check_bootstrap(const RowGroups& groups, const Bootstrap& options) {
  if (groups.rows() == 0) throw Error("no row to draw", "", "at least one");
  const bool sensible = options.replicates > 0 && options.replicates <= INT32_MAX &&
                        options.confidence > 0 && options.confidence < 1;
  if (!sensible)
    throw Error("bootstrap option is out of range", "",
                "replicates from 1 on, confidence in (0, 1)",
                fmt::format("{}, {}", options.replicates, options.confidence));
}

double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1), below = std::floor(at);
  const auto first = static_cast<size_t>(below), second = std::min(first + 1, sorted.size() - 1);
  return sorted[first] + (at - below) * (sorted[second] - sorted[first]);
}

// Row r holds what was measured in replicate r.
std::vector<std::vector<double>> measured_replicates(
    const RowGroups& groups, const Bootstrap& options,
    const std::function<std::vector<double>(const RowWeights&)>& measure) {
  std::vector<std::vector<double>> out(static_cast<size_t>(options.replicates));
  const size_t chunks = (out.size() + kReplicatesAtATime - 1) / kReplicatesAtATime;
  parallel_for(chunks, 0, [&](size_t chunk) {
    const size_t end = std::min(out.size(), (chunk + 1) * kReplicatesAtATime);
    for (size_t r = chunk * kReplicatesAtATime; r < end; ++r)
      out[r] = measure(replicate_weights(groups, options.seed, static_cast<int64_t>(r)));
  });
  return out;
}

}  // namespace

RowGroups::RowGroups(const std::vector<std::string>& names) : group_of_(names.size()) {
  std::unordered_map<std::string, size_t> place;
  for (size_t row = 0; row < names.size(); ++row) {
    size_t group = size_;
    if (!names[row].empty()) group = place.emplace(names[row], size_).first->second;
    if (group == size_) ++size_;
    group_of_[row] = static_cast<uint32_t>(group);
  }
}

RowWeights replicate_weights(const RowGroups& groups, uint64_t seed, int64_t replicate) {
  Rng rng({seed, Purpose::kBootstrap, 0, static_cast<uint64_t>(replicate)});
  std::vector<int32_t> drawn(groups.size(), 0);
  for (size_t i = 0; i < drawn.size(); ++i) ++drawn[rng.below(drawn.size())];
  RowWeights weights(groups.rows());
  for (size_t row = 0; row < weights.size(); ++row) weights[row] = drawn[groups[row]];
  return weights;
}

Interval percentile_interval(std::vector<double> values, double confidence) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  const size_t all = values.size();
  values.erase(
      std::remove_if(values.begin(), values.end(), [](double v) { return !std::isfinite(v); }),
      values.end());
  Interval out{kUnknown, kUnknown, static_cast<int64_t>(all - values.size())};
  if (values.empty()) return out;
  std::sort(values.begin(), values.end());
  out.low = quantile(values, (1 - confidence) / 2);
  out.high = quantile(values, (1 + confidence) / 2);
  return out;
}

std::vector<Interval> bootstrap_intervals(
    const RowGroups& groups, const Bootstrap& options,
    const std::function<std::vector<double>(const RowWeights&)>& measure) {
  check_bootstrap(groups, options);
  const auto replicates = measured_replicates(groups, options, measure);
  std::vector<Interval> out;
  for (size_t k = 0; k < replicates.front().size(); ++k) {
    std::vector<double> values;
    for (const auto& replicate : replicates)
      if (groups.size() > 1) values.push_back(replicate[k]);
    out.push_back(percentile_interval(std::move(values), options.confidence));
  }
  return out;
}

MeanInterval bootstrap_mean(const std::vector<double>& values,
                            const std::vector<std::string>& groups, const Bootstrap& options) {
  if (values.empty() || groups.size() != values.size())
    throw Error("no mean without values and their groups", "", "at least one, a group for each",
                fmt::format("{} values, {} groups", values.size(), groups.size()));
  for (const double value : values)
    if (!std::isfinite(value)) throw Error("value of a mean is not finite");
  const auto weighted_mean = [&](const RowWeights& weights) {
    double sum = 0, count = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      sum += weights[i] * values[i];
      count += weights[i];
    }
    return std::vector<double>{sum / count};
  };
  const auto interval = bootstrap_intervals(RowGroups(groups), options, weighted_mean).front();
  return {weighted_mean(RowWeights(values.size(), 1)).front(), interval.low, interval.high};
}

}  // namespace derm
