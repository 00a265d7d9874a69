#include "report/chart_curves.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "eval/table.h"
#include "report/chart_parts.h"

namespace derm {
namespace {

constexpr int kLargePx = 340, kSmallPx = 170;

// Many bands over each other are a fog.
double band_opacity(size_t runs) {
  return runs <= 2 ? 0.18 : 0.1;
}

Json band_layer(const Json& bands, const Json& colour, const CurveWords& words, double opacity) {
  return {{"data", {{"values", bands}}},
          {"mark", {{"type", "area"}, {"opacity", opacity}, {"tooltip", false}}},
          {"encoding",
           {{"x", share_axis("x", words.x)},
            {"y", share_axis("low", words.y)},
            {"y2", {{"field", "high"}}},
            {"color", colour}}}};
}

Json line_layer(const Json& curves, const Json& colour, const CurveWords& words, double width) {
  return {{"data", {{"values", curves}}},
          {"mark", {{"type", "line"}, {"strokeWidth", width}}},
          {"encoding",
           {{"x", share_axis("x", words.x)},
            {"y", share_axis("y", words.y)},
            {"color", colour},
            {"order", {{"field", "order"}, {"type", "quantitative"}}},
            {"tooltip",
             {{{"field", "run"}, {"type", "nominal"}},
              quantity("x", words.x, ".1%"),
              quantity("y", words.y, ".1%"),
              quantity("threshold", "threshold", ".3f")}}}}};
}

// Small charts stand beside many of their kind, whose heading names the axes.
void drop_titles(Json& layers) {
  for (auto& layer : layers)
    for (const char* axis : {"x", "y"}) {
      layer["encoding"][axis]["title"] = nullptr;
      layer["encoding"][axis]["axis"]["values"] = {0, 0.5, 1};
    }
}

}  // namespace

std::optional<size_t> class_place(const ReportedRun& run, const std::string& class_name) {
  const auto it = std::find(run.classes.begin(), run.classes.end(), class_name);
  if (it == run.classes.end()) return std::nullopt;
  return static_cast<size_t>(it - run.classes.begin());
}

void add_band(Json& values, const ReportedRun& run, const std::vector<BandPoint>& band) {
  for (size_t i = 0; i < band.size(); i += 2)
    if (std::isfinite(band[i].interval.low))
      values.push_back({{"run", run.name},
                        {"x", rounded(band[i].x)},
                        {"low", rounded(band[i].interval.low)},
                        {"high", rounded(band[i].interval.high)}});
}

void append_area(std::string& areas, const std::string& run, double area,
                 const Interval* interval) {
  if (!areas.empty()) areas += "\n";
  areas += run + " " + format_score(area, 2);
  if (interval != nullptr && std::isfinite(interval->low))
    areas += " (" + format_interval(*interval, 2) + ")";
}

Chart curve_chart(const std::vector<ReportedRun>& runs, const CurveData& data, CurveSize size,
                  const CurveWords& words) {
  const bool small = size == CurveSize::kSmall;
  Json colour = run_colour(runs);
  colour["legend"] =
      small ? Json(nullptr)
            : Json{{"symbolType", "stroke"}, {"symbolOpacity", 1}, {"symbolSize", 400}};
  Chart chart{small ? words.class_name : fmt::format("{}: {}", words.kind, words.class_name),
              data.areas,
              chart_base(fmt::format("{} curve of class {}, one colour per run, with 95 % bands",
                                     words.kind, words.class_name),
                         small ? kSmallPx : kLargePx)};
  chart.spec["layer"] = {band_layer(data.bands, colour, words, band_opacity(runs.size())),
                         line_layer(data.curves, colour, words, small ? 1.5 : 2)};
  if (small) drop_titles(chart.spec["layer"]);
  return chart;
}

}  // namespace derm
