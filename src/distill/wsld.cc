#include "distill/wsld.h"

#include "distill/logits_term.h"
#include "distill/math.h"

namespace derm {

torch::Tensor wsld_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                        const torch::Tensor& labels, const WsldOptions& options) {
  const double t = options.temperature;
  const auto soft =
      -(torch::softmax(teacher_logits / t, 1) * torch::log_softmax(student_logits / t, 1)).sum(1);
  const auto ratio =
      ce_rows(student_logits.detach(), labels) / (ce_rows(teacher_logits, labels) + 1e-7);
  const auto weight = 1 - torch::exp(-ratio.clamp_min(0));
  return t * t * (weight * soft).mean();
}

std::unique_ptr<Term> new_wsld(const TermContext& context, const WsldOptions& options) {
  return logits_term(context, "wsld",
                     [options](const auto& teacher, const auto& student, const auto& labels) {
                       return wsld_loss(teacher, student, labels, options);
                     });
}

}  // namespace derm
