// One op of a graph on torch tensors.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "net/torch.h"

namespace derm {

struct OpInputs {
  std::vector<torch::Tensor> values;  // [N, C, H, W], or [N, D] after kFlatten
  bool training = false;              // batch norm, dropout, stochastic depth
  int overwrites = -1;                // index of the value whose memory may be taken; -1: none
};

// `weights`: by the names of op_weights, and num_batches_tracked of a batch norm.
torch::Tensor run_op(const Op& op, const OpInputs& in,
                     const std::map<std::string, torch::Tensor>& weights);

}  // namespace derm
