// Names, first weights and weight files of the real families.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "net/graph_net.h"
#include "support/golden.h"
#include "zoo/zoo.h"

namespace derm {
namespace {

using ::testing::IsEmpty;
using torch::Tensor;

TensorMap fresh_state(const std::string& network, int64_t classes) {
  return GraphNet(build_network(network, {classes, 32}), 0)->state();
}

double spread(const Tensor& tensor) {
  return tensor.std().item<double>();
}

TEST(StateNames, AreTorchvisionsForResnet) {
  const TensorMap state = fresh_state("resnet50", 8);
  for (const char* name : {"conv1.weight", "bn1.running_mean", "layer1.0.downsample.1.bias",
                           "layer4.2.conv3.weight", "bn1.num_batches_tracked", "fc.bias"})
    EXPECT_EQ(state.count(name), 1U) << name;
  EXPECT_EQ(state.size(), 320U);  // entries of torchvision's state_dict
}

TEST(StateNames, AreTorchvisionsForMobilenetV2) {
  const TensorMap state = fresh_state("mobilenet_v2", 8);
  for (const char* name : {"features.0.0.weight", "features.1.conv.1.weight",
                           "features.17.conv.3.running_var", "classifier.1.bias"})
    EXPECT_EQ(state.count(name), 1U) << name;
  EXPECT_EQ(state.size(), 314U);
}

TEST(FreshWeights, SpreadAsTorchvisionsForMobilenetV2) {
  const TensorMap state = fresh_state("mobilenet_v2", 1000);
  EXPECT_NEAR(spread(state.at("classifier.1.weight")), 0.01, 1e-4);
  EXPECT_NEAR(spread(state.at("features.18.0.weight")), std::sqrt(2 / 1280.0), 1e-4);
  EXPECT_EQ(state.at("classifier.1.bias").abs().max().item<double>(), 0);
}

TEST(FreshWeights, SpreadAsTorchvisionsForResnet) {
  const TensorMap state = fresh_state("resnet18", 1000);
  const double bound = 1 / std::sqrt(512.0);
  EXPECT_NEAR(state.at("fc.weight").max().item<double>(), bound, 1e-3 * bound);
  EXPECT_LE(state.at("fc.bias").abs().max().item<double>(), bound);
  EXPECT_NEAR(spread(state.at("layer4.1.conv2.weight")), std::sqrt(2 / (512.0 * 9)), 1e-4);
}

TEST(FreshWeights, SpreadAsTorchvisionsForTheOtherFamilies) {
  const auto largest = [](const Tensor& tensor) { return tensor.abs().max().item<double>(); };
  const TensorMap efficient = fresh_state("efficientnet_b0", 1000);
  const double bound = 1 / std::sqrt(1000.0);
  EXPECT_NEAR(largest(efficient.at("classifier.1.weight")), bound, 1e-3 * bound);
  EXPECT_EQ(largest(efficient.at("classifier.1.bias")), 0);

  const TensorMap squeeze = fresh_state("squeezenet1_1", 1000);
  const double kaiming = std::sqrt(6 / (64.0 * 9));
  EXPECT_NEAR(largest(squeeze.at("features.12.expand3x3.weight")), kaiming, 1e-3 * kaiming);
  EXPECT_EQ(largest(squeeze.at("features.12.expand3x3.bias")), 0);
  EXPECT_NEAR(spread(squeeze.at("classifier.1.weight")), 0.01, 1e-4);

  const TensorMap next = fresh_state("convnext_tiny", 8);
  EXPECT_NEAR(spread(next.at("features.7.2.block.3.weight")), 0.02, 1e-4);
  EXPECT_NEAR(spread(next.at("features.6.1.weight")), 0.02, 1e-4);
  EXPECT_FLOAT_EQ(next.at("features.7.2.layer_scale").min().item<float>(), 1e-6F);
  EXPECT_EQ(next.at("features.7.2.block.2.weight").min().item<float>(), 1);
}

TEST(OtherHeads, OfSqueezenetAreTheConvolutionThatMakesTheLogits) {
  GraphNet from(build_network("squeezenet1_1", {5, 32}), 0);
  GraphNet to(build_network("squeezenet1_1", {8, 32}), 1);
  const WeightFile file{clone_state(from), {}};
  EXPECT_THROW(load_weights(to, file, "w", false), Error);
  EXPECT_THAT(load_weights(to, file, "w", true).skipped_head,
              ::testing::ElementsAre("classifier.1.bias", "classifier.1.weight"));
}

TEST(RealWeights, OfMobilenetV2LoadWithAndWithoutTheirHead) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  const fs::path path = testing::real_data() / "weights" / "mobilenet_v2_imagenet.safetensors";
  GraphNet full(build_network("mobilenet_v2", {1000, 128}), 0);
  EXPECT_THAT(load_weights(full, read_weights(path), path.string(), false).skipped_head, IsEmpty());
  GraphNet ours(build_network("mobilenet_v2", {8, 128}), 0);
  EXPECT_EQ(load_weights(ours, read_weights(path), path.string(), true).skipped_head.size(), 2U);
}

TEST(RealWeights, OfTheSmallBackboneRunWithTheirOwnEpsilon) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  const fs::path path =
      testing::real_data() / "weights" / "mobilenet_v2_0.35_imagenet_backbone.safetensors";
  const WeightFile file = read_weights(path);
  const Graph graph = build_network("mobilenet_v2_0.35", {8, 64});
  GraphNet net(graph, 0);
  const LoadReport report = load_weights(net, file, path.string(), true);
  EXPECT_EQ(report.folded_eps, 1e-3);
  EXPECT_EQ(report.skipped_head.size(), 2U);

  Graph other = graph;
  for (Op& op : other.ops) op.eps = 1e-3;
  GraphNet exact(other, 0);
  EXPECT_FALSE(load_weights(exact, file, path.string(), true).folded_eps);
  net->eval();
  exact->eval();
  torch::NoGradGuard no_grad;
  const Tensor x = torch::linspace(-1, 1, 2 * 3 * 64 * 64).view({2, 3, 64, 64});
  EXPECT_TRUE(torch::allclose(net->forward(x, {"embedding"}).at("embedding"),
                              exact->forward(x, {"embedding"}).at("embedding"), 1e-4, 1e-5));
}

}  // namespace
}  // namespace derm
