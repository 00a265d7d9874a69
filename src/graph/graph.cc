#include "graph/graph.h"

#include "base/error.h"
#include "base/strings.h"

namespace derm {

const char* op_kind_name(OpKind kind) {
  switch (kind) {
    case OpKind::kInput:
      return "input";
    case OpKind::kConv2d:
      return "conv2d";
    case OpKind::kBatchNorm:
      return "batch_norm";
    case OpKind::kLayerNorm:
      return "layer_norm";
    case OpKind::kLayerScale:
      return "layer_scale";
    case OpKind::kRelu:
      return "relu";
    case OpKind::kRelu6:
      return "relu6";
    case OpKind::kHardswish:
      return "hardswish";
    case OpKind::kHardsigmoid:
      return "hardsigmoid";
    case OpKind::kSigmoid:
      return "sigmoid";
    case OpKind::kSilu:
      return "silu";
    case OpKind::kGelu:
      return "gelu";
    case OpKind::kMaxPool:
      return "max_pool";
    case OpKind::kAvgPool:
      return "avg_pool";
    case OpKind::kGlobalAvgPool:
      return "global_avg_pool";
    case OpKind::kAdd:
      return "add";
    case OpKind::kMultiply:
      return "multiply";
    case OpKind::kConcat:
      return "concat";
    case OpKind::kSlice:
      return "slice";
    case OpKind::kChannelShuffle:
      return "channel_shuffle";
    case OpKind::kDropout:
      return "dropout";
    case OpKind::kStochasticDepth:
      return "stochastic_depth";
    case OpKind::kFlatten:
      return "flatten";
    case OpKind::kLinear:
      return "linear";
  }
  throw Error("unknown op kind", "", "", std::to_string(static_cast<int>(kind)));
}

std::string Shape::text() const {
  return fmt::format("{}x{}x{}", channels, height, width);
}

const Shape& Graph::shape(const std::string& tap) const {
  const auto found = taps.find(tap);
  if (found != taps.end()) return ops.at(static_cast<size_t>(found->second)).shape;
  std::vector<std::string> names;
  for (const auto& [name, value] : taps) names.push_back(name);
  throw Error("no such tap" + did_you_mean(tap, names), arch, join(names, ", "), tap);
}

}  // namespace derm
