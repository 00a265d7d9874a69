// Recall per class as grouped bars.
#include <algorithm>
#include <cmath>

#include "report/chart_parts.h"
#include "report/charts.h"

namespace derm {
namespace {

Json bars(const std::vector<ReportedRun>& runs, Json& order) {
  Json values = Json::array();
  for (const auto& run : runs) {
    if (!run.metrics) continue;
    for (size_t c = 0; c < run.classes.size(); ++c) {
      if (std::find(order.begin(), order.end(), run.classes[c]) == order.end())
        order.push_back(run.classes[c]);
      const auto& m = run.metrics->per_class[c];
      const Interval* interval = run.measures ? run.measures->of_class(c, "recall") : nullptr;
      if (!std::isnan(m.recall))
        values.push_back({{"run", run.name},
                          {"class", run.classes[c]},
                          {"recall", rounded(m.recall)},
                          {"low", interval ? rounded(interval->low) : Json(nullptr)},
                          {"high", interval ? rounded(interval->high) : Json(nullptr)},
                          {"found", m.tp},
                          {"images", m.support()}});
    }
  }
  return values;
}

Json tooltip() {
  return {{{"field", "class"}, {"type", "nominal"}},
          {{"field", "run"}, {"type", "nominal"}},
          {{"field", "recall"}, {"type", "quantitative"}, {"format", ".1%"}},
          {{"field", "low"}, {"type", "quantitative"}, {"format", ".1%"}},
          {{"field", "high"}, {"type", "quantitative"}, {"format", ".1%"}},
          {{"field", "found"}, {"type", "quantitative"}},
          {{"field", "images"}, {"type", "quantitative"}}};
}

}  // namespace

std::optional<Chart> recall_chart(const std::vector<ReportedRun>& runs) {
  Json order = Json::array();
  const Json values = bars(runs, order);
  if (values.empty()) return std::nullopt;
  Json names = Json::array();
  for (const auto& run : runs) names.push_back(run.name);
  Chart chart{"Recall (sensitivity) per class",
              "Share of the images of a class that the network calls by its name. A class with few "
              "images moves by chance; the lines are 95 % intervals.",
              chart_base("Recall of each class, one bar per run", 280)};
  chart.spec["data"] = {{"values", values}};
  chart.spec["encoding"] = {{"x",
                             {{"field", "class"},
                              {"type", "nominal"},
                              {"title", "class"},
                              {"sort", order},
                              {"axis", {{"labelAngle", 0}}}}},
                            {"xOffset", {{"field", "run"}, {"type", "nominal"}, {"sort", names}}},
                            {"tooltip", tooltip()}};
  chart.spec["layer"] = {
      {{"mark", {{"type", "bar"}}},
       {"encoding", {{"y", share_axis("recall", "recall (%)")}, {"color", run_colour(runs)}}}},
      {{"mark", {{"type", "rule"}, {"color", "currentColor"}, {"opacity", 0.75}}},
       {"encoding", {{"y", share_axis("low", "recall (%)")}, {"y2", {{"field", "high"}}}}}}};
  return chart;
}

}  // namespace derm
