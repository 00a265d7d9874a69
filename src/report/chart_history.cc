// Training curves.
#include <cmath>

#include "report/charts.h"

namespace derm {
namespace {

constexpr size_t kMaxPoints = 240;  // more would hide the lines

void add_point(Json& values, const ReportedRun& run, const Epoch& epoch, const char* kind,
               double value) {
  if (std::isfinite(value))
    values.push_back({{"run", run.name},
                      {"stage", epoch.stage},
                      {"epoch", epoch.number},
                      {"kind", kind},
                      {"value", value}});
}

Json tooltip(const char* title) {
  return Json::array(
      {{{"field", "run"}, {"type", "nominal"}},
       {{"field", "stage"}, {"type", "nominal"}},
       {{"field", "epoch"}, {"type", "quantitative"}},
       {{"field", "kind"}, {"type", "nominal"}, {"title", "split"}},
       {{"field", "value"}, {"type", "quantitative"}, {"title", title}, {"format", ".4f"}}});
}

Json epoch_axis() {
  return {{"field", "epoch"},
          {"type", "quantitative"},
          {"title", "epoch (over all stages)"},
          {"axis", {{"tickMinStep", 1}, {"format", "d"}}},
          {"scale", {{"nice", false}}}};
}

Json line_legend() {
  return {{"symbolType", "stroke"}, {"symbolSize", 400}};
}

// Without an ink of its own this legend would be black on dark ground.
Json ink_legend() {
  Json legend = line_legend();
  legend["symbolStrokeColor"] = "currentColor";
  legend["orient"] = "bottom";
  return legend;
}

Json line_colour(const std::vector<ReportedRun>& runs) {
  Json colour = run_colour(runs);
  colour["legend"] = line_legend();
  return colour;
}

Json line(const Json& values) {
  Json mark{{"type", "line"}, {"strokeWidth", 2}};
  if (values.size() <= kMaxPoints) mark["point"] = {{"size", 22}};
  return mark;
}

// The points lie in a layer of their own: in one mark with the lines they would hide the dashes of
// the legend.
Json loss_layers(const Json& values) {
  const Json dash{{"field", "kind"},
                  {"type", "nominal"},
                  {"title", nullptr},
                  {"legend", ink_legend()},
                  {"scale", {{"domain", {"train", "val"}}, {"range", {{4, 3}, {1, 0}}}}}};
  Json layers{
      {{"mark", {{"type", "line"}, {"strokeWidth", 2}}}, {"encoding", {{"strokeDash", dash}}}}};
  if (values.size() <= kMaxPoints)
    layers.push_back({{"mark", {{"type", "point"}, {"filled", true}, {"opacity", 1}, {"size", 22}}},
                      {"encoding", {{"detail", {{"field", "kind"}, {"type", "nominal"}}}}}});
  return layers;
}

Chart loss_chart(const std::vector<ReportedRun>& runs, const Json& values) {
  Chart chart{"Loss",
              "The training loss of a distilled run has other terms than that of a run alone: "
              "compare shapes, not heights.",
              chart_base("Training and validation loss against epoch, one colour per run", 280)};
  chart.spec["data"] = {{"values", values}};
  chart.spec["layer"] = loss_layers(values);
  chart.spec["encoding"] = {{"x", epoch_axis()},
                            {"y",
                             {{"field", "value"},
                              {"type", "quantitative"},
                              {"title", "loss (nats)"},
                              {"scale", {{"zero", false}}}}},
                            {"color", line_colour(runs)},
                            {"tooltip", tooltip("loss")}};
  return chart;
}

Chart accuracy_chart(const std::vector<ReportedRun>& runs, const Json& values) {
  Chart chart{"Validation balanced accuracy", "",
              chart_base("Validation balanced accuracy against epoch, one colour per run", 280)};
  chart.spec["data"] = {{"values", values}};
  chart.spec["mark"] = line(values);
  chart.spec["encoding"] = {{"x", epoch_axis()},
                            {"y",
                             {{"field", "value"},
                              {"type", "quantitative"},
                              {"title", "balanced accuracy (0 to 1)"},
                              {"scale", {{"zero", false}}}}},
                            {"color", line_colour(runs)},
                            {"tooltip", tooltip("balanced accuracy")}};
  return chart;
}

}  // namespace

std::vector<Chart> history_charts(const std::vector<ReportedRun>& runs) {
  Json losses = Json::array(), accuracies = Json::array();
  for (const auto& run : runs)
    for (const auto& epoch : run.history) {
      add_point(losses, run, epoch, "train", epoch.train_loss);
      add_point(losses, run, epoch, "val", epoch.val_loss);
      add_point(accuracies, run, epoch, "val", epoch.val_balanced_accuracy);
    }
  std::vector<Chart> charts;
  if (!losses.empty()) charts.push_back(loss_chart(runs, losses));
  if (!accuracies.empty()) charts.push_back(accuracy_chart(runs, accuracies));
  return charts;
}

}  // namespace derm
