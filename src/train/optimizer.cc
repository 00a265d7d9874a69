#include "train/optimizer.h"

#include <cmath>

namespace derm {

Optimizer::Optimizer(NamedParameters parameters, const OptimConfig& config)
    : parameters_(std::move(parameters)),
      config_(config),
      momentum_(parameters_.size()),
      square_(parameters_.size()) {
  if (parameters_.empty())
    throw Error("nothing to train", "stage key train", "student, aux, or a part of them");
}

void Optimizer::zero_grad() {
  for (auto& [name, p] : parameters_)
    if (p.grad().defined()) p.mutable_grad().reset();
}

double Optimizer::gradient_norm() const {
  double squares = 0;
  for (const auto& [name, p] : parameters_)
    if (p.grad().defined()) {
      const auto norm = p.grad().norm().item<double>();
      squares += norm * norm;
    }
  return std::sqrt(squares);
}

double Optimizer::step(double lr) {
  const torch::NoGradGuard no_grad;
  ++steps_;
  double norm = 0;
  if (config_.clip_norm > 0) {
    norm = gradient_norm();
    const double scale = config_.clip_norm / (norm + 1e-6);
    if (scale < 1)
      for (auto& [name, p] : parameters_)
        if (p.grad().defined()) p.mutable_grad().mul_(scale);
  }
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const auto& p = parameters_[i].second;
    if (!p.grad().defined()) continue;
    const bool decays = config_.decay_norm_and_bias || p.dim() > 1;
    const double decay = decays ? config_.weight_decay : 0;
    if (config_.kind == "sgd")
      step_sgd(i, lr, decay);
    else
      step_adamw(i, lr, decay);
  }
  return norm;
}

// As torch.optim.SGD without dampening: the first buffer is the gradient itself.
void Optimizer::step_sgd(size_t i, double lr, double decay) {
  auto& p = parameters_[i].second;
  auto gradient = p.grad();
  if (decay != 0) gradient = gradient.add(p, decay);
  if (config_.momentum != 0) {
    if (momentum_[i].defined())
      momentum_[i].mul_(config_.momentum).add_(gradient);
    else
      momentum_[i] = gradient.clone();
    gradient = config_.nesterov ? gradient.add(momentum_[i], config_.momentum) : momentum_[i];
  }
  p.add_(gradient, -lr);
}

// Loshchilov and Hutter 2019, algorithm 2, with bias correction by the number of steps.
void Optimizer::step_adamw(size_t i, double lr, double decay) {
  auto& p = parameters_[i].second;
  const auto& gradient = p.grad();
  if (!momentum_[i].defined()) {
    momentum_[i] = torch::zeros_like(p);
    square_[i] = torch::zeros_like(p);
  }
  p.mul_(1 - lr * decay);
  momentum_[i].mul_(config_.momentum).add_(gradient, 1 - config_.momentum);
  square_[i].mul_(config_.beta2).addcmul_(gradient, gradient, 1 - config_.beta2);
  const double correct1 = 1 - std::pow(config_.momentum, static_cast<double>(steps_));
  const double correct2 = 1 - std::pow(config_.beta2, static_cast<double>(steps_));
  const auto denominator = square_[i].sqrt().div_(std::sqrt(correct2)).add_(config_.eps);
  p.addcdiv_(momentum_[i], denominator, -lr / correct1);
}

TensorMap Optimizer::state() const {
  TensorMap out;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (momentum_[i].defined()) out[parameters_[i].first + "/momentum"] = momentum_[i];
    if (square_[i].defined()) out[parameters_[i].first + "/square"] = square_[i];
  }
  return out;
}

void Optimizer::restore(const TensorMap& state, int64_t steps) {
  size_t used = 0;
  const auto take = [&](size_t i, const char* kind, torch::Tensor& buffer) {
    const auto it = state.find(parameters_[i].first + "/" + kind);
    if (it == state.end()) return;
    if (it->second.sizes() != parameters_[i].second.sizes())
      throw Error("optimizer state does not fit the network", it->first);
    buffer = torch::empty_like(parameters_[i].second).copy_(it->second);
    ++used;
  };
  const torch::NoGradGuard no_grad;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    take(i, "momentum", momentum_[i]);
    take(i, "square", square_[i]);
  }
  if (used != state.size())
    throw Error("optimizer state does not fit the network", "checkpoint",
                fmt::format("{} buffers", used), fmt::format("{} buffers", state.size()));
  steps_ = steps;
}

}  // namespace derm
