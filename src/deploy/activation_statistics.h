// The values that a model's activations take on images, and the ranges to quantise them with.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "deploy/quantize_graph.h"
#include "deploy/range_choice.h"
#include "image/image.h"
#include "image/preprocess.h"

namespace derm {

struct ActivationStatistics {
  std::map<std::string, Range> ranges;
  std::map<std::string, std::vector<double>> means;  // of each channel
};

// Of every activation: two runs over the fitted images, the first for ends and means, the second
// for a histogram of 2048 bins (minmax does without). `progress(n)` after every n images more.
ActivationStatistics activation_statistics(const onnx::ModelProto& model,
                                           const std::vector<Image>& images,
                                           const Preprocess& contract, RangeMethod method,
                                           int64_t threads,
                                           const std::function<void(int64_t)>& progress = {});

}  // namespace derm
