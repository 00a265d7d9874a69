// Cross-entropy with the labels, on the upright view (Wang et al. 2023, eq. 3).
//
//   sum_i w[y_i] l_i / norm,  l_i = (1 - e) * -log p[y_i] + e / K * sum_c -log p[c] (w[c] / w[y_i])
//
// norm: the sum of w[y_i] (weighted_mean), B (batch_mean) or 1 (sum).
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct CeOptions {
  std::string reduction = "weighted_mean";
  double label_smoothing = 0;
  bool weighted = true;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    // Differs from paper: eq. 3 sums; the SSD-KD code takes the weighted mean, which keeps the loss
    // near 1 whatever the class weights are.
    v("reduction", c.reduction, one_of({"weighted_mean", "batch_mean", "sum"}),
      "what the weighted sum is divided by");
    v("label_smoothing", c.label_smoothing, within(0, 0.999), "mass spread over all classes");
    v("weighted", c.weighted, any(), "whether the recipe's class weights are used");
  }
};

// logits [N, K], labels [N], weights [K] or undefined -> scalar.
torch::Tensor cross_entropy(const torch::Tensor& logits, const torch::Tensor& labels,
                            const torch::Tensor& weights, const CeOptions& options);

std::unique_ptr<Term> new_ce(const TermContext& context, const CeOptions& options);

}  // namespace derm
