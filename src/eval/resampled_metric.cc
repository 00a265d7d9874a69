#include "eval/resampled_metric.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"
#include "eval/metric_names.h"

namespace derm {
namespace {

struct NamedRatio {
  const char* name;
  double ClassMetrics::*ratio;
};

constexpr NamedRatio kNamedRatios[] = {
    {"precision", &ClassMetrics::precision},
    {"recall", &ClassMetrics::recall},
    {"specificity", &ClassMetrics::specificity},
    {"f1", &ClassMetrics::f1},
    {"ovr_accuracy", &ClassMetrics::ovr_accuracy},
    {"auc", &ClassMetrics::auc},
    {"ap", &ClassMetrics::ap},
};

// Whether the choices alone do not tell.
bool ranks(const MetricChoice& choice) {
  constexpr double Metrics::*kRanking[] = {&Metrics::macro_auc_ovr, &Metrics::macro_ap,
                                           &Metrics::macro_auc_of_mean_curve, &Metrics::micro_auc};
  if (choice.value == nullptr)
    return choice.ratio == &ClassMetrics::auc || choice.ratio == &ClassMetrics::ap;
  return std::find(std::begin(kRanking), std::end(kRanking), choice.value) != std::end(kRanking);
}

MetricChoice choose_ratio(const std::string& name, size_t dot,
                          const std::vector<std::string>& classes) {
  const std::string ratio = name.substr(0, dot), label = name.substr(dot + 1);
  const auto named = std::find_if(std::begin(kNamedRatios), std::end(kNamedRatios),
                                  [&](const auto& entry) { return ratio == entry.name; });
  if (named == std::end(kNamedRatios))
    throw Error(fmt::format("no metric '{}' of one class{}", ratio,
                            did_you_mean(ratio, class_ratio_names())),
                "", join(class_ratio_names(), ", "), ratio);
  const auto it = std::find(classes.begin(), classes.end(), label);
  if (it == classes.end())
    throw Error(fmt::format("no class '{}'{}", label, did_you_mean(label, classes)), name,
                join(classes, ", "), label);
  MetricChoice out;
  out.name = name;
  out.ratio = named->ratio;
  out.class_index = it - classes.begin();
  return out;
}

}  // namespace

std::vector<std::string> class_ratio_names() {
  std::vector<std::string> names;
  for (const auto& entry : kNamedRatios) names.emplace_back(entry.name);
  return names;
}

MetricChoice choose_metric(const std::string& name, const std::vector<std::string>& classes) {
  const size_t dot = name.find('.');
  if (dot != std::string::npos) return choose_ratio(name, dot, classes);
  MetricChoice out;
  out.higher_is_better = higher_is_better(name);
  out.name = name == "loss" ? "log_loss" : name;
  for (const auto& metric : named_metrics())
    if (out.name == metric.name) out.value = metric.value;
  return out;
}

double value_of(const MetricChoice& choice, const Metrics& metrics) {
  if (choice.value != nullptr) return metrics.*choice.value;
  return metrics.per_class[static_cast<size_t>(choice.class_index)].*choice.ratio;
}

ResampledMetric::ResampledMetric(MetricChoice choice, const Scores& scores)
    : choice_(std::move(choice)), weighted_(scores) {}

double ResampledMetric::operator()(const RowWeights& weights) const {
  return value_of(choice_, ranks(choice_) ? weighted_.at(weights) : weighted_.counted_at(weights));
}

}  // namespace derm
