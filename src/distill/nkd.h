// Normalised distillation (NKD, Yang et al. 2023): the label's soft part as the teacher weighs it,
// and the other classes normalised among themselves.
//
//   mean_i( -p_t[y] log p_s[y] - gamma * T^2 * sum_{c != y} q_t,c log q_s,c )
//
// p at temperature 1; q: softmax over the other classes at T.
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct NkdOptions {
  double temperature = 1;
  double gamma = 1.5;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0), "softens the other classes");
    v("gamma", c.gamma, at_least(0.0), "weight of the other classes");
  }
};

// teacher and student logits [B, K], labels [B] -> scalar.
torch::Tensor nkd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                       const torch::Tensor& labels, const NkdOptions& options);

std::unique_ptr<Term> new_nkd(const TermContext& context, const NkdOptions& options);

}  // namespace derm
