// Weighted soft labels (Zhou et al. 2021, "Rethinking soft labels for knowledge distillation: a
// bias-variance tradeoff perspective"), the soft part:
//
//   T^2 * mean_i w_i * (-sum_c p_t,c(T) log p_s,c(T))
//   w_i = 1 - exp(-max(CE_s,i / (CE_t,i + 1e-7), 0)),  both CE at T = 1, without gradient
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct WsldOptions {
  double temperature = 2;  // the published ImageNet value

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0), "softens both sides");
  }
};

// teacher and student logits [B, K], labels [B] -> scalar.
torch::Tensor wsld_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                        const torch::Tensor& labels, const WsldOptions& options);

std::unique_ptr<Term> new_wsld(const TermContext& context, const WsldOptions& options);

}  // namespace derm
