// Precision-recall curves of one class against everything else, with bands.
#include "eval/ranking.h"
#include "report/chart_curves.h"
#include "report/chart_parts.h"

namespace derm {
namespace {

void add_pr_curve(Json& values, const ReportedRun& run, size_t index) {
  const auto curve =
      pr_curve(threshold_counts(one_vs_rest(run.predictions->scores, static_cast<int64_t>(index))));
  const auto moved = [](const PrPoint& a, const PrPoint& b) {
    return b.recall - a.recall + std::abs(b.precision - a.precision);
  };
  size_t order = 0;
  for (const auto& point : thinned(curve, moved))
    values.push_back({{"run", run.name},
                      {"order", order++},
                      {"x", rounded(point.recall)},
                      {"y", rounded(point.precision)},
                      {"threshold", rounded(point.threshold)}});
}

// What calling images at random would give: the share of the class.
Json prevalence_layer(double share) {
  return {{"data", {{"values", {{{"y", rounded(share)}}}}}},
          {"mark",
           {{"type", "rule"}, {"strokeDash", {3, 4}}, {"color", "currentColor"}, {"opacity", 0.5}}},
          {"encoding", {{"y", share_axis("y", "")}}}};
}

}  // namespace

std::optional<Chart> pr_chart(const std::vector<ReportedRun>& runs, const std::string& class_name,
                              CurveSize size) {
  CurveData data;
  double share = 0;
  for (const auto& run : runs) {
    const auto index = class_place(run, class_name);
    if (!index || !run.predictions || !run.metrics) continue;
    const auto& m = run.metrics->per_class[*index];
    if (m.support() == 0) continue;
    share = static_cast<double>(m.support()) / static_cast<double>(run.metrics->samples);
    add_pr_curve(data.curves, run, *index);
    if (run.measures) add_band(data.bands, run, run.measures->bands[*index].pr);
    append_area(data.areas, run.name, m.ap,
                run.measures ? run.measures->of_class(*index, "ap") : nullptr);
  }
  if (data.curves.empty()) return std::nullopt;
  Chart chart = curve_chart(runs, data, size,
                            {"Precision-recall", class_name, "recall (sensitivity, %)",
                             "precision (positive predictive value, %)"});
  chart.spec["layer"].insert(chart.spec["layer"].begin() + 1, prevalence_layer(share));
  return chart;
}

}  // namespace derm
