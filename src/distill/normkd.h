// NormKD (Chi et al. 2023), the second stage of DSP-KD (Zeng et al. 2024, eq. 8): every sample has
// its own temperature on each side, t = T * standard deviation (n - 1) of its logits over classes.
//
//   mean_i t_t,i^2 * KL(softmax(z_t,i / t_t,i) || softmax(z_s,i / t_s,i))
//
// The gradient flows through the student's standard deviation, as in the published code.
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct NormKdOptions {
  double temperature = 2;  // the published CIFAR value; 1 on ImageNet
  bool reverse = false;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0), "factor of the logits' standard deviation");
    // Differs from paper: eq. 8 of DSP-KD writes the student first; NormKD's code and every other
    // distillation loss have the teacher first.
    v("reverse", c.reverse, any(), "KL(student || teacher), as DSP-KD's eq. 8 is written");
  }
};

// teacher and student logits [B, K] -> scalar. A row of equal logits has temperature 1e-6.
torch::Tensor normkd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                          const NormKdOptions& options);

std::unique_ptr<Term> new_normkd(const TermContext& context, const NormKdOptions& options);

}  // namespace derm
