#include "net/graph_net.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/strings.h"
#include "zoo/zoo.h"

namespace derm {
namespace {

using torch::Tensor;

const TapSet kAllTaps = {"stem",   "stage1",   "stage2",    "stage3",
                         "stage4", "features", "embedding", "logits"};

GraphNet make(const std::string& name, int64_t side, int64_t classes = 8, uint64_t seed = 0) {
  return GraphNet(build_network(name, {classes, side, 0}), seed);
}

Tensor images(int64_t count, int64_t side) {
  torch::manual_seed(5);
  return torch::randn({count, 3, side, side});
}

bool equal(const TensorMap& a, const TensorMap& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, tensor] : a)
    if (b.count(name) == 0 || !torch::equal(tensor, b.at(name))) return false;
  return true;
}

class EveryNetwork : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryNetwork, TapsHaveTheShapesTheGraphPromises) {
  GraphNet net = make(GetParam(), 48);
  net->eval();
  torch::NoGradGuard no_grad;
  const Taps taps = net->forward(images(2, 48), kAllTaps);
  ASSERT_EQ(taps.size(), kAllTaps.size());
  for (const auto& [name, tensor] : taps) {
    const Shape& shape = net->graph().shape(name);
    const bool flat = name == "embedding" || name == "logits";
    const std::vector<int64_t> expected =
        flat ? std::vector<int64_t>{2, shape.channels}
             : std::vector<int64_t>{2, shape.channels, shape.height, shape.width};
    EXPECT_EQ(tensor.sizes().vec(), expected) << name;
  }
}

TEST_P(EveryNetwork, EveryParameterGetsAGradientFromTheLogits) {
  GraphNet net = make(GetParam(), 40);
  const Tensor logits = net->forward(images(3, 40), {"logits"}).at("logits");
  logits.square().sum().backward();
  for (const auto& item : net->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_TRUE(item.value().grad().abs().sum().item<double>() > 0) << item.key();
  }
}

TEST_P(EveryNetwork, HoldsAsManyNumbersAsTheCostSays) {
  GraphNet net = make(GetParam(), 32);
  const Cost total = cost(net->graph());
  int64_t parameters = 0, buffers = 0;
  for (const Tensor& tensor : net->parameters()) parameters += tensor.numel();
  for (const auto& item : net->named_buffers())
    if (!ends_with(item.key(), "num_batches_tracked")) buffers += item.value().numel();
  EXPECT_EQ(parameters, total.parameters);
  EXPECT_EQ(buffers, total.buffers);
}

std::vector<std::string> network_names() {
  std::vector<std::string> names;
  for (const NetworkEntry& entry : networks()) names.push_back(entry.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Zoo, EveryNetwork, ::testing::ValuesIn(network_names()),
                         [](const auto& row) {
                           std::string name = row.param;
                           for (char& c : name)
                             if (c == '.') c = '_';
                           return name;
                         });

TEST(GraphNet, NamesItsStateAsTorchvisionDoes) {
  const TensorMap state = make("resnet50", 32)->state();
  for (const char* name : {"conv1.weight", "bn1.running_mean", "layer1.0.downsample.1.bias",
                           "layer4.2.conv3.weight", "bn1.num_batches_tracked", "fc.bias"})
    EXPECT_EQ(state.count(name), 1U) << name;
  EXPECT_EQ(state.size(), 320U);  // entries of torchvision's state_dict
  const TensorMap mobile = make("mobilenet_v2", 32)->state();
  for (const char* name : {"features.0.0.weight", "features.1.conv.1.weight",
                           "features.17.conv.3.running_var", "classifier.1.bias"})
    EXPECT_EQ(mobile.count(name), 1U) << name;
  EXPECT_EQ(mobile.size(), 314U);
}

TEST(GraphNet, DrawsTheSameWeightsFromTheSameSeedAndLeavesTheGlobalGeneratorAlone) {
  torch::manual_seed(1);
  const Tensor expected = torch::rand({4});
  torch::manual_seed(1);
  GraphNet first = make("mobilenet_v2_0.35", 32, 8, 7);
  EXPECT_TRUE(torch::equal(torch::rand({4}), expected));
  EXPECT_TRUE(equal(first->state(), make("mobilenet_v2_0.35", 32, 8, 7)->state()));
  EXPECT_FALSE(equal(first->state(), make("mobilenet_v2_0.35", 32, 8, 8)->state()));
}

TEST(GraphNet, StartsWithTheSpreadOfTorchvision) {
  const TensorMap mobile = make("mobilenet_v2", 32, 1000)->state();
  EXPECT_NEAR(mobile.at("classifier.1.weight").std().item<double>(), 0.01, 1e-4);
  EXPECT_NEAR(mobile.at("features.18.0.weight").std().item<double>(), std::sqrt(2 / 1280.0), 1e-4);
  EXPECT_EQ(mobile.at("classifier.1.bias").abs().max().item<double>(), 0);
  const TensorMap residual = make("resnet18", 32, 1000)->state();
  const double bound = 1 / std::sqrt(512.0);
  EXPECT_NEAR(residual.at("fc.weight").max().item<double>(), bound, 1e-3 * bound);
  EXPECT_LE(residual.at("fc.bias").abs().max().item<double>(), bound);
  EXPECT_NEAR(residual.at("layer4.1.conv2.weight").std().item<double>(), std::sqrt(2 / (512.0 * 9)),
              1e-4);
}

TEST(GraphNet, GivesTheSameTapsWhicheverAreWanted) {
  GraphNet net = make("mobilenet_v2_0.35", 40);
  net->eval();
  const Tensor x = images(2, 40);
  const Taps all = net->forward(x, kAllTaps);
  for (const std::string& tap : kAllTaps) {
    torch::NoGradGuard no_grad;
    const Taps one = net->forward(x, {tap});
    ASSERT_EQ(one.size(), 1U);
    EXPECT_TRUE(torch::equal(one.at(tap), all.at(tap))) << tap;
  }
}

TEST(GraphNet, LeavesTheImagesAlone) {
  GraphNet net = make("resnet18", 32);
  const Tensor x = images(2, 32), copy = x.clone();
  net->forward(x, {"logits"}).at("logits").sum().backward();
  EXPECT_TRUE(torch::equal(x, copy));
}

TEST(GraphNet, KeepsChannelsLast) {
  GraphNet net = make("mobilenet_v2_0.35", 64);
  net->eval();
  const Tensor x = images(2, 64);
  const Taps plain = net->forward(x, kAllTaps);
  const Taps last = net->forward(x.contiguous(torch::MemoryFormat::ChannelsLast), kAllTaps);
  for (const char* tap : {"stem", "stage1", "stage2", "stage3", "stage4", "features"})
    EXPECT_TRUE(last.at(tap).is_contiguous(torch::MemoryFormat::ChannelsLast)) << tap;
  EXPECT_TRUE(torch::allclose(plain.at("logits"), last.at("logits"), 1e-4, 1e-5));
}

TEST(GraphNet, TrainsStatisticsAndEvalLeavesThemAlone) {
  GraphNet net = make("resnet18", 32);
  const TensorMap fresh = clone_state(net);
  net->eval();
  net->forward(images(2, 32), {"logits"});
  EXPECT_TRUE(equal(net->state(), fresh));
  net->train();
  net->forward(images(2, 32), {"logits"});
  EXPECT_EQ(net->state().at("bn1.num_batches_tracked").item<int64_t>(), 1);
  EXPECT_FALSE(torch::equal(net->state().at("bn1.running_mean"), fresh.at("bn1.running_mean")));
}

TEST(GraphNet, HonoursEvalOfAPart) {
  GraphNet net = make("resnet18", 32);
  for (const auto& item : net->named_modules())
    if (starts_with(item.key(), "layer1")) item.value()->eval();
  net->forward(images(2, 32), {"logits"});
  const TensorMap state = net->state();
  EXPECT_EQ(state.at("layer1.0.bn1.num_batches_tracked").item<int64_t>(), 0);
  EXPECT_EQ(state.at("layer2.0.bn1.num_batches_tracked").item<int64_t>(), 1);
}

TEST(GraphNet, DropsOutByTheDefaultGenerator) {
  GraphNet net(build_network("mobilenet_v2_0.35", {8, 32, 0.5}), 0);
  const Tensor x = images(4, 32);
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
  GraphNet net = make("mobilenet_v2_0.35", 32);
  for (const auto& item : net->named_parameters())
    if (starts_with(item.key(), "features")) item.value().set_requires_grad(false);
  net->forward(images(2, 32), {"logits"}).at("logits").sum().backward();
  for (const auto& item : net->named_parameters())
    EXPECT_EQ(item.value().grad().defined(), starts_with(item.key(), "classifier")) << item.key();
}

TEST(GraphNet, SharesItsStateAndClonesACopy) {
  GraphNet net = make("resnet18", 32);
  const TensorMap copy = clone_state(net);
  net->state().at("fc.bias").fill_(3);
  EXPECT_EQ(net->named_parameters()["fc.bias"].max().item<float>(), 3);
  EXPECT_NE(copy.at("fc.bias").max().item<float>(), 3);
  EXPECT_EQ(net->state_bytes(), 4 * (11180616 + 9600) + 8 * 20);
}

TEST(GraphNet, RefusesImagesOfAnotherSizeAndUnknownTaps) {
  GraphNet net = make("resnet18", 32);
  EXPECT_THROW(net->forward(images(1, 64), {"logits"}), Error);
  EXPECT_THROW(net->forward(images(1, 32), {"stage9"}), Error);
  EXPECT_THROW(net->forward(torch::zeros({3, 32, 32}), {"logits"}), Error);
}

}  // namespace
}  // namespace derm
