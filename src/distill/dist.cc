#include "distill/dist.h"

#include "distill/logits_term.h"

namespace derm {
namespace {

// Pearson's correlation along `dim`: [B, K] -> [K] or [B]. The square root has no slope at 0,
// where a class is equally probable in the whole batch: hence the small number inside.
torch::Tensor pearson(const torch::Tensor& a, const torch::Tensor& b, int64_t dim) {
  const auto x = a - a.mean(dim, /*keepdim=*/true), y = b - b.mean(dim, /*keepdim=*/true);
  const auto norm = [&](const torch::Tensor& v) { return (v.square().sum(dim) + 1e-12).sqrt(); };
  return (x * y).sum(dim) / (norm(x) * norm(y) + 1e-8);
}

}  // namespace

torch::Tensor dist_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                        const DistOptions& options) {
  const double t = options.temperature;
  const auto teacher = torch::softmax(teacher_logits / t, 1);
  const auto student = torch::softmax(student_logits / t, 1);
  const auto total = options.inter * (1 - pearson(student, teacher, 1).mean()) +
                     options.intra * (1 - pearson(student, teacher, 0).mean());
  return options.scale ? t * t * total : total;
}

std::unique_ptr<Term> new_dist(const TermContext& context, const DistOptions& options) {
  return logits_term(context, "dist",
                     [options](const auto& teacher, const auto& student, const auto&) {
                       return dist_loss(teacher, student, options);
                     });
}

}  // namespace derm
