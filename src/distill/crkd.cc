#include "distill/crkd.h"

#include "distill/adaptor.h"
#include "distill/math.h"

namespace derm {
namespace {

torch::Tensor squared_norm(const torch::Tensor& matrices) {
  return matrices.square().sum({1, 2});
}

class Crkd : public Term {
 public:
  Crkd(ConvRegressor adaptor, const CrkdOptions& options)
      : adaptor_(std::move(adaptor)), options_(options) {}

  Needs needs() const override { return {{"features"}, {"features"}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    auto teacher = tap(step.teacher(), "features"), student = tap(step.student, "features");
    if (options_.views == "upright") {
      teacher = step.view(teacher, 0);
      student = step.view(student, 0);
    }
    return crkd_loss(teacher, adaptor_->forward(student), options_);
  }

 private:
  ConvRegressor adaptor_;
  CrkdOptions options_;
};

}  // namespace

torch::Tensor gram_distance_squared_direct(const torch::Tensor& teacher,
                                           const torch::Tensor& student) {
  const auto gram = [](const torch::Tensor& map) {
    const auto f = channels_by_positions(map);
    return f.matmul(f.transpose(1, 2)) / static_cast<double>(f.size(1) * f.size(2));
  };
  return squared_norm(gram(student) - gram(teacher));
}

torch::Tensor gram_distance_squared(const torch::Tensor& teacher, const torch::Tensor& student) {
  const auto s = channels_by_positions(student), t = channels_by_positions(teacher);
  if (std::max(s.size(2), t.size(2)) > s.size(1))  // more positions than channels
    return gram_distance_squared_direct(teacher, student);
  const double a = 1.0 / static_cast<double>(s.size(1) * s.size(2));
  const double b = 1.0 / static_cast<double>(t.size(1) * t.size(2));
  const auto s_by_position = s.transpose(1, 2);
  const auto total = a * a * squared_norm(s_by_position.matmul(s)) +
                     b * b * squared_norm(t.transpose(1, 2).matmul(t)) -
                     2 * a * b * squared_norm(s_by_position.matmul(t));
  return total.clamp_min(0);
}

torch::Tensor crkd_loss(const torch::Tensor& teacher, const torch::Tensor& adapted,
                        const CrkdOptions& options) {
  constexpr double kTiny = 1e-16;  // the root has no slope at 0, where the sides agree
  const auto squared = gram_distance_squared(teacher, adapted);
  const auto channels = static_cast<double>(adapted.size(1));
  const auto total = options.form == "code"
                         ? (squared.mean() / (channels * channels) + kTiny).sqrt()
                     : options.form == "paper" ? (squared + kTiny).sqrt().sum()
                                               : (squared + kTiny).sqrt().mean();
  return total.to(adapted.scalar_type());
}

std::unique_ptr<Term> new_crkd(const TermContext& context, const CrkdOptions& options) {
  const Shape& student = map_shape(context.student, "features", "crkd");
  Shape wanted = student;
  wanted.channels = map_shape(context.teacher(), "features", "crkd").channels;
  auto adaptor = context.aux.get<ConvRegressorImpl>(
      options.linear ? "channel_linear" : "channel",
      [&] { return std::make_shared<ConvRegressorImpl>(student, wanted, !options.linear); });
  return std::make_unique<Crkd>(ConvRegressor(adaptor), options);
}

}  // namespace derm
