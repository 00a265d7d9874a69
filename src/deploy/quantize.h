// A float bundle as an int8 one, with a report of what that costs.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "deploy/measure.h"
#include "deploy/range_choice.h"
#include "eval/paired.h"
#include "runtime/bundle.h"

namespace derm {

struct QuantizeOptions {
  RangeMethod method = RangeMethod::kMse;
  int64_t weight_bits = 8;          // or 7
  double max_drop = 0.005;          // of balanced accuracy that is allowed, as a share
  int64_t sensitivity_images = 64;  // calibration images that layers are compared on
  double sensitivity = 0.9;         // that the thresholds of malignant classes keep
  int64_t threads = 0;              // 0: one per core
};

struct LayerNoise {
  std::string layer;
  double noise = 0;  // mean square of the logits' change over that of the logits, this layer alone
};

struct QuantizeReport {
  std::string method, split;
  int64_t calibration_images = 0, images = 0, weight_bits = 8;
  PairedDifference balanced_accuracy, melanoma_sensitivity, calibration_error;  // int8 - float
  bool has_melanoma = false;
  double agreement = 0;  // share of images with the same class
  double max_drop = 0;
  int64_t float_bytes = 0, int8_bytes = 0;  // of model.onnx
  double float_ms = 0, int8_ms = 0;         // batch 1, one thread, medians of runs side by side
  std::vector<std::string> float_layers;    // kept in float, the noisiest first
  std::vector<LayerNoise> layers;           // the noisiest first

  bool within_max_drop() const { return -balanced_accuracy.difference <= max_drop; }
};
Json to_json(const QuantizeReport& report);
std::string quantize_table(const QuantizeReport& report);

struct QuantizeResult {
  BundleFiles files;
  BundleMetadata metadata;
  QuantizeReport report;
};

// `calibration`: training images. `validation`: what the drop is measured on, and the new bundle is
// calibrated on. The noisiest layers stay float, twice as many at each try, until the drop is
// within the limit or half of them are float: the report says which. `say` hears what is being
// done, `progress(n)` n images more. Throws Error where the bundle is not fp32 or an image cannot
// be read.
QuantizeResult quantize_bundle(const Bundle& bundle, const LabelledFiles& calibration,
                               const LabelledFiles& validation, const QuantizeOptions& options,
                               const std::function<void(const std::string&)>& say = {});

}  // namespace derm
