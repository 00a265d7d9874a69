#include "report/charts.h"

#include <cmath>

#include "report/chart_parts.h"

namespace derm {
namespace {

// Okabe and Ito's hues, which stay apart in the common kinds of colour blindness, with a blue light
// enough for dark ground.
constexpr const char* kPalette[] = {"#1B80CF", "#E69F00", "#009E73", "#CC79A7",
                                    "#56B4E9", "#D55E00", "#999999", "#B8A800"};

}  // namespace

Json chart_base(const std::string& description, int height_px) {
  return {{"$schema", "https://vega.github.io/schema/vega-lite/v6.json"},
          {"description", description},
          {"width", "container"},
          {"height", height_px},
          {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}}};
}

Json run_colour(const std::vector<ReportedRun>& runs) {
  Json names = Json::array(), colours = Json::array();
  for (const auto& run : runs) {
    colours.push_back(kPalette[names.size() % std::size(kPalette)]);
    names.push_back(run.name);
  }
  return {{"field", "run"},
          {"type", "nominal"},
          {"title", nullptr},
          {"scale", {{"domain", names}, {"range", colours}}}};
}

Json share_axis(const char* field, const char* title) {
  return {{"field", field},
          {"type", "quantitative"},
          {"title", title == nullptr ? Json(nullptr) : Json(title)},
          {"axis", {{"format", ".0%"}, {"tickCount", 5}}},
          {"scale", {{"domain", {0, 1}}}}};
}

Json quantity(const char* field, const char* title, const char* format) {
  return {{"field", field}, {"type", "quantitative"}, {"title", title}, {"format", format}};
}

Json rounded(double value) {
  constexpr double kDigits = 1e4;
  return std::isfinite(value) ? Json(std::round(value * kDigits) / kDigits) : Json(nullptr);
}

}  // namespace derm
