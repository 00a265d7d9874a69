#include "deploy/model_card.h"

#include "base/strings.h"
#include "eval/table.h"

namespace derm {
namespace {

std::string front_matter(const BundleMetadata& m) {
  return fmt::format(
      "---\n"
      "library_name: dermdistill\n"
      "pipeline_tag: image-classification\n"
      "license: other\n"
      "tags: [dermoscopy, knowledge-distillation, research-only]\n"
      "architecture: {}\n"
      "precision: {}\n"
      "classes: [{}]\n"
      "---\n\n",
      m.model.arch, m.model.precision, join(m.classes, ", "));
}

std::string what_it_is(const BundleMetadata& m) {
  return fmt::format(
      "# {} for dermoscopic images\n\n"
      "Classifies a dermoscopic image into {}. Research use only: **not a medical device**, and "
      "not "
      "for diagnosis.\n\n"
      "- network: {}, {} parameters, {:.1f} million multiply-adds, {}\n"
      "- trained with the recipe `{}` under the split protocol `{}`\n"
      "- input: `{}`\n"
      "- {} logits differ from the trained network's by at most {:.2g} ({} images)\n\n",
      m.model.arch, join(m.classes, ", "), m.model.arch, format_count(m.model.parameters),
      static_cast<double>(m.model.macs) / 1e6, m.model.precision, m.recipe, m.protocol,
      m.contract.text(), m.model.precision == "int8" ? "before quantisation, exported" : "exported",
      m.parity_difference, m.parity_images);
}

std::string per_class_table(const BundleMetadata& m, const Metrics& metrics) {
  std::string out = "| class | images | sensitivity | specificity | AUC |\n|---|---|---|---|---|\n";
  for (size_t k = 0; k < m.classes.size(); ++k) {
    const ClassMetrics& c = metrics.per_class[k];
    out += fmt::format("| {} | {} | {} | {} | {} |\n", m.classes[k], c.support(),
                       format_score(c.recall, 3), format_score(c.specificity, 3),
                       format_score(c.auc, 3));
  }
  return out;
}

std::string measured(const BundleMetadata& m, const Metrics& metrics) {
  std::string out = fmt::format(
      "## Measured on {} images of {}\n\n"
      "Choices were made on these images (epoch, temperature, thresholds), so an independent test "
      "comes out lower.\n\n"
      "- balanced accuracy {}, accuracy {}, macro AUC {}\n"
      "- expected calibration error {:.4f} before temperature {:.4g}, {:.4f} after\n\n",
      metrics.samples, m.calibration.split, format_score(metrics.balanced_accuracy),
      format_score(metrics.accuracy), format_score(metrics.macro_auc_ovr), m.calibration.ece_before,
      m.calibration.temperature, m.calibration.ece_after);
  out += per_class_table(m, metrics) + "\n";
  if (m.thresholds.empty()) return out;
  out +=
      "| call the class where its probability reaches | threshold | sensitivity | specificity |\n"
      "|---|---|---|---|\n";
  for (const auto& p : m.thresholds)
    out += fmt::format("| {} ({}) | {:.4f} | {:.3f} | {:.3f} |\n", p.label, p.rule, p.threshold,
                       p.sensitivity, p.specificity);
  return out + "\n";
}

std::string limits(const BundleMetadata& m) {
  return fmt::format(
      "## Limits\n\n"
      "- Knows only the classes above; anything else is forced into one of them. Warnings of "
      "unusual "
      "images are hints, not a guard.\n"
      "- Dark skin, children, nails, mucosa and devices that the training images lack are not "
      "covered.\n"
      "- Who it was trained on, and by whom it was evaluated: to be completed by the study "
      "team.\n\n"
      "## Licence\n\n{}\n\n"
      "## Origin\n\n"
      "- split `{}`\n- trained weights `{}`\n- dermdistill {}\n",
      m.licence, m.manifest_hash, m.weights_sha256, m.program_version);
}

}  // namespace

std::string model_card(const BundleMetadata& metadata, const std::optional<Metrics>& validation,
                       const std::string& int8_cost) {
  std::string out = front_matter(metadata) + what_it_is(metadata);
  if (!int8_cost.empty()) out += "## What int8 costs\n\n```\n" + int8_cost + "```\n\n";
  if (validation) out += measured(metadata, *validation);
  return out + limits(metadata);
}

}  // namespace derm
