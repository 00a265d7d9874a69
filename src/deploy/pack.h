// Calibrates what was measured, and packs a bundle around a model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "deploy/measure.h"
#include "eval/metrics.h"
#include "runtime/bundle.h"

namespace derm {

// Fills calibration, thresholds (of malignant classes, keeping `sensitivity`) and quality limits.
// Returns the metrics at the fitted temperature.
Metrics calibrate(BundleMetadata& metadata, const Measured& measured, const std::string& split,
                  double sensitivity);

// All entries; the device's own reader and verifier have the last word: their Error otherwise.
BundleFiles pack(const BundleMetadata& metadata, const std::string& model,
                 const std::vector<GoldenImage>& golden, const std::optional<Metrics>& validation,
                 const std::string& int8_cost = "");

}  // namespace derm
