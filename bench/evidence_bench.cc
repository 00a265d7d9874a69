// Bootstrap intervals over whole lesions: 25,000 images of 8 classes, two to a lesion.
//
//   evidence_bench [--quick]
//
// counts_10000_s: 10,000 replicates of every metric that is counted (accuracies, precision, recall,
// specificity, F1, kappa, log loss, of the set and of each class), on all cores. all_metrics_100_s:
// 100 replicates of all metrics, AUCs and average precision too.
#include <chrono>

#include "base/rng.h"
#include "bench/quick_bench.h"
#include "eval/metric_names.h"
#include "eval/weighted_metrics.h"

namespace {

using namespace derm;

constexpr int64_t kClasses = 8;

Scores made_up_scores(int64_t images) {
  Rng rng({0, Purpose::kTest});
  Scores out{kClasses, {}, {}};
  for (int64_t i = 0; i < images; ++i) {
    out.labels.push_back(rng.between(0, kClasses - 1));
    for (int64_t c = 0; c < kClasses; ++c)
      out.probabilities.push_back((rng.uniform() + (c == out.labels.back() ? 0.5 : 0)) / 1.5);
  }
  return out;
}

std::vector<double> values_of(const Metrics& m) {
  std::vector<double> out;
  for (const auto& metric : named_metrics()) out.push_back(m.*metric.value);
  for (const auto& c : m.per_class)
    for (const auto& ratio : named_class_metrics()) out.push_back(c.*ratio.value);
  return out;
}

template <class Measure>
double seconds_of(const RowGroups& groups, int64_t replicates, const Measure& measure) {
  const auto start = std::chrono::steady_clock::now();
  bootstrap_intervals(groups, {replicates}, measure);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Json results(bool quick) {
  const int64_t images = quick ? 1000 : 25'000;
  std::vector<std::string> lesions;
  for (int64_t i = 0; i < images; ++i) lesions.push_back(fmt::format("{}", i / 2));
  const RowGroups groups(lesions);
  const WeightedMetrics weighted(made_up_scores(images));
  return {{"counts_10000_s",
           seconds_of(groups, quick ? 100 : 10'000,
                      [&](const RowWeights& w) { return values_of(weighted.counted_at(w)); })},
          {"all_metrics_100_s", seconds_of(groups, quick ? 2 : 100, [&](const RowWeights& w) {
             return values_of(weighted.at(w));
           })}};
}

}  // namespace

int main(int argc, char** argv) {
  return quick_bench(argc, argv, results);
}
