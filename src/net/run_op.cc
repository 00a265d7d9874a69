#include "net/run_op.h"

#include "base/error.h"

namespace derm {
namespace {

using torch::Tensor;
using Weights = std::map<std::string, Tensor>;

Tensor bias_of(const Weights& weights) {
  const auto found = weights.find("bias");
  return found == weights.end() ? Tensor() : found->second;
}

Tensor conv(const Op& op, const Tensor& x, const Weights& weights) {
  return torch::conv2d(x, weights.at("weight"), bias_of(weights), op.stride, op.padding, 1,
                       op.groups);
}

Tensor batch_norm(const Op& op, const Tensor& x, const Weights& weights, bool training) {
  if (training) {
    Tensor batches = weights.at("num_batches_tracked");
    batches += 1;
  }
  return torch::batch_norm(x, weights.at("weight"), bias_of(weights), weights.at("running_mean"),
                           weights.at("running_var"), training, op.momentum, op.eps, true);
}

Tensor add(const OpInputs& in) {
  if (in.overwrites < 0) return in.values[0] + in.values[1];
  const auto k = static_cast<size_t>(in.overwrites);
  Tensor sum = in.values[k];
  return sum.add_(in.values[1 - k]);
}

Tensor relu(Tensor x, bool overwrite) {
  return overwrite ? x.relu_() : x.relu();
}

Tensor relu6(Tensor x, bool overwrite) {
  return overwrite ? torch::hardtanh_(x, 0, 6) : torch::hardtanh(x, 0, 6);
}

}  // namespace

Tensor run_op(const Op& op, const OpInputs& in, const Weights& weights) {
  const Tensor& x = in.values.at(0);
  switch (op.kind) {
    case OpKind::kConv2d:
      return conv(op, x, weights);
    case OpKind::kBatchNorm:
      return batch_norm(op, x, weights, in.training);
    case OpKind::kRelu:
      return relu(x, in.overwrites == 0);
    case OpKind::kRelu6:
      return relu6(x, in.overwrites == 0);
    case OpKind::kMaxPool:
      return torch::max_pool2d(x, op.kernel, op.stride, op.padding);
    case OpKind::kAvgPool:
      return torch::avg_pool2d(x, op.kernel, op.stride, op.padding);
    case OpKind::kGlobalAvgPool:
      return torch::adaptive_avg_pool2d(x, {1, 1});
    case OpKind::kAdd:
      return add(in);
    case OpKind::kDropout:
      return in.training ? torch::dropout(x, op.rate, true) : x;
    case OpKind::kFlatten:
      return x.flatten(1);
    case OpKind::kLinear:
      return torch::linear(x, weights.at("weight"), bias_of(weights));
    case OpKind::kInput:
      break;
  }
  throw Error("an op that cannot be run", op.name, "", op_kind_name(op.kind));
}

}  // namespace derm
