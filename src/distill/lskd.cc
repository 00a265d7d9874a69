#include "distill/lskd.h"

#include "distill/kd.h"
#include "distill/logits_term.h"
#include "distill/math.h"

namespace derm {

torch::Tensor lskd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                        const LsKdOptions& options) {
  return kd_loss(standardized_rows(teacher_logits), standardized_rows(student_logits),
                 {options.temperature, "batch_mean", true});
}

std::unique_ptr<Term> new_lskd(const TermContext& context, const LsKdOptions& options) {
  return logits_term(context, "lskd",
                     [options](const auto& teacher, const auto& student, const auto&) {
                       return lskd_loss(teacher, student, options);
                     });
}

}  // namespace derm
