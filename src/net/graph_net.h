// Executes a Graph with libtorch. Parameters live under torchvision's names.
#pragma once

#include <torch/torch.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "net/weights.h"

namespace derm {

using Taps = std::map<std::string, torch::Tensor>;
using TapSet = std::set<std::string>;

class GraphNetImpl : public torch::nn::Module {
 public:
  // Fresh weights as torchvision initialises the family, drawn from `seed`.
  explicit GraphNetImpl(Graph graph, uint64_t seed = 0);

  // images [N, 3, side, side] float32 -> only the wanted taps: maps [N, C, H, W], embedding [N, D],
  // logits [N, K]. Values are freed after their last use when gradients are off.
  Taps forward(torch::Tensor images, const TapSet& wanted);

  const Graph& graph() const { return graph_; }

  // Parameters and buffers by torchvision name (num_batches_tracked included), sharing storage.
  TensorMap state();

 private:
  Graph graph_;
  std::vector<std::map<std::string, torch::Tensor>> weights_;  // one entry per op
};
TORCH_MODULE(GraphNet);

struct LoadReport {
  std::vector<std::string> skipped_head;  // classifier tensors of another size, left fresh
};

// Copies tensors into the network. A classifier (the op that makes `logits`) of another number of
// classes is skipped and reported where `allow_other_head`; every other missing, unexpected or
// differently shaped tensor is one Error that lists all of them. Missing num_batches_tracked is
// fine; a file without any classifier counts as another head.
LoadReport load_weights(GraphNet& net, const WeightFile& file, const std::string& name,
                        bool allow_other_head);

}  // namespace derm
