// Decoupled distillation (DKD, Zhao et al. 2022): the KL divergence split into whether the sample
// is of its label's class (TCKD) and how the other classes share the rest (NCKD).
//
//   T^2 * (target * KL([p_t, 1 - p_t] || [p_s, 1 - p_s]) + others * KL(q_t || q_s)), batch mean
//
// p: the label's probability at T; q: softmax over the other K - 1 classes at T.
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct DkdOptions {
  double temperature = 4;
  double target = 1;
  double others = 2;  // the published weights are 0.5 to 8; 2 suits eight classes
  bool standardize = false;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0), "softens both sides");
    v("target", c.target, at_least(0.0), "weight of the label's part (TCKD)");
    v("others", c.others, at_least(0.0), "weight of the other classes' part (NCKD)");
    v("standardize", c.standardize, any(), "z-score the logits first (Sun et al. 2024)");
  }
};

// teacher and student logits [B, K], labels [B] -> scalar.
torch::Tensor dkd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                       const torch::Tensor& labels, const DkdOptions& options);

std::unique_ptr<Term> new_dkd(const TermContext& context, const DkdOptions& options);

}  // namespace derm
