// Whether probabilities mean what they say: reliability tables, calibration errors, Brier scores.
// Sources: Guo et al., ICML 2017 (equal width); Nguyen and O'Connor, EMNLP 2015 (equal mass); Kull
// et al., NeurIPS 2019 (classwise); Brier, Monthly Weather Review 78, 1950.
#pragma once

#include <vector>

#include "eval/metric_intervals.h"
#include "eval/ranking.h"

namespace derm {

struct ReliabilityBin {
  double low = 0, high = 0;  // of the probabilities: the bin's edges, or its extremes (equal mass)
  int64_t images = 0;
  double confidence = 0, accuracy = 0;  // means; NaN where there is no image
};

// A probability, and whether what it was given to was right.
using Confidences = std::vector<Decision>;

// Of the most probable class. one_vs_rest() gives those of one class.
Confidences top_confidences(const Scores& scores);

// `bins` of equal width from 0 to 1; or of equal numbers of images, +- 1.
std::vector<ReliabilityBin> equal_width_bins(const Confidences& confidences, int64_t bins = 15);
std::vector<ReliabilityBin> equal_mass_bins(Confidences confidences, int64_t bins = 15);

// Mean of |confidence - accuracy| over images.
double calibration_error(const std::vector<ReliabilityBin>& bins);

struct CalibrationMeasures {
  Estimate ece, brier;  // 15 bins of equal width; sum over classes of (p - y)^2, 0 to 2
  double ece_equal_mass = 0, classwise_ece = 0;  // 15 bins; mean of the classes'
  double log_loss = 0;
  std::vector<double> ece_per_class, brier_per_class;  // one against the rest, Brier 0 to 1
  std::vector<ReliabilityBin> reliability;             // of the most probable class, equal width
};

// Intervals are NaN where options.replicates is 0.
CalibrationMeasures calibration_measures(const Scores& scores, const RowGroups& groups,
                                         const Bootstrap& options);

Json to_json(const CalibrationMeasures& measures, const std::vector<std::string>& class_names);

}  // namespace derm
