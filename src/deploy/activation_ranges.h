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

// Of every activation: two runs over the fitted images, the first for the ends, the second for a
// histogram of 2048 bins (minmax does without). `progress(n)` after every n images more.
std::map<std::string, Range> activation_ranges(const onnx::ModelProto& model,
                                               const std::vector<Image>& images,
                                               const Preprocess& contract, RangeMethod method,
                                               int64_t threads,
                                               const std::function<void(int64_t)>& progress = {});

}  // namespace derm
