#include "graph/plan.h"

namespace derm {
namespace {

struct Use {
  bool needed = false, wanted = false;
  int readers = 0;
  Value last = -1;  // the last op that reads the value
};

Use& at(std::vector<Use>& uses, Value x) {
  return uses[static_cast<size_t>(x)];
}

std::vector<Use> find_uses(const Graph& graph, const std::set<std::string>& wanted) {
  std::vector<Use> uses(graph.ops.size());
  for (const std::string& tap : wanted) {
    graph.shape(tap);  // refuses an unknown tap
    Use& use = at(uses, graph.taps.at(tap));
    use.needed = use.wanted = true;
  }
  for (Value i = static_cast<Value>(graph.ops.size()) - 1; i >= 0; --i) {
    if (!at(uses, i).needed) continue;
    for (const Value x : graph.ops[static_cast<size_t>(i)].inputs) {
      Use& use = at(uses, x);
      use.needed = true;
      ++use.readers;
      if (use.last < 0) use.last = i;
    }
  }
  return uses;
}

// Kinds whose gradient does not read their own output, and whose output is never a view of
// another value.
bool output_is_free(OpKind kind) {
  return kind == OpKind::kConv2d || kind == OpKind::kBatchNorm || kind == OpKind::kAdd ||
         kind == OpKind::kLayerScale || kind == OpKind::kConcat;
}

bool can_overwrite(OpKind kind) {
  return kind == OpKind::kRelu || kind == OpKind::kRelu6 || kind == OpKind::kAdd;
}

int overwritten_input(const Graph& graph, const std::vector<Use>& uses, const Op& op) {
  if (!can_overwrite(op.kind)) return -1;
  for (size_t k = 0; k < op.inputs.size(); ++k) {
    const auto x = static_cast<size_t>(op.inputs[k]);
    if (!uses[x].wanted && uses[x].readers == 1 && output_is_free(graph.ops[x].kind))
      return static_cast<int>(k);
  }
  return -1;
}

Value only_norm(const Graph& graph, const std::vector<Use>& uses, size_t i) {
  const Use& use = uses[i];
  if (graph.ops[i].kind != OpKind::kConv2d || use.wanted || use.readers != 1) return -1;
  return graph.ops[static_cast<size_t>(use.last)].kind == OpKind::kBatchNorm ? use.last : -1;
}

}  // namespace

std::vector<PlanStep> plan(const Graph& graph, const std::set<std::string>& wanted) {
  std::vector<Use> uses = find_uses(graph, wanted);
  std::vector<PlanStep> steps;
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    if (!uses[i].needed) continue;
    PlanStep step;
    step.op = static_cast<Value>(i);
    for (const Value x : std::set<Value>(graph.ops[i].inputs.begin(), graph.ops[i].inputs.end()))
      if (at(uses, x).last == step.op && !at(uses, x).wanted) step.dead.push_back(x);
    step.norm = only_norm(graph, uses, i);
    step.overwrites = overwritten_input(graph, uses, graph.ops[i]);
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace derm
