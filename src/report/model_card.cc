#include "report/model_card.h"

#include <cmath>
#include <set>

#include "base/error.h"
#include "base/strings.h"
#include "eval/metric_names.h"
#include "eval/table.h"
#include "report/page_table.h"

namespace derm {
namespace {

constexpr const char* kForTheTeam = "to be completed by the study team";

// A JSON string is a YAML string too.
std::string quoted(const std::string& text) {
  return Json(text).dump();
}

std::string sources_of(const ReportedRun& run) {
  std::set<std::string> names;
  if (run.manifest)
    for (const auto& row : run.manifest->rows)
      if (!row.source.empty()) names.insert(row.source);
  std::vector<std::string> out;
  for (const auto& name : names) out.push_back(quoted(name));
  return join(out, ", ");
}

std::string class_list(const ReportedRun& run) {
  std::vector<std::string> out;
  for (const auto& name : run.classes) out.push_back(quoted(name));
  return join(out, ", ");
}

std::string card_metric(const std::string& name, double value, const Interval* interval) {
  if (!std::isfinite(value)) return "";
  std::string out = fmt::format("          - type: {}\n            value: {:.4f}\n", name, value);
  if (interval != nullptr && std::isfinite(interval->low) && std::isfinite(interval->high))
    out +=
        fmt::format("            interval_95: [{:.4f}, {:.4f}]\n", interval->low, interval->high);
  return out;
}

std::string card_results(const ReportedRun& run, const std::string& split) {
  if (!run.metrics) return "";
  const auto interval = [&](const char* name) {
    return run.measures ? run.measures->of_metric(name) : nullptr;
  };
  std::string out = fmt::format(
      "model-index:\n  - name: {}\n    results:\n      - task:\n          type: "
      "image-classification\n        dataset:\n          name: {}\n          type: "
      "dermoscopy\n          split: {}\n        metrics:\n",
      quoted(run.name),
      quoted(run.manifest_hash.empty() ? "unknown" : "split " + run.manifest_hash), split);
  for (const char* name : {"balanced_accuracy", "accuracy", "macro_auc_ovr", "macro_f1"})
    out += card_metric(name, metric_named(*run.metrics, name), interval(name));
  if (const auto melanoma = run.melanoma())
    out += card_metric("melanoma_sensitivity", run.metrics->per_class[*melanoma].recall,
                       run.measures ? run.measures->of_class(*melanoma, "recall") : nullptr);
  return out;
}

std::string card_front_matter(const ReportedRun& run, const std::string& split) {
  return fmt::format(
      "---\nlibrary_name: dermdistill\npipeline_tag: image-classification\nlicense: other\n"
      "tags: [dermoscopy, knowledge-distillation, research-only]\narchitecture: {}\n"
      "classes: [{}]\ndatasets: [{}]\n{}---\n\n",
      quoted(run.arch), class_list(run), sources_of(run), card_results(run, split));
}

std::string card_intended_use() {
  return fmt::format(
      "## Intended use\n\nResearch use only: **not a medical device**, and not for diagnosis.\n\n"
      "- what it is for, and for whom: {0}\n- where it must not be used: {0}\n\n",
      kForTheTeam);
}

std::string card_training(const ReportedRun& run) {
  std::string out = fmt::format(
      "## Training\n\n- network: {}{}\n- recipe: {}, teacher: {}, seed: {}\n- split: protocol {}, "
      "`{}`\n",
      run.arch.empty() ? "not known" : run.arch,
      run.parameters ? ", " + format_count(*run.parameters) + " parameters" : "",
      run.recipe.empty() ? "not known" : run.recipe, run.teachers.empty() ? "none" : run.teachers,
      run.seed ? std::to_string(*run.seed) : "not known",
      run.protocol.empty() ? "not known" : run.protocol, run.trained_hash);
  if (run.manifest)
    for (const auto& [name, part] : run.manifest->splits)
      out += fmt::format("- {}: {} images of {} lesions\n", name, format_count(part.images),
                         format_count(part.lesions));
  if (!run.contract.empty()) out += fmt::format("- input: `{}`\n", run.contract);
  return out + "\n";
}

std::string ranged(double value, const Interval* interval) {
  const Cell cell = measured_cell(value, interval, 3);
  return cell.interval.empty() ? cell.text : fmt::format("{} ({})", cell.text, cell.interval);
}

std::string card_classes(const ReportedRun& run) {
  std::string out = "| class | images | sensitivity | specificity | AUC |\n|---|---|---|---|---|\n";
  for (size_t c = 0; c < run.classes.size(); ++c) {
    const auto& m = run.metrics->per_class[c];
    const auto* exact = run.measures ? &run.measures->intervals.per_class[c] : nullptr;
    out += fmt::format("| {} | {} | {} | {} | {} |\n", run.classes[c], format_count(m.support()),
                       ranged(m.recall, exact ? &exact->exact_recall : nullptr),
                       ranged(m.specificity, exact ? &exact->exact_specificity : nullptr),
                       ranged(m.auc, run.measures ? run.measures->of_class(c, "auc") : nullptr));
  }
  return out;
}

std::string card_measured(const ReportedRun& run, const std::string& split) {
  if (!run.metrics)
    return fmt::format("## Measured\n\nNot yet: run `dermdistill val --split {}`.\n\n", split);
  std::string out =
      fmt::format("## Measured on {} images of {}\n\n", format_count(run.metrics->samples), split);
  if (run.measures)
    out += fmt::format(
        "In brackets 95 % intervals: exact for sensitivity and specificity, else of a bootstrap "
        "over {} {}s. They do not cover another seed of the training.\n\n",
        format_count(run.measures->intervals.groups), run.measures->intervals.group);
  for (const char* name : {"balanced_accuracy", "accuracy", "macro_auc_ovr", "macro_f1"})
    out += fmt::format("- {}: {}\n", name,
                       ranged(metric_named(*run.metrics, name),
                              run.measures ? run.measures->of_metric(name) : nullptr));
  return out + "\n" + card_classes(run) + "\n";
}

std::string card_limits(const std::string& licence) {
  return fmt::format(
      "## Limits\n\n"
      "- Knows only the classes above; anything else is forced into one of them.\n"
      "- Dark skin, children, nails, mucosa and devices that the training images lack are not "
      "covered.\n"
      "- Who it was trained on, and by whom it was evaluated: {0}.\n"
      "- Ethics, consent, funding, contact: {0}.\n\n"
      "## Licence\n\n{1}\n",
      kForTheTeam, licence.empty() ? kForTheTeam : licence);
}

}  // namespace

std::string run_card(const ReportedRun& run, const CardOptions& options) {
  std::string leak;
  if (run.protocol.find("LEAKY") != std::string::npos)
    leak =
        "> LEAKY: copies of one image are in train and in test; the numbers say nothing about "
        "new images.\n\n";
  return card_front_matter(run, options.split) +
         fmt::format("# {} for dermoscopic images\n\n", run.name) + leak + card_intended_use() +
         card_training(run) + card_measured(run, options.split) + card_limits(options.licence);
}

}  // namespace derm
