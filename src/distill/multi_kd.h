// Distillation from several teachers: one KD loss against all of them.
//
//   avg_probs:  T^2 * mean_i KL(sum_m w_m softmax(z_m,i / T) || softmax(z_s,i / T))
//   avg_logits: KD against sum_m w_m z_m
//   sum_kl:     sum_m w_m KD(z_m): another value, the same gradient as avg_probs
//
// You et al. 2017 average softened probabilities; Fukuda et al. 2017 sum the losses.
#pragma once

#include <memory>
#include <vector>

#include "distill/term.h"

namespace derm {

struct MultiKdOptions {
  std::string mode = "avg_probs";
  double temperature = 4;
  std::vector<double> weights;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("mode", c.mode, one_of({"avg_probs", "avg_logits", "sum_kl"}), "how teachers are joined");
    v("temperature", c.temperature, above(0), "softens every side");
    v("weights", c.weights, above(0),
      "of the teachers, in the order of the command line, scaled to sum 1 (for example their "
      "balanced accuracies); empty: equal");
  }
};

// Logits [B, K] of each teacher and of the student -> scalar.
torch::Tensor multi_kd_loss(const std::vector<torch::Tensor>& teacher_logits,
                            const torch::Tensor& student_logits, const MultiKdOptions& options);

// Throws Error where the number of weights is not that of the teachers.
std::unique_ptr<Term> new_multi_kd(const TermContext& context, const MultiKdOptions& options);

}  // namespace derm
