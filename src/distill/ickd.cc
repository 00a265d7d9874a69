#include "distill/ickd.h"

#include "distill/adaptor.h"
#include "distill/math.h"

namespace derm {
namespace {

constexpr double kDead = 1e-16;  // squared length of a row that counts as 0

// <row r of X X^T, row r of Y Y^T> for every channel: [B, K, P_x], [B, K, P_y] -> [B, K].
torch::Tensor row_products(const torch::Tensor& x, const torch::Tensor& y) {
  return (x.matmul(x.transpose(1, 2).matmul(y)) * y).sum(2);
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

torch::Tensor correlation_distance_direct(const torch::Tensor& teacher,
                                          const torch::Tensor& student) {
  const auto correlation = [](const torch::Tensor& map) {
    const auto f = channels_by_positions(map);
    return unit_rows(f.matmul(f.transpose(1, 2)));
  };
  return (correlation(student) - correlation(teacher)).square().sum({1, 2});
}

torch::Tensor correlation_distance(const torch::Tensor& teacher, const torch::Tensor& student) {
  const auto s = channels_by_positions(student), t = channels_by_positions(teacher);
  if (std::max(s.size(2), t.size(2)) > s.size(1))  // more positions than channels
    return correlation_distance_direct(teacher, student);
  const auto of_s = row_products(s, s), of_t = row_products(t, t);
  const auto alive_s = of_s > kDead, alive_t = of_t > kDead;
  const auto both = alive_s.logical_and(alive_t);
  const auto lengths = torch::where(both, of_s * of_t, torch::ones_like(of_s)).sqrt();
  const auto cosines = torch::where(both, row_products(s, t) / lengths, torch::zeros_like(of_s));
  return (alive_s.to(torch::kDouble) + alive_t.to(torch::kDouble) - 2 * cosines).sum(1);
}

torch::Tensor ickd_loss(const torch::Tensor& teacher, const torch::Tensor& embedded,
                        const IckdOptions& options) {
  const auto batch = static_cast<double>(embedded.size(0));
  const auto divisor = static_cast<double>(embedded.size(1)) * batch;
  const auto total = correlation_distance(teacher, embedded).sum() /
                     (options.form == "imagenet" ? divisor * batch : divisor);
  return total.to(embedded.scalar_type());
}

std::unique_ptr<Term> new_ickd(const TermContext& context, const IckdOptions& options) {
  const int64_t in = map_shape(context.student, "features", "ickd").channels;
  const int64_t out = map_shape(context.teacher(), "features", "ickd").channels;
  auto embed = context.aux.get<PointwiseImpl>(
      "correlation", [&] { return std::make_shared<PointwiseImpl>(in, out, /*norm=*/true); });
  return std::make_unique<Ickd>(Pointwise(embed), options);
}

}  // namespace derm
