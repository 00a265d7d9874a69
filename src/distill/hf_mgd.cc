#include "distill/hf_mgd.h"

#include "base/error.h"

namespace derm {
namespace {

const std::vector<std::string> kReducedLevels = {"stage1", "stage2", "stage3", "stage4"};

// One random 1x1 convolution for each level, as buffers: nothing trains them.
class LevelReductions : public torch::nn::Module {
 public:
  explicit LevelReductions(const Graph& teacher) {
    for (const auto& level : kReducedLevels) {
      const int64_t in = teacher.shape(level).channels;
      const double bound = 1 / std::sqrt(static_cast<double>(in));
      register_buffer(level, torch::empty({1, in, 1, 1}).uniform_(-bound, bound));
    }
  }
  torch::Tensor reduce(size_t level, const torch::Tensor& map) {
    return torch::conv2d(map, named_buffers()[kReducedLevels[level]]);
  }
};

class HfMgd : public Term {
 public:
  HfMgd(Generator generator, std::shared_ptr<LevelReductions> reductions,
        const HfMgdOptions& options)
      : generator_(std::move(generator)), reductions_(std::move(reductions)), options_(options) {}

  Needs needs() const override {
    TapSet teacher(kReducedLevels.begin(), kReducedLevels.end());
    teacher.insert("features");
    return {{"features"}, teacher, {}, 1};
  }

  torch::Tensor loss(const Step& step) override {
    const auto target = step.view(tap(step.teacher(), "features"), 0);
    const auto map = generator_.aligned(step.view(tap(step.student, "features"), 0));
    const auto generated = generator_.generate->forward(map * mask(step, map));
    const auto loss = squared_error_per_image(generated, target);
    return options_.plain > 0 ? loss + options_.plain * squared_error_per_image(map, target) : loss;
  }

 private:
  torch::Tensor mask(const Step& step, const torch::Tensor& map) {
    const torch::NoGradGuard constant;
    std::vector<torch::Tensor> levels;
    for (size_t n = 0; n < kReducedLevels.size(); ++n) {
      const auto level = step.view(tap(step.teacher(), kReducedLevels[n]), 0);
      levels.push_back(reductions_ ? reductions_->reduce(n, level)
                                   : level.abs().mean(1, /*keepdim=*/true));
    }
    return attention_mask(fused_attention(levels, map.size(2), map.size(3), options_), options_);
  }

  Generator generator_;
  std::shared_ptr<LevelReductions> reductions_;
  HfMgdOptions options_;
};

}  // namespace

torch::Tensor spatial_attention(const torch::Tensor& reduced, double tau) {
  const auto positions = static_cast<double>(reduced.size(2) * reduced.size(3));
  return (torch::softmax(reduced.flatten(1) / tau, 1) * positions).reshape_as(reduced);
}

torch::Tensor fused_attention(const std::vector<torch::Tensor>& levels, int64_t height,
                              int64_t width, const HfMgdOptions& options) {
  torch::Tensor fused;
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    const auto attention = spatial_attention(*level, options.tau);
    fused = fused.defined()
                ? options.fusion * attention +
                      (1 - options.fusion) * resized(fused, level->size(2), level->size(3))
                : attention;
  }
  return torch::adaptive_avg_pool2d(fused, {height, width});
}

torch::Tensor attention_mask(const torch::Tensor& attention, const HfMgdOptions& options) {
  if (options.quantile <= 0) return (attention < options.threshold).to(attention.scalar_type());
  const auto limit = torch::quantile(attention.flatten(1), options.quantile, 1);
  return (attention < limit.reshape({-1, 1, 1, 1})).to(attention.scalar_type());
}

std::unique_ptr<Term> new_hf_mgd(const TermContext& context, const HfMgdOptions& options) {
  const Graph& teacher = context.teacher();
  for (const auto& level : kReducedLevels) map_shape(teacher, level, "hf_mgd");
  auto generator = make_generator(context, "features", /*gelu=*/true, "hf_mgd");
  std::shared_ptr<LevelReductions> reductions;
  if (options.mode == "conv1x1")
    reductions = context.aux.get<LevelReductions>(
        "hf_levels", [&] { return std::make_shared<LevelReductions>(teacher); });
  return std::make_unique<HfMgd>(std::move(generator), std::move(reductions), options);
}

}  // namespace derm
