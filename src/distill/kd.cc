#include "distill/kd.h"

#include "distill/math.h"

namespace derm {
namespace {

class Kd : public Term {
 public:
  explicit Kd(const KdOptions& options) : options_(options) {}

  Needs needs() const override { return {{"logits"}, {"logits"}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    return kd_loss(step.view(tap(step.teacher(), "logits"), 0),
                   step.view(tap(step.student, "logits"), 0), options_);
  }

 private:
  KdOptions options_;
};

}  // namespace

torch::Tensor kd_loss(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                      const KdOptions& options) {
  const auto rows = kl_rows(teacher_logits, student_logits, options.temperature);
  const auto total = options.reduction == "sum" ? rows.sum() : rows.mean();
  return options.scale ? total * (options.temperature * options.temperature) : total;
}

std::unique_ptr<Term> new_kd(const TermContext& context, const KdOptions& options) {
  if (context.teacher().classes != context.classes)
    throw Error("teacher and student have different numbers of classes", "term kd",
                fmt::format("{} classes", context.classes),
                fmt::format("{} classes", context.teacher().classes));
  return std::make_unique<Kd>(options);
}

}  // namespace derm
