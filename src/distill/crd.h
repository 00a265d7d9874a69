// Contrastive representation distillation (CRD, Tian et al. 2020): a student's embedding must be
// recognised among many as that of the same image by the teacher, and the reverse.
//
//   side(v, m) = -1/B sum_i [ log(o_0 / (o_0 + K/M + 1e-7)) + sum_k log((K/M) / (o_k + K/M + 1e-7))
//   ] o_k = exp(<v_i, m[idx_ik]> / T) / Z;  loss = side(v_s, m_t) + side(v_t, m_s)
//
// v: embeddings through a linear layer, scaled to length 1. m: a memory of M rows, one for each
// training image. idx_i0 is the image itself, idx_i1..K are images of other classes. Z is M times
// the mean of exp() over the first batch, then constant. Memory rows follow: m = unit(0.5 m + 0.5
// v).
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct CrdOptions {
  int64_t negatives = 4096;  // 16384 in the paper, with a training split of 50,000 or more
  int64_t width = 128;
  double temperature = 0.07;
  double momentum = 0.5;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("negatives", c.negatives, at_least(1), "images of other classes for each image");
    v("width", c.width, at_least(2), "numbers in a memory row");
    v("temperature", c.temperature, above(0), "of the similarities");
    v("momentum", c.momentum, within(0, 1), "share of the old memory row that is kept");
  }
};

// One side: unit rows v [B, D], the other side's memory [M, D], idx [B, K + 1] with the positive
// first, the constant Z -> scalar.
torch::Tensor crd_side(const torch::Tensor& v, const torch::Tensor& memory,
                       const torch::Tensor& idx, double temperature, const torch::Tensor& z);
// M times the mean of exp(similarity / T) over idx: the constant Z of a first batch.
torch::Tensor crd_constant(const torch::Tensor& v, const torch::Tensor& memory,
                           const torch::Tensor& idx, double temperature);
// Rows idx of the memory move towards v [B, D].
void crd_update(torch::Tensor& memory, const torch::Tensor& v, const torch::Tensor& rows,
                double momentum);

// The module is aux.crd. Throws Error where all training images are of one class.
std::unique_ptr<Term> new_crd(const TermContext& context, const CrdOptions& options);

}  // namespace derm
