// What `val` measures beside the metrics: the run's validation predictions, groups and origins of
// the measured images, and everything of eval/evidence.h.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "data/manifest.h"
#include "eval/evidence.h"
#include "eval/predictions.h"
#include "train/run_directory.h"

namespace derm {

struct EvidenceFlags {
  int64_t replicates = 2000;
  std::string group = "lesion", malignant, calibrated = "none";
  double alpha = 0.1;
  bool subgroups = false;
};

void add_evidence_options(CLI::App& app, EvidenceFlags& flags);

// What an image is drawn with: its lesion, its patient (its lesion where there is none), or empty.
std::string group_name(const ManifestRow& row, const std::string& group);

// The rows' group names, or throws Error where `group` is patient and no image has one.
std::vector<std::string> group_names(const Manifest& manifest, Split split,
                                     const std::string& group);

// predictions_val.csv of the run, where metrics_val.json says that it is of these weights and
// classes; else nothing, and the log says why.
std::optional<Predictions> validation_predictions(const RunDirectory& run,
                                                  const std::string& weights_sha256,
                                                  const std::vector<std::string>& classes);

// `validation` may be null.
Evidence measure_evidence(const Manifest& manifest, Split split, const Predictions& predictions,
                          const Scores* validation, const EvidenceFlags& flags);

}  // namespace derm
