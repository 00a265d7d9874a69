#include "distill/multi_kd.h"

#include <numeric>

#include "base/error.h"
#include "distill/kd.h"
#include "distill/logits_term.h"

namespace derm {
namespace {

std::vector<double> shares(const MultiKdOptions& options, size_t teachers) {
  std::vector<double> weights = options.weights;
  if (weights.empty()) weights.assign(teachers, 1);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (auto& weight : weights) weight /= sum;
  return weights;
}

class MultiKd : public Term {
 public:
  explicit MultiKd(const MultiKdOptions& options) : options_(options) {}

  Needs needs() const override { return {{"logits"}, {"logits"}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    std::vector<torch::Tensor> teachers;
    for (const auto& taps : step.teachers) teachers.push_back(step.view(tap(taps, "logits"), 0));
    return multi_kd_loss(teachers, step.view(tap(step.student, "logits"), 0), options_);
  }

 private:
  MultiKdOptions options_;
};

}  // namespace

torch::Tensor multi_kd_loss(const std::vector<torch::Tensor>& teacher_logits,
                            const torch::Tensor& student_logits, const MultiKdOptions& options) {
  const auto weights = shares(options, teacher_logits.size());
  const KdOptions kd{options.temperature, "batch_mean", true};
  torch::Tensor joined;  // what is averaged over the teachers: losses, logits or probabilities
  for (size_t m = 0; m < teacher_logits.size(); ++m) {
    const auto& logits = teacher_logits[m];
    const auto part = options.mode == "sum_kl"       ? kd_loss(logits, student_logits, kd)
                      : options.mode == "avg_logits" ? logits
                                                     : torch::softmax(logits / kd.temperature, 1);
    joined = joined.defined() ? joined + weights[m] * part : weights[m] * part;
  }
  if (options.mode == "sum_kl") return joined;
  if (options.mode == "avg_logits") return kd_loss(joined, student_logits, kd);
  // Logits of the mean probabilities; the smallest number keeps a class that no teacher allows.
  const auto floor = std::numeric_limits<float>::min();
  return kd_loss(joined.clamp_min(floor).log() * kd.temperature, student_logits, kd);
}

std::unique_ptr<Term> new_multi_kd(const TermContext& context, const MultiKdOptions& options) {
  check_teacher_classes(context, "multi_kd");
  const size_t given = options.weights.size(), teachers = context.teachers.size();
  if (given != 0 && given != teachers)
    throw Error("not one weight per teacher", "term multi_kd", fmt::format("{} weights", teachers),
                fmt::format("{}", given));
  return std::make_unique<MultiKd>(options);
}

}  // namespace derm
