#include "eval/evidence.h"

#include <algorithm>

#include "base/error.h"
#include "eval/metrics_json.h"
#include "eval/table.h"

namespace derm {
namespace {

void add_validated(const Scores& scores, const Scores& validation,
                   const std::vector<std::string>& class_names, const RowGroups& groups,
                   const EvidenceOptions& options, Evidence& out) {
  out.scalings = fit_scalings(validation, class_names, "val");
  out.by_temperature = calibration_measures(scaled(scores, out.scalings->named("temperature")),
                                            groups, options.bootstrap);
  out.by_vector = calibration_measures(scaled(scores, out.scalings->named("vector")), groups,
                                       options.bootstrap);
  for (const auto score : {ConformityScore::kLac, ConformityScore::kAps})
    for (const bool by_class : {false, true})
      out.prediction_sets.push_back(
          conformal_result(scores, fit_conformal(validation, {score, by_class, options.alpha}),
                           groups, options.bootstrap));
}

std::vector<std::string> calibration_row(const std::string& name, const CalibrationMeasures& m) {
  return {name,
          format_score(m.ece.value),
          format_interval(m.ece.interval),
          format_score(m.ece_equal_mass),
          format_score(m.classwise_ece),
          format_score(m.brier.value),
          format_interval(m.brier.interval),
          format_score(m.log_loss)};
}

std::string calibration_text(const Evidence& evidence) {
  TextTable table({"calibration", "ece", "interval", "ece_equal_mass", "classwise_ece", "brier",
                   "interval ", "log_loss"});
  table.add(calibration_row("as measured", evidence.calibration));
  if (evidence.by_temperature)
    table.add(calibration_row(fmt::format("temperature {:.3f}", evidence.scalings->temperature),
                              *evidence.by_temperature));
  if (evidence.by_vector) table.add(calibration_row("vector scaling", *evidence.by_vector));
  return table.str();
}

}  // namespace

Evidence evidence(const Scores& scores, const std::vector<std::string>& class_names,
                  const std::vector<std::string>& names, const std::vector<RowOrigin>& origins,
                  const Scores* validation, const EvidenceOptions& options) {
  if (names.size() != scores.labels.size() ||
      (validation != nullptr && validation->classes != scores.classes))
    throw Error("groups or validation predictions do not fit the predictions");
  const RowGroups groups(names);
  Evidence out;
  if (options.bootstrap.replicates > 0)
    out.intervals = metric_intervals(scores, options.group, names, options.bootstrap);
  for (const auto& task : clinical_tasks(class_names, options.malignant))
    out.clinical.push_back(clinical_result(task, scores, validation, groups, options.bootstrap));
  out.calibration = calibration_measures(scores, groups, options.bootstrap);
  if (validation != nullptr) add_validated(scores, *validation, class_names, groups, options, out);
  const auto melanoma = std::find(class_names.begin(), class_names.end(), "MEL");
  if (!origins.empty())
    out.subgroups = subgroups(scores, origins, names,
                              melanoma == class_names.end() ? -1 : melanoma - class_names.begin(),
                              options.bootstrap);
  return out;
}

void add_evidence(const Evidence& evidence, const std::vector<std::string>& class_names, Json& to) {
  if (evidence.intervals) to["intervals"] = to_json(*evidence.intervals, class_names);
  Json clinical = Json::array(), sets = Json::array(), parts = Json::array();
  for (const auto& result : evidence.clinical) clinical.push_back(to_json(result, class_names));
  for (const auto& result : evidence.prediction_sets) sets.push_back(to_json(result, class_names));
  for (const auto& part : evidence.subgroups) parts.push_back(to_json(part));
  Json calibration{{"measured", to_json(evidence.calibration, class_names)}};
  if (evidence.scalings) {
    calibration["temperature"] = to_json(*evidence.by_temperature, class_names);
    calibration["temperature"]["value"] = evidence.scalings->temperature;
    calibration["vector"] = to_json(*evidence.by_vector, class_names);
  }
  to["clinical"] = clinical;
  to["calibration"] = calibration;
  to["prediction_sets"] = sets;
  to["subgroups"] = parts;
}

std::string evidence_text(const Evidence& evidence, bool with_subgroups) {
  std::string out = '\n' + calibration_text(evidence);
  if (!evidence.clinical.empty()) out += '\n' + clinical_table(evidence.clinical);
  if (!evidence.prediction_sets.empty())
    out += '\n' + conformal_table(evidence.prediction_sets) +
           "what is asked is only promised for images like those of validation, one a lesion\n";
  if (with_subgroups && !evidence.subgroups.empty())
    out += '\n' + subgroup_table(evidence.subgroups);
  return out;
}

}  // namespace derm
