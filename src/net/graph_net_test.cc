#include "net/graph_net.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/strings.h"
#include "support/tiny_graph.h"

namespace derm {
namespace {

using torch::Tensor;

const TapSet kAllTaps = {"stem",   "stage1",   "stage2",    "stage3",
                         "stage4", "features", "embedding", "logits"};

constexpr int64_t kSide = 32;

GraphNet make(uint64_t seed = 0, double dropout = 0) {
  return GraphNet(testing::tiny_graph(8, kSide, dropout), seed);
}

Tensor images(int64_t count, int64_t side = kSide) {
  return torch::linspace(-2, 2, count * 3 * side * side).view({count, 3, side, side}).sin();
}

bool equal(const TensorMap& a, const TensorMap& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, tensor] : a)
    if (b.count(name) == 0 || !torch::equal(tensor, b.at(name))) return false;
  return true;
}

TEST(GraphNet, DrawsTheSameWeightsFromTheSameSeedAndLeavesTheGlobalGeneratorAlone) {
  torch::manual_seed(1);
  const Tensor expected = torch::rand({4});
  torch::manual_seed(1);
  GraphNet first = make(7);
  EXPECT_TRUE(torch::equal(torch::rand({4}), expected));
  EXPECT_TRUE(equal(first->state(), make(7)->state()));
  EXPECT_FALSE(equal(first->state(), make(8)->state()));
}

TEST(GraphNet, GivesTheSameTapsWhicheverAreWanted) {
  GraphNet net = make();
  net->eval();
  const Tensor x = images(2);
  const Taps all = net->forward(x, kAllTaps);
  for (const std::string& tap : kAllTaps) {
    const Taps one = net->forward(x, {tap});
    ASSERT_EQ(one.size(), 1U);
    EXPECT_TRUE(torch::equal(one.at(tap), all.at(tap))) << tap;
  }
}

TEST(GraphNet, GivesTheSameTapsWithoutGradients) {
  GraphNet net = make();
  torch::manual_seed(2);
  for (auto& [name, tensor] : net->state())  // batch norms that do something
    if (tensor.is_floating_point() && tensor.dim() == 1) tensor.uniform_(0.5, 1.5);
  net->eval();
  for (const auto format : {torch::MemoryFormat::Contiguous, torch::MemoryFormat::ChannelsLast}) {
    const Tensor x = images(2).contiguous(format);
    const Taps expected = net->forward(x, kAllTaps);
    torch::NoGradGuard no_grad;
    const Taps folded = net->forward(x, kAllTaps);
    for (const std::string& tap : kAllTaps)
      EXPECT_TRUE(torch::allclose(folded.at(tap), expected.at(tap), 1e-5, 1e-5)) << tap;
  }
}

TEST(GraphNet, UsesTheBatchsStatisticsInTrainingAlsoWithoutGradients) {
  GraphNet net = make();
  const Tensor x = images(4);
  const Tensor expected = net->forward(x, {"logits"}).at("logits");
  torch::NoGradGuard no_grad;
  EXPECT_TRUE(torch::allclose(net->forward(x, {"logits"}).at("logits"), expected, 1e-5, 1e-5));
}

TEST(GraphNet, LeavesTheImagesAlone) {
  GraphNet net = make();
  const Tensor x = images(2), copy = x.clone();
  net->forward(x, {"logits"}).at("logits").sum().backward();
  EXPECT_TRUE(torch::equal(x, copy));
}

TEST(GraphNet, KeepsChannelsLast) {
  GraphNet net = make();
  net->eval();
  const Tensor x = images(2);
  const Taps plain = net->forward(x, kAllTaps);
  const Taps last = net->forward(x.contiguous(torch::MemoryFormat::ChannelsLast), kAllTaps);
  for (const char* tap : {"stem", "stage1", "stage2", "stage3", "stage4", "features"})
    EXPECT_TRUE(last.at(tap).is_contiguous(torch::MemoryFormat::ChannelsLast)) << tap;
  EXPECT_TRUE(torch::allclose(plain.at("logits"), last.at("logits"), 1e-4, 1e-5));
}

TEST(GraphNet, LaysWeightsOutWithoutChangingWhatItComputes) {
  GraphNet net = make(), other = make();
  other->set_memory_format(torch::MemoryFormat::ChannelsLast);
  EXPECT_TRUE(equal(net->state(), other->state()));
  const Tensor x = images(2).contiguous(torch::MemoryFormat::ChannelsLast);
  for (GraphNet each : {net, other}) each->forward(x, {"logits"}).at("logits").sum().backward();
  const auto gradients = net->named_parameters(), theirs = other->named_parameters();
  for (const auto& item : gradients)
    EXPECT_TRUE(torch::allclose(item.value().grad(), theirs[item.key()].grad(), 1e-3, 1e-4))
        << item.key();
  EXPECT_TRUE(theirs["stem.0.weight"].is_contiguous(torch::MemoryFormat::ChannelsLast));
}

TEST(GraphNet, TrainsStatisticsAndEvalLeavesThemAlone) {
  GraphNet net = make();
  const TensorMap fresh = clone_state(net);
  net->eval();
  net->forward(images(2), {"logits"});
  EXPECT_TRUE(equal(net->state(), fresh));
  net->train();
  net->forward(images(2), {"logits"});
  EXPECT_EQ(net->state().at("stem.1.num_batches_tracked").item<int64_t>(), 1);
  EXPECT_FALSE(
      torch::equal(net->state().at("stem.1.running_mean"), fresh.at("stem.1.running_mean")));
}

TEST(GraphNet, HonoursEvalOfAPart) {
  GraphNet net = make();
  for (const auto& item : net->named_modules())
    if (starts_with(item.key(), "block")) item.value()->eval();
  net->forward(images(2), {"logits"});
  const TensorMap state = net->state();
  EXPECT_EQ(state.at("block.0.1.num_batches_tracked").item<int64_t>(), 0);
  EXPECT_EQ(state.at("stage2.1.num_batches_tracked").item<int64_t>(), 1);
}

TEST(GraphNet, DropsOutByTheDefaultGenerator) {
  GraphNet net = make(0, 0.5);
  const Tensor x = images(4);
  const auto draw = [&](uint64_t seed) {
    torch::manual_seed(seed);
    return net->forward(x, {"logits"}).at("logits").detach();
  };
  const Tensor first = draw(1);
  EXPECT_TRUE(torch::equal(first, draw(1)));
  EXPECT_FALSE(torch::equal(first, draw(2)));
  net->eval();
  EXPECT_TRUE(torch::equal(draw(1), draw(2)));
}

TEST(GraphNet, GivesFrozenParametersNoGradient) {
  GraphNet net = make();
  for (const auto& item : net->named_parameters())
    if (!starts_with(item.key(), "fc")) item.value().set_requires_grad(false);
  net->forward(images(2), {"logits"}).at("logits").sum().backward();
  for (const auto& item : net->named_parameters())
    EXPECT_EQ(item.value().grad().defined(), starts_with(item.key(), "fc")) << item.key();
}

TEST(GraphNet, SharesItsStateAndClonesACopy) {
  GraphNet net = make();
  const TensorMap copy = clone_state(net);
  net->state().at("fc.bias").fill_(3);
  EXPECT_EQ(net->named_parameters()["fc.bias"].max().item<float>(), 3);
  EXPECT_NE(copy.at("fc.bias").max().item<float>(), 3);
  const Cost total = cost(net->graph());
  EXPECT_EQ(net->state_bytes(), 4 * (total.parameters + total.buffers) + 8 * 4);
}

TEST(GraphNet, RefusesImagesOfAnotherSizeAndUnknownTaps) {
  GraphNet net = make();
  EXPECT_THROW(net->forward(images(1, 64), {"logits"}), Error);
  EXPECT_THROW(net->forward(images(1), {"stage9"}), Error);
  EXPECT_THROW(net->forward(torch::zeros({3, 32, 32}), {"logits"}), Error);
}

}  // namespace
}  // namespace derm
