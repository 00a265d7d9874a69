// Teacher-free distillation by a virtual teacher (Tf-KD reg, Yuan et al. 2020), which gives the
// label `correct` and every other class an equal share of the rest.
//
//   paper: T^2 * mean_i KL(softmax(log u_i / T) || softmax(z_s,i / T))
//   code:  mean over samples and classes of KL(softmax(u_i / T) || softmax(z_s,i))
//
// Tf-KD self is the recipe tfkd_self: kd with an earlier run of the same network as teacher.
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct TfKdOptions {
  double temperature = 20;
  double correct = 0.99;
  std::string form = "paper";

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0), "softens the virtual teacher");
    v("correct", c.correct, within(0.01, 0.9999), "probability of the label");
    // Differs from paper: the code softens probabilities instead of logits, leaves the student at
    // temperature 1, and divides by the number of classes as well.
    v("form", c.form, one_of({"paper", "code"}), "the paper's loss or its code's");
  }
};

// student logits [B, K], labels [B] -> scalar.
torch::Tensor tfkd_loss(const torch::Tensor& student_logits, const torch::Tensor& labels,
                        const TfKdOptions& options);

std::unique_ptr<Term> new_tfkd(const TermContext& context, const TfKdOptions& options);

}  // namespace derm
