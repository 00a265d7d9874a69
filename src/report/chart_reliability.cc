// Reliability: what a probability promises against how often it is right.
#include "base/error.h"
#include "eval/table.h"
#include "report/chart_parts.h"

namespace derm {
namespace {

// The same in every layer: Vega-Lite takes the last one's.
constexpr const char* kPromised = "probability of the chosen class (%)";
constexpr const char* kRight = "right (%)";

Json bins_of(const ReportedRun& run) {
  Json values = Json::array();
  for (const auto& bin : run.measures->calibration.reliability)
    if (bin.images > 0)
      values.push_back({{"from", rounded(bin.low)},
                        {"to", rounded(bin.high)},
                        {"confidence", rounded(bin.confidence)},
                        {"accuracy", rounded(bin.accuracy)},
                        {"images", bin.images}});
  return values;
}

Json perfect_line() {
  return {{"data", {{"values", {{{"x", 0}, {"y", 0}}, {{"x", 1}, {"y", 1}}}}}},
          {"mark",
           {{"type", "line"}, {"strokeDash", {3, 4}}, {"color", "currentColor"}, {"opacity", 0.6}}},
          {"encoding", {{"x", share_axis("x", kPromised)}, {"y", share_axis("y", kRight)}}}};
}

std::string colour_of(const ReportedRun& run, const std::vector<ReportedRun>& runs) {
  const Json scale = run_colour(runs)["scale"];
  for (size_t i = 0; i < runs.size(); ++i)
    if (scale["domain"][i] == run.name) return scale["range"][i];
  return "currentColor";
}

Json bin_tooltip() {
  return {quantity("from", "probability from", ".0%"), quantity("to", "to", ".0%"),
          quantity("confidence", "mean probability", ".1%"), quantity("accuracy", "right", ".1%"),
          quantity("images", "images", "d")};
}

}  // namespace

std::optional<Chart> reliability_chart(const ReportedRun& run,
                                       const std::vector<ReportedRun>& runs) {
  if (!run.measures) return std::nullopt;
  const auto& calibration = run.measures->calibration;
  Chart chart{
      run.name,
      fmt::format("ECE {} ({})\nBrier score {} ({})", format_score(calibration.ece.value, 3),
                  format_interval(calibration.ece.interval, 3),
                  format_score(calibration.brier.value, 3),
                  format_interval(calibration.brier.interval, 3)),
      chart_base("Reliability of " + run.name, 220)};
  const auto colour = colour_of(run, runs);
  Json bars{{"mark", {{"type", "rect"}, {"color", colour}, {"opacity", 0.28}}},
            {"encoding",
             {{"x", share_axis("from", kPromised)},
              {"x2", {{"field", "to"}}},
              {"y", share_axis("accuracy", kRight)},
              {"y2", {{"datum", 0}}},
              {"tooltip", bin_tooltip()}}}};
  Json dots{{"mark", {{"type", "point"}, {"filled", true}, {"color", colour}, {"opacity", 1}}},
            {"encoding",
             {{"x", share_axis("confidence", kPromised)},
              {"y", share_axis("accuracy", kRight)},
              {"size",
               {{"field", "images"},
                {"type", "quantitative"},
                {"legend", nullptr},
                {"scale", {{"range", {12, 220}}}}}},
              {"tooltip", bin_tooltip()}}}};
  chart.spec["data"] = {{"values", bins_of(run)}};
  chart.spec["layer"] = {bars, perfect_line(), dots};
  return chart;
}

}  // namespace derm
