// Deep mutual learning (DML, Zhang et al. 2018): student and peers train together, each from its
// labels and from the mean of what the others say.
//
//   student: mean over peers m of KL(p_m || p_s)          (its cross-entropy is the term ce)
//   peer m:  CE(z_m) + mean over the other networks of KL(p_other || p_m)
//
// p: probabilities at T; the other side carries no gradient. Everything is updated in one step.
// Differs from paper: it updates one network after the other, with a forward pass each.
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct DmlOptions {
  double temperature = 1;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0),
      "softens every side; the loss counts T squared times");
  }
};

// Mean over `others` of T^2 KL(p_other || p_own), batch mean; logits [B, K] -> scalar.
torch::Tensor dml_loss(const torch::Tensor& own, const std::vector<torch::Tensor>& others,
                       double temperature);

// Throws Error where the run has no peer.
std::unique_ptr<Term> new_dml(const TermContext& context, const DmlOptions& options);

// Throws Error naming the term where the run has no peer, or one has other classes.
void check_peers(const TermContext& context, const char* name);

}  // namespace derm
