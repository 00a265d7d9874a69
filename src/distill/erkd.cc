#include "distill/erkd.h"

#include "distill/logits_term.h"
#include "distill/math.h"

namespace derm {

torch::Tensor entropy_rows(const torch::Tensor& logits, double temperature) {
  const auto p = torch::softmax(logits / temperature, 1);
  return -(p * p.clamp_min(1e-10).log()).sum(1);
}

torch::Tensor erkd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                        const ErKdOptions& options) {
  auto weight = entropy_rows(teacher_logits, options.entropy_temperature);
  if (options.normalize) weight = weight / weight.mean().clamp_min(1e-10);
  const auto rows = kl_rows(teacher_logits, student_logits, options.temperature);
  return options.temperature * options.temperature * (weight * rows).mean();
}

std::unique_ptr<Term> new_erkd(const TermContext& context, const ErKdOptions& options) {
  return logits_term(context, "erkd",
                     [options](const auto& teacher, const auto& student, const auto&) {
                       return erkd_loss(teacher, student, options);
                     });
}

}  // namespace derm
