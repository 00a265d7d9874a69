#include "report/comparison.h"

#include <fmt/format.h>

#include "base/progress.h"
#include "eval/table.h"

namespace derm {
namespace {

constexpr const char* kUnknown = "n/a";

std::string text_or(const std::string& text) {
  return text.empty() ? kUnknown : text;
}

std::string count_or(const std::optional<int64_t>& value) {
  return value ? format_count(*value) : kUnknown;
}

std::string fixed_or(const std::optional<double>& value, int digits) {
  return value ? format_score(*value, digits) : kUnknown;
}

std::optional<double> metric(const ReportedRun& run, double Metrics::*value) {
  return run.metrics ? std::optional<double>((*run.metrics).*value) : std::nullopt;
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

}  // namespace

std::string Comparison::text() const {
  TextTable table(header);
  for (const auto& row : rows) table.add(row);
  return table.str();
}

Comparison compare_runs(const std::vector<ReportedRun>& runs) {
  Comparison out;
  out.header = {"run",       "architecture",         "parameters (M)", "MACs (M)",
                "size (MB)", "balanced accuracy",    "accuracy",       "AUC",
                "macro F1",  "melanoma sensitivity", "images"};
  for (const auto& run : runs) {
    const auto images = run.metrics ? std::optional<int64_t>(run.metrics->samples) : std::nullopt;
    out.rows.push_back({run.name, text_or(run.arch), fixed_or(millions(run.parameters), 2),
                        fixed_or(millions(run.macs), 1), fixed_or(run.size_mb, 1),
                        fixed_or(metric(run, &Metrics::balanced_accuracy), 4),
                        fixed_or(metric(run, &Metrics::accuracy), 4),
                        fixed_or(metric(run, &Metrics::macro_auc_ovr), 4),
                        fixed_or(metric(run, &Metrics::macro_f1), 4),
                        fixed_or(run.melanoma_sensitivity(), 4), count_or(images)});
  }
  return out;
}

Comparison training_table(const std::vector<ReportedRun>& runs) {
  Comparison out;
  out.header = {"run", "recipe", "teacher", "seed", "epochs", "selected epoch", "training time"};
  for (const auto& run : runs) {
    const auto epochs = static_cast<int64_t>(run.history.size());
    out.rows.push_back({run.name, text_or(run.recipe), teachers_of(run),
                        run.seed ? std::to_string(*run.seed) : kUnknown,
                        epochs > 0 ? std::to_string(epochs) : kUnknown, selected(run),
                        run.seconds_total ? format_duration(*run.seconds_total) : kUnknown});
  }
  return out;
}

Comparison class_table(const std::vector<ReportedRun>& runs) {
  Comparison out;
  out.header = {"class", "run", "images", "sensitivity", "specificity", "precision", "F1", "AUC"};
  size_t most = 0;
  for (const auto& run : runs) most = std::max(most, run.classes.size());
  for (size_t c = 0; c < most; ++c)
    for (const auto& run : runs) {
      if (!run.metrics || c >= run.classes.size()) continue;
      const auto& m = run.metrics->per_class[c];
      out.rows.push_back({run.classes[c], run.name, format_count(m.support()),
                          format_score(m.recall), format_score(m.specificity),
                          format_score(m.precision), format_score(m.f1), format_score(m.auc)});
    }
  return out;
}

}  // namespace derm
