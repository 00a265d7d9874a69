#include "eval/seed_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/parallel.h"
#include "base/rng.h"

namespace derm {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The metric of one network: once on the images as they are, then in each replicate.
struct Replicates {
  double as_is = 0;
  std::vector<double> drawn;
};

Replicates measure_network(const Scores& scores, const MetricChoice& metric,
                           const RowGroups& lesions, const Bootstrap& options) {
  const ResampledMetric value(metric, scores);
  Replicates out;
  out.as_is = value(RowWeights(lesions.rows(), 1));
  out.drawn.resize(static_cast<size_t>(options.replicates));
  constexpr size_t kAtATime = 32;
  parallel_for((out.drawn.size() + kAtATime - 1) / kAtATime, 0, [&](size_t chunk) {
    const size_t end = std::min(out.drawn.size(), (chunk + 1) * kAtATime);
    for (size_t r = chunk * kAtATime; r < end; ++r)
      out.drawn[r] = value(replicate_weights(lesions, options.seed, static_cast<int64_t>(r)));
  });
  return out;
}

using GroupReplicates = std::vector<Replicates>;  // one for each network

double mean_as_is(const GroupReplicates& networks) {
  double sum = 0;
  for (const auto& network : networks) sum += network.as_is;
  return sum / static_cast<double>(networks.size());
}

// The mean over as many networks as there are, drawn with replacement.
double mean_of_drawn(const GroupReplicates& networks, const Bootstrap& options, int64_t replicate,
                     uint32_t stream) {
  const auto r = static_cast<size_t>(replicate);
  Rng rng({options.seed, Purpose::kBootstrap, 1, r, stream});
  double sum = 0;
  for (size_t i = 0; i < networks.size(); ++i) sum += networks[rng.below(networks.size())].drawn[r];
  return sum / static_cast<double>(networks.size());
}

// Draws of stream 0 are the same on both sides where the seeds are.
struct Streams {
  uint32_t first = 0, second = 0;
};

Streams streams_of(const std::vector<NetworkGroup>& groups, const GroupPair& pair) {
  if (paired_by_seed(groups[pair.first], groups[pair.second])) return {};
  return {static_cast<uint32_t>(pair.first + 1), static_cast<uint32_t>(pair.second + 1)};
}

double p_of(const std::vector<double>& differences) {
  double below = 1, above = 1, all = 1;
  for (const double d : differences) {
    if (!std::isfinite(d)) continue;
    below += d <= 0 ? 1 : 0;
    above += d >= 0 ? 1 : 0;
    all += 1;
  }
  return std::min(1.0, 2 * std::min(below, above) / all);
}

BootstrapDifference difference_of(const GroupReplicates& first, const GroupReplicates& second,
                                  const Streams& streams, const Bootstrap& options,
                                  bool one_lesion) {
  BootstrapDifference out;
  out.first = mean_as_is(first);
  out.second = mean_as_is(second);
  out.difference = out.second - out.first;
  out.low = out.high = out.p = kNan;
  if (one_lesion) return out;
  std::vector<double> differences;
  for (int64_t r = 0; r < options.replicates; ++r)
    differences.push_back(mean_of_drawn(second, options, r, streams.second) -
                          mean_of_drawn(first, options, r, streams.first));
  const Interval interval = percentile_interval(differences, options.confidence);
  out.low = interval.low;
  out.high = interval.high;
  out.undefined = interval.undefined;
  if (out.undefined < options.replicates) out.p = p_of(differences);
  return out;
}

void check_replicates(const Bootstrap& options) {
  if (options.replicates < 1 || options.replicates > INT32_MAX)
    throw Error("replicates out of range", "", "1 to 2147483647",
                fmt::format("{}", options.replicates));
}

}  // namespace

std::vector<BootstrapDifference> bootstrap_differences(
    const std::vector<NetworkGroup>& groups, const std::vector<GroupPair>& pairs,
    const MetricChoice& metric, const std::vector<std::string>& lesions, const Bootstrap& options,
    const std::function<void(int64_t)>& progress) {
  check_replicates(options);
  const RowGroups rows(lesions);
  std::vector<GroupReplicates> measured;
  for (const auto& group : groups) {
    check_same_images(groups.front().networks, group.networks, lesions);
    measured.emplace_back();
    for (const Scores* scores : group.networks) {
      measured.back().push_back(measure_network(*scores, metric, rows, options));
      if (progress) progress(options.replicates);
    }
  }
  std::vector<BootstrapDifference> out;
  for (const auto& pair : pairs)
    out.push_back(difference_of(measured[pair.first], measured[pair.second],
                                streams_of(groups, pair), options, rows.size() < 2));
  return out;
}

}  // namespace derm
