// A float ONNX model of this program as an int8 one in QDQ form: activations uint8, weights int8
// per output channel, biases int32.
//
// Layers (Conv and Gemm with constant weights) are quantised unless they are kept in float. What
// only passes values on (Add, Concat, pooling, reshaping) is quantised where its inputs are. A ReLU
// or ReLU6 behind a quantised Conv or Add is left out: the range of its output clamps as it did.
// The logits stay float, so that classes do not tie.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "deploy/range_choice.h"

namespace derm {

// Names of the layers, in the graph's order.
std::vector<std::string> quantizable_layers(const onnx::ModelProto& model);

// Names of the activations whose ranges quantize_graph() may ask for.
std::vector<std::string> activations_of(const onnx::ModelProto& model);

struct GraphQuantization {
  std::map<std::string, Range> ranges;  // of every activation
  // Of every activation: the mean of each channel. Where it is known, a bias takes up the mean of
  // what rounding the weights changes (Nagel et al., "Data-free quantization through weight
  // equalization and bias correction", ICCV 2019, section 4.2, with measured means).
  std::map<std::string, std::vector<double>> means;
  std::set<std::string> float_layers;  // kept as they are
  int64_t weight_bits = 8;             // or 7, for processors whose int8 products saturate
};

// Throws Error for a range that is missing.
onnx::ModelProto quantize_graph(const onnx::ModelProto& model, const GraphQuantization& how);

// Limits of a channel's scale: the least keeps its bias in 32 bits, the most keeps a step of the
// bias (input scale * weight scale) within half a level of the output. Beyond it weights are cut
// off: those of channels whose input never leaves 0, which a batch norm multiplied by 1 /
// sqrt(epsilon).
struct ScaleLimits {
  double least = 0;
  double most = 1e300;
};

// Scale and levels of one channel's weights: symmetric, rounded to nearest even. `largest`: 127, or
// 63 for 7 bits. Each run of `kernel` weights, what one input channel is convolved with, keeps its
// sum to half a level: an even area must not change its brightness.
struct ChannelWeights {
  float scale = 1;
  std::vector<int8_t> levels;
};
ChannelWeights quantize_channel(const std::vector<float>& weights, size_t kernel, int64_t largest,
                                const ScaleLimits& limits = {});

}  // namespace derm
