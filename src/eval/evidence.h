// Everything that `val` says of one set of predictions beside its metrics: intervals, clinical
// questions, calibration, prediction sets, subgroups.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/clinical.h"
#include "eval/conformal.h"
#include "eval/reliability.h"
#include "eval/scaling.h"
#include "eval/subgroups.h"

namespace derm {

struct EvidenceOptions {
  Bootstrap bootstrap;           // replicates 0: no intervals
  std::string group = "lesion";  // what `names` are
  std::vector<std::string> malignant = default_malignant();
  double alpha = 0.1;  // share of images whose prediction set may miss the label
};

struct Evidence {
  std::optional<MetricIntervals> intervals;
  std::vector<ClinicalResult> clinical;
  CalibrationMeasures calibration;
  // Of the same predictions after scalings fitted on validation; with `prediction_sets`, empty
  // where there are no validation predictions.
  std::optional<FittedScalings> scalings;
  std::optional<CalibrationMeasures> by_temperature, by_vector;
  std::vector<ConformalResult> prediction_sets;
  std::vector<Subgroup> subgroups;  // empty where nothing is known of the images
};

// `names`: the group of each row; `origins`: empty, or one for each row. `validation`: predictions
// of other images by the same network, or null. Throws Error where parts do not fit together.
Evidence evidence(const Scores& scores, const std::vector<std::string>& class_names,
                  const std::vector<std::string>& names, const std::vector<RowOrigin>& origins,
                  const Scores* validation, const EvidenceOptions& options);

// Adds the keys intervals, clinical, calibration, prediction_sets and subgroups.
void add_evidence(const Evidence& evidence, const std::vector<std::string>& class_names, Json& to);

// What `val` prints below the metrics.
std::string evidence_text(const Evidence& evidence, bool with_subgroups);

}  // namespace derm
