// A network as data: a list of named ops with static shapes, without torch.
//
// The same graph is executed for training (net), costed, folded, exported and quantised. A Value is
// a handle to an op's output; shapes are per image, [C, H, W] (a flat vector is [C, 1, 1]).
//
// A new op has four places: its OpKind and Op fields here, its GraphBuilder method (shape
// inference; where it has weights: op_weights in weights.cc, net/init.cc), and its cases in
// net/run_op.cc and deploy/onnx_ops.cc (net/fake_quant.cc says which have int8 levels).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace derm {

enum class OpKind {
  kInput,
  kConv2d,      // weight [out, in/groups, k, k], optional bias
  kBatchNorm,   // weight, bias, running_mean, running_var [C]
  kLayerNorm,   // weight, bias [C]; over the channels of each position
  kLayerScale,  // layer_scale [C, 1, 1]: a factor per channel
  kRelu,
  kRelu6,
  kHardswish,
  kHardsigmoid,
  kSigmoid,
  kSilu,
  kGelu,  // exact, by erf
  kMaxPool,
  kAvgPool,        // counts padding, as torch's default
  kGlobalAvgPool,  // [C, H, W] -> [C, 1, 1]
  kAdd,
  kMultiply,         // by a value of the same shape, or [C, 1, 1]
  kConcat,           // channels of all inputs, in order
  kSlice,            // shape.channels channels from `begin` on
  kChannelShuffle,   // channel g * C/groups + i becomes i * groups + g
  kDropout,          // training only
  kStochasticDepth,  // training only: an image's whole map is 0, or divided by 1 - rate
  kFlatten,          // [C, H, W] -> [C*H*W, 1, 1]
  kLinear,           // weight [out, in], bias; of a vector, or of each position of a map
};

const char* op_kind_name(OpKind kind);  // "conv2d"

// How fresh weights are drawn; biases start at 0 except for kFanIn.
enum class Init {
  kFanIn,          // uniform +-1/sqrt(fan_in), bias too: torch's own default
  kKaimingFanOut,  // normal, standard deviation sqrt(2 / (out * k * k))
  kKaimingFanIn,   // uniform +-sqrt(6 / fan_in)
  kNormal,         // normal, standard deviation 0.01
  kNormal02,       // normal, standard deviation 0.02
  kFanOut,         // uniform +-1/sqrt(out)
};

struct Shape {
  int64_t channels = 0, height = 1, width = 1;
  bool operator==(const Shape& o) const {
    return channels == o.channels && height == o.height && width == o.width;
  }
  int64_t elements() const { return channels * height * width; }
  std::string text() const;  // "64x56x56"
};

using Value = int64_t;  // index of an op in Graph::ops

struct Op {
  OpKind kind = OpKind::kInput;
  std::string name;  // torchvision's dotted module name; unique among ops with weights
  std::vector<Value> inputs;
  Shape shape;  // of the output
  int64_t kernel = 1, stride = 1, padding = 0, groups = 1;
  int64_t begin = 0;       // slice: the first channel
  bool ceil_mode = false;  // pooling: the last window may hang over the edge
  bool bias = false;
  double eps = 1e-5, momentum = 0.1;  // batch norm; eps of a layer norm
  double rate = 0;                    // dropout, stochastic depth
  Init init = Init::kFanIn;
};

// What a network needs from its input, and what it offers: `taps` maps a tap's name to an op.
// Taps of every network: stem, stage1..stage4 (strides 4, 8, 16, 32; where a network ends at a
// smaller stride, the last ones are its last maps), features (last map before pooling), embedding
// [D], logits [K].
struct Graph {
  std::string arch;  // "resnet50", "mobilenet_v2_0.35"
  int64_t classes = 0;
  std::vector<Op> ops;  // in topological order, ops[0] is the input
  std::map<std::string, Value> taps;

  const Shape& shape(const std::string& tap) const;  // throws Error naming the taps there are
  bool has_tap(const std::string& tap) const { return taps.count(tap) != 0; }
};

// One tensor that belongs to an op: "weight", "running_mean" ...
struct WeightSpec {
  std::string name;
  std::vector<int64_t> shape;
  bool learned = true;  // false: a running statistic
};
// In torch's order; empty for ops without weights. The batch counter of a batch norm is not listed.
std::vector<WeightSpec> op_weights(const Graph& graph, const Op& op);

// "layer1.0.conv1" + "weight" -> "layer1.0.conv1.weight"
std::string weight_name(const Op& op, const std::string& name);

struct Cost {
  int64_t parameters = 0;  // weights and biases, batch-norm affine included, no running statistics
  int64_t macs = 0;        // multiply-adds of convolutions and linear layers, one image
  int64_t buffers = 0;     // running statistics
};
Cost cost(const Graph& graph);

}  // namespace derm
