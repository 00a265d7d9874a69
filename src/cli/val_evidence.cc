#include "cli/val_evidence.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "base/strings.h"

namespace derm {
namespace {

const ManifestRow& manifest_row(const Manifest& manifest, int64_t row) {
  return manifest.rows[static_cast<size_t>(row)];
}

std::vector<RowOrigin> origins_of(const Manifest& manifest, Split split) {
  std::vector<RowOrigin> out;
  for (const int64_t i : manifest.indices(split)) {
    const ManifestRow& row = manifest_row(manifest, i);
    out.push_back({row.age, row.sex, row.site, row.source});
  }
  return out;
}

std::string why_not_validation(const RunDirectory& run, const std::string& weights_sha256) {
  if (!fs::exists(run.predictions("val")) || !fs::exists(run.metrics("val")))
    return "no validation predictions";
  const Json report = read_json(run.metrics("val"));
  const bool same = report.is_object() && report.value("weights_sha256", "") == weights_sha256;
  return same ? "" : "the validation predictions are not of these weights";
}

}  // namespace

void add_evidence_options(CLI::App& app, EvidenceFlags& flags) {
  app.add_option("--bootstrap", flags.replicates, "replicates of intervals; 0: no intervals")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  app.add_option("--group", flags.group, "what replicates draw: lesion, patient or image")
      ->check(CLI::IsMember({"lesion", "patient", "image"}))
      ->capture_default_str();
  app.add_option("--malignant", flags.malignant,
                 "classes against the rest, with commas; default: MEL, BCC, SCC, AK (AKIEC)");
  app.add_option("--alpha", flags.alpha, "share of labels that prediction sets may miss")
      ->check(CLI::Range(0.001, 0.999))
      ->capture_default_str();
  app.add_option("--calibrated", flags.calibrated,
                 "scale by the run's calibration.json: none, temperature or vector")
      ->check(CLI::IsMember({"none", "temperature", "vector"}))
      ->capture_default_str();
  app.add_flag("--subgroups", flags.subgroups, "print age bands, sexes, sites and sources too");
}

std::string group_name(const ManifestRow& row, const std::string& group) {
  if (group == "image") return "";
  return group == "patient" && !row.patient_id.empty() ? "patient " + row.patient_id
                                                       : row.lesion_id;
}

std::vector<std::string> group_names(const Manifest& manifest, Split split,
                                     const std::string& group) {
  std::vector<std::string> out;
  bool any_patient = false;
  for (const int64_t i : manifest.indices(split)) {
    const ManifestRow& row = manifest_row(manifest, i);
    any_patient |= !row.patient_id.empty();
    out.push_back(group_name(row, group));
  }
  if (group == "patient" && !any_patient)
    throw Error("no image has a patient", "--group patient", "lesion or image");
  return out;
}

std::optional<Predictions> validation_predictions(const RunDirectory& run,
                                                  const std::string& weights_sha256,
                                                  const std::vector<std::string>& classes) {
  std::string why = why_not_validation(run, weights_sha256);
  if (why.empty()) {
    Predictions found = read_predictions(run.predictions("val"));
    if (found.classes == classes && found.split == "val") return found;
    why = "the validation predictions are of other classes";
  }
  log_info("{}: thresholds, scaling and prediction sets are left out (`val {} --split val` first)",
           why, run.path.string());
  return std::nullopt;
}

Evidence measure_evidence(const Manifest& manifest, Split split, const Predictions& predictions,
                          const Scores* validation, const EvidenceFlags& flags) {
  EvidenceOptions options;
  options.bootstrap.replicates = flags.replicates;
  options.group = flags.group;
  options.alpha = flags.alpha;
  if (!flags.malignant.empty()) options.malignant = derm::split(flags.malignant, ',');
  return evidence(predictions.scores, predictions.classes,
                  group_names(manifest, split, flags.group), origins_of(manifest, split),
                  validation, options);
}

}  // namespace derm
