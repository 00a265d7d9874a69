// Decision curves: the net benefit of treating whom a network calls.
#include <algorithm>
#include <cmath>

#include "report/chart_parts.h"

namespace derm {
namespace {

const ClinicalResult* result_of(const ReportedRun& run, const std::string& task) {
  if (!run.measures) return nullptr;
  for (const auto& result : run.measures->clinical)
    if (result.name == task) return &result;
  return nullptr;
}

Json benefit_axis(const char* field, double lowest, double highest) {
  return {{"field", field},
          {"type", "quantitative"},
          {"title", "net benefit (true positives per image)"},
          {"axis", {{"format", ".2f"}, {"tickCount", 5}}},
          {"scale", {{"domain", {lowest, highest}}, {"nice", false}}}};
}

Json threshold_axis() {
  return {{"field", "threshold"},
          {"type", "quantitative"},
          {"title", "probability from which one would treat (%)"},
          {"axis", {{"format", ".0%"}, {"tickCount", 5}}},
          {"scale", {{"domain", {0, 0.5}}}}};
}

void add_policies(Json& values, const ClinicalResult& result) {
  for (const auto& point : result.decision_curve) {
    values.push_back({{"policy", "treat all"},
                      {"threshold", rounded(point.threshold)},
                      {"benefit", rounded(point.treat_all)}});
    values.push_back(
        {{"policy", "treat none"}, {"threshold", rounded(point.threshold)}, {"benefit", 0}});
  }
}

void add_benefits(Json& values, const ReportedRun& run, const ClinicalResult& result) {
  for (const auto& point : result.decision_curve)
    values.push_back({{"run", run.name},
                      {"threshold", rounded(point.threshold)},
                      {"benefit", rounded(point.model.value)},
                      {"low", rounded(point.model.interval.low)},
                      {"high", rounded(point.model.interval.high)}});
}

Json policy_layer(const Json& policies, const Json& benefit) {
  return {{"data", {{"values", policies}}},
          {"mark",
           {{"type", "line"},
            {"clip", true},
            {"color", "currentColor"},
            {"opacity", 0.6},
            {"strokeWidth", 1.5}}},
          {"encoding",
           {{"x", threshold_axis()},
            {"y", benefit},
            {"strokeDash",
             {{"field", "policy"},
              {"type", "nominal"},
              {"title", nullptr},
              {"scale", {{"domain", {"treat all", "treat none"}}, {"range", {{5, 3}, {1, 3}}}}},
              {"legend",
               {{"symbolType", "stroke"},
                {"symbolSize", 400},
                {"symbolStrokeColor", "currentColor"},
                {"orient", "bottom"}}}}}}}};
}

}  // namespace

std::optional<Chart> decision_chart(const std::vector<ReportedRun>& runs, const std::string& task) {
  Json values = Json::array(), policies = Json::array();
  double prevalence = 0;
  for (const auto& run : runs) {
    const auto* result = result_of(run, task);
    if (result == nullptr || result->positives == 0) continue;
    if (policies.empty()) add_policies(policies, *result);
    add_benefits(values, run, *result);
    prevalence = std::max(prevalence, static_cast<double>(result->positives) /
                                          static_cast<double>(run.metrics->samples));
  }
  if (values.empty()) return std::nullopt;
  const double lowest = -0.25 * prevalence, highest = 1.1 * prevalence;
  Json colour = run_colour(runs);
  colour["legend"] = {{"symbolType", "stroke"}, {"symbolOpacity", 1}, {"symbolSize", 400}};
  Chart chart{"Decision curve: " + task, "",
              chart_base("Net benefit for " + task + " against the threshold for treatment", 320)};
  chart.spec["layer"] = {
      policy_layer(policies, benefit_axis("benefit", lowest, highest)),
      {{"data", {{"values", values}}},
       {"mark", {{"type", "area"}, {"opacity", runs.size() <= 2 ? 0.18 : 0.1}, {"clip", true}}},
       {"encoding",
        {{"x", threshold_axis()},
         {"y", benefit_axis("low", lowest, highest)},
         {"y2", {{"field", "high"}}},
         {"color", colour}}}},
      {{"data", {{"values", values}}},
       {"mark", {{"type", "line"}, {"strokeWidth", 2}, {"clip", true}}},
       {"encoding",
        {{"x", threshold_axis()},
         {"y", benefit_axis("benefit", lowest, highest)},
         {"color", colour},
         {"tooltip",
          {{{"field", "run"}, {"type", "nominal"}},
           quantity("threshold", "threshold", ".0%"),
           quantity("benefit", "net benefit", ".4f"),
           quantity("low", "95 % from", ".4f"),
           quantity("high", "to", ".4f")}}}}}};
  return chart;
}

}  // namespace derm
