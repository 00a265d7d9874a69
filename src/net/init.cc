#include "net/init.h"

#include <cmath>

namespace derm {
namespace {

using torch::Tensor;

constexpr double kLayerScaleStart = 1e-6;

double fan_in(const Tensor& weight) {
  return static_cast<double>(weight.numel()) / static_cast<double>(weight.size(0));
}

// Counts output channels as if there were no groups, as torch does.
double fan_out(const Tensor& weight) {
  return static_cast<double>(weight.numel()) / static_cast<double>(weight.size(1));
}

void draw_weight(Init init, Tensor weight, const torch::Generator& generator) {
  const auto uniform = [&](double bound) { weight.uniform_(-bound, bound, generator); };
  switch (init) {
    case Init::kFanIn:
      return uniform(1 / std::sqrt(fan_in(weight)));
    case Init::kKaimingFanIn:
      return uniform(std::sqrt(6 / fan_in(weight)));
    case Init::kFanOut:
      return uniform(1 / std::sqrt(static_cast<double>(weight.size(0))));
    case Init::kKaimingFanOut:
      weight.normal_(0, std::sqrt(2 / fan_out(weight)), generator);
      return;
    case Init::kNormal:
      weight.normal_(0, 0.01, generator);
      return;
    case Init::kNormal02:
      weight.normal_(0, 0.02, generator);
      return;
  }
}

void init_layer(Init init, Tensor weight, Tensor bias, const torch::Generator& generator) {
  draw_weight(init, weight, generator);
  if (!bias.defined()) return;
  if (init == Init::kFanIn) {
    const double bound = 1 / std::sqrt(fan_in(weight));
    bias.uniform_(-bound, bound, generator);
  } else {
    bias.zero_();
  }
}

void init_norm(const std::map<std::string, Tensor>& weights) {
  for (const auto& [name, value] : weights) {
    Tensor tensor = value;
    tensor.fill_(name == "weight" || name == "running_var" ? 1 : 0);
  }
}

}  // namespace

void init_weights(const Op& op, const std::map<std::string, Tensor>& weights,
                  const torch::Generator& generator) {
  torch::NoGradGuard no_grad;
  if (op.kind == OpKind::kBatchNorm || op.kind == OpKind::kLayerNorm) {
    init_norm(weights);
  } else if (op.kind == OpKind::kLayerScale) {
    Tensor scale = weights.at("layer_scale");
    scale.fill_(kLayerScaleStart);
  } else if (weights.count("weight") != 0) {
    const auto bias = weights.find("bias");
    init_layer(op.init, weights.at("weight"), bias == weights.end() ? Tensor() : bias->second,
               generator);
  }
}

}  // namespace derm
