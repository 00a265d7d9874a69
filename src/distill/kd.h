// Response distillation on the upright view (Hinton et al. 2015; Wang et al. 2023, eq. 2):
//
//   T^2 / B * sum_i KL(softmax(z_t,i / T) || softmax(z_s,i / T))
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct KdOptions {
  double temperature = 4;
  std::string reduction = "batch_mean";
  bool scale = true;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0), "softens both sides");
    // Differs from paper: SSD-KD's eq. 2 sums over the batch without T^2; its code takes
    // batch mean times T^2, for which the published weights were tuned.
    // Differs from paper: the code of the teaching assistant (Mirzadeh et al. 2020) also divides by
    // the number of classes (element_mean).
    v("reduction", c.reduction, one_of({"batch_mean", "sum", "element_mean"}),
      "mean or sum over the samples, or mean over samples and classes");
    v("scale", c.scale, any(), "multiply by temperature squared");
  }
};

// teacher and student logits [N, K] -> scalar.
torch::Tensor kd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                      const KdOptions& options);

std::unique_ptr<Term> new_kd(const TermContext& context, const KdOptions& options);

}  // namespace derm
