#include "distill/kd.h"

#include "distill/logits_term.h"
#include "distill/math.h"

namespace derm {

torch::Tensor kd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                      const KdOptions& options) {
  const auto rows = kl_rows(teacher_logits, student_logits, options.temperature);
  const auto classes = static_cast<double>(student_logits.size(1));
  const auto total = options.reduction == "sum"            ? rows.sum()
                     : options.reduction == "element_mean" ? rows.mean() / classes
                                                           : rows.mean();
  return options.scale ? total * (options.temperature * options.temperature) : total;
}

std::unique_ptr<Term> new_kd(const TermContext& context, const KdOptions& options) {
  return logits_term(context, "kd",
                     [options](const auto& teacher, const auto& student, const auto&) {
                       return kd_loss(teacher, student, options);
                     });
}

}  // namespace derm
