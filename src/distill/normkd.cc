#include "distill/normkd.h"

#include "distill/logits_term.h"
#include "distill/math.h"

namespace derm {

torch::Tensor normkd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                          const NormKdOptions& options) {
  const auto tau_t = (std_rows(teacher_logits) * options.temperature).clamp_min(1e-6);
  const auto tau_s = (std_rows(student_logits) * options.temperature).clamp_min(1e-6);
  const auto teacher = teacher_logits / tau_t, student = student_logits / tau_s;
  const auto rows = options.reverse ? kl_rows(student, teacher, 1) : kl_rows(teacher, student, 1);
  return (tau_t.squeeze(1).square() * rows).mean();
}

std::unique_ptr<Term> new_normkd(const TermContext& context, const NormKdOptions& options) {
  return logits_term(context, "normkd",
                     [options](const auto& teacher, const auto& student, const auto&) {
                       return normkd_loss(teacher, student, options);
                     });
}

}  // namespace derm
