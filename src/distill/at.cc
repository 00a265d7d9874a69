#include "distill/at.h"

#include "distill/adaptor.h"
#include "distill/math.h"

namespace derm {
namespace {

torch::Tensor pooled_to(const torch::Tensor& map, const torch::Tensor& other) {
  const int64_t height = std::min(map.size(2), other.size(2));
  const int64_t width = std::min(map.size(3), other.size(3));
  if (map.size(2) == height && map.size(3) == width) return map;
  return torch::adaptive_avg_pool2d(map, {height, width});
}

torch::Tensor attention(const torch::Tensor& map) {
  return unit_rows(map.square().mean(1).flatten(1));
}

class At : public Term {
 public:
  explicit At(const AtOptions& options) : options_(options) {}

  Needs needs() const override {
    const TapSet taps(options_.taps.begin(), options_.taps.end());
    return {taps, taps, {}, 1};
  }

  torch::Tensor loss(const Step& step) override {
    torch::Tensor total;
    for (const auto& name : options_.taps) {
      const auto value =
          at_loss(step.view(tap(step.teacher(), name), 0), step.view(tap(step.student, name), 0));
      total = total.defined() ? total + value : value;
    }
    return total;
  }

 private:
  AtOptions options_;
};

}  // namespace

torch::Tensor at_loss(const torch::Tensor& teacher, const torch::Tensor& student) {
  const auto of_student = attention(pooled_to(student, teacher));
  return (of_student - attention(pooled_to(teacher, student))).square().mean();
}

std::unique_ptr<Term> new_at(const TermContext& context, const AtOptions& options) {
  for (const auto& name : options.taps) {
    map_shape(context.student, name, "at");
    map_shape(context.teacher(), name, "at");
  }
  return std::make_unique<At>(options);
}

}  // namespace derm
