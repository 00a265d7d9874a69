// From probabilities to classes: those over their threshold, and the smallest set that holds enough
// probability.
#pragma once

#include <string>
#include <vector>

#include "runtime/metadata.h"
#include "runtime/predictor.h"

namespace derm {

// Classes whose probability reaches a threshold of the bundle.
std::vector<std::string> calls_of(const Prediction& prediction, const BundleMetadata& metadata);

// The fewest classes, most probable first, whose probabilities add up to at least `coverage`, above
// 0 to 1. As good as the calibration: unlike a conformal set it guarantees no coverage.
struct PredictionSet {
  std::vector<size_t> classes;
  double probability = 0;  // of all of them
};
PredictionSet prediction_set(const std::vector<double>& probabilities, double coverage);

}  // namespace derm
