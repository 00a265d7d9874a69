// SGD with momentum and AdamW over named parameters, with a state that checkpoints can hold.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/config.h"
#include "net/torch.h"
#include "net/weights.h"

namespace derm {

struct OptimConfig {
  std::string kind = "sgd";
  double lr = 1e-3;
  double momentum = 0.9;
  bool nesterov = false;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 1e-3;
  bool decay_norm_and_bias = true;
  double clip_norm = 0;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("kind", c.kind, one_of({"sgd", "adamw"}), "optimizer");
    v("lr", c.lr, above(0), "learning rate before the schedule");
    v("momentum", c.momentum, within(0, 0.9999), "sgd: momentum; adamw: beta1");
    v("nesterov", c.nesterov, any(), "sgd: Nesterov momentum");
    v("beta2", c.beta2, within(0, 0.99999), "adamw: decay of the squared gradients");
    v("eps", c.eps, above(0), "adamw: added to the root of the squared gradients");
    v("weight_decay", c.weight_decay, at_least(0), "sgd: L2 penalty; adamw: decoupled decay");
    v("decay_norm_and_bias", c.decay_norm_and_bias, any(),
      "whether batch-norm weights and biases decay too (the papers: yes)");
    v("clip_norm", c.clip_norm, at_least(0), "largest norm of the whole gradient; 0: no clipping");
  }
};

using NamedParameters = std::vector<std::pair<std::string, torch::Tensor>>;

class Optimizer {
 public:
  Optimizer(NamedParameters parameters, const OptimConfig& config);

  void zero_grad();
  // Clips where the configuration says so, then updates with this learning rate. Parameters without
  // a gradient are left alone. Returns the norm of the whole gradient before clipping.
  double step(double lr);

  // Buffers by "NAME/momentum", "NAME/square"; and the number of steps.
  TensorMap state() const;
  int64_t steps() const { return steps_; }
  // Throws Error naming a buffer that is missing, unknown or of another shape.
  void restore(const TensorMap& state, int64_t steps);

 private:
  double gradient_norm() const;
  void step_sgd(size_t i, double lr, double decay);
  void step_adamw(size_t i, double lr, double decay);

  NamedParameters parameters_;
  OptimConfig config_;
  std::vector<torch::Tensor> momentum_, square_;  // as the parameters; undefined before first use
  int64_t steps_ = 0;
};

}  // namespace derm
