#include "report/chart_curves.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "eval/table.h"
#include "report/chart_parts.h"

namespace derm {
namespace {

constexpr int kLargePx = 340, kSmallPx = 190;

Json band_layer(const Json& bands, const Json& colour, const CurveWords& words) {
  return {{"data", {{"values", bands}}},
          {"mark", {{"type", "area"}, {"opacity", 0.14}, {"tooltip", false}}},
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
  if (!areas.empty()) areas += ", ";
  areas += run + " " + format_score(area, 3);
  if (interval != nullptr && std::isfinite(interval->low))
    areas += " (" + format_interval(*interval, 3) + ")";
}

Chart curve_chart(const std::vector<ReportedRun>& runs, const CurveData& data, CurveSize size,
                  const CurveWords& words) {
  const bool small = size == CurveSize::kSmall;
  Json colour = run_colour(runs);
  if (small) colour["legend"] = nullptr;
  Chart chart{small ? words.class_name : fmt::format("{}: {}", words.kind, words.class_name),
              data.areas,
              chart_base(fmt::format("{} curve of class {}, one colour per run, with 95 % bands",
                                     words.kind, words.class_name),
                         small ? kSmallPx : kLargePx)};
  chart.spec["layer"] = {band_layer(data.bands, colour, words),
                         line_layer(data.curves, colour, words, small ? 1.5 : 2)};
  return chart;
}

}  // namespace derm
