#include "distill/nkd.h"

#include "distill/logits_term.h"
#include "distill/math.h"

namespace derm {

torch::Tensor nkd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                       const torch::Tensor& labels, const NkdOptions& options) {
  const double t = options.temperature;
  const auto target =
      torch::exp(-ce_rows(teacher_logits, labels)) * ce_rows(student_logits, labels);
  const auto q_teacher = torch::softmax(other_classes(teacher_logits, labels) / t, 1);
  const auto log_q_student = torch::log_softmax(other_classes(student_logits, labels) / t, 1);
  return (target - options.gamma * t * t * (q_teacher * log_q_student).sum(1)).mean();
}

std::unique_ptr<Term> new_nkd(const TermContext& context, const NkdOptions& options) {
  return logits_term(context, "nkd",
                     [options](const auto& teacher, const auto& student, const auto& labels) {
                       return nkd_loss(teacher, student, labels, options);
                     });
}

}  // namespace derm
