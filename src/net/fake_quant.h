// What int8 does to a network, in floats: for training a student that will be quantised.
//
// Weights: int8 per output channel, symmetric. Activations: uint8 between the ends of the batch at
// hand, with a level for 0. Gradients pass as if nothing were rounded (straight-through: Jacob et
// al., "Quantization and training of neural networks for efficient integer-arithmetic-only
// inference", CVPR 2018). Differs from paper: ranges are the batch's own instead of a moving
// average of them, so that a step has no state; the quantiser finds its ranges on training images
// later.
#pragma once

#include <vector>

#include "graph/graph.h"
#include "net/torch.h"

namespace derm {

torch::Tensor fake_quantise_weight(const torch::Tensor& weight);  // [out, ...]
torch::Tensor fake_quantise_activation(const torch::Tensor& values);

// Which values of a graph an int8 model has levels for: the image, what layers and sums give
// (behind their ReLU, where that is all that reads them), concatenations and pools; never the
// logits.
std::vector<bool> quantised_values(const Graph& graph);

}  // namespace derm
