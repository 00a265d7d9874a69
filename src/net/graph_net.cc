#include "net/graph_net.h"

#include <ATen/CPUGeneratorImpl.h>

#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "graph/plan.h"
#include "net/fake_quant.h"
#include "net/init.h"
#include "net/run_op.h"

namespace derm {
namespace {

using torch::Tensor;
using ModulePtr = std::shared_ptr<torch::nn::Module>;

ModulePtr child(torch::nn::Module& parent, const std::string& name) {
  const auto children = parent.named_children();
  const ModulePtr* found = children.find(name);
  if (found != nullptr) return *found;
  return parent.register_module(name, std::make_shared<torch::nn::Module>(name));
}

// The module of a dotted name, made where it is missing.
ModulePtr nested(torch::nn::Module& root, const std::string& dotted) {
  ModulePtr module;
  for (const std::string& part : split(dotted, '.')) module = child(module ? *module : root, part);
  return module;
}

void check_images(const Graph& graph, const Tensor& images) {
  const Shape& shape = graph.ops.at(0).shape;
  if (images.dim() == 4 && images.size(1) == shape.channels && images.size(2) == shape.height &&
      images.size(3) == shape.width)
    return;
  std::vector<std::string> sizes;
  for (const int64_t size : images.sizes()) sizes.push_back(std::to_string(size));
  throw Error("images of another shape than the network's input", graph.arch, "Nx" + shape.text(),
              sizes.empty() ? "a scalar" : join(sizes, "x"));
}

// Slices that tile a value are made by one split. Its gradient is one concatenation, in the memory
// format of the parts; a lone slice's is a whole map of zeros around its part.
void split_value(const Graph& graph, Value x, std::vector<Tensor>& values) {
  std::vector<size_t> slices;
  std::vector<int64_t> channels;
  int64_t end = 0;
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    const Op& op = graph.ops[i];
    if (op.kind != OpKind::kSlice || op.inputs[0] != x || op.begin != end) continue;
    slices.push_back(i);
    channels.push_back(op.shape.channels);
    end += op.shape.channels;
  }
  const auto whole = static_cast<size_t>(x);
  if (end != graph.ops[whole].shape.channels) return;
  const std::vector<Tensor> parts = torch::split_with_sizes(values[whole], channels, 1);
  for (size_t k = 0; k < parts.size(); ++k) values[slices[k]] = parts[k];
}

// Weight and bias of a convolution with its batch norm in eval mode:
// [out, in/groups, k, k], [out].
std::map<std::string, Tensor> folded(const std::map<std::string, Tensor>& conv,
                                     const std::map<std::string, Tensor>& norm, double eps) {
  const Tensor scale = norm.at("weight") * (norm.at("running_var") + eps).rsqrt();
  Tensor shift = norm.at("bias") - norm.at("running_mean") * scale;
  if (const auto bias = conv.find("bias"); bias != conv.end()) shift += bias->second * scale;
  return {{"weight", conv.at("weight") * scale.view({-1, 1, 1, 1})}, {"bias", shift}};
}

}  // namespace

GraphNetImpl::GraphNetImpl(Graph graph, uint64_t seed) : graph_(std::move(graph)) {
  const torch::Generator generator = at::detail::createCPUGenerator(seed);
  for (const Op& op : graph_.ops) {
    add_op(op);
    init_weights(op, weights_.back(), generator);
  }
}

void GraphNetImpl::add_op(const Op& op) {
  const std::vector<WeightSpec> specs = op_weights(graph_, op);
  const bool stateful = !op.name.empty();
  const ModulePtr module = stateful ? nested(*this, op.name) : nullptr;
  Weights weights;
  for (const WeightSpec& spec : specs) {
    const Tensor tensor = torch::empty(spec.shape);
    weights[spec.name] = spec.learned ? module->register_parameter(spec.name, tensor)
                                      : module->register_buffer(spec.name, tensor);
  }
  if (op.kind == OpKind::kBatchNorm)
    weights["num_batches_tracked"] =
        module->register_buffer("num_batches_tracked", torch::zeros({}, torch::kInt64));
  weights_.push_back(std::move(weights));
  modules_.push_back(module);
}

bool GraphNetImpl::can_fold(Value norm) const {
  if (norm < 0) return false;
  if (!quantised_.empty()) return true;
  return !torch::GradMode::is_enabled() && !modules_[static_cast<size_t>(norm)]->is_training();
}

GraphNetImpl::Weights GraphNetImpl::weights_of(size_t i, Value norm) const {
  Weights weights = weights_[i];
  if (norm >= 0) {
    const auto k = static_cast<size_t>(norm);
    weights = folded(weights, weights_[k], graph_.ops[k].eps);
  }
  const OpKind kind = graph_.ops[i].kind;
  if (!quantised_.empty() && (kind == OpKind::kConv2d || kind == OpKind::kLinear))
    weights["weight"] = fake_quantise_weight(weights.at("weight"));
  return weights;
}

Taps GraphNetImpl::forward(Tensor images, const TapSet& wanted) {
  check_images(graph_, images);
  const bool keep = torch::GradMode::is_enabled();
  std::vector<Tensor> values(graph_.ops.size());
  values[0] = quantised_.empty() ? std::move(images) : fake_quantise_activation(images);
  for (const PlanStep& step : plan(graph_, wanted)) {
    const auto i = static_cast<size_t>(step.op);
    const Op& op = graph_.ops[i];
    if (keep && op.kind == OpKind::kSlice && !values[i].defined())
      split_value(graph_, op.inputs[0], values);
    if (values[i].defined()) continue;  // the input, a slice that was split off, or a folded norm
    OpInputs in;
    for (const Value x : op.inputs) in.values.push_back(values[static_cast<size_t>(x)]);
    in.training = modules_[i] && modules_[i]->is_training();
    in.overwrites = quantised_.empty() ? step.overwrites : -1;
    const Value norm = can_fold(step.norm) ? step.norm : -1;
    const size_t made = norm >= 0 ? static_cast<size_t>(norm) : i;
    values[made] = run_op(op, in, weights_of(i, norm));
    if (!quantised_.empty() && quantised_[made])
      values[made] = fake_quantise_activation(values[made]);
    if (!keep)
      for (const Value x : step.dead) values[static_cast<size_t>(x)] = Tensor();
  }
  Taps taps;
  for (const std::string& tap : wanted)
    taps[tap] = values[static_cast<size_t>(graph_.taps.at(tap))];
  return taps;
}

TensorMap GraphNetImpl::state() {
  TensorMap state;
  for (const auto& item : named_parameters()) state[item.key()] = item.value().detach();
  for (const auto& item : named_buffers()) state[item.key()] = item.value().detach();
  return state;
}

void GraphNetImpl::set_memory_format(torch::MemoryFormat format) {
  for (Tensor& parameter : parameters())
    if (parameter.dim() == 4) parameter.set_data(parameter.detach().contiguous(format));
}

void GraphNetImpl::set_fake_quantised(bool on) {
  quantised_ = on ? quantised_values(graph_) : std::vector<bool>();
}

int64_t GraphNetImpl::state_bytes() {
  int64_t bytes = 0;
  for (const auto& [name, tensor] : state()) bytes += static_cast<int64_t>(tensor.nbytes());
  return bytes;
}

TensorMap clone_state(GraphNet& net) {
  TensorMap copy = net->state();
  for (auto& [name, tensor] : copy) tensor = tensor.clone();
  return copy;
}

}  // namespace derm
