// ReviewKD (Chen et al. 2021): each student stage is joined with the deeper ones by attention
// before it is compared with the teacher's stage of the same level, at several scales.
//
//   ABF, from deep to shallow: x = conv1x1+BN(s_n); y = the joined map before, enlarged to x;
//     [z_0, z_1] = sigmoid(conv1x1([x, y])); joined = x z_0 + y z_1; output = conv3x3+BN(joined)
//   HCL of a level: (MSE at full size + sum over l in {4, 2, 1}, l < H, of 2^-k MSE pooled to l x
//   l)
//     / (1 + sum of 2^-k)
//
// The loss is the sum over stage1..stage4 and the pooled embedding.
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct ReviewOptions {
  int64_t max_width = 512;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    // Differs from paper: teacher maps before their ReLU there; the taps here are a stage's output.
    v("max_width", c.max_width, at_least(1), "channels of the joined maps, at most");
  }
};

// Maps of equal shape [N, C, H, W] -> scalar.
torch::Tensor review_hcl(const torch::Tensor& teacher, const torch::Tensor& student);
// x [N, C, H, W] and an already enlarged y, attention weights [2, 2C, 1, 1], [2] -> joined map.
torch::Tensor review_fusion(const torch::Tensor& x, const torch::Tensor& y,
                            const torch::Tensor& weight, const torch::Tensor& bias);

// Modules: aux.abf, one block a level.
std::unique_ptr<Term> new_review(const TermContext& context, const ReviewOptions& options);

}  // namespace derm
