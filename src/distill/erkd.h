// Entropy-reweighted distillation (ER-KD, Su et al. 2023): each sample counts by the entropy of the
// teacher's opinion.
//
//   T^2 * mean_i h_i * KL(softmax(z_t,i / T) || softmax(z_s,i / T)),  h_i = entropy of
//   softmax(z_t,i / T_e)
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct ErKdOptions {
  double temperature = 4;
  double entropy_temperature = 4;
  bool normalize = false;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0), "softens both sides");
    v("entropy_temperature", c.entropy_temperature, above(0),
      "softens the teacher for its entropy");
    v("normalize", c.normalize, any(), "divide the entropies by their mean over the batch");
  }
};

// logits [B, K], temperature -> entropy in nats [B].
torch::Tensor entropy_rows(const torch::Tensor& logits, double temperature);

// teacher and student logits [B, K] -> scalar.
torch::Tensor erkd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                        const ErKdOptions& options);

std::unique_ptr<Term> new_erkd(const TermContext& context, const ErKdOptions& options);

}  // namespace derm
