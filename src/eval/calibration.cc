#include "eval/calibration.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "eval/reliability.h"

namespace derm {
namespace {

void check_logits(const LabelledLogits& logits) {
  const auto k = static_cast<size_t>(logits.classes);
  if (k < 1 || logits.labels.empty() || logits.values.size() != logits.labels.size() * k)
    throw Error("labels and logits do not fit together", "",
                fmt::format("{} x {} logits", logits.labels.size(), logits.classes),
                std::to_string(logits.values.size()));
  for (const double value : logits.values)
    if (!std::isfinite(value)) throw Error("a logit that is not finite");
  for (const int64_t label : logits.labels)
    if (label < 0 || label >= logits.classes)
      throw Error("a label out of range", "", fmt::format("0 to {}", logits.classes - 1),
                  std::to_string(label));
}

// softmax(scale * row) into out.
void softmax_row(const double* row, size_t k, double scale, double* out) {
  const double top = *std::max_element(row, row + k);
  double sum = 0;
  for (size_t i = 0; i < k; ++i) sum += out[i] = std::exp(scale * (row[i] - top));
  for (size_t i = 0; i < k; ++i) out[i] /= sum;
}

// Derivative of the summed log loss by the scale 1/T: it only grows with the scale.
double slope(const LabelledLogits& logits, double scale) {
  const auto k = static_cast<size_t>(logits.classes);
  std::vector<double> p(k);
  double sum = 0;
  for (size_t n = 0; n < logits.labels.size(); ++n) {
    const double* row = &logits.values[n * k];
    softmax_row(row, k, scale, p.data());
    for (size_t i = 0; i < k; ++i) sum += p[i] * row[i];
    sum -= row[logits.labels[n]];
  }
  return sum;
}

}  // namespace

double fit_temperature(const LabelledLogits& logits) {
  check_logits(logits);
  constexpr double kSmallest = 0.05;
  double low = kSmallest, high = 1 / kSmallest;  // of 1/T
  for (int i = 0; i < 60; ++i) {
    const double middle = std::sqrt(low * high);
    (slope(logits, middle) < 0 ? low : high) = middle;
  }
  return 1 / std::sqrt(low * high);
}

Scores scores_at(const LabelledLogits& logits, double temperature) {
  check_logits(logits);
  const auto k = static_cast<size_t>(logits.classes);
  Scores scores{logits.classes, logits.labels, std::vector<double>(logits.values.size())};
  for (size_t n = 0; n < logits.labels.size(); ++n)
    softmax_row(&logits.values[n * k], k, 1 / temperature, &scores.probabilities[n * k]);
  return scores;
}

double expected_calibration_error(const Scores& scores, int64_t bins) {
  return calibration_error(equal_width_bins(top_confidences(scores), bins));
}

}  // namespace derm
