// Channel relations (CRKD of SSD-KD, Wang et al. 2023, eq. 6-8): Gram matrices between the channels
// of the last map, the student's brought to the teacher's K channels by an adaptor.
//
//   G = F F^T / (K H W), F = the map as [K, H W];  r_i = ||G_s,i - G_t,i||_F
//   code: sqrt(mean_i r_i^2) / K     paper: sum_i r_i     paper_mean: mean_i r_i
//
// The two sides' maps may differ in size. The distance needs no K x K matrix: with P = H W,
// ||a F_s F_s^T - b F_t F_t^T||^2 = a^2 ||F_s^T F_s||^2 + b^2 ||F_t^T F_t||^2 - 2 a b ||F_s^T
// F_t||^2.
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct CrkdOptions {
  std::string form = "code";
  bool linear = false;
  std::string views = "all";

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    // Differs from paper: eq. 8 sums Frobenius norms; the code takes one root mean square over
    // batch and matrix, for which the published weight 1000 was tuned (about B K times smaller).
    v("form", c.form, one_of({"code", "paper", "paper_mean"}), "how the differences are joined");
    // Differs from paper: a linear projection there; convolution, batch norm and ReLU in the code.
    v("linear", c.linear, any(), "adaptor without batch norm and ReLU");
    v("views", c.views, one_of({"all", "upright"}),
      "rows that are compared: SSD-KD's code takes all rotations");
  }
};

// Maps [N, K, H_s, W_s], [N, K, H_t, W_t] -> r_i^2 [N] in float64.
torch::Tensor gram_distance_squared(const torch::Tensor& teacher, const torch::Tensor& student);
// The same by its definition, with K x K matrices.
torch::Tensor gram_distance_squared_direct(const torch::Tensor& teacher,
                                           const torch::Tensor& student);

// Teacher map and adapted student map, as above -> scalar.
torch::Tensor crkd_loss(const torch::Tensor& teacher, const torch::Tensor& adapted,
                        const CrkdOptions& options);

// The adaptor is aux.channel, or aux.channel_linear.
std::unique_ptr<Term> new_crkd(const TermContext& context, const CrkdOptions& options);

}  // namespace derm
