// What must be run for some taps, how long each value lives, and where it may be overwritten.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace derm {

struct PlanStep {
  Value op = 0;
  std::vector<Value> dead;  // values that nobody reads after this step
  Value norm = -1;          // a convolution's batch norm, where nobody else reads its output
  int overwrites = -1;      // index into Op::inputs whose memory the result may take; -1: none
};

// Steps in topological order; ops that no wanted tap needs are left out. Overwriting is only
// allowed where it is safe under automatic differentiation as well: the value is read by this op
// alone, is not wanted, and the op that made it does not need its own output for its gradient.
// Throws Error naming the taps there are for an unknown one.
std::vector<PlanStep> plan(const Graph& graph, const std::set<std::string>& wanted);

}  // namespace derm
