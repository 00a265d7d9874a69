// ROC curves of one class against everything else, with bands.
#include <cmath>

#include "base/error.h"
#include "eval/ranking.h"
#include "eval/table.h"
#include "report/chart_curves.h"
#include "report/chart_parts.h"

namespace derm {
namespace {

void add_roc_curve(Json& values, const ReportedRun& run, size_t index) {
  const auto curve = roc_curve(
      threshold_counts(one_vs_rest(run.predictions->scores, static_cast<int64_t>(index))));
  const auto moved = [](const RocPoint& a, const RocPoint& b) {
    return b.fpr - a.fpr + b.tpr - a.tpr;
  };
  size_t order = 0;
  for (const auto& point : thinned(curve, moved))
    values.push_back({{"run", run.name},
                      {"order", order++},
                      {"x", rounded(point.fpr)},
                      {"y", rounded(point.tpr)},
                      {"threshold", rounded(point.threshold)}});
}

void add_decision(Json& values, const ReportedRun& run, size_t index) {
  const auto& m = run.metrics->per_class[index];
  if (std::isnan(m.recall) || std::isnan(m.specificity)) return;
  values.push_back(
      {{"run", run.name}, {"x", rounded(1 - m.specificity)}, {"y", rounded(m.recall)}});
}

Json diagonal() {
  return {{"data", {{"values", {{{"x", 0}, {"y", 0}}, {{"x", 1}, {"y", 1}}}}}},
          {"mark",
           {{"type", "line"},
            {"strokeDash", {3, 4}},
            {"color", "currentColor"},
            {"opacity", 0.5},
            {"strokeWidth", 1}}},
          {"encoding", {{"x", share_axis("x", "")}, {"y", share_axis("y", "")}}}};
}

Json decision_layer(const Json& decisions, const Json& colour) {
  return {
      {"data", {{"values", decisions}}},
      {"mark",
       {{"type", "point"}, {"filled", true}, {"opacity", 1}, {"size", 80}, {"stroke", "#ffffff"}}},
      {"encoding",
       {{"x", share_axis("x", "")},
        {"y", share_axis("y", "")},
        {"color", colour},
        {"tooltip",
         {{{"field", "run"}, {"type", "nominal"}},
          quantity("y", "sensitivity", ".1%"),
          quantity("x", "1 - specificity", ".1%")}}}}};
}

}  // namespace

std::optional<Chart> roc_chart(const std::vector<ReportedRun>& runs, const std::string& class_name,
                               CurveSize size) {
  CurveData data;
  Json decisions = Json::array();
  for (const auto& run : runs) {
    const auto index = class_place(run, class_name);
    if (!index || !run.predictions || !run.metrics) continue;
    add_roc_curve(data.curves, run, *index);
    add_decision(decisions, run, *index);
    if (run.measures) add_band(data.bands, run, run.measures->bands[*index].roc);
    const Interval* interval = run.measures ? run.measures->of_class(*index, "auc") : nullptr;
    append_area(data.areas, run.name, run.metrics->per_class[*index].auc, interval);
  }
  if (data.curves.empty()) return std::nullopt;
  Chart chart =
      curve_chart(runs, data, size, {"ROC", class_name, "1 - specificity (%)", "sensitivity (%)"});
  chart.spec["layer"].insert(chart.spec["layer"].begin() + 1, diagonal());
  chart.spec["layer"].push_back(
      decision_layer(decisions, chart.spec["layer"][0]["encoding"]["color"]));
  return chart;
}

}  // namespace derm
