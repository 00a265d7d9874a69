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

// A function of vectors at every position of a map; channels-last maps need no copy for it.
template <typename Function>
Tensor over_channels(const Tensor& x, Function function) {
  return x.dim() == 2 ? function(x) : function(x.permute({0, 2, 3, 1})).permute({0, 3, 1, 2});
}

Tensor layer_norm(const Op& op, const Tensor& x, const Weights& weights) {
  return over_channels(x, [&](const Tensor& rows) {
    return torch::layer_norm(rows, {op.shape.channels}, weights.at("weight"), bias_of(weights),
                             op.eps);
  });
}

Tensor linear(const Tensor& x, const Weights& weights) {
  return over_channels(x, [&](const Tensor& rows) {
    return torch::linear(rows, weights.at("weight"), bias_of(weights));
  });
}

// One copy, which keeps the memory format.
Tensor channel_shuffle(const Op& op, const Tensor& x) {
  const bool last = x.suggest_memory_format() == torch::MemoryFormat::ChannelsLast;
  const int64_t dim = last ? 3 : 1;
  const Tensor shuffled = (last ? x.permute({0, 2, 3, 1}) : x)
                              .unflatten(dim, {op.groups, op.shape.channels / op.groups})
                              .transpose(dim, dim + 1)
                              .flatten(dim, dim + 1);
  return last ? shuffled.permute({0, 3, 1, 2}) : shuffled;
}

// Each row is kept whole or dropped whole.
Tensor stochastic_depth(const Op& op, const Tensor& x) {
  std::vector<int64_t> rows(static_cast<size_t>(x.dim()), 1);
  rows[0] = x.size(0);
  const double survival = 1 - op.rate;
  return x * torch::empty(rows, x.options()).bernoulli_(survival).div_(survival);
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
    case OpKind::kLayerNorm:
      return layer_norm(op, x, weights);
    case OpKind::kLayerScale:
      return x * weights.at("layer_scale");
    case OpKind::kRelu:
      return relu(x, in.overwrites == 0);
    case OpKind::kRelu6:
      return relu6(x, in.overwrites == 0);
    case OpKind::kHardswish:
      return torch::hardswish(x);
    case OpKind::kHardsigmoid:
      return torch::hardsigmoid(x);
    case OpKind::kSigmoid:
      return torch::sigmoid(x);
    case OpKind::kSilu:
      return torch::silu(x);
    case OpKind::kGelu:
      return torch::gelu(x);
    case OpKind::kMaxPool:
      return torch::max_pool2d(x, op.kernel, op.stride, op.padding, 1, op.ceil_mode);
    case OpKind::kAvgPool:
      return torch::avg_pool2d(x, op.kernel, op.stride, op.padding, op.ceil_mode);
    case OpKind::kGlobalAvgPool:
      return torch::adaptive_avg_pool2d(x, {1, 1});
    case OpKind::kAdd:
      return add(in);
    case OpKind::kMultiply:
      return x * in.values.at(1);
    case OpKind::kConcat:
      return torch::cat(in.values, 1);
    case OpKind::kSlice:
      return x.narrow(1, op.begin, op.shape.channels);
    case OpKind::kChannelShuffle:
      return channel_shuffle(op, x);
    case OpKind::kDropout:
      return in.training ? torch::dropout(x, op.rate, true) : x;
    case OpKind::kStochasticDepth:
      return in.training ? stochastic_depth(op, x) : x;
    case OpKind::kFlatten:
      return x.flatten(1);
    case OpKind::kLinear:
      return linear(x, weights);
    case OpKind::kInput:
      break;
  }
  throw Error("an op that cannot be run", op.name, "", op_kind_name(op.kind));
}

}  // namespace derm
