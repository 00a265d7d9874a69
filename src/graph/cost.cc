#include "graph/graph.h"

namespace derm {
namespace {

int64_t elements(const WeightSpec& spec) {
  int64_t count = 1;
  for (const int64_t size : spec.shape) count *= size;
  return count;
}

// Each number of a convolution's or linear layer's weight is used once per output position.
bool multiplies(OpKind kind) {
  return kind == OpKind::kConv2d || kind == OpKind::kLinear;
}

}  // namespace

Cost cost(const Graph& graph) {
  Cost total;
  for (const Op& op : graph.ops) {
    for (const WeightSpec& spec : op_weights(graph, op)) {
      const int64_t count = elements(spec);
      (spec.learned ? total.parameters : total.buffers) += count;
      if (multiplies(op.kind) && spec.name == "weight")
        total.macs += count * op.shape.height * op.shape.width;
    }
  }
  return total;
}

}  // namespace derm
