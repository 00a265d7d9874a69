// Similarity-preserving distillation (SP, Tung & Mori 2019): which images of the batch look alike.
//
//   G = F F^T over the batch, each row scaled to length 1, F = the last map as [B, C H W]
//   sum (G_t - G_s)^2 / B^2
#pragma once

#include <memory>
#include <string>

#include "distill/term.h"

namespace derm {

struct SpOptions {
  std::string tap = "features";

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("tap", c.tap, any(), "what is compared, the same name on both sides");
  }
};

// Anything of B rows on both sides -> scalar.
torch::Tensor sp_loss(const torch::Tensor& teacher, const torch::Tensor& student);

std::unique_ptr<Term> new_sp(const TermContext& context, const SpOptions& options);

}  // namespace derm
