#include "distill/sskd.h"

#include "distill/math.h"

namespace derm {

ProjectionHeadImpl::ProjectionHeadImpl(int64_t width)
    : first_(register_module("first", torch::nn::Linear(width, width))),
      second_(register_module("second", torch::nn::Linear(width, width))) {}

torch::Tensor ProjectionHeadImpl::forward(const torch::Tensor& embedding) {
  return second_->forward(torch::relu(first_->forward(embedding)));
}

torch::Tensor view_similarity(const torch::Tensor& turned, const torch::Tensor& upright) {
  return unit_rows(turned).matmul(unit_rows(upright).t());
}

torch::Tensor rank_of(const torch::Tensor& scores, const torch::Tensor& right) {
  const auto own = scores.gather(1, right.unsqueeze(1));
  const auto columns = torch::arange(scores.size(1), right.options()).unsqueeze(0);
  const auto before =
      (scores > own).logical_or((scores == own).logical_and(columns < right.unsqueeze(1)));
  return before.sum(1);
}

torch::Tensor kept_rows(const torch::Tensor& ranks, double keep_wrong) {
  const int64_t wrong = (ranks > 0).sum().item<int64_t>();
  const int64_t kept =
      ranks.size(0) - wrong + static_cast<int64_t>(keep_wrong * static_cast<double>(wrong));
  const auto order = std::get<1>(torch::sort(ranks, /*stable=*/true, /*dim=*/0, false));
  return std::get<0>(torch::sort(order.slice(0, 0, kept)));
}

torch::Tensor kept_kl(const torch::Tensor& teacher_scores, const torch::Tensor& student_scores,
                      const torch::Tensor& right, double temperature, double keep_wrong) {
  const auto rows = kept_rows(rank_of(teacher_scores, right), keep_wrong);
  if (rows.size(0) == 0) return student_scores.sum() * 0;
  const auto kl = kl_rows(teacher_scores.index_select(0, rows),
                          student_scores.index_select(0, rows), temperature);
  return temperature * temperature * kl.mean();
}

torch::Tensor ss_pretrain_loss(const torch::Tensor& similarities) {
  const auto rows = torch::arange(similarities.size(0), torch::dtype(torch::kLong));
  const auto own = torch::div(rows, 3, "floor").to(similarities.device());
  return ce_rows(similarities, own).mean();
}

}  // namespace derm
