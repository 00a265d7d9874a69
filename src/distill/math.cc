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

}  // namespace derm
