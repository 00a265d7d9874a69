#include "distill/review.h"

#include "distill/adaptor.h"

namespace derm {
namespace {

const std::vector<std::string> kFusedLevels = {"embedding", "stage4", "stage3", "stage2", "stage1"};

torch::nn::Conv2d convolution(int64_t in, int64_t out, int64_t kernel) {
  auto conv =
      torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).padding(kernel / 2).bias(false));
  const torch::NoGradGuard no_grad;
  const double bound = std::sqrt(3.0 / static_cast<double>(in * kernel * kernel));
  conv->weight.uniform_(-bound, bound);  // Kaiming uniform with a = 1, as published
  return conv;
}

torch::Tensor enlarged(const torch::Tensor& map, int64_t height, int64_t width) {
  if (map.size(2) == height && map.size(3) == width) return map;
  return torch::upsample_nearest2d(map, {height, width});
}

// One block: what it makes of its level, and what it hands to the next shallower one.
class Fusion : public torch::nn::Module {
 public:
  Fusion(int64_t in, int64_t mid, int64_t out, bool first)
      : reduce_(register_module("reduce", convolution(in, mid, 1))),
        reduce_norm_(register_module("reduce_norm", torch::nn::BatchNorm2d(mid))),
        expand_(register_module("expand", convolution(mid, out, 3))),
        expand_norm_(register_module("expand_norm", torch::nn::BatchNorm2d(out))) {
    if (!first)
      attention_ =
          register_module("attention", torch::nn::Conv2d(torch::nn::Conv2dOptions(2 * mid, 2, 1)));
  }

  // joined: the deeper level's, replaced by this one's. -> [N, out, height, width].
  torch::Tensor forward(const torch::Tensor& map, torch::Tensor& joined, int64_t height,
                        int64_t width) {
    auto x = reduce_norm_->forward(reduce_->forward(map));
    if (attention_)
      x = review_fusion(x, enlarged(joined, x.size(2), x.size(3)), attention_->weight,
                        attention_->bias);
    joined = x;
    return expand_norm_->forward(expand_->forward(enlarged(x, height, width)));
  }

 private:
  torch::nn::Conv2d reduce_;
  torch::nn::BatchNorm2d reduce_norm_;
  torch::nn::Conv2d expand_;
  torch::nn::BatchNorm2d expand_norm_;
  torch::nn::Conv2d attention_{nullptr};
};

class Fusions : public torch::nn::Module {
 public:
  Fusions(const Graph& student, const Graph& teacher, int64_t max_width) {
    const int64_t mid = std::min(max_width, student.shape("stage4").channels);
    for (const auto& level : kFusedLevels)
      blocks_.push_back(register_module(
          level, std::make_shared<Fusion>(student.shape(level).channels, mid,
                                          teacher.shape(level).channels, blocks_.empty())));
  }
  Fusion& block(size_t level) { return *blocks_[level]; }

 private:
  std::vector<std::shared_ptr<Fusion>> blocks_;
};

// An embedding [N, D] as a map of one position.
torch::Tensor as_map(const torch::Tensor& rows) {
  return rows.dim() == 4 ? rows : rows.reshape({rows.size(0), rows.size(1), 1, 1});
}

class Review : public Term {
 public:
  explicit Review(std::shared_ptr<Fusions> fusions) : fusions_(std::move(fusions)) {}

  Needs needs() const override {
    const TapSet taps(kFusedLevels.begin(), kFusedLevels.end());
    return {taps, taps, {}, 1};
  }

  torch::Tensor loss(const Step& step) override {
    torch::Tensor total, joined;
    for (size_t n = 0; n < kFusedLevels.size(); ++n) {
      const auto teacher = as_map(step.view(tap(step.teacher(), kFusedLevels[n]), 0));
      const auto student = as_map(step.view(tap(step.student, kFusedLevels[n]), 0));
      const auto made =
          fusions_->block(n).forward(student, joined, teacher.size(2), teacher.size(3));
      const auto loss = review_hcl(teacher, made);
      total = total.defined() ? total + loss : loss;
    }
    return total;
  }

 private:
  std::shared_ptr<Fusions> fusions_;
};

}  // namespace

torch::Tensor review_hcl(const torch::Tensor& teacher, const torch::Tensor& student) {
  auto loss = (student - teacher).square().mean();
  double share = 1, total = 1;
  for (const int64_t size : {4, 2, 1}) {
    if (size >= student.size(2)) continue;
    share /= 2;
    total += share;
    const auto pooled = [&](const torch::Tensor& map) {
      return torch::adaptive_avg_pool2d(map, {size, size});
    };
    loss = loss + share * (pooled(student) - pooled(teacher)).square().mean();
  }
  return loss / total;
}

torch::Tensor review_fusion(const torch::Tensor& x, const torch::Tensor& y,
                            const torch::Tensor& weight, const torch::Tensor& bias) {
  const auto z = torch::sigmoid(torch::conv2d(torch::cat({x, y}, 1), weight, bias));
  return x * z.slice(1, 0, 1) + y * z.slice(1, 1, 2);
}

std::unique_ptr<Term> new_review(const TermContext& context, const ReviewOptions& options) {
  const Graph& teacher = context.teacher();
  for (const auto& level : kFusedLevels) {
    map_shape(context.student, level, "review");
    map_shape(teacher, level, "review");
  }
  return std::make_unique<Review>(context.aux.get<Fusions>("abf", [&] {
    return std::make_shared<Fusions>(context.student, teacher, options.max_width);
  }));
}

}  // namespace derm
