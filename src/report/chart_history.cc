// Training curves.
#include <cmath>

#include "report/charts.h"

namespace derm {
namespace {

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

Json line(const Json& values) {
  Json mark{{"type", "line"}, {"strokeWidth", 2}};
  if (values.size() <= 120) mark["point"] = {{"size", 22}};
  return mark;
}

Chart loss_chart(const std::vector<ReportedRun>& runs, const Json& values) {
  Chart chart{"Loss",
              "The training loss of a distilled run has other terms than that of a run alone: "
              "compare shapes, not heights.",
              chart_base("Training and validation loss against epoch, one colour per run", 280)};
  chart.spec["data"] = {{"values", values}};
  chart.spec["mark"] = line(values);
  chart.spec["encoding"] = {
      {"x", epoch_axis()},
      {"y",
       {{"field", "value"},
        {"type", "quantitative"},
        {"title", "loss (nats)"},
        {"scale", {{"zero", false}}}}},
      {"color", run_colour(runs)},
      {"strokeDash",
       {{"field", "kind"},
        {"type", "nominal"},
        {"title", nullptr},
        {"scale", {{"domain", {"train", "val"}}, {"range", {{4, 3}, {1, 0}}}}}}},
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
                            {"color", run_colour(runs)},
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
