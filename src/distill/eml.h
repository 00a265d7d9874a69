// Embedded mutual learning (EML, Li et al. 2023), the online baseline of DSP-KD's tables.
//
// Reconstruction from the description in DSP-KD: two networks train together; a logits ensemble and
// a branch that fuses both last maps teach them. With student z_1, peer z_2:
//
//   z_ens = g z_1 + (1 - g) z_2, g = 1/2 or a gate on both embeddings;  z_f from the fused maps
//   sum over m in {1, 2} of [ T^2 KL(p_ens || p_m) + T^2 KL(p_f || p_m) ] + CE(z_2) + CE(z_f) +
//   CE(z_ens)
//
// (the student's own cross-entropy is the term ce). Targets carry no gradient.
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct EmlOptions {
  double temperature = 3;
  bool gate = false;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0), "softens every side");
    v("gate", c.gate, any(), "learn the ensemble's weights from both embeddings instead of 1/2");
  }
};

// What ensemble and fusion teach one network: logits [B, K] each -> scalar.
torch::Tensor eml_loss(const torch::Tensor& ensemble, const torch::Tensor& fused,
                       const torch::Tensor& own, double temperature);

// Modules: aux.fusion and, with the option, aux.gate. Throws Error unless the run has one peer.
std::unique_ptr<Term> new_eml(const TermContext& context, const EmlOptions& options);

}  // namespace derm
