#include "eval/compare.h"

#include <cmath>
#include <limits>

#include "eval/delong.h"
#include "eval/holm.h"

namespace derm {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Compared bootstrap_row(const GroupPair& pair, const MetricChoice& metric,
                       const BootstrapDifference& found) {
  Compared row;
  row.pair = pair;
  row.measure = metric.name;
  row.test = "bootstrap";
  row.first = found.first;
  row.second = found.second;
  row.difference = found.difference;
  row.low = found.low;
  row.high = found.high;
  row.p = found.p;
  row.p_images = kNan;
  row.undefined = found.undefined;
  return row;
}

Compared mcnemar_row(const GroupPair& pair, const RightOrWrong& found) {
  Compared row;
  row.pair = pair;
  row.measure = "accuracy";
  row.test = "McNemar";
  row.first = found.first;
  row.second = found.second;
  row.difference = found.second - found.first;
  row.low = row.high = kNan;
  row.p = found.by_lesion.mid;
  row.p_images = found.images.mid;
  row.counts = found;
  return row;
}

Compared delong_row(const GroupPair& pair, const std::string& label, const AucDifference& found,
                    double p_images) {
  Compared row;
  row.pair = pair;
  row.measure = "auc." + label;
  row.test = "DeLong";
  row.first = found.first;
  row.second = found.second;
  row.difference = found.difference;
  row.low = found.low;
  row.high = found.high;
  row.p = found.p;
  row.p_images = p_images;
  return row;
}

// Corrects the p values of one test and says what follows.
void judge(std::vector<Compared>& rows, double level,
           const std::function<bool(const Compared&)>& higher_is_better) {
  std::vector<double> p;
  for (const auto& row : rows) p.push_back(row.p);
  const auto corrected = holm(p);
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].p_holm = corrected[i];
    if (!(corrected[i] < level)) continue;
    const bool better = (rows[i].difference > 0) == higher_is_better(rows[i]);
    rows[i].verdict = better ? Verdict::kBetter : Verdict::kWorse;
  }
}

bool always(const Compared&) {
  return true;
}

std::vector<Compared> bootstrap_rows(const std::vector<NetworkGroup>& groups,
                                     const std::vector<std::string>& lesions,
                                     const CompareOptions& options,
                                     const std::function<void(int64_t)>& progress) {
  std::vector<Compared> rows;
  for (const auto& metric : options.metrics) {
    const auto found =
        bootstrap_differences(groups, options.pairs, metric, lesions, options.bootstrap, progress);
    for (size_t i = 0; i < found.size(); ++i)
      rows.push_back(bootstrap_row(options.pairs[i], metric, found[i]));
  }
  judge(rows, options.level, [&](const Compared& row) {
    for (const auto& metric : options.metrics)
      if (metric.name == row.measure) return metric.higher_is_better;
    return true;
  });
  return rows;
}

}  // namespace

const char* verdict_text(Verdict verdict) {
  if (verdict == Verdict::kBetter) return "better";
  return verdict == Verdict::kWorse ? "worse" : "not distinguishable";
}

std::vector<Compared> compare_groups(const std::vector<NetworkGroup>& groups,
                                     const std::vector<std::string>& classes,
                                     const std::vector<std::string>& lesions,
                                     const CompareOptions& options,
                                     const std::function<void(int64_t)>& progress) {
  auto rows = bootstrap_rows(groups, lesions, options, progress);
  std::vector<Compared> mcnemar, areas;
  const std::vector<std::string> images(lesions.size());
  for (const auto& pair : options.pairs)
    mcnemar.push_back(
        mcnemar_row(pair, compare_right_or_wrong(groups[pair.first].networks,
                                                 groups[pair.second].networks, lesions)));
  for (const int64_t label : options.auc_classes)
    for (const auto& pair : options.pairs) {
      const Networks &first = groups[pair.first].networks, &second = groups[pair.second].networks;
      areas.push_back(delong_row(pair, classes[static_cast<size_t>(label)],
                                 compare_auc(first, second, lesions, label),
                                 compare_auc(first, second, images, label).p));
    }
  judge(mcnemar, options.level, always);
  judge(areas, options.level, always);
  rows.insert(rows.end(), mcnemar.begin(), mcnemar.end());
  rows.insert(rows.end(), areas.begin(), areas.end());
  return rows;
}

}  // namespace derm
