#include "eval/subgroups.h"

#include <limits>
#include <map>

#include "base/error.h"
#include "eval/table.h"
#include "eval/weighted_metrics.h"

namespace derm {
namespace {

constexpr char kUnknownValue[] = "unknown";

struct Attribute {
  const char* name;
  std::string (*value)(const RowOrigin&);
};

std::string known(const std::string& value) {
  return value.empty() ? kUnknownValue : value;
}

constexpr Attribute kAttributes[] = {
    {"age", [](const RowOrigin& row) { return age_band(row.age); }},
    {"sex", [](const RowOrigin& row) { return known(row.sex); }},
    {"site", [](const RowOrigin& row) { return known(row.site); }},
    {"source", [](const RowOrigin& row) { return known(row.source); }},
};

struct Part {
  Scores scores;
  std::vector<std::string> groups;
};

std::map<std::string, Part> parts_by(const Attribute& attribute, const Scores& scores,
                                     const std::vector<RowOrigin>& origins,
                                     const std::vector<std::string>& groups) {
  std::map<std::string, Part> out;
  for (size_t i = 0; i < origins.size(); ++i) {
    Part& part = out[attribute.value(origins[i])];
    part.scores.classes = scores.classes;
    part.scores.labels.push_back(scores.labels[i]);
    const double* row = scores.row(static_cast<int64_t>(i));
    part.scores.probabilities.insert(part.scores.probabilities.end(), row, row + scores.classes);
    part.groups.push_back(groups[i]);
  }
  return out;
}

Subgroup measured_part(const std::string& attribute, const std::string& value, const Part& part,
                       int64_t melanoma, const Bootstrap& options) {
  const WeightedMetrics weighted(part.scores);
  const auto measure = [&](const RowWeights& weights) {
    const Metrics m = weighted.counted_at(weights);
    return std::vector<double>{m.accuracy, m.balanced_accuracy,
                               melanoma < 0 ? std::numeric_limits<double>::quiet_NaN()
                                            : m.per_class[static_cast<size_t>(melanoma)].recall};
  };
  const RowGroups groups(part.groups);
  const auto values = measure(RowWeights(part.groups.size(), 1));
  std::vector<Interval> intervals(values.size(), percentile_interval({}, options.confidence));
  if (options.replicates > 0) intervals = bootstrap_intervals(groups, options, measure);
  const int64_t images = part.scores.size();
  return {attribute,
          value,
          images,
          static_cast<int64_t>(groups.size()),
          images < kSmallSubgroup,
          {values[0], intervals[0]},
          {values[1], intervals[1]},
          {values[2], intervals[2]}};
}

}  // namespace

std::string age_band(double age) {
  if (!(age >= 0)) return kUnknownValue;
  if (age < 30) return "0-29";
  if (age < 45) return "30-44";
  if (age < 60) return "45-59";
  return age < 75 ? "60-74" : "75+";
}

std::vector<Subgroup> subgroups(const Scores& scores, const std::vector<RowOrigin>& origins,
                                const std::vector<std::string>& groups, int64_t melanoma,
                                const Bootstrap& options) {
  if (origins.size() != scores.labels.size() || groups.size() != scores.labels.size())
    throw Error("predictions and what is known of their images do not fit together", "",
                fmt::format("{} of each", scores.labels.size()),
                fmt::format("{} origins, {} groups", origins.size(), groups.size()));
  std::vector<Subgroup> out;
  for (const Attribute& attribute : kAttributes) {
    const auto parts = parts_by(attribute, scores, origins, groups);
    if (parts.size() == 1 && parts.begin()->first == kUnknownValue) continue;
    for (const auto& [value, part] : parts)
      out.push_back(measured_part(attribute.name, value, part, melanoma, options));
  }
  return out;
}

Json to_json(const Subgroup& subgroup) {
  return {{"attribute", subgroup.attribute},
          {"value", subgroup.value},
          {"images", subgroup.images},
          {"groups", subgroup.groups},
          {"small", subgroup.small},
          {"accuracy", to_json(subgroup.accuracy)},
          {"balanced_accuracy", to_json(subgroup.balanced_accuracy)},
          {"melanoma_sensitivity", to_json(subgroup.melanoma_sensitivity)}};
}

std::string subgroup_table(const std::vector<Subgroup>& subgroups) {
  TextTable table({"subgroup", "images", "groups", "balanced_accuracy", "interval",
                   "melanoma_sensitivity", "interval "});
  for (const auto& part : subgroups)
    table.add({fmt::format("{} {}{}", part.attribute, part.value, part.small ? " (small)" : ""),
               format_count(part.images), format_count(part.groups),
               format_score(part.balanced_accuracy.value, 3),
               format_interval(part.balanced_accuracy.interval, 3),
               format_score(part.melanoma_sensitivity.value, 3),
               format_interval(part.melanoma_sensitivity.interval, 3)});
  return table.str();
}

}  // namespace derm
