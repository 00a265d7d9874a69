// The names of the metrics, as they stand in results.csv, recipes and metrics_<split>.json.
#include "eval/metric_names.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

std::string canonical(const std::string& name) {
  return name == "loss" ? "log_loss" : name;
}

const NamedMetric& find(const std::string& name) {
  const auto& all = named_metrics();
  const auto it = std::find_if(all.begin(), all.end(),
                               [&](const auto& m) { return canonical(name) == m.name; });
  if (it != all.end()) return *it;
  const auto names = metric_names();
  throw Error(fmt::format("no metric '{}'{}", name, did_you_mean(name, names)), "",
              join(names, ", "), name);
}

}  // namespace

const std::vector<NamedMetric>& named_metrics() {
  static const std::vector<NamedMetric> kMetrics{
      {"accuracy", &Metrics::accuracy},
      {"balanced_accuracy", &Metrics::balanced_accuracy},
      {"top2_accuracy", &Metrics::top2_accuracy},
      {"macro_precision", &Metrics::macro_precision},
      {"macro_recall", &Metrics::macro_recall},
      {"macro_specificity", &Metrics::macro_specificity},
      {"macro_f1", &Metrics::macro_f1},
      {"weighted_precision", &Metrics::weighted_precision},
      {"weighted_recall", &Metrics::weighted_recall},
      {"weighted_specificity", &Metrics::weighted_specificity},
      {"weighted_f1", &Metrics::weighted_f1},
      {"mean_ovr_accuracy", &Metrics::mean_ovr_accuracy},
      {"macro_auc_ovr", &Metrics::macro_auc_ovr},
      {"macro_auc_of_mean_curve", &Metrics::macro_auc_of_mean_curve},
      {"micro_auc", &Metrics::micro_auc},
      {"macro_ap", &Metrics::macro_ap},
      {"cohen_kappa", &Metrics::cohen_kappa},
      {"log_loss", &Metrics::log_loss},
  };
  return kMetrics;
}

const std::vector<NamedClassMetric>& named_class_metrics() {
  static const std::vector<NamedClassMetric> kRatios{{"precision", &ClassMetrics::precision},
                                                     {"recall", &ClassMetrics::recall},
                                                     {"specificity", &ClassMetrics::specificity},
                                                     {"f1", &ClassMetrics::f1},
                                                     {"ovr_accuracy", &ClassMetrics::ovr_accuracy},
                                                     {"auc", &ClassMetrics::auc},
                                                     {"ap", &ClassMetrics::ap}};
  return kRatios;
}

double metric_named(const Metrics& metrics, const std::string& name) {
  return metrics.*find(name).value;
}

bool higher_is_better(const std::string& name) {
  return find(name).value != &Metrics::log_loss;
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const auto& metric : named_metrics()) names.emplace_back(metric.name);
  names.emplace_back("loss");
  return names;
}

}  // namespace derm
