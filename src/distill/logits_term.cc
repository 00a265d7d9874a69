#include "distill/logits_term.h"

#include "base/error.h"

namespace derm {
namespace {

class LogitsTerm : public Term {
 public:
  explicit LogitsTerm(LogitsLoss loss) : loss_(std::move(loss)) {}

  Needs needs() const override { return {{"logits"}, {"logits"}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    return loss_(step.view(tap(step.teacher(), "logits"), 0),
                 step.view(tap(step.student, "logits"), 0), step.labels);
  }

 private:
  LogitsLoss loss_;
};

}  // namespace

void check_teacher_classes(const TermContext& context, const char* name) {
  context.teacher();  // there must be one
  for (const auto* teacher : context.teachers)
    if (teacher->classes != context.classes)
      throw Error("teacher and student have different numbers of classes",
                  fmt::format("term {}, teacher {}", name, teacher->arch),
                  fmt::format("{} classes", context.classes),
                  fmt::format("{} classes", teacher->classes));
}

std::unique_ptr<Term> logits_term(const TermContext& context, const char* name, LogitsLoss loss) {
  check_teacher_classes(context, name);
  return std::make_unique<LogitsTerm>(std::move(loss));
}

}  // namespace derm
