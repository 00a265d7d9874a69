// Clinical results as JSON and as a table.
#include <fmt/format.h>

#include "eval/clinical.h"
#include "eval/metric_intervals.h"
#include "eval/metrics_json.h"
#include "eval/table.h"

namespace derm {
namespace {

constexpr double kLargestPartialArea = 0.2;

Estimate times(const Estimate& measured, double factor) {
  return {factor * measured.value,
          {factor * measured.interval.low, factor * measured.interval.high}};
}

Json point_json(const SpecificityPoint& point) {
  return {{"target_specificity", point.target_specificity},
          {"threshold", finite_or_null(point.threshold)},
          {"validation_sensitivity", finite_or_null(point.validation_sensitivity)},
          {"validation_specificity", finite_or_null(point.validation_specificity)},
          {"sensitivity", to_json(point.sensitivity)},
          {"specificity", to_json(point.specificity)}};
}

std::vector<std::string> measured_row(const std::string& task, const std::string& name,
                                      const Estimate& measured) {
  return {task, name, format_score(measured.value), format_interval(measured.interval)};
}

}  // namespace

Json to_json(const ClinicalResult& result, const std::vector<std::string>& class_names) {
  Json classes = Json::array(), points = Json::array(), curve = Json::array();
  for (const int64_t c : result.classes) classes.push_back(class_names.at(static_cast<size_t>(c)));
  for (const auto& point : result.operating_points) points.push_back(point_json(point));
  for (const auto& benefit : result.decision_curve)
    curve.push_back({{"threshold", benefit.threshold},
                     {"model", to_json(benefit.model)},
                     {"treat_all", finite_or_null(benefit.treat_all)}});
  return {{"task", result.name},
          {"classes", classes},
          {"positives", result.positives},
          {"negatives", result.negatives},
          {"auc", to_json(result.auc)},
          {"auc_sens_80", to_json(result.auc_sens_80)},
          {"pauc_80", to_json(result.pauc_80)},
          {"pauc_80_normalised", to_json(times(result.pauc_80, 1 / kLargestPartialArea))},
          {"operating_points", points},
          {"decision_curve", curve}};
}

std::string clinical_table(const std::vector<ClinicalResult>& results) {
  TextTable table({"question", "measure", "value", "interval"});
  for (const auto& result : results) {
    table.add(measured_row(result.name, "auc", result.auc));
    table.add(measured_row(result.name, "auc_sens_80", result.auc_sens_80));
    table.add(measured_row(result.name, "pauc_80", result.pauc_80));
    for (const auto& point : result.operating_points) {
      const auto at = fmt::format(" at validation specificity {:.2f}", point.target_specificity);
      table.add(measured_row(result.name, "sensitivity" + at, point.sensitivity));
      table.add(measured_row(result.name, "specificity" + at, point.specificity));
    }
  }
  return table.str();
}

}  // namespace derm
