// Attention transfer (Zagoruyko & Komodakis 2017): where each stage looks.
//
//   a(f) = mean_c f^2 as one vector of length 1;  sum over stages of the element mean of (a_s -
//   a_t)^2
//
// Where the two maps differ in size the larger is average-pooled to the smaller.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "distill/term.h"

namespace derm {

struct AtOptions {
  std::vector<std::string> taps = {"stage1", "stage2", "stage3", "stage4"};

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    // Differs from paper: half the norm of the difference there; the public codes take its mean
    // square with weight 1000.
    v("taps", c.taps, any(), "maps that are compared, the same names on both sides");
  }
};

// Maps [B, C_s, H_s, W_s], [B, C_t, H_t, W_t] -> scalar.
torch::Tensor at_loss(const torch::Tensor& teacher, const torch::Tensor& student);

std::unique_ptr<Term> new_at(const TermContext& context, const AtOptions& options);

}  // namespace derm
