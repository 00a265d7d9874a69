// metadata.json of a bundle, as docs/bundle_format.md says.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "image/preprocess.h"

namespace derm {

inline constexpr int64_t kBundleVersion = 1;

struct BundleModel {
  std::string arch;
  int64_t parameters = 0, macs = 0;
  std::string precision = "fp32";  // or fp16, int8
  std::vector<std::string> outputs;
};

struct Calibration {
  double temperature = 1;
  std::string split;  // empty: not fitted
  int64_t images = 0;
  double ece_before = 0, ece_after = 0;
};

struct OperatingPoint {
  std::string label, rule;  // the class, and how the threshold was chosen
  double threshold = 0.5, sensitivity = 0, specificity = 0;
  std::string split;
  int64_t images = 0;
};

struct QualityLimits {
  double brightness_low = 0, brightness_high = 0, sharpness_low = 0, contrast_low = 0;
  double energy_low = 0;
  std::string split;
  int64_t images = 0;
};

struct BundleMetadata {
  BundleModel model;
  std::vector<std::string> classes;
  Preprocess contract;
  Calibration calibration;
  std::vector<OperatingPoint> thresholds;
  std::string cam;  // "exact", "positionwise", or empty
  std::optional<QualityLimits> quality;
  std::string manifest_hash, protocol;
  std::string recipe, weights_sha256;
  int64_t parity_images = 0;
  double parity_difference = 0, parity_limit = 0;
  std::string licence;
  std::string program_version;
};

Json to_json(const BundleMetadata& metadata);

// Throws Error naming `where` and the key: newer, missing, unknown, of another type, out of range.
BundleMetadata parse_metadata(const Json& json, const std::string& where);

}  // namespace derm
