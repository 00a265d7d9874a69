#include "report/differences.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "eval/paired.h"
#include "eval/ranking.h"

namespace derm {
namespace {

using WeightedMetric = std::function<double(const Scores&, const RowWeights&)>;

Cell signed_cell(const PairedDifference& found) {
  const auto shown = [](double value) { return fmt::format("{:+.3f}", value); };
  if (std::isnan(found.difference)) return "n/a";
  if (std::isnan(found.low) || std::isnan(found.high)) return shown(found.difference);
  return {shown(found.difference), fmt::format("{} to {}", shown(found.low), shown(found.high))};
}

// Both rankings are sorted once, not for every replicate.
WeightedMetric melanoma_auc(const Scores& first, const Scores& second, int64_t melanoma) {
  return [&first, of_first = Ranking(one_vs_rest(first, melanoma)),
          of_second = Ranking(one_vs_rest(second, melanoma))](const Scores& scores,
                                                              const RowWeights& weights) {
    return auc_of((&scores == &first ? of_first : of_second).counts(weights));
  };
}

TableRow difference_row(const ReportedRun& first, const ReportedRun& run,
                        const Bootstrap& options) {
  const Scores &a = first.predictions->scores, &b = run.predictions->scores;
  const auto cell = [&](const WeightedMetric& metric) {
    return signed_cell(paired_difference(a, b, first.predictions->lesion_ids, metric, options));
  };
  TableRow row{run.name, {cell(weighted_balanced_accuracy)}};
  const auto melanoma = first.melanoma();
  const auto label = static_cast<int64_t>(melanoma.value_or(0));
  row.cells.push_back(melanoma ? cell([&](const Scores& scores, const RowWeights& weights) {
    return weighted_recall(scores, weights, label);
  })
                               : Cell("n/a"));
  row.cells.push_back(melanoma ? cell(melanoma_auc(a, b, label)) : Cell("n/a"));
  row.cells.push_back(cell(weighted_calibration_error));
  row.cells.emplace_back(fmt::format("{:.1f} %", 100 * agreement(a, b)));
  return row;
}

}  // namespace

bool same_images(const ReportedRun& a, const ReportedRun& b) {
  return a.predictions && b.predictions && a.classes == b.classes &&
         a.predictions->image_ids == b.predictions->image_ids &&
         a.predictions->scores.labels == b.predictions->scores.labels;
}

PageTable difference_table(const std::vector<ReportedRun>& runs, const Bootstrap& options) {
  PageTable out;
  out.header = {"run",          "balanced accuracy", "melanoma sensitivity",
                "melanoma AUC", "calibration error", "same decision"};
  for (size_t i = 1; i < runs.size(); ++i)
    if (same_images(runs.front(), runs[i]))
      out.rows.push_back(difference_row(runs.front(), runs[i], options));
  return out;
}

}  // namespace derm
