#include "distill/ickd.h"

#include "distill/adaptor.h"
#include "distill/chunks.h"
#include "distill/math.h"

namespace derm {
namespace {

constexpr int64_t kImagesAtOnce = 8;

torch::Tensor correlation(const torch::Tensor& map) {
  const auto f = map.flatten(2);
  return unit_rows(f.matmul(f.transpose(1, 2)));
}

class Ickd : public Term {
 public:
  Ickd(Pointwise embed, const IckdOptions& options) : embed_(std::move(embed)), options_(options) {}

  Needs needs() const override { return {{"features"}, {"features"}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    const auto student = step.view(tap(step.student, "features"), 0);
    return ickd_loss(step.view(tap(step.teacher(), "features"), 0), embed_->forward(student),
                     options_);
  }

 private:
  Pointwise embed_;
  IckdOptions options_;
};

}  // namespace

torch::Tensor ickd_loss(const torch::Tensor& teacher, const torch::Tensor& embedded,
                        const IckdOptions& options) {
  const auto total =
      sum_in_chunks(teacher, embedded, kImagesAtOnce, [](const auto& t, const auto& s) {
        return (correlation(s) - correlation(t)).square().sum();
      });
  const auto batch = static_cast<double>(embedded.size(0));
  const auto divisor = static_cast<double>(embedded.size(1)) * batch;
  return total / (options.form == "imagenet" ? divisor * batch : divisor);
}

std::unique_ptr<Term> new_ickd(const TermContext& context, const IckdOptions& options) {
  const int64_t in = map_shape(context.student, "features", "ickd").channels;
  const int64_t out = map_shape(context.teacher(), "features", "ickd").channels;
  auto embed = context.aux.get<PointwiseImpl>(
      "correlation", [&] { return std::make_shared<PointwiseImpl>(in, out, /*norm=*/true); });
  return std::make_unique<Ickd>(Pointwise(embed), options);
}

}  // namespace derm
