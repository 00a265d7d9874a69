// Logit standardisation (Sun et al. 2024): KD between z-scores, so that the student need not match
// the range and mean of the teacher's logits.
//
//   z' = (z - mean(z)) / (1e-7 + std(z)), std with n - 1;  T^2 * mean_i KL(softmax(z'_t / T) || ..)
//
// The gradient flows through the student's mean and deviation.
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct LsKdOptions {
  double temperature = 2;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0), "softens both sides after standardisation");
  }
};

// teacher and student logits [B, K] -> scalar.
torch::Tensor lskd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                        const LsKdOptions& options);

std::unique_ptr<Term> new_lskd(const TermContext& context, const LsKdOptions& options);

}  // namespace derm
