// Masked generative distillation (MGD, Yang et al. 2022): the student's last map, partly hidden,
// must regenerate the teacher's.
//
//   sum over channels and positions of (generate(align(f_s) * mask) - f_t)^2, mean over the batch
//
// align: 1x1 convolution where the widths differ; generate: 3x3 convolution, ReLU, 3x3 convolution.
// A fresh mask every step.
#pragma once

#include <memory>

#include "distill/generator.h"
#include "distill/term.h"

namespace derm {

struct MgdOptions {
  std::string mask = "channel";
  double hidden = 0.15;
  std::string tap = "features";

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    // Differs from paper: it hides positions (with 0.65, as the code for detection); the published
    // code for classification hides whole channels.
    v("mask", c.mask, one_of({"channel", "spatial"}), "what is hidden");
    v("hidden", c.hidden, within(0, 1), "share of channels or positions that are hidden");
    v("tap", c.tap, any(), "map of both sides");
  }
};

// 1 keeps and 0 hides: [N, C, 1, 1] or [N, 1, H, W], from torch's generator.
torch::Tensor random_mask(const torch::Tensor& map, const MgdOptions& options);

// Modules: aux.align and aux.generate.
std::unique_ptr<Term> new_mgd(const TermContext& context, const MgdOptions& options);

}  // namespace derm
