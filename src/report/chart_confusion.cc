// Confusion matrices as heat maps.
#include <algorithm>

#include "report/charts.h"

namespace derm {
namespace {

Json cells(const ReportedRun& run) {
  Json values = Json::array();
  const size_t k = run.classes.size();
  for (size_t t = 0; t < k; ++t)
    for (size_t p = 0; p < k; ++p) {
      const int64_t count = run.metrics->confusion[t * k + p];
      const int64_t support = run.metrics->per_class[t].support();
      const Json share = support > 0
                             ? Json(static_cast<double>(count) / static_cast<double>(support))
                             : Json(nullptr);
      values.push_back({{"true", run.classes[t]},
                        {"predicted", run.classes[p]},
                        {"count", count},
                        {"share", share}});
    }
  return values;
}

Json axis(const char* field, const char* title, const ReportedRun& run, Json options) {
  return {{"field", field},
          {"type", "nominal"},
          {"title", title},
          {"sort", run.classes},
          {"axis", std::move(options)}};
}

Json colour_layer() {
  return {
      {"mark", {{"type", "rect"}, {"stroke", "#8884"}}},
      {"encoding",
       {{"color",
         {{"field", "share"},
          {"type", "quantitative"},
          {"title", "share of the true class"},
          {"scale", {{"domain", {0, 1}}, {"range", {"#f3f7fb", "#a9cbe6", "#3f83bd", "#0b4a86"}}}},
          {"legend", {{"format", ".0%"}, {"gradientLength", 160}, {"values", {0, 0.5, 1}}}}}}}}};
}

Json count_layer() {
  return {{"mark", {{"type", "text"}, {"fontSize", 11}}},
          {"encoding",
           {{"text", {{"field", "count"}, {"type", "quantitative"}}},
            {"opacity",
             {{"condition", {{"test", "datum.count === 0"}, {"value", 0.35}}}, {"value", 1}}},
            {"color",
             {{"condition", {{"test", "datum.share > 0.5"}, {"value", "#ffffff"}}},
              {"value", "#16202c"}}}}}};
}

}  // namespace

std::optional<Chart> confusion_chart(const ReportedRun& run) {
  if (!run.metrics) return std::nullopt;
  const int height = std::clamp(static_cast<int>(run.classes.size()) * 36, 140, 720);
  Chart chart{run.name, "",
              chart_base("Confusion matrix of " + run.name + ": rows are true classes", height)};
  chart.spec["data"] = {{"values", cells(run)}};
  chart.spec["encoding"] = {
      {"x", axis("predicted", "predicted class", run, {{"labelAngle", 0}, {"orient", "bottom"}})},
      {"y", axis("true", "true class", run, Json::object())},
      {"tooltip",
       {{{"field", "true"}, {"type", "nominal"}},
        {{"field", "predicted"}, {"type", "nominal"}},
        {{"field", "count"}, {"type", "quantitative"}, {"title", "images"}},
        {{"field", "share"},
         {"type", "quantitative"},
         {"title", "share of the true class"},
         {"format", ".1%"}}}}};
  chart.spec["layer"] = {colour_layer(), count_layer()};
  return chart;
}

}  // namespace derm
