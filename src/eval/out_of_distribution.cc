#include "eval/out_of_distribution.h"

#include <cmath>
#include <limits>

#include "base/error.h"
#include "eval/ranking.h"
#include "eval/table.h"

namespace derm {
namespace {

constexpr double kKept = 0.95;  // share of known images

std::vector<Decision> known_or_not(const UsualScores& scores) {
  std::vector<Decision> out;
  for (const double score : scores.known) out.push_back({score, true});
  for (const double score : scores.unknown) out.push_back({score, false});
  for (const auto& decision : out)
    if (!std::isfinite(decision.score)) throw Error("score is not finite", scores.name);
  return out;
}

double false_positive_rate(const std::vector<ThresholdCounts>& counts) {
  if (counts.empty() || counts.back().tp == 0 || counts.back().fp == 0)
    return std::numeric_limits<double>::quiet_NaN();
  // Rounding must not ask for one more: 0.95 * 20 is not quite 19.
  const double wanted = kKept * static_cast<double>(counts.back().tp) - 1e-9;
  size_t at = 0;
  while (static_cast<double>(counts[at].tp) < wanted) ++at;
  return static_cast<double>(counts[at].fp) / static_cast<double>(counts.back().fp);
}

std::vector<double> auroc_and_rate(const std::vector<ThresholdCounts>& counts) {
  return {auc_of(counts), false_positive_rate(counts)};
}

}  // namespace

UnknownDetection unknown_detection(const UsualScores& scores,
                                   const std::vector<std::string>& known_groups,
                                   const std::vector<std::string>& unknown_groups,
                                   const Bootstrap& options) {
  if (scores.known.empty() || scores.unknown.empty() ||
      scores.known.size() != known_groups.size() || scores.unknown.size() != unknown_groups.size())
    throw Error("a set of images is empty, or groups do not fit it", scores.name);
  const auto decisions = known_or_not(scores);
  const Ranking ranking(decisions);
  const auto measure = [&](const RowWeights& weights) {
    return auroc_and_rate(ranking.counts(weights));
  };
  const auto values = measure(RowWeights(decisions.size(), 1));
  std::vector<Interval> intervals(values.size(), percentile_interval({}, options.confidence));
  std::vector<std::string> groups = known_groups;
  groups.insert(groups.end(), unknown_groups.begin(), unknown_groups.end());
  if (options.replicates > 0) intervals = bootstrap_intervals(RowGroups(groups), options, measure);
  return {scores.name,
          static_cast<int64_t>(scores.known.size()),
          static_cast<int64_t>(scores.unknown.size()),
          {values[0], intervals[0]},
          {values[1], intervals[1]}};
}

Json to_json(const UnknownDetection& detection) {
  return {{"score", detection.score},
          {"auroc", to_json(detection.auroc)},
          {"fpr_at_95_tpr", to_json(detection.fpr_at_95_tpr)},
          {"known", detection.known},
          {"unknown", detection.unknown}};
}

std::string unknown_detection_text(const std::vector<UnknownDetection>& detections) {
  TextTable table({"out of distribution", "auroc", "interval", "fpr_at_95_tpr", "interval "});
  for (const auto& found : detections)
    table.add({found.score, format_score(found.auroc.value), format_interval(found.auroc.interval),
               format_score(found.fpr_at_95_tpr.value),
               format_interval(found.fpr_at_95_tpr.interval)});
  std::string out = table.str();
  if (!detections.empty())
    out += fmt::format("{} known images against {} unknown ones\n",
                       format_count(detections.front().known),
                       format_count(detections.front().unknown));
  return out;
}

}  // namespace derm
