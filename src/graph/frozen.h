// A network with its weights, made ready for inference: what deployment starts from. No torch.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/array.h"
#include "graph/graph.h"

namespace derm {

using Arrays = std::map<std::string, Array>;  // by torchvision's names

struct FrozenGraph {
  Graph graph;  // only the ops and taps that are wanted
  Arrays weights;

  const Array& weight(const Op& op, const std::string& name) const;
};

// What eval mode computes, with less: training ops are left out, a batch norm behind a convolution
// that nobody else reads becomes part of the convolution's weight and bias (computed in double).
// Throws Error naming the tap that does not exist, or the weight that is missing or has another
// shape.
FrozenGraph freeze(const Graph& graph, const Arrays& weights, const std::set<std::string>& taps);

}  // namespace derm
