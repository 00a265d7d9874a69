// Whether probabilities mean what they say, and temperature scaling.
// Source: Guo et al., "On calibration of modern neural networks", ICML 2017.
#pragma once

#include <cstdint>
#include <vector>

#include "eval/metrics.h"

namespace derm {

// A labelled set of N rows of K logits.
struct LabelledLogits {
  int64_t classes = 0;
  std::vector<int64_t> labels;  // [N], 0..K-1
  std::vector<double> values;   // [N * K]
};

// The temperature T whose softmax(logits / T) has the smallest mean log loss, 0.05 to 20. Throws
// Error on sizes that do not fit or a logit that is not finite.
double fit_temperature(const LabelledLogits& logits);

// softmax(logits / temperature).
Scores scores_at(const LabelledLogits& logits, double temperature);

// Expected calibration error of the most probable class: `bins` bins of equal width, 0 to 1.
double expected_calibration_error(const Scores& scores, int64_t bins = 15);

}  // namespace derm
