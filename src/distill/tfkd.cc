#include "distill/tfkd.h"

#include "distill/math.h"

namespace derm {
namespace {

class TfKd : public Term {
 public:
  explicit TfKd(const TfKdOptions& options) : options_(options) {}

  Needs needs() const override { return {{"logits"}, {}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    return tfkd_loss(step.view(tap(step.student, "logits"), 0), step.labels, options_);
  }

 private:
  TfKdOptions options_;
};

}  // namespace

torch::Tensor tfkd_loss(const torch::Tensor& student_logits, const torch::Tensor& labels,
                        const TfKdOptions& options) {
  const double t = options.temperature;
  const auto classes = static_cast<double>(student_logits.size(1));
  const double rest = (1 - options.correct) / (classes - 1);
  const auto virtual_teacher =
      torch::full_like(student_logits, rest).scatter(1, labels.unsqueeze(1), options.correct);
  if (options.form == "paper")
    return t * t * kl_rows(virtual_teacher.log(), student_logits, t).mean();
  return kl_rows(virtual_teacher / t, student_logits, 1).mean() / classes;
}

std::unique_ptr<Term> new_tfkd(const TermContext&, const TfKdOptions& options) {
  return std::make_unique<TfKd>(options);
}

}  // namespace derm
