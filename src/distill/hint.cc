#include "distill/hint.h"

#include "distill/adaptor.h"
#include "distill/math.h"

namespace derm {
namespace {

class Hint : public Term {
 public:
  Hint(ConvRegressor regressor, const HintOptions& options)
      : regressor_(std::move(regressor)), options_(options) {}

  Needs needs() const override { return {{options_.student_tap}, {options_.teacher_tap}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    const auto student = step.view(tap(step.student, options_.student_tap), 0);
    const auto teacher = step.view(tap(step.teacher(), options_.teacher_tap), 0);
    return hint_loss(teacher, regressor_->forward(student), options_);
  }

 private:
  ConvRegressor regressor_;
  HintOptions options_;
};

}  // namespace

torch::Tensor hint_loss(const torch::Tensor& teacher, const torch::Tensor& regressed,
                        const HintOptions& options) {
  const auto side = [&](const torch::Tensor& map) {
    return options.l2_norm ? unit_rows(map.flatten(1)) : map.flatten(1);
  };
  const auto squared = (side(regressed) - side(teacher)).square();
  return options.reduction == "sum" ? squared.sum(1).mean() : squared.mean();
}

std::unique_ptr<Term> new_hint(const TermContext& context, const HintOptions& options) {
  const Shape& student = map_shape(context.student, options.student_tap, "hint");
  const Shape& teacher = map_shape(context.teacher(), options.teacher_tap, "hint");
  const std::string name = "hint_" + options.student_tap + "_" + options.teacher_tap;
  auto regressor = context.aux.get<ConvRegressorImpl>(
      name, [&] { return std::make_shared<ConvRegressorImpl>(student, teacher, options.relu); });
  return std::make_unique<Hint>(ConvRegressor(regressor), options);
}

}  // namespace derm
