// Executes a Graph with libtorch. Parameters live under torchvision's names.
//
// train() and eval() of the network, or of one of its named modules, switch batch norm, dropout
// and stochastic depth. These two draw from torch's default generator. The memory format of the
// images is kept.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "net/torch.h"
#include "net/weights.h"

namespace derm {

using Taps = std::map<std::string, torch::Tensor>;
using TapSet = std::set<std::string>;

class GraphNetImpl : public torch::nn::Module {
 public:
  // Fresh weights as torchvision initialises the family, drawn from `seed`.
  explicit GraphNetImpl(Graph graph, uint64_t seed = 0);

  // images [N, 3, side, side] float32 -> only the wanted taps: maps [N, C, H, W], embedding [N, D],
  // logits [N, K]. When gradients are off, values are freed after their last use, and a batch norm
  // in eval mode becomes part of its convolution's weights: equal up to rounding.
  Taps forward(torch::Tensor images, const TapSet& wanted);

  const Graph& graph() const { return graph_; }

  // Parameters and buffers by torchvision name (num_batches_tracked included), sharing storage;
  // the tensors are detached, so writing into them needs no guard.
  TensorMap state();

  // Lays the convolutions' weights out for images of this memory format: ChannelsLast images then
  // train up to a tenth faster. Values, names and open handles stay.
  void set_memory_format(torch::MemoryFormat format);

  // Whether forward() computes as an int8 model would (net/fake_quant.h). Batch norms behind a
  // convolution then stay at their running statistics, also in training.
  void set_fake_quantised(bool on);

  // Bytes of parameters and buffers.
  int64_t state_bytes();

 private:
  using Weights = std::map<std::string, torch::Tensor>;

  void add_op(const Op& op);
  // Whether that op, a batch norm or -1, can be part of its convolution now.
  bool can_fold(Value norm) const;
  // The op's weights: with its batch norm where `norm` is not -1, rounded where that is simulated.
  Weights weights_of(size_t i, Value norm) const;

  Graph graph_;
  std::vector<bool> quantised_;                              // by op; empty: nothing is simulated
  std::vector<Weights> weights_;                             // one entry per op
  std::vector<std::shared_ptr<torch::nn::Module>> modules_;  // one per op; null: stateless
};
TORCH_MODULE(GraphNet);

// A copy of the state that later training does not change.
TensorMap clone_state(GraphNet& net);

struct LoadReport {
  std::vector<std::string> skipped_head;  // classifier tensors of another size, left fresh
  std::optional<double> folded_eps;       // the file's batch-norm epsilon, folded into running_var
};

// Copies tensors into the network. A classifier (the op that makes `logits`) of another number of
// classes is skipped and reported where `allow_other_head`; every other missing, unexpected or
// differently shaped tensor is one Error that lists all of them. Missing num_batches_tracked is
// fine; a file without any classifier counts as another head. Where the metadata says `bn_eps` and
// the graph has another epsilon, running_var becomes running_var + bn_eps - epsilon: in eval mode
// the network is the file's.
LoadReport load_weights(GraphNet& net, const WeightFile& file, const std::string& name,
                        bool allow_other_head);

}  // namespace derm
