// What holds for every network once libtorch runs it.
#include <gtest/gtest.h>

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
