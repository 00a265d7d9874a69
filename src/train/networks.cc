#include "train/networks.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

class Root : public torch::nn::Module {};

// "student.features" covers itself and "student.features.3.weight", not "student.features2".
bool covers(const std::string& prefix, const std::string& name) {
  return starts_with(name, prefix) && (name.size() == prefix.size() || name[prefix.size()] == '.');
}

bool covered(const std::vector<std::string>& prefixes, const std::string& name) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return covers(prefix, name); });
}

torch::Tensor channel_values(const std::vector<double>& values) {
  return torch::tensor(values, torch::kFloat).reshape({1, 3, 1, 1});
}

}  // namespace

Teacher::Teacher(GraphNet net, const Preprocess& contract, const Preprocess& run)
    : net_(std::move(net)) {
  net_->eval();
  for (auto& p : net_->parameters()) p.set_requires_grad(false);
  if (contract.mean == run.mean && contract.std == run.std) return;
  // x_teacher = (x_run * std_run + mean_run - mean_teacher) / std_teacher
  const auto std_teacher = channel_values(contract.std);
  scale_ = channel_values(run.std) / std_teacher;
  shift_ = (channel_values(run.mean) - channel_values(contract.mean)) / std_teacher;
}

Taps Teacher::forward(const torch::Tensor& images, const TapSet& wanted) const {
  const torch::NoGradGuard no_grad;
  return net_->forward(scale_.defined() ? images * scale_ + shift_ : images, wanted);
}

void Teacher::to(const torch::Device& device) {
  net_->to(device);
  if (!scale_.defined()) return;
  scale_ = scale_.to(device);
  shift_ = shift_.to(device);
}

std::shared_ptr<torch::nn::Module> Networks::root() const {
  auto root = std::make_shared<Root>();
  root->register_module("student", student.ptr());
  root->register_module("aux", aux->root());
  auto all_peers = std::make_shared<Root>();
  for (size_t i = 0; i < peers.size(); ++i)
    all_peers->register_module(std::to_string(i), peers[i].ptr());
  root->register_module<torch::nn::Module>("peers", all_peers);
  return root;
}

NamedParameters arm(const std::shared_ptr<torch::nn::Module>& root,
                    const std::vector<std::string>& train) {
  root->eval();
  std::vector<std::string> names;
  for (const auto& module : root->named_modules("", false)) {
    names.push_back(module.key());
    if (covered(train, module.key())) module.value()->train();
  }
  NamedParameters trained;
  for (auto& parameter : root->named_parameters()) {
    const bool on = covered(train, parameter.key());
    parameter.value().set_requires_grad(on);
    if (on) trained.emplace_back(parameter.key(), parameter.value());
    names.push_back(parameter.key());
  }
  for (const auto& prefix : train)
    if (std::none_of(names.begin(), names.end(),
                     [&](const std::string& name) { return covers(prefix, name); }))
      throw Error(fmt::format("nothing is called '{}'{}", prefix, did_you_mean(prefix, names)),
                  "stage key train", "student, aux, peers, or a dotted part of one");
  return trained;
}

TensorMap state_of(const torch::nn::Module& module, const std::string& prefix) {
  TensorMap out;
  const std::string lead = prefix.empty() ? "" : prefix + ".";
  for (const auto& item : module.named_parameters()) out[lead + item.key()] = item.value();
  for (const auto& item : module.named_buffers()) out[lead + item.key()] = item.value();
  return out;
}

void restore_state(const torch::nn::Module& module, const std::string& prefix,
                   const TensorMap& state) {
  const torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : state_of(module, prefix)) {
    const auto it = state.find(name);
    if (it == state.end() || it->second.sizes() != tensor.sizes())
      throw Error("checkpoint does not fit the network", name, "a tensor of the same shape");
    torch::Tensor(tensor).copy_(it->second);
  }
}

}  // namespace derm
