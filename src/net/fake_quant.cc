#include "net/fake_quant.h"

namespace derm {
namespace {

using torch::Tensor;

// The rounded values with the gradient of the exact ones.
Tensor straight_through(const Tensor& exact, const Tensor& rounded) {
  return exact + (rounded - exact).detach();
}

bool merges_into(OpKind kind) {
  return kind == OpKind::kRelu || kind == OpKind::kRelu6 || kind == OpKind::kBatchNorm;
}

bool makes_levels(OpKind kind) {
  switch (kind) {
    case OpKind::kInput:
    case OpKind::kConv2d:
    case OpKind::kBatchNorm:
    case OpKind::kRelu:
    case OpKind::kRelu6:
    case OpKind::kHardswish:
    case OpKind::kSilu:
    case OpKind::kGelu:
    case OpKind::kAdd:
    case OpKind::kMultiply:
    case OpKind::kConcat:
    case OpKind::kAvgPool:
    case OpKind::kGlobalAvgPool:
      return true;
    default:
      return false;
  }
}

}  // namespace

Tensor fake_quantise_weight(const Tensor& weight) {
  constexpr double kLargest = 127;
  const Tensor exact = weight.detach();
  std::vector<int64_t> one_a_channel(static_cast<size_t>(weight.dim()), 1);
  one_a_channel[0] = weight.size(0);
  const Tensor scale =
      (exact.flatten(1).abs().amax(1) / kLargest).clamp_min(1e-12).view(one_a_channel);
  return straight_through(weight, (exact / scale).round() * scale);
}

Tensor fake_quantise_activation(const Tensor& values) {
  constexpr double kLevels = 255;
  const Tensor exact = values.detach();
  const Tensor low = exact.amin().clamp_max(0), high = exact.amax().clamp_min(0);
  const Tensor scale = ((high - low) / kLevels).clamp_min(1e-12);
  const Tensor zero = (-low / scale).round();
  const Tensor levels = ((exact / scale).round() + zero).clamp(0, kLevels);
  return straight_through(values, (levels - zero) * scale);
}

std::vector<bool> quantised_values(const Graph& graph) {
  std::vector<int> readers(graph.ops.size());
  std::vector<bool> merged(graph.ops.size());
  for (const Op& op : graph.ops)
    for (const Value x : op.inputs) ++readers[static_cast<size_t>(x)];
  for (const Op& op : graph.ops) {
    if (!merges_into(op.kind)) continue;
    const auto x = static_cast<size_t>(op.inputs[0]);
    merged[x] = readers[x] == 1;
  }
  std::vector<bool> quantised(graph.ops.size());
  for (size_t i = 0; i < graph.ops.size(); ++i)
    quantised[i] = makes_levels(graph.ops[i].kind) && !merged[i];
  quantised[static_cast<size_t>(graph.taps.at("logits"))] = false;
  return quantised;
}

}  // namespace derm
