// From a trained network to a bundle, or to a bare ONNX file: export, check, compare with the
// network that was trained, calibrate on validation images, and pack.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "deploy/measure.h"
#include "deploy/onnx_export.h"
#include "image/image.h"
#include "image/preprocess.h"
#include "runtime/bundle.h"

namespace derm {

struct TrainedNetwork {
  Graph graph;
  Arrays weights;
  Preprocess contract;
  std::vector<std::string> classes;
  std::string recipe, protocol, manifest_hash, weights_sha256, licence;
  // The taps of the network that was trained, for fitted images: [N, ...] each. Any thread.
  std::function<std::map<std::string, Array>(const std::vector<Image>&,
                                             const std::set<std::string>&)>
      run;
};

struct ExportOptions {
  OnnxOptions onnx;
  double max_difference = 1e-4;  // of any logit from the trained network's
  double sensitivity = 0.9;      // that the thresholds of malignant classes keep
  int64_t threads = 0;           // 0: one per core
};

struct ExportResult {
  BundleFiles files;
  BundleMetadata metadata;
  std::map<std::string, double> differences;  // largest of each output that is a tap
};

// `validation` may be empty: then nothing is calibrated. `progress(n)` after every n images more.
// Throws Error where a logit differs by more than allowed, an image cannot be read, or the contract
// cleans images.
ExportResult export_bundle(const TrainedNetwork& network, const LabelledFiles& validation,
                           const ExportOptions& options,
                           const std::function<void(int64_t)>& progress = {});

}  // namespace derm
