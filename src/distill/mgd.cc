#include "distill/mgd.h"

namespace derm {
namespace {

class Mgd : public Term {
 public:
  Mgd(Generator generator, const MgdOptions& options)
      : generator_(std::move(generator)), options_(options) {}

  Needs needs() const override { return {{options_.tap}, {options_.tap}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    const auto map = generator_.aligned(step.view(tap(step.student, options_.tap), 0));
    const auto generated = generator_.generate->forward(map * random_mask(map, options_));
    return squared_error_per_image(generated, step.view(tap(step.teacher(), options_.tap), 0));
  }

 private:
  Generator generator_;
  MgdOptions options_;
};

}  // namespace

torch::Tensor random_mask(const torch::Tensor& map, const MgdOptions& options) {
  const std::vector<int64_t> shape =
      options.mask == "channel" ? std::vector<int64_t>{map.size(0), map.size(1), 1, 1}
                                : std::vector<int64_t>{map.size(0), 1, map.size(2), map.size(3)};
  const auto drawn = torch::rand(shape, map.options().requires_grad(false));
  return (drawn >= options.hidden).to(map.scalar_type());
}

std::unique_ptr<Term> new_mgd(const TermContext& context, const MgdOptions& options) {
  return std::make_unique<Mgd>(make_generator(context, options.tap, /*gelu=*/false, "mgd"),
                               options);
}

}  // namespace derm
