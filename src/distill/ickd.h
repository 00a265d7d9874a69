// Inter-channel correlation (ICKD-C, Liu et al. 2021): row-normalised Gram matrices between the
// channels of the last map, the student's through a 1x1 convolution and batch norm.
//
//   ICC = F F^T with each row scaled to length 1;  sum (ICC_s - ICC_t)^2 / (K B)
//
// Rows of length 1 differ by 2 - 2 cos, and with f_r row r of F and P = H W the cosines need no K x
// K matrix: <G_s,r, G_t,r> = f_s,r (F_s^T F_t) f_t,r^T, so memory is bounded by the maps
// themselves. A dead channel's row is 0 and has no gradient.
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct IckdOptions {
  std::string form = "cifar";

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    // Differs from paper: two published codes; the one for ImageNet divides by the batch once more
    // (and multiplies by 500 instead of 2.5).
    v("form", c.form, one_of({"cifar", "imagenet"}), "divide by K B, or by K B B");
  }
};

// Maps [B, K, H_s, W_s], [B, K, H_t, W_t] -> sum (ICC_s - ICC_t)^2 of each image, [B] in float64.
torch::Tensor correlation_distance(const torch::Tensor& teacher, const torch::Tensor& student);
// The same by its definition, with K x K matrices.
torch::Tensor correlation_distance_direct(const torch::Tensor& teacher,
                                          const torch::Tensor& student);

// Maps as above -> scalar.
torch::Tensor ickd_loss(const torch::Tensor& teacher, const torch::Tensor& embedded,
                        const IckdOptions& options);

// The embed is aux.correlation.
std::unique_ptr<Term> new_ickd(const TermContext& context, const IckdOptions& options);

}  // namespace derm
