// Fresh weights, as torchvision draws them for each family.
#pragma once

#include <map>
#include <string>

#include "graph/graph.h"
#include "net/torch.h"

namespace derm {

// Fills the tensors of one op (names of op_weights). Draws from `generator` alone.
void init_weights(const Op& op, const std::map<std::string, torch::Tensor>& weights,
                  const torch::Generator& generator);

}  // namespace derm
