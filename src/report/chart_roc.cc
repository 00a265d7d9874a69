// The ROC curve of melanoma against everything else.
#include <cmath>

#include "base/error.h"
#include "eval/ranking.h"
#include "eval/table.h"
#include "report/charts.h"

namespace derm {
namespace {

// Leaves out points that no screen can tell from the one before.
std::vector<RocPoint> thinned(const std::vector<RocPoint>& curve) {
  constexpr double kVisible = 0.002;
  std::vector<RocPoint> out;
  for (size_t i = 0; i < curve.size(); ++i) {
    const bool end = i == 0 || i + 1 == curve.size();
    if (end || curve[i].fpr - out.back().fpr + curve[i].tpr - out.back().tpr > kVisible)
      out.push_back(curve[i]);
  }
  return out;
}

void add_curve(Json& values, const ReportedRun& run, size_t melanoma) {
  const auto counts =
      threshold_counts(one_vs_rest(run.predictions->scores, static_cast<int64_t>(melanoma)));
  size_t order = 0;
  for (const auto& point : thinned(roc_curve(counts))) {
    const Json threshold = std::isfinite(point.threshold) ? Json(point.threshold) : Json(nullptr);
    values.push_back({{"run", run.name},
                      {"order", order++},
                      {"fpr", point.fpr},
                      {"tpr", point.tpr},
                      {"threshold", threshold}});
  }
}

void add_decision(Json& values, const ReportedRun& run, size_t melanoma) {
  const auto& m = run.metrics->per_class[melanoma];
  if (std::isnan(m.recall) || std::isnan(m.specificity)) return;
  values.push_back({{"run", run.name}, {"fpr", 1 - m.specificity}, {"tpr", m.recall}});
}

Json axis(const char* field, const char* title) {
  return {{"field", field},
          {"type", "quantitative"},
          {"title", title},
          {"axis", {{"format", ".0%"}, {"tickCount", 5}}},
          {"scale", {{"domain", {0, 1}}}}};
}

Json tooltip(bool with_threshold) {
  Json out = {
      {{"field", "run"}, {"type", "nominal"}},
      {{"field", "tpr"}, {"type", "quantitative"}, {"title", "sensitivity"}, {"format", ".1%"}},
      {{"field", "fpr"},
       {"type", "quantitative"},
       {"title", "1 - specificity"},
       {"format", ".1%"}}};
  if (with_threshold)
    out.push_back({{"field", "threshold"}, {"type", "quantitative"}, {"format", ".3f"}});
  return out;
}

Json diagonal() {
  return {{"data", {{"values", {{{"fpr", 0}, {"tpr", 0}}, {{"fpr", 1}, {"tpr", 1}}}}}},
          {"mark",
           {{"type", "line"},
            {"strokeDash", {3, 4}},
            {"color", "currentColor"},
            {"opacity", 0.5},
            {"strokeWidth", 1}}},
          {"encoding", {{"x", axis("fpr", "")}, {"y", axis("tpr", "")}}}};
}

Json layer(Json mark, const Json& values, const Json& colour, bool is_curve) {
  Json encoding{{"x", axis("fpr", "1 - specificity (%)")},
                {"y", axis("tpr", "sensitivity (%)")},
                {"color", colour},
                {"tooltip", tooltip(is_curve)}};
  if (is_curve) encoding["order"] = {{"field", "order"}, {"type", "quantitative"}};
  return {{"data", {{"values", values}}}, {"mark", std::move(mark)}, {"encoding", encoding}};
}

}  // namespace

std::optional<Chart> melanoma_roc_chart(const std::vector<ReportedRun>& runs) {
  Json curves = Json::array(), decisions = Json::array();
  std::string areas;
  for (const auto& run : runs) {
    const auto melanoma = run.melanoma();
    if (!melanoma || !run.predictions || !run.metrics) continue;
    add_curve(curves, run, *melanoma);
    add_decision(decisions, run, *melanoma);
    areas += fmt::format("{}{} {}", areas.empty() ? "" : ", ", run.name,
                         format_score(run.metrics->per_class[*melanoma].auc));
  }
  if (curves.empty()) return std::nullopt;
  Chart chart{
      "ROC curve for melanoma",
      "Sensitivity: the share of melanomas that are found; 1 - specificity: the share of other "
      "lesions that are called melanoma. A dot marks where the run's own decisions (the most "
      "probable class) lie. Area under "
      "the curve: " +
          areas + ".",
      chart_base("Sensitivity against one minus specificity for melanoma", 340)};
  const Json colour = run_colour(runs);
  chart.spec["layer"] = {diagonal(),
                         layer({{"type", "line"}, {"strokeWidth", 2}}, curves, colour, true),
                         layer({{"type", "point"},
                                {"filled", true},
                                {"opacity", 1},
                                {"size", 90},
                                {"stroke", "#ffffff"}},
                               decisions, colour, false)};
  return chart;
}

}  // namespace derm
