#include "net/init.h"

#include <cmath>

namespace derm {
namespace {

using torch::Tensor;

constexpr double kLinearStandardDeviation = 0.01;

double fan_in(const Tensor& weight) {
  return static_cast<double>(weight.numel()) / static_cast<double>(weight.size(0));
}

// Counts output channels as if there were no groups, as torch does.
double fan_out(const Tensor& weight) {
  return static_cast<double>(weight.numel()) / static_cast<double>(weight.size(1));
}

void init_layer(Init init, Tensor weight, Tensor bias, const torch::Generator& generator) {
  if (init == Init::kFanIn) {
    const double bound = 1 / std::sqrt(fan_in(weight));
    weight.uniform_(-bound, bound, generator);
    if (bias.defined()) bias.uniform_(-bound, bound, generator);
    return;
  }
  const bool kaiming = init == Init::kKaimingFanOut;
  const double deviation = kaiming ? std::sqrt(2 / fan_out(weight)) : kLinearStandardDeviation;
  weight.normal_(0, deviation, generator);
  if (bias.defined()) bias.zero_();
}

void init_batch_norm(const std::map<std::string, Tensor>& weights) {
  for (const auto& [name, value] : weights) {
    Tensor tensor = value;
    tensor.fill_(name == "weight" || name == "running_var" ? 1 : 0);
  }
}

}  // namespace

void init_weights(const Op& op, const std::map<std::string, Tensor>& weights,
                  const torch::Generator& generator) {
  torch::NoGradGuard no_grad;
  if (op.kind == OpKind::kBatchNorm) {
    init_batch_norm(weights);
  } else if (weights.count("weight") != 0) {
    const auto bias = weights.find("bias");
    init_layer(op.init, weights.at("weight"), bias == weights.end() ? Tensor() : bias->second,
               generator);
  }
}

}  // namespace derm
