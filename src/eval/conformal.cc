#include "eval/conformal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "eval/confusion.h"
#include "eval/metrics_json.h"
#include "eval/table.h"

namespace derm {
namespace {

constexpr double kEverything = std::numeric_limits<double>::infinity();

// The probability down to each class, itself included (ties: lower index first).
std::vector<double> aps_scores(const double* row, int64_t classes) {
  std::vector<size_t> order(static_cast<size_t>(classes));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return row[a] > row[b]; });
  std::vector<double> out(order.size());
  double sum = 0;
  for (const size_t c : order) out[c] = sum += row[c];
  return out;
}

std::vector<double> class_scores(const Scores& scores, int64_t i, const ConformalOptions& options) {
  const double* row = scores.row(i);
  if (options.score == ConformityScore::kAps) return aps_scores(row, scores.classes);
  std::vector<double> out(row, row + scores.classes);
  for (double& value : out) value = 1 - value;
  return out;
}

// Sums of a weighted set: images, sets that hold the label, classes in sets; class by class.
struct SetCounts {
  double images = 0, covered = 0, members = 0;
};

double per_image(double sum, const SetCounts& counts) {
  return counts.images > 0 ? sum / counts.images : std::numeric_limits<double>::quiet_NaN();
}

const char* score_name(ConformityScore score) {
  return score == ConformityScore::kAps ? "aps" : "lac";
}

}  // namespace

double conformal_quantile(std::vector<double> scores, double alpha) {
  const auto n = static_cast<double>(scores.size());
  // Rounding must not ask for one more: 0.9 * 10 is a little over 9.
  const double rank = std::ceil((n + 1) * (1 - alpha) - 1e-9);
  if (rank > n) return kEverything;
  const auto place = scores.begin() + static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
  std::nth_element(scores.begin(), place, scores.end());
  return *place;
}

ConformalSets fit_conformal(const Scores& validation, const ConformalOptions& options) {
  check_scores(validation);
  if (!(options.alpha > 0 && options.alpha < 1))
    throw Error("share of missed labels is out of range", "", "above 0 and below 1",
                fmt::format("{}", options.alpha));
  const auto k = static_cast<size_t>(validation.classes);
  std::vector<std::vector<double>> of_label(options.by_class ? k : 1);
  for (int64_t i = 0; i < validation.size(); ++i) {
    const auto label = static_cast<size_t>(validation.labels[static_cast<size_t>(i)]);
    of_label[options.by_class ? label : 0].push_back(class_scores(validation, i, options)[label]);
  }
  ConformalSets out{options, {}};
  for (size_t c = 0; c < k; ++c)
    out.thresholds.push_back(conformal_quantile(of_label[options.by_class ? c : 0], options.alpha));
  return out;
}

std::vector<bool> prediction_sets(const Scores& scores, const ConformalSets& sets) {
  const auto k = static_cast<size_t>(scores.classes);
  if (sets.thresholds.size() != k)
    throw Error("prediction sets of another number of classes", "", std::to_string(k),
                std::to_string(sets.thresholds.size()));
  std::vector<bool> out;
  for (int64_t i = 0; i < scores.size(); ++i) {
    const auto of_class = class_scores(scores, i, sets.options);
    const auto top = static_cast<size_t>(arg_max(scores.row(i), scores.classes));
    for (size_t c = 0; c < k; ++c) out.push_back(c == top || of_class[c] <= sets.thresholds[c]);
  }
  return out;
}

ConformalResult conformal_result(const Scores& scores, const ConformalSets& sets,
                                 const RowGroups& groups, const Bootstrap& options) {
  const auto k = static_cast<size_t>(scores.classes);
  const auto members = prediction_sets(scores, sets);
  std::vector<double> size, covered;
  for (size_t i = 0; i < scores.labels.size(); ++i) {
    const auto first = members.begin() + static_cast<std::ptrdiff_t>(i * k);
    size.push_back(
        static_cast<double>(std::count(first, first + static_cast<std::ptrdiff_t>(k), true)));
    covered.push_back(members[i * k + static_cast<size_t>(scores.labels[i])] ? 1 : 0);
  }
  const auto measure = [&](const RowWeights& weights) {
    std::vector<SetCounts> counts(k + 1);
    for (size_t i = 0; i < size.size(); ++i)
      for (const size_t at : {k, static_cast<size_t>(scores.labels[i])}) {
        counts[at].images += weights[i];
        counts[at].covered += weights[i] * covered[i];
        counts[at].members += weights[i] * size[i];
      }
    std::vector<double> out;
    for (const auto& count : counts) {
      out.push_back(per_image(count.covered, count));
      out.push_back(per_image(count.members, count));
    }
    return out;
  };
  const auto values = measure(RowWeights(size.size(), 1));
  std::vector<Interval> intervals(values.size(), percentile_interval({}, options.confidence));
  if (options.replicates > 0) intervals = bootstrap_intervals(groups, options, measure);
  ConformalResult out{sets, {}, {}, {}, {}};
  for (size_t c = 0; c < k; ++c) {
    out.class_coverage.push_back({values[2 * c], intervals[2 * c]});
    out.class_size.push_back({values[2 * c + 1], intervals[2 * c + 1]});
  }
  out.coverage = {values[2 * k], intervals[2 * k]};
  out.size = {values[2 * k + 1], intervals[2 * k + 1]};
  return out;
}

Json to_json(const ConformalResult& result, const std::vector<std::string>& class_names) {
  Json per_class = Json::array();
  for (size_t c = 0; c < result.class_coverage.size(); ++c)
    per_class.push_back({{"class", class_names.at(c)},
                         {"threshold", finite_or_null(result.sets.thresholds[c])},
                         {"coverage", to_json(result.class_coverage[c])},
                         {"size", to_json(result.class_size[c])}});
  return {{"score", score_name(result.sets.options.score)},
          {"by_class", result.sets.options.by_class},
          {"alpha", result.sets.options.alpha},
          {"coverage", to_json(result.coverage)},
          {"size", to_json(result.size)},
          {"per_class", per_class}};
}

std::string conformal_table(const std::vector<ConformalResult>& results) {
  TextTable table(
      {"prediction sets", "asked", "coverage", "interval", "lowest of a class", "size"});
  for (const auto& result : results) {
    double lowest = 1;
    for (const auto& coverage : result.class_coverage)
      if (!std::isnan(coverage.value)) lowest = std::min(lowest, coverage.value);
    table.add({fmt::format("{}{}", score_name(result.sets.options.score),
                           result.sets.options.by_class ? " by class" : ""),
               format_score(1 - result.sets.options.alpha), format_score(result.coverage.value),
               format_interval(result.coverage.interval), format_score(lowest),
               format_score(result.size.value, 2)});
  }
  return table.str();
}

}  // namespace derm
