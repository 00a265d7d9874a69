#include "distill/class_weights.h"

#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

constexpr double kEffectiveBase = 0.999;

void divide_by_mean(std::vector<double>& weights) {
  double sum = 0;
  int64_t present = 0;
  for (const double w : weights) {
    sum += w;
    present += w > 0 ? 1 : 0;
  }
  for (double& w : weights) w *= static_cast<double>(present) / sum;
}

double effective(double n) {
  return (1 - kEffectiveBase) / (1 - std::pow(kEffectiveBase, n));
}

}  // namespace

const std::vector<std::string>& class_weight_kinds() {
  static const std::vector<std::string> kinds = {
      "none", "inv_freq", "inv_freq_round3", "balanced", "mean1", "sqrt_mean1", "effective"};
  return kinds;
}

std::vector<double> class_weights(const std::string& kind, const std::vector<int64_t>& counts) {
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
  const auto classes = static_cast<double>(counts.size());
  const std::map<std::string, std::function<double(double)>> formulas = {
      {"none", [](double) { return 1.0; }},
      {"inv_freq", [&](double n) { return total / n; }},
      {"inv_freq_round3", [&](double n) { return std::round(total / n * 1000) / 1000; }},
      {"balanced", [&](double n) { return total / (classes * n); }},
      {"mean1", [&](double n) { return total / n; }},
      {"sqrt_mean1", [&](double n) { return std::sqrt(total / n); }},
      {"effective", effective},
  };
  const auto formula = formulas.find(kind);
  if (formula == formulas.end())
    throw Error(fmt::format("unknown class weights '{}'", kind), "",
                "one of: " + join(class_weight_kinds(), ", "));
  std::vector<double> weights;
  for (const int64_t n : counts)
    weights.push_back(n > 0 ? formula->second(static_cast<double>(n)) : 0);
  if (kind == "mean1" || kind == "sqrt_mean1" || kind == "effective") divide_by_mean(weights);
  return weights;
}

}  // namespace derm
