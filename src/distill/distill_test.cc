// The distillation interface and the terms ce and kd: golden values, finite differences, and
// properties.
#include <gtest/gtest.h>

#include "distill/ce.h"
#include "distill/kd.h"
#include "distill/math.h"
#include "distill/terms.h"
#include "support/torch_golden.h"

namespace derm {
namespace {

using testing::expect_golden;
using testing::expect_gradient;
using testing::golden;
using testing::tensor;

torch::Tensor weights_of(const Json& file, const torch::Tensor& like) {
  const auto w = file["params"]["weights"].get<std::vector<double>>();
  return torch::tensor(w, torch::kDouble).to(like.scalar_type());
}

TEST(CeTerm, EqualsTheGoldenValuesInEveryReduction) {
  const Json file = golden("wce");
  const auto y = testing::labels(file["inputs"]["labels"]);
  for (const std::string reduction : {"weighted_mean", "batch_mean", "sum"})
    expect_golden(file, reduction, "logits", [&](const torch::Tensor& z) {
      CeOptions options;
      options.reduction = reduction;
      return cross_entropy(z, y, weights_of(file, z), options);
    });
}

TEST(CeTerm, LabelSmoothingEqualsTheGoldenValue) {
  const Json file = golden("ls_tfkd_multiteacher");
  const auto y = testing::labels(file["inputs"]["labels"]);
  expect_golden(file, "label_smoothing_0.1_torch", "student_logits", [&](const torch::Tensor& z) {
    CeOptions options;
    options.label_smoothing = 0.1;
    return cross_entropy(z, y, {}, options);
  });
}

TEST(CeTerm, GradientAgreesWithFiniteDifferences) {
  torch::manual_seed(1);
  const auto z = torch::randn({5, 4}, torch::kDouble) * 3;
  const auto y = torch::tensor({0, 3, 2, 2, 1});
  const auto w = torch::tensor({0.5, 2.0, 1.0, 7.0}, torch::kDouble);
  for (const double smoothing : {0.0, 0.2}) {
    CeOptions options;
    options.label_smoothing = smoothing;
    expect_gradient(z, [&](const torch::Tensor& x) { return cross_entropy(x, y, w, options); });
  }
}

TEST(CeTerm, ScaleOfTheWeightsCancelsInTheWeightedMean) {
  torch::manual_seed(2);
  const auto z = torch::randn({6, 3});
  const auto y = torch::tensor({0, 1, 2, 2, 1, 0});
  const auto w = torch::tensor({1.0F, 5.0F, 0.2F});
  const auto once = cross_entropy(z, y, w, {});
  EXPECT_NEAR(cross_entropy(z, y, w * 100, {}).item<double>(), once.item<double>(), 1e-6);
}

// Menon et al. 2021: where the adjusted softmax fits shares p(y|x), the plain one fits
// p(y|x) / p(y): the labels' frequencies drop out.
TEST(CeTerm, LogitAdjustmentRemovesThePrior) {
  const auto labels = torch::tensor({0, 0, 0, 0, 0, 0, 1, 1, 2});
  const Graph graph;
  Aux aux(0);
  const TermContext context{graph, {}, {}, 3, labels, {}, aux};
  CeOptions options;
  options.logit_adjustment = 1;
  const auto term = new_ce(context, options);
  Step step;
  step.labels = labels;
  auto bias = torch::zeros({3}, torch::kDouble).set_requires_grad(true);
  step.student["logits"] = bias.expand({9, 3});
  const auto loss = term->loss(step);
  loss.backward();
  // Equal logits are the optimum: the prior alone explains the labels, at their entropy.
  EXPECT_LT(bias.grad().abs().max().item<double>(), 1e-12);
  const auto share = torch::tensor({6.0, 2.0, 1.0}, torch::kDouble) / 9;
  EXPECT_NEAR(loss.item<double>(), -(share * share.log()).sum().item<double>(), 1e-12);
  EXPECT_TRUE(torch::isfinite(log_prior(torch::tensor({0, 2}), 4)).all().item<bool>());
}

TEST(KdTerm, EqualsTheGoldenValues) {
  const Json file = golden("kd");
  const auto check = [&](const std::string& name, const KdOptions& options) {
    expect_golden(file, name, "student_logits", [&](const torch::Tensor& z) {
      return kd_loss(tensor(file["inputs"]["teacher_logits"], z.scalar_type()), z, options);
    });
  };
  check("T4_batchmean_T2", {4, "batch_mean", true});
  check("T5_batchmean_T2", {5, "batch_mean", true});
  check("T4_sum_noT2_paper_eq2", {4, "sum", false});
}

TEST(KdTerm, WithCeEqualsTheGoldenBlkd) {
  const Json file = golden("kd");
  const auto y = testing::labels(file["inputs"]["labels"]);
  expect_golden(file, "blkd_lambda0.5_T5", "student_logits", [&](const torch::Tensor& z) {
    const auto teacher = tensor(file["inputs"]["teacher_logits"], z.scalar_type());
    return 0.5 * cross_entropy(z, y, weights_of(file, z), {}) +
           0.5 * kd_loss(teacher, z, {5, "batch_mean", true});
  });
}

TEST(KdTerm, IsZeroAndStationaryWhenLogitsAgree) {
  torch::manual_seed(3);
  const auto teacher = torch::randn({4, 8}, torch::kDouble) * 5;
  auto student = teacher.clone().set_requires_grad(true);
  const auto loss = kd_loss(teacher, student, {});
  loss.backward();
  EXPECT_NEAR(loss.item<double>(), 0, 1e-12);
  EXPECT_LT(student.grad().abs().max().item<double>(), 1e-12);
}

TEST(KdTerm, IgnoresAShiftOfTheLogits) {
  torch::manual_seed(4);
  const auto t = torch::randn({4, 8}, torch::kDouble), s = torch::randn({4, 8}, torch::kDouble);
  EXPECT_NEAR(kd_loss(t + 30, s - 7, {}).item<double>(), kd_loss(t, s, {}).item<double>(), 1e-9);
}

TEST(KdTerm, StaysFiniteForExtremeLogitsTemperaturesAndBatches) {
  for (const double temperature : {0.05, 1.0, 100.0})
    for (const int64_t batch : {1, 2, 3}) {
      const auto t = torch::tensor({{90.0F, -90.0F, 0.0F}}).repeat({batch, 1});
      auto s = torch::tensor({{-90.0F, 90.0F, 0.0F}}).repeat({batch, 1}).set_requires_grad(true);
      const auto loss = kd_loss(t, s, {temperature, "batch_mean", true});
      loss.backward();
      EXPECT_TRUE(torch::isfinite(loss).item<bool>()) << temperature;
      EXPECT_TRUE(torch::isfinite(s.grad()).all().item<bool>()) << temperature;
    }
}

TEST(KdTerm, GradientAgreesWithFiniteDifferences) {
  torch::manual_seed(5);
  const auto t = torch::randn({3, 5}, torch::kDouble);
  expect_gradient(torch::randn({3, 5}, torch::kDouble), [&](const torch::Tensor& z) {
    return kd_loss(t, z, {2.5, "batch_mean", true});
  });
}

// Rows b*V+v: view() and others() must pick exactly those.
TEST(Step, SlicesViewsInTheDocumentedOrder) {
  Step step;
  step.views = 4;
  const auto rows = torch::arange(12).reshape({12, 1});
  EXPECT_TRUE(step.view(rows, 0).squeeze(1).equal(torch::tensor({0, 4, 8})));
  EXPECT_TRUE(step.view(rows, 3).squeeze(1).equal(torch::tensor({3, 7, 11})));
  EXPECT_TRUE(step.others(rows).squeeze(1).equal(torch::tensor({1, 2, 3, 5, 6, 7, 9, 10, 11})));
  EXPECT_EQ(step.view(rows, 1).data_ptr<int64_t>(), rows.data_ptr<int64_t>() + 1) << "a copy";
}

TEST(Aux, SameNameIsTheSameModuleAndAnotherTypeIsAnError) {
  using torch::nn::Conv2dImpl;
  using torch::nn::LinearImpl;
  const auto make = [] { return std::make_shared<LinearImpl>(3, 2); };
  Aux first(7), second(7), other(8);
  const auto head = first.get<LinearImpl>("head", make);
  EXPECT_EQ(first.get<LinearImpl>("head", make), head);
  second.get<LinearImpl>("lift", make);  // another order must not change the weights
  EXPECT_TRUE(second.get<LinearImpl>("head", make)->weight.equal(head->weight));
  EXPECT_FALSE(other.get<LinearImpl>("head", make)->weight.equal(head->weight));
  EXPECT_THROW(first.get<Conv2dImpl>("head", [] { return std::make_shared<Conv2dImpl>(1, 1, 1); }),
               Error);
}

TEST(Terms, UnknownNamesAndOptionsAreOneError) {
  Graph graph;
  graph.classes = 3;
  Aux aux(0);
  const auto labels = torch::tensor({0, 1, 2, 0});
  const TermContext context{graph, {&graph}, {}, 3, labels, {}, aux};
  EXPECT_NO_THROW(make_term("kd", context, Tree()));
  EXPECT_THROW(make_term("kdd", context, Tree()), Error);
  EXPECT_THROW(make_term("kd", context, parse_yaml("temprature: 3", "t")), Error);
  const TermContext alone{graph, {}, {}, 3, labels, {}, aux};
  EXPECT_THROW(make_term("kd", alone, Tree()), Error);
  EXPECT_THROW(make_term("dml", alone, Tree()), Error) << "without a peer";
}

}  // namespace
}  // namespace derm
