// What holds for every network once libtorch runs it.
#include <gtest/gtest.h>

#include "net/grad_cam.h"
#include "net/graph_net.h"
#include "net/torch.h"
#include "zoo/zoo.h"

namespace derm::property {
namespace {

constexpr int64_t kSide = 64, kClasses = 5;

class EveryNet : public ::testing::TestWithParam<std::string> {
 protected:
  Graph graph_ = build_network(GetParam(), {kClasses, kSide, -1});
  GraphNet net_{graph_, 7};
  torch::Tensor images_ = torch::linspace(-2, 2, 2 * 3 * kSide * kSide).view({2, 3, kSide, kSide});

  TapSet all_taps() const {
    TapSet taps;
    for (const auto& [name, value] : graph_.taps) taps.insert(name);
    return taps;
  }
};

TEST_P(EveryNet, GivesEveryTapTheShapeThatTheGraphPromises) {
  torch::NoGradGuard no_grad;
  net_->eval();
  const auto taps = net_->forward(images_, all_taps());
  ASSERT_EQ(taps.size(), graph_.taps.size());
  for (const auto& [name, tensor] : taps) {
    const auto& shape = graph_.shape(name);
    EXPECT_EQ(tensor.size(0), 2) << name;
    EXPECT_EQ(tensor.numel(), 2 * shape.elements()) << name;
    EXPECT_EQ(tensor.size(1), shape.channels) << name;
  }
}

TEST_P(EveryNet, PassesAGradientToEveryParameter) {
  net_->train();
  net_->forward(images_, {"logits"}).at("logits").square().sum().backward();
  for (const auto& item : net_->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_TRUE(item.value().grad().isfinite().all().item<bool>()) << item.key();
  }
}

TEST_P(EveryNet, HasTheParametersThatTheGraphCounts) {
  int64_t count = 0;
  for (const auto& parameter : net_->parameters()) count += parameter.numel();
  EXPECT_EQ(count, cost(graph_).parameters);
}

TEST_P(EveryNet, KeepsItsOutputsThroughAWeightFile) {
  torch::NoGradGuard no_grad;
  GraphNet other(graph_, 8);
  other->eval();
  net_->eval();
  const auto expected = net_->forward(images_, {"logits"}).at("logits");
  EXPECT_FALSE(torch::equal(other->forward(images_, {"logits"}).at("logits"), expected));
  const auto bytes = safetensors_bytes(net_->state(), {{"arch", GetParam()}});
  load_weights(other, parse_safetensors(bytes, "memory"), "memory", false);
  EXPECT_TRUE(torch::equal(other->forward(images_, {"logits"}).at("logits"), expected));
}

TEST_P(EveryNet, GivesTheSameTapsWithOrWithoutOthersAsked) {
  torch::NoGradGuard no_grad;
  net_->eval();
  const auto alone = net_->forward(images_, {"stage3"}).at("stage3");
  EXPECT_TRUE(torch::equal(alone, net_->forward(images_, all_taps()).at("stage3")));
}

TEST_P(EveryNet, KeepsChannelsLast) {
  net_->eval();
  net_->set_memory_format(torch::MemoryFormat::ChannelsLast);
  const auto taps = net_->forward(images_, all_taps());
  const auto last =
      net_->forward(images_.contiguous(torch::MemoryFormat::ChannelsLast), all_taps());
  for (const char* tap : {"stem", "stage1", "stage2", "stage3", "stage4", "features"})
    EXPECT_TRUE(last.at(tap).is_contiguous(torch::MemoryFormat::ChannelsLast)) << tap;
  EXPECT_TRUE(torch::allclose(taps.at("embedding"), last.at("embedding"), 1e-3, 1e-4));
}

TEST_P(EveryNet, ExplainsEachImageOfABatchAsAlone) {
  const auto together = grad_cam(net_, images_);
  const auto& shape = graph_.shape("features");
  ASSERT_EQ(together.cam.sizes(), (std::vector<int64_t>{2, shape.height, shape.width}));
  EXPECT_TRUE(together.cam.isfinite().all().item<bool>());
  EXPECT_GE(together.cam.min().item<float>(), 0);
  for (int64_t i = 0; i < 2; ++i) {
    const auto alone =
        grad_cam(net_, images_.narrow(0, i, 1), "features", together.classes.narrow(0, i, 1));
    const double scale = together.cam[i].max().item<double>();
    EXPECT_TRUE(torch::allclose(alone.cam[0], together.cam[i], 1e-3, 1e-4 * scale + 1e-12)) << i;
  }
}

TEST_P(EveryNet, ExplainsWithoutGradientsOnItsParameters) {
  grad_cam(net_, images_, "stage3");
  for (const auto& item : net_->named_parameters())
    EXPECT_FALSE(item.value().grad().defined()) << item.key();
}

// One linear layer behind global pooling: Grad-CAM is the class activation map, exactly.
TEST(PooledNet, IsExplainedByItsClassActivationMap) {
  GraphNet net(build_network("mobilenet_v2_0.35", {8, 96, -1}), 3);
  const auto images = torch::linspace(-9, 9, 2 * 3 * 96 * 96).sin().view({2, 3, 96, 96});
  const auto found = grad_cam(net, images);
  const torch::NoGradGuard no_grad;
  const auto map = net->forward(images, {"features"}).at("features");
  const auto weight = net->state().at("classifier.1.weight").index_select(0, found.classes);
  const auto expected = torch::einsum("nc,nchw->nhw", {weight, map}).relu();
  const double largest = expected.amax({1, 2}).min().item<double>();
  ASSERT_GT(largest, 0);
  const auto positions = static_cast<double>(map.size(2) * map.size(3));
  EXPECT_EQ(positions, 9);
  EXPECT_TRUE(torch::allclose(found.cam * positions, expected, 1e-3, 1e-4 * largest));
}

TEST_P(EveryNet, LeavesTheImagesAlone) {
  const auto copy = images_.clone();
  net_->forward(images_, all_taps());
  EXPECT_TRUE(torch::equal(images_, copy));
}

// The largest run the code of their smaller siblings, and would take most of the time.
constexpr int64_t kMostParameters = 50'000'000;

std::vector<std::string> names_of_all() {
  std::vector<std::string> names;
  for (const auto& entry : networks())
    if (cost(entry.build({kClasses, kSide})).parameters <= kMostParameters)
      names.push_back(entry.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Zoo, EveryNet, ::testing::ValuesIn(names_of_all()),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           for (char& c : name)
                             if (c == '.') c = '_';
                           return name;
                         });

}  // namespace
}  // namespace derm::property
