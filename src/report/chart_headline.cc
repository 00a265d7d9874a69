// Headline metrics as dots with intervals, one small chart per metric.
#include <algorithm>
#include <cmath>

#include "report/chart_parts.h"

namespace derm {
namespace {

constexpr int kRowPx = 26;

struct Headline {
  const char* title;
  double value = 0;
  const Interval* interval = nullptr;
};

const Interval* interval_of(const ReportedRun& run, const char* metric) {
  return run.measures ? run.measures->of_metric(metric) : nullptr;
}

std::vector<Headline> headlines(const ReportedRun& run) {
  const Metrics& m = *run.metrics;
  std::vector<Headline> out{
      {"Balanced accuracy", m.balanced_accuracy, interval_of(run, "balanced_accuracy")},
      {"AUC, mean over classes", m.macro_auc_ovr, interval_of(run, "macro_auc_ovr")}};
  const auto melanoma = run.melanoma();
  if (!melanoma) return out;
  const auto& of_class = m.per_class[*melanoma];
  const auto interval = [&](const char* name) {
    return run.measures ? run.measures->of_class(*melanoma, name) : nullptr;
  };
  out.push_back({"Melanoma sensitivity", of_class.recall, interval("recall")});
  out.push_back({"Melanoma specificity", of_class.specificity, interval("specificity")});
  return out;
}

Json run_axis(const std::vector<ReportedRun>& runs) {
  Json names = Json::array();
  for (const auto& run : runs) names.push_back(run.name);
  return {{"field", "run"},
          {"type", "nominal"},
          {"title", nullptr},
          {"sort", names},
          {"axis", {{"domain", false}, {"ticks", false}, {"labelPadding", 8}}}};
}

Json metric_axis(const char* field) {
  return {{"field", field},
          {"type", "quantitative"},
          {"title", nullptr},
          {"axis", {{"format", ".2f"}, {"tickCount", 3}, {"grid", true}}},
          {"scale", {{"zero", false}, {"padding", 12}}}};
}

Chart headline_chart(const std::vector<ReportedRun>& runs, const std::string& title,
                     const Json& values) {
  Chart chart{title, "",
              chart_base(title + " of each run with its 95 % interval",
                         kRowPx * static_cast<int>(runs.size()) + 4)};
  Json colour = run_colour(runs);
  colour["legend"] = nullptr;
  chart.spec["data"] = {{"values", values}};
  chart.spec["encoding"] = {{"y", run_axis(runs)},
                            {"color", colour},
                            {"tooltip",
                             {{{"field", "run"}, {"type", "nominal"}},
                              quantity("value", title.c_str(), ".4f"),
                              quantity("low", "95 % from", ".4f"),
                              quantity("high", "to", ".4f")}}};
  chart.spec["layer"] = {
      {{"mark", {{"type", "rule"}, {"strokeWidth", 2.5}, {"strokeCap", "round"}}},
       {"encoding", {{"x", metric_axis("low")}, {"x2", {{"field", "high"}}}}}},
      {{"mark", {{"type", "point"}, {"filled", true}, {"size", 90}, {"opacity", 1}}},
       {"encoding", {{"x", metric_axis("value")}}}}};
  return chart;
}

}  // namespace

std::vector<Chart> headline_charts(const std::vector<ReportedRun>& runs) {
  std::vector<std::pair<std::string, Json>> by_title;
  for (const auto& run : runs) {
    if (!run.metrics) continue;
    for (const auto& item : headlines(run)) {
      if (std::isnan(item.value)) continue;
      auto it = std::find_if(by_title.begin(), by_title.end(),
                             [&](const auto& known) { return known.first == item.title; });
      if (it == by_title.end()) it = by_title.insert(it, {item.title, Json::array()});
      it->second.push_back({{"run", run.name},
                            {"value", rounded(item.value)},
                            {"low", rounded(item.interval ? item.interval->low : NAN)},
                            {"high", rounded(item.interval ? item.interval->high : NAN)}});
    }
  }
  std::vector<Chart> out;
  for (const auto& [title, values] : by_title) out.push_back(headline_chart(runs, title, values));
  return out;
}

}  // namespace derm
