// What the networks of a row, one per seed, say together: mean, spread over seeds, and an interval
// that draws whole lesions of the test images with replacement. The interval holds for the networks
// as they were trained; what another seed would bring is in the deviation.
#pragma once

#include <string>
#include <vector>

#include "eval/predictions.h"

namespace derm {

// A measured network. The same replicates are drawn for all networks that were measured on the same
// images, so that means and differences of networks are those of their replicates.
struct MeasuredRun {
  std::vector<std::string> classes, image_ids;
  std::vector<double> values;                   // [M] the metrics, then the recall of each class
  std::vector<std::vector<double>> replicates;  // [R][M]
};

// Throws Error on an unknown metric.
MeasuredRun measure_run(const Predictions& predictions, const std::vector<std::string>& metrics);

// Networks measured on the same images.
using Arm = std::vector<const MeasuredRun*>;

struct SeedEstimate {
  int64_t seeds = 0;
  double mean = 0, deviation = 0;  // NaN for one seed
  double low = 0, high = 0;        // 95 %
};
// `place` in MeasuredRun::values.
SeedEstimate estimate(const Arm& arm, size_t place);

struct ArmDifference {
  bool paired = false;                       // the same test images: both are drawn alike
  double difference = 0, low = 0, high = 0;  // second - first
};
ArmDifference arm_difference(const Arm& first, const Arm& second, size_t place);

}  // namespace derm
