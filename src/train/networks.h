// The networks of a run under one roof: student, peers and auxiliary modules that may train, and
// frozen teachers beside them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "distill/auxiliary.h"
#include "distill/step.h"
#include "image/preprocess.h"
#include "net/graph_net.h"
#include "net/torch.h"
#include "train/optimizer.h"

namespace derm {

// A frozen network in eval mode, behind its own normalisation.
class Teacher {
 public:
  // `contract` is the teacher's, `run` the one that the batches were made with: a different mean or
  // std is corrected exactly; other differences were reported when the teacher was loaded.
  Teacher(GraphNet net, const Preprocess& contract, const Preprocess& run);

  // images [N, 3, side, side] -> wanted taps without gradient.
  Taps forward(const torch::Tensor& images, const TapSet& wanted) const;
  const Graph& graph() const { return net_->graph(); }
  void to(const torch::Device& device);
  void set_memory_format(torch::MemoryFormat format) { net_->set_memory_format(format); }

 private:
  mutable GraphNet net_;
  torch::Tensor scale_, shift_;  // [1, 3, 1, 1]; undefined where the contracts agree
};

struct Networks {
  GraphNet student{nullptr};
  std::vector<GraphNet> peers;
  std::vector<Teacher> teachers;
  std::unique_ptr<Aux> aux;

  // Children "student", "aux" and "peers" (peers.0, peers.1, ...): what a stage's `train` may name.
  std::shared_ptr<torch::nn::Module> root() const;
};

// The one freezing rule: what `train` names (a root or a dotted part of one) gets gradients and
// train mode, everything else is frozen and in eval mode. Returns the trained parameters. Throws
// Error on a name that matches nothing; an empty "aux" or "peers" is fine.
NamedParameters arm(const std::shared_ptr<torch::nn::Module>& root,
                    const std::vector<std::string>& train);

// Parameters and buffers of a module by dotted name, sharing storage.
TensorMap state_of(const torch::nn::Module& module, const std::string& prefix = "");
// Copies `state` into them. Throws Error naming a tensor that is missing or of another shape.
void restore_state(const torch::nn::Module& module, const std::string& prefix,
                   const TensorMap& state);

}  // namespace derm
