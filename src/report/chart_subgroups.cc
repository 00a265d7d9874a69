// A forest plot: subgroups under each other, a dot and an interval for each run.
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "eval/table.h"
#include "report/chart_parts.h"

namespace derm {
namespace {

constexpr int kLinePx = 11, kGapPx = 14;

std::string subgroup_label(const Subgroup& part) {
  return fmt::format("{}: {} (n = {})", part.attribute, part.value, format_count(part.images));
}

void add_subgroup(Json& values, Json& order, const ReportedRun& run, const Subgroup& part,
                  const Estimate& measured) {
  if (!std::isfinite(measured.value)) return;
  const auto label = subgroup_label(part);
  if (std::find(order.begin(), order.end(), label) == order.end()) order.push_back(label);
  values.push_back({{"run", run.name},
                    {"subgroup", label},
                    {"value", rounded(measured.value)},
                    {"low", rounded(measured.interval.low)},
                    {"high", rounded(measured.interval.high)},
                    {"small", part.small}});
}

Json faded() {
  return {{"condition", {{"test", "datum.small"}, {"value", 0.3}}}, {"value", 1}};
}

}  // namespace

std::optional<Chart> subgroup_chart(const std::vector<ReportedRun>& runs, const std::string& title,
                                    Estimate Subgroup::*value) {
  Json values = Json::array(), order = Json::array(), names = Json::array();
  for (const auto& run : runs) {
    names.push_back(run.name);
    if (!run.measures) continue;
    for (const auto& part : run.measures->subgroups)
      add_subgroup(values, order, run, part, part.*value);
  }
  if (values.empty()) return std::nullopt;
  const int height =
      static_cast<int>(order.size()) * (kLinePx * static_cast<int>(runs.size()) + kGapPx);
  Chart chart{title, "", chart_base(title + " of each subgroup with its 95 % interval", height)};
  Json colour = run_colour(runs);
  colour["legend"] = {{"symbolType", "circle"}, {"symbolOpacity", 1}};
  chart.spec["data"] = {{"values", values}};
  chart.spec["encoding"] = {{"y",
                             {{"field", "subgroup"},
                              {"type", "nominal"},
                              {"title", nullptr},
                              {"sort", order},
                              {"axis",
                               {{"domain", false},
                                {"ticks", false},
                                {"labelLimit", 240},
                                {"labelPadding", 8},
                                {"grid", true},
                                {"tickBand", "extent"}}}}},
                            {"yOffset", {{"field", "run"}, {"type", "nominal"}, {"sort", names}}},
                            {"color", colour},
                            {"opacity", faded()},
                            {"tooltip",
                             {{{"field", "run"}, {"type", "nominal"}},
                              {{"field", "subgroup"}, {"type", "nominal"}},
                              quantity("value", title.c_str(), ".1%"),
                              quantity("low", "95 % from", ".1%"),
                              quantity("high", "to", ".1%")}}};
  chart.spec["layer"] = {
      {{"mark", {{"type", "rule"}, {"strokeWidth", 2}}},
       {"encoding",
        {{"x", share_axis("low", (title + " (%)").c_str())}, {"x2", {{"field", "high"}}}}}},
      {{"mark", {{"type", "point"}, {"filled", true}, {"size", 45}}},
       {"encoding", {{"x", share_axis("value", (title + " (%)").c_str())}}}}};
  return chart;
}

}  // namespace derm
