#include "net/fake_quant.h"

#include <gtest/gtest.h>

#include "net/graph_net.h"
#include "support/tiny_graph.h"

namespace derm {
namespace {

TEST(FakeQuant, RoundsWeightsToLevelsOfEachChannel) {
  const torch::Tensor weight = torch::tensor({{1.27, -0.634, 0.006}, {12.7, 0.0, 0.26}});
  const torch::Tensor expected = torch::tensor({{1.27, -0.63, 0.01}, {12.7, 0.0, 0.3}});
  EXPECT_TRUE(torch::allclose(fake_quantise_weight(weight), expected, 1e-5, 1e-6));
}

TEST(FakeQuant, RoundsActivationsBetweenTheEndsOfTheBatch) {
  const torch::Tensor values = torch::tensor({-1.0, 0.0, 0.031, 4.1});
  const torch::Tensor rounded = fake_quantise_activation(values);
  EXPECT_TRUE(torch::allclose(rounded, torch::tensor({-1.0, 0.0, 0.04, 4.1}), 1e-4, 1e-5));
  EXPECT_EQ(rounded[1].item<float>(), 0);
  EXPECT_TRUE(torch::equal(fake_quantise_activation(torch::zeros({3})), torch::zeros({3})));
}

TEST(FakeQuant, HasAtMost256Levels) {
  torch::manual_seed(1);
  const torch::Tensor rounded = fake_quantise_activation(torch::randn({10000}));
  EXPECT_LE(std::get<0>(at::_unique2(rounded)).numel(), 256);
}

TEST(FakeQuant, PassesTheGradientAsIfNothingWereRounded) {
  torch::Tensor values = torch::randn({4, 3, 2, 2}).requires_grad_();
  (fake_quantise_weight(values) + fake_quantise_activation(values)).sum().backward();
  EXPECT_TRUE(torch::equal(values.grad(), torch::full_like(values, 2)));
}

class FakeQuantNet : public ::testing::Test {
 protected:
  FakeQuantNet() {
    torch::manual_seed(2);
    images_ = torch::randn({4, 3, 32, 32});
    for (auto& [name, tensor] : net_->state())
      if (name.find("running_var") != std::string::npos) tensor.uniform_(0.5, 1.5);
  }

  torch::Tensor logits() { return net_->forward(images_, {"logits"}).at("logits"); }

  GraphNet net_{testing::tiny_graph(), 3};
  torch::Tensor images_;
};

TEST_F(FakeQuantNet, StaysCloseToTheFloatLogitsAndComesBackToThem) {
  const torch::NoGradGuard no_grad;
  net_->eval();
  const torch::Tensor exact = logits();
  net_->set_fake_quantised(true);
  const torch::Tensor rounded = logits();
  EXPECT_FALSE(torch::equal(rounded, exact));
  EXPECT_LT((rounded - exact).norm().item<double>(), 0.05 * exact.norm().item<double>());
  net_->set_fake_quantised(false);
  EXPECT_TRUE(torch::equal(logits(), exact));
}

TEST_F(FakeQuantNet, KeepsItsRunningStatisticsAndReachesEveryParameter) {
  net_->set_fake_quantised(true);
  net_->train();
  const TensorMap before = clone_state(net_);
  logits().square().sum().backward();
  for (const auto& [name, tensor] : net_->state())
    EXPECT_TRUE(torch::equal(tensor, before.at(name)));
  for (const auto& item : net_->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_TRUE(item.value().grad().isfinite().all().item<bool>()) << item.key();
    EXPECT_GT(item.value().grad().abs().sum().item<double>(), 0) << item.key();
  }
}

TEST_F(FakeQuantNet, IsTheSameInTrainingAndEvaluation) {
  net_->set_fake_quantised(true);
  net_->train();
  const torch::Tensor training = logits();
  net_->eval();
  EXPECT_TRUE(torch::equal(logits(), training));
}

TEST(QuantisedValues, AreThoseBehindActivationsAndNeverTheLogits) {
  const Graph graph = testing::tiny_graph();
  const std::vector<bool> quantised = quantised_values(graph);
  EXPECT_TRUE(quantised[0]);
  EXPECT_FALSE(quantised[static_cast<size_t>(graph.taps.at("logits"))]);
  for (const char* tap : {"stem", "stage1", "stage2", "features"})
    EXPECT_TRUE(quantised[static_cast<size_t>(graph.taps.at(tap))]) << tap;
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    if (graph.ops[i].name != "stem.0" && graph.ops[i].name != "stem.1") continue;
    EXPECT_FALSE(quantised[i]) << graph.ops[i].name;
  }
}

}  // namespace
}  // namespace derm
