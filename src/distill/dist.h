// DIST (Huang et al. 2022): correlation instead of divergence, between classes of one sample
// (inter) and between samples of one class (intra).
//
//   tau^2 * (inter * (1 - mean_i rho(p_s[i, :], p_t[i, :])) + intra * (1 - mean_c rho(p_s[:, c],
//   p_t[:, c])))
//
// rho: Pearson's correlation of probabilities at temperature tau.
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct DistOptions {
  double temperature = 1;  // the published ImageNet value; 4 on CIFAR
  double inter = 1;
  double intra = 1;
  bool scale = true;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0), "softens both sides");
    v("inter", c.inter, at_least(0.0), "weight of the relation between classes");
    v("intra", c.intra, at_least(0.0), "weight of the relation between samples");
    // Differs from paper: the listing has no temperature squared, the code has.
    v("scale", c.scale, any(), "multiply by temperature squared");
  }
};

// teacher and student logits [B, K] -> scalar.
torch::Tensor dist_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                        const DistOptions& options);

std::unique_ptr<Term> new_dist(const TermContext& context, const DistOptions& options);

}  // namespace derm
