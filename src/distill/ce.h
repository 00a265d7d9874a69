// Cross-entropy with the labels, on the upright view (Wang et al. 2023, eq. 3).
//
//   sum_i w[y_i] l_i / norm,  l_i = (1 - e) * -log p[y_i] + e / K * sum_c -log p[c] (w[c] / w[y_i])
//
// norm: the sum of w[y_i] (weighted_mean), B (batch_mean) or 1 (sum).
//
// With `logit_adjustment` a, p is softmax(logits + a log prior): the network's own logits then rank
// classes as if all were equally common (Menon et al. 2021, eq. 10).
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct CeOptions {
  std::string reduction = "weighted_mean";
  double label_smoothing = 0;
  std::string smoothing_form = "all";
  double logit_adjustment = 0;
  bool weighted = true;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    // Differs from paper: eq. 3 sums; the SSD-KD code takes the weighted mean, which keeps the loss
    // near 1 whatever the class weights are.
    v("reduction", c.reduction, one_of({"weighted_mean", "batch_mean", "sum"}),
      "what the weighted sum is divided by");
    v("label_smoothing", c.label_smoothing, within(0, 0.999), "mass spread over all classes");
    // Differs from paper: Szegedy et al. 2016 and torch spread over all K classes, the code of
    // Tf-KD (Yuan et al. 2020) over the K - 1 others.
    v("smoothing_form", c.smoothing_form, one_of({"all", "others"}), "classes that share the mass");
    v("logit_adjustment", c.logit_adjustment, within(0, 10),
      "factor of log(class share) added to the logits while training; 1: balanced error");
    v("weighted", c.weighted, any(), "whether the recipe's class weights are used");
  }
};

// Class labels [M] of the training split -> log of each class's share [K]; a class without images
// counts as one.
torch::Tensor log_prior(const torch::Tensor& labels, int64_t classes);

// logits [N, K], labels [N], weights [K] or undefined -> scalar.
torch::Tensor cross_entropy(const torch::Tensor& logits, const torch::Tensor& labels,
                            const torch::Tensor& weights, const CeOptions& options);

std::unique_ptr<Term> new_ce(const TermContext& context, const CeOptions& options);

}  // namespace derm
