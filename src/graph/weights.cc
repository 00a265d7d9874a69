#include "graph/graph.h"

namespace derm {
namespace {

std::vector<WeightSpec> with_bias(std::vector<int64_t> weight, int64_t out, bool bias) {
  std::vector<WeightSpec> specs{{"weight", std::move(weight)}};
  if (bias) specs.push_back({"bias", {out}});
  return specs;
}

}  // namespace

std::vector<WeightSpec> op_weights(const Graph& graph, const Op& op) {
  const auto in_channels = [&] {
    return graph.ops.at(static_cast<size_t>(op.inputs.at(0))).shape.channels;
  };
  const int64_t out = op.shape.channels;
  switch (op.kind) {
    case OpKind::kConv2d:
      return with_bias({out, in_channels() / op.groups, op.kernel, op.kernel}, out, op.bias);
    case OpKind::kLinear:
      return with_bias({out, in_channels()}, out, op.bias);
    case OpKind::kBatchNorm:
      return {{"weight", {out}},
              {"bias", {out}},
              {"running_mean", {out}, false},
              {"running_var", {out}, false}};
    case OpKind::kLayerNorm:
      return {{"weight", {out}}, {"bias", {out}}};
    case OpKind::kLayerScale:
      return {{"layer_scale", {out, 1, 1}}};
    default:
      return {};
  }
}

std::string weight_name(const Op& op, const std::string& name) {
  return op.name + "." + name;
}

}  // namespace derm
