#include "report/comparison.h"

#include <fmt/format.h>

#include "base/progress.h"
#include "eval/metric_names.h"
#include "eval/table.h"

namespace derm {
namespace {

constexpr const char* kUnknown = "n/a";

std::string text_or(const std::string& text) {
  return text.empty() ? kUnknown : text;
}

std::string fixed_or(const std::optional<double>& value, int digits) {
  return value ? format_score(*value, digits) : kUnknown;
}

std::optional<double> millions(const std::optional<int64_t>& value) {
  return value ? std::optional<double>(static_cast<double>(*value) / 1e6) : std::nullopt;
}

std::string teachers_of(const ReportedRun& run) {
  if (!run.teachers.empty()) return run.teachers;
  return run.recipe.empty() ? kUnknown : "none";
}

std::string selected(const ReportedRun& run) {
  if (!run.best_epoch || !run.best_value) return kUnknown;
  return fmt::format("{} ({} {:.4f})", *run.best_epoch, text_or(run.best_metric), *run.best_value);
}

Cell metric_cell(const ReportedRun& run, const char* name, int digits = 4) {
  if (!run.metrics) return kUnknown;
  return measured_cell(metric_named(*run.metrics, name),
                       run.measures ? run.measures->of_metric(name) : nullptr, digits);
}

Cell melanoma_cell(const ReportedRun& run, double ClassMetrics::*value, const char* name) {
  const auto melanoma = run.melanoma();
  if (!run.metrics || !melanoma) return kUnknown;
  return measured_cell(run.metrics->per_class[*melanoma].*value,
                       run.measures ? run.measures->of_class(*melanoma, name) : nullptr, 3);
}

std::string images_of(const ReportedRun& run) {
  return run.metrics ? format_count(run.metrics->samples) : kUnknown;
}

TableRow class_row(const ReportedRun& run, size_t c) {
  const auto& m = run.metrics->per_class[c];
  const bool measured = run.measures.has_value();
  const auto* exact = measured ? &run.measures->intervals.per_class[c] : nullptr;
  const auto cell = [&](double value, const char* name) {
    return measured_cell(value, measured ? run.measures->of_class(c, name) : nullptr, 3);
  };
  return {run.name,
          {format_count(m.support()),
           measured_cell(m.recall, measured ? &exact->exact_recall : nullptr, 3),
           measured_cell(m.specificity, measured ? &exact->exact_specificity : nullptr, 3),
           cell(m.precision, "precision"), cell(m.f1, "f1"), cell(m.auc, "auc"), cell(m.ap, "ap")}};
}

}  // namespace

PageTable compare_runs(const std::vector<ReportedRun>& runs) {
  PageTable out;
  out.header = {"run",       "architecture",         "parameters (M)", "MACs (M)",
                "size (MB)", "balanced accuracy",    "accuracy",       "AUC",
                "macro F1",  "melanoma sensitivity", "images"};
  for (const auto& run : runs)
    out.rows.push_back(
        {run.name,
         {text_or(run.arch), fixed_or(millions(run.parameters), 2), fixed_or(millions(run.macs), 1),
          fixed_or(run.size_mb, 1), metric_cell(run, "balanced_accuracy"),
          metric_cell(run, "accuracy"), metric_cell(run, "macro_auc_ovr"),
          metric_cell(run, "macro_f1"), fixed_or(run.melanoma_sensitivity(), 4), images_of(run)}});
  return out;
}

PageTable results_table(const std::vector<ReportedRun>& runs) {
  PageTable out;
  out.header = {"run",

                "images",
                "balanced accuracy",
                "accuracy",
                "AUC",
                "macro F1",
                "melanoma sensitivity",
                "melanoma specificity",
                "melanoma AUC"};
  for (const auto& run : runs)
    out.rows.push_back(
        {run.name,
         {images_of(run), metric_cell(run, "balanced_accuracy", 3), metric_cell(run, "accuracy", 3),
          metric_cell(run, "macro_auc_ovr", 3), metric_cell(run, "macro_f1", 3),
          melanoma_cell(run, &ClassMetrics::recall, "recall"),
          melanoma_cell(run, &ClassMetrics::specificity, "specificity"),
          melanoma_cell(run, &ClassMetrics::auc, "auc")}});
  return out;
}

PageTable all_metrics_table(const std::vector<ReportedRun>& runs) {
  PageTable out;
  out.header = {"metric"};
  for (const auto& run : runs) out.header.push_back(run.name);
  for (const auto& metric : named_metrics()) {
    TableRow row{metric.name, {}};
    for (const auto& run : runs) row.cells.push_back(metric_cell(run, metric.name));
    out.rows.push_back(row);
  }
  return out;
}

PageTable training_table(const std::vector<ReportedRun>& runs) {
  PageTable out;
  out.words = true;
  out.header = {"run", "recipe", "teacher", "seed", "epochs", "selected epoch", "training time"};
  for (const auto& run : runs) {
    const auto epochs = static_cast<int64_t>(run.history.size());
    out.rows.push_back(
        {run.name,
         {text_or(run.recipe), teachers_of(run), run.seed ? std::to_string(*run.seed) : kUnknown,
          epochs > 0 ? std::to_string(epochs) : kUnknown, selected(run),
          run.seconds_total ? format_duration(*run.seconds_total) : kUnknown}});
  }
  return out;
}

PageTable class_table(const std::vector<ReportedRun>& runs) {
  PageTable out;
  out.header = {"run", "images", "sensitivity", "specificity", "precision", "F1", "AUC", "AP"};
  size_t most = 0;
  for (const auto& run : runs) most = std::max(most, run.classes.size());
  for (size_t c = 0; c < most; ++c) {
    std::string heading;
    for (const auto& run : runs) {
      if (!run.metrics || c >= run.classes.size()) continue;
      if (run.classes[c] != heading)
        out.rows.push_back({heading = run.classes[c], {}, TableRow::Kind::kGroup});
      out.rows.push_back(class_row(run, c));
    }
  }
  return out;
}

}  // namespace derm
