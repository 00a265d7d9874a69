// What is computed from a run's predictions for the page: metrics, curves and differences with
// their intervals. Lesions are drawn, images where no lesion is known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/clinical.h"
#include "eval/curve_bands.h"
#include "eval/metric_intervals.h"
#include "eval/predictions.h"
#include "eval/reliability.h"
#include "eval/subgroups.h"
#include "report/cohort.h"

namespace derm {

struct RunMeasures {
  MetricIntervals intervals;
  std::vector<ClassBands> bands;         // [K]
  std::vector<ClinicalResult> clinical;  // melanoma, malignant; without operating points
  CalibrationMeasures calibration;
  std::vector<Subgroup> subgroups;  // empty where nothing is known of the images

  // The interval of a named metric, and of a class's ratio; null where there is no such.
  const Interval* of_metric(const std::string& name) const;
  const Interval* of_class(size_t index, const std::string& ratio) const;
};

// `cohort`: what is known of the images, or null. `melanoma`: its class, or -1.
RunMeasures measures_of(const Predictions& predictions, const Cohort* cohort, int64_t melanoma,
                        const Bootstrap& options = {});

}  // namespace derm
