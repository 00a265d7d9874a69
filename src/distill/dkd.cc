#include "distill/dkd.h"

#include "distill/logits_term.h"
#include "distill/math.h"

namespace derm {
namespace {

// log p and log(1 - p) of the label, [B, 2]. From two log-sum-exps: summing probabilities first
// would end in log(0) for a confident network.
torch::Tensor log_binary(const torch::Tensor& logits, const torch::Tensor& labels) {
  const auto all = torch::logsumexp(logits, 1);
  const auto own = logits.gather(1, labels.unsqueeze(1)).squeeze(1);
  return torch::stack({own - all, torch::logsumexp(other_classes(logits, labels), 1) - all}, 1);
}

}  // namespace

torch::Tensor dkd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                       const torch::Tensor& labels, const DkdOptions& options) {
  const auto scaled = [&](const torch::Tensor& logits) {
    return (options.standardize ? standardized_rows(logits) : logits) / options.temperature;
  };
  const auto teacher = scaled(teacher_logits), student = scaled(student_logits);
  const auto log_t = log_binary(teacher, labels), log_s = log_binary(student, labels);
  const auto target = (log_t.exp() * (log_t - log_s)).sum(1).mean();
  const auto others =
      kl_rows(other_classes(teacher, labels), other_classes(student, labels), 1).mean();
  return options.temperature * options.temperature *
         (options.target * target + options.others * others);
}

std::unique_ptr<Term> new_dkd(const TermContext& context, const DkdOptions& options) {
  return logits_term(context, "dkd",
                     [options](const auto& teacher, const auto& student, const auto& labels) {
                       return dkd_loss(teacher, student, labels, options);
                     });
}

}  // namespace derm
