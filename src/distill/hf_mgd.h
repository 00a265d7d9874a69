// The first stage of DSP-KD (Zeng et al. 2024, eq. 3-5): masked generation where the mask follows
// the teacher's attention, fused over its four stages (hierarchical fusion).
//
// Reconstruction: the paper gives neither attention, threshold, fusion weights nor resizing. Here:
//   a_n = H_n W_n * softmax over positions(mean_c |T_n| / tau)        (mean 1 over positions)
//   h_4 = a_4;  h_n = lambda * a_n + (1 - lambda) * bilinear(h_n+1);  n = 3, 2, 1
//   A = h_1 average-pooled to the distilled map;  mask = 1 where A < threshold, else 0
//   loss = SSE(generate(align(f_s) * mask), f_t) / B, GELU between the convolutions
#pragma once

#include <memory>
#include <vector>

#include "distill/generator.h"
#include "distill/term.h"

namespace derm {

struct HfMgdOptions {
  std::string mode = "attention";
  double tau = 0.5;
  double fusion = 0.5;
  double threshold = 1;
  double quantile = 0;
  double plain = 0;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    // Differs from paper: it passes each level through 1x1 convolutions, which a hard threshold
    // leaves without a gradient; conv1x1 has them, random and frozen.
    v("mode", c.mode, one_of({"attention", "conv1x1"}), "how a level becomes one map");
    v("tau", c.tau, above(0), "temperature of the attention over positions");
    v("fusion", c.fusion, within(0, 1), "share of a level beside the levels above it");
    v("threshold", c.threshold, above(0), "attention from which a position is hidden");
    v("quantile", c.quantile, within(0, 1),
      "hide the positions above this quantile of each image instead; 0: off");
    v("plain", c.plain, at_least(0), "weight of the same error without mask and generation");
  }
};

// Maps of one level [N, C, H, W] -> attention [N, 1, H, W] of mean 1.
torch::Tensor spatial_attention(const torch::Tensor& reduced, double tau);

// Teacher levels, strides ascending, each reduced to one map [N, 1, H_n, W_n] -> the fused
// attention at height x width, [N, 1, height, width].
torch::Tensor fused_attention(const std::vector<torch::Tensor>& levels, int64_t height,
                              int64_t width, const HfMgdOptions& options);

// Attention [N, 1, H, W] -> 1 keeps, 0 hides.
torch::Tensor attention_mask(const torch::Tensor& attention, const HfMgdOptions& options);

// Modules: aux.align, aux.generate_gelu; for conv1x1 also aux.hf_levels.
std::unique_ptr<Term> new_hf_mgd(const TermContext& context, const HfMgdOptions& options);

}  // namespace derm
