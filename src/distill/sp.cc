#include "distill/sp.h"

#include "distill/adaptor.h"
#include "distill/math.h"

namespace derm {
namespace {

torch::Tensor similarity(const torch::Tensor& rows) {
  const auto f = rows.flatten(1);
  return unit_rows(f.matmul(f.t()));
}

class Sp : public Term {
 public:
  explicit Sp(std::string tap) : tap_(std::move(tap)) {}

  Needs needs() const override { return {{tap_}, {tap_}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    return sp_loss(step.view(tap(step.teacher(), tap_), 0), step.view(tap(step.student, tap_), 0));
  }

 private:
  std::string tap_;
};

}  // namespace

torch::Tensor sp_loss(const torch::Tensor& teacher, const torch::Tensor& student) {
  const auto batch = static_cast<double>(student.size(0));
  return (similarity(student) - similarity(teacher)).square().sum() / (batch * batch);
}

std::unique_ptr<Term> new_sp(const TermContext& context, const SpOptions& options) {
  map_shape(context.student, options.tap, "sp");
  map_shape(context.teacher(), options.tap, "sp");
  return std::make_unique<Sp>(options.tap);
}

}  // namespace derm
