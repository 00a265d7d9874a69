#include "graph/frozen.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "base/error.h"
#include "graph/plan.h"

namespace derm {
namespace {

bool only_trains(OpKind kind) {
  return kind == OpKind::kDropout || kind == OpKind::kStochasticDepth;
}

const Array& checked(const Graph& graph, const Arrays& weights, const Op& op,
                     const WeightSpec& spec) {
  const std::string name = weight_name(op, spec.name);
  const auto found = weights.find(name);
  if (found == weights.end()) throw Error("a weight is missing", graph.arch, name);
  const Array& array = found->second;
  int64_t elements = 1;
  for (const int64_t size : spec.shape) elements *= size;
  if (array.shape != spec.shape || array.values.size() != static_cast<size_t>(elements))
    throw Error("a weight has another shape", graph.arch + ", " + name,
                fmt::format("{}", fmt::join(spec.shape, "x")),
                fmt::format("{} with {} values", fmt::join(array.shape, "x"), array.values.size()));
  return array;
}

class Freezer {
 public:
  Freezer(const Graph& graph, const Arrays& weights)
      : graph_(graph), weights_(weights), moved_(graph.ops.size(), -1) {
    out_.graph.arch = graph.arch;
    out_.graph.classes = graph.classes;
    append(graph.ops.at(0), 0);
  }

  FrozenGraph run(const std::set<std::string>& taps) {
    for (const PlanStep& step : plan(graph_, taps)) add(step);
    for (const std::string& tap : taps) out_.graph.taps[tap] = moved(graph_.taps.at(tap));
    return std::move(out_);
  }

 private:
  Value& moved(Value x) { return moved_[static_cast<size_t>(x)]; }

  void append(Op op, Value from) {
    for (Value& x : op.inputs) x = moved(x);
    moved(from) = static_cast<Value>(out_.graph.ops.size());
    out_.graph.ops.push_back(std::move(op));
  }

  void add(const PlanStep& step) {
    if (moved(step.op) >= 0) return;  // the input, or a norm that was folded
    Op op = graph_.ops[static_cast<size_t>(step.op)];
    if (only_trains(op.kind)) {
      moved(step.op) = moved(op.inputs[0]);
      return;
    }
    for (const WeightSpec& spec : op_weights(graph_, op))
      out_.weights[weight_name(op, spec.name)] = checked(graph_, weights_, op, spec);
    if (step.norm >= 0) fold(op, graph_.ops[static_cast<size_t>(step.norm)]);
    append(std::move(op), step.op);
    if (step.norm >= 0) moved(step.norm) = moved(step.op);
  }

  void fold(Op& conv, const Op& norm) {
    std::map<std::string, const Array*> of;
    for (const WeightSpec& spec : op_weights(graph_, norm))
      of[spec.name] = &checked(graph_, weights_, norm, spec);
    Array& weight = out_.weights.at(weight_name(conv, "weight"));
    Array& bias = out_.weights[weight_name(conv, "bias")];
    const auto channels = static_cast<size_t>(conv.shape.channels);
    if (!conv.bias) bias = {{conv.shape.channels}, std::vector<float>(channels, 0)};
    conv.bias = true;
    const size_t fan_in = weight.values.size() / channels;
    for (size_t c = 0; c < channels; ++c) {
      const auto value = [&](const char* name) { return double{of.at(name)->values[c]}; };
      const double scale = value("weight") / std::sqrt(value("running_var") + norm.eps);
      for (size_t i = c * fan_in; i < (c + 1) * fan_in; ++i)
        weight.values[i] = static_cast<float>(weight.values[i] * scale);
      bias.values[c] =
          static_cast<float>((bias.values[c] - value("running_mean")) * scale + value("bias"));
    }
  }

  const Graph& graph_;
  const Arrays& weights_;
  std::vector<Value> moved_;  // where each op's value is in the new graph; -1: nowhere yet
  FrozenGraph out_;
};

}  // namespace

const Array& FrozenGraph::weight(const Op& op, const std::string& name) const {
  const auto found = weights.find(weight_name(op, name));
  if (found == weights.end()) throw Error("a weight is missing", graph.arch, weight_name(op, name));
  return found->second;
}

FrozenGraph freeze(const Graph& graph, const Arrays& weights, const std::set<std::string>& taps) {
  return Freezer(graph, weights).run(taps);
}

}  // namespace derm
