// Self-supervision (SSKD, Xu et al. 2020) as SSD-KD uses it: four quarter turns of every image, and
// two terms over the turned copies that the teacher judges about right ("error-tolerant").
//
//   kd_views    (TF) T^2 * mean over kept copies of KL(softmax(z_t / T) || softmax(z_s / T))
//   ss_transfer (SS) T^2 * mean over kept copies of KL(softmax(c_t / T) || softmax(c_s / T))
//   ss_pretrain      cross-entropy of c_t with the copy's own image: trains the teacher's head
//
// c[a, j]: cosine between the heads' outputs of turned copy a [3B] and upright image j [B].
#pragma once

#include <memory>
#include <vector>

#include "distill/term.h"

namespace derm {

struct KdViewsOptions {
  double temperature = 4;
  double keep_wrong = 1;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0), "softens both sides");
    v("keep_wrong", c.keep_wrong, within(0, 1),
      "share of the copies that the teacher misclassifies to keep, the least wrong first");
  }
};

struct SsTransferOptions {
  double temperature = 0.5;
  double keep_wrong = 0.75;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("temperature", c.temperature, above(0), "softens both sides' similarities");
    v("keep_wrong", c.keep_wrong, within(0, 1),
      "share of the copies that the teacher assigns to another image to keep, least wrong first");
  }
};

struct SsPretrainOptions {
  template <class V, class Self>
  static void visit(V&, Self&) {}
};

// The projection on an embedding: Linear(D, D), ReLU, Linear(D, D).
class ProjectionHeadImpl : public torch::nn::Module {
 public:
  explicit ProjectionHeadImpl(int64_t width);
  torch::Tensor forward(const torch::Tensor& embedding);  // [N, D] -> [N, D]

 private:
  torch::nn::Linear first_{nullptr}, second_{nullptr};
};
TORCH_MODULE(ProjectionHead);

// Head outputs of turned copies [A, D] and upright images [B, D] -> cosines [A, B].
torch::Tensor view_similarity(const torch::Tensor& turned, const torch::Tensor& upright);

// Rank of the right column in each row, 0 = the largest; equal scores: the lower column first.
// scores [A, K], right [A] -> [A] int64.
torch::Tensor rank_of(const torch::Tensor& scores, const torch::Tensor& right);

// Rows to keep: all of rank 0 and the floor(keep_wrong * wrong) least wrong ones, ties by row. In
// ascending order. Differs from paper: its code sorts unstably, so that ties fall as they may.
torch::Tensor kept_rows(const torch::Tensor& ranks, double keep_wrong);

// The mean of a row loss over kept rows; 0 where none is kept.
torch::Tensor kept_kl(const torch::Tensor& teacher_scores, const torch::Tensor& student_scores,
                      const torch::Tensor& right, double temperature, double keep_wrong);

// similarities [3B, B] -> scalar: the head's own task, without a temperature.
torch::Tensor ss_pretrain_loss(const torch::Tensor& similarities);

std::unique_ptr<Term> new_kd_views(const TermContext& context, const KdViewsOptions& options);
// Heads: aux.student_head and aux.teacher_head; the teacher's is used as it is, without gradient.
std::unique_ptr<Term> new_ss_transfer(const TermContext& context, const SsTransferOptions& options);
// For a stage that trains aux.teacher_head only.
std::unique_ptr<Term> new_ss_pretrain(const TermContext& context, const SsPretrainOptions& options);

}  // namespace derm
