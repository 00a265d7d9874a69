#include "eval/metric_intervals.h"

#include "eval/confusion.h"
#include "eval/exact_interval.h"
#include "eval/metric_names.h"
#include "eval/metrics_json.h"
#include "eval/weighted_metrics.h"

namespace derm {
namespace {

std::vector<double> all_values(const Metrics& m) {
  std::vector<double> out;
  for (const auto& metric : named_metrics()) out.push_back(m.*metric.value);
  for (const auto& c : m.per_class)
    for (const auto& ratio : named_class_metrics()) out.push_back(c.*ratio.value);
  return out;
}

}  // namespace

MetricIntervals metric_intervals(const Scores& scores, const std::string& group,
                                 const std::vector<std::string>& names, const Bootstrap& options) {
  const WeightedMetrics weighted(scores);
  const RowGroups groups(names);
  const auto found = bootstrap_intervals(
      groups, options, [&](const RowWeights& weights) { return all_values(weighted.at(weights)); });
  MetricIntervals out{options, group, static_cast<int64_t>(groups.size()), {}, {}};
  auto next = found.begin();
  for (size_t i = 0; i < named_metrics().size(); ++i) out.named.push_back(*next++);
  for (const auto& c : class_counts(confusion_matrix(scores), scores.classes)) {
    ClassIntervals of_class;
    for (size_t i = 0; i < named_class_metrics().size(); ++i) of_class.ratios.push_back(*next++);
    of_class.exact_recall = clopper_pearson(c.tp, c.support(), options.confidence);
    of_class.exact_specificity = clopper_pearson(c.tn, c.tn + c.fp, options.confidence);
    out.per_class.push_back(of_class);
  }
  return out;
}

Json to_json(const Interval& interval) {
  return {{"low", finite_or_null(interval.low)}, {"high", finite_or_null(interval.high)}};
}

Json to_json(const Estimate& measured) {
  Json out = to_json(measured.interval);
  out["value"] = finite_or_null(measured.value);
  return out;
}

Json to_json(const MetricIntervals& intervals, const std::vector<std::string>& class_names) {
  Json named = Json::object(), per_class = Json::array();
  for (size_t i = 0; i < intervals.named.size(); ++i)
    named[named_metrics()[i].name] = to_json(intervals.named[i]);
  for (size_t c = 0; c < intervals.per_class.size(); ++c) {
    const auto& of_class = intervals.per_class[c];
    Json item{{"class", class_names.at(c)}};
    for (size_t i = 0; i < of_class.ratios.size(); ++i)
      item[named_class_metrics()[i].name] = to_json(of_class.ratios[i]);
    item["exact"] = {{"recall", to_json(of_class.exact_recall)},
                     {"specificity", to_json(of_class.exact_specificity)}};
    per_class.push_back(item);
  }
  return {{"method", "percentile bootstrap"},
          {"group", intervals.group},
          {"groups", intervals.groups},
          {"replicates", intervals.options.replicates},
          {"confidence", intervals.options.confidence},
          {"seed", intervals.options.seed},
          {"metrics", named},
          {"per_class", per_class}};
}

}  // namespace derm
