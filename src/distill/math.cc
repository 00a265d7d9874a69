#include "distill/math.h"

namespace derm {

torch::Tensor kl_rows(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                      double temperature) {
  const auto log_t = torch::log_softmax(teacher_logits / temperature, 1);
  const auto log_s = torch::log_softmax(student_logits / temperature, 1);
  return (log_t.exp() * (log_t - log_s)).sum(1);
}

torch::Tensor ce_rows(const torch::Tensor& logits, const torch::Tensor& labels) {
  return -torch::log_softmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1);
}

torch::Tensor std_rows(const torch::Tensor& logits) {
  const auto centred = logits - logits.mean(1, /*keepdim=*/true);
  const auto degrees = static_cast<double>(logits.size(1) - 1);
  const auto variance = centred.square().sum(1, /*keepdim=*/true) / degrees;
  return variance.clamp_min(1e-24).sqrt();
}

torch::Tensor standardized_rows(const torch::Tensor& logits) {
  return (logits - logits.mean(1, /*keepdim=*/true)) / (1e-7 + std_rows(logits));
}

torch::Tensor other_classes(const torch::Tensor& logits, const torch::Tensor& labels) {
  const auto classes = torch::arange(logits.size(1), labels.options());
  const auto others = classes.unsqueeze(0) != labels.unsqueeze(1);
  return logits.masked_select(others).reshape({logits.size(0), logits.size(1) - 1});
}

torch::Tensor unit_rows(const torch::Tensor& rows) {
  const auto squared = rows.square().sum(-1, /*keepdim=*/true);
  const auto alive = squared > 1e-16;
  const auto length = torch::where(alive, squared, torch::ones_like(squared)).sqrt();
  return torch::where(alive, rows / length, torch::zeros_like(rows));
}

torch::Tensor channels_by_positions(const torch::Tensor& map) {
  return map.flatten(2).to(torch::kDouble);
}

torch::Tensor huber(const torch::Tensor& difference) {
  return torch::smooth_l1_loss(difference, torch::zeros_like(difference), at::Reduction::None);
}

}  // namespace derm
