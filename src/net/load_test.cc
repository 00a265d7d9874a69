#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "net/graph_net.h"
#include "support/golden.h"
#include "zoo/zoo.h"

namespace derm {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using torch::Tensor;

GraphNet make(const std::string& name, int64_t classes, uint64_t seed) {
  return GraphNet(build_network(name, {classes, 32}), seed);
}

std::string refusal(GraphNet net, const WeightFile& file, bool other_head) {
  try {
    load_weights(net, file, "w.safetensors", other_head);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

Tensor logits(GraphNet& net) {
  net->eval();
  torch::NoGradGuard no_grad;
  return net->forward(torch::ones({1, 3, 32, 32}), {"logits"}).at("logits");
}

TEST(LoadWeights, MakesTwoNetworksEqual) {
  GraphNet from = make("resnet18", 8, 1), to = make("resnet18", 8, 2);
  const LoadReport report = load_weights(to, {clone_state(from), {}}, "w", false);
  EXPECT_THAT(report.skipped_head, IsEmpty());
  EXPECT_FALSE(report.folded_eps);
  EXPECT_TRUE(torch::equal(logits(from), logits(to)));
}

TEST(LoadWeights, SkipsAHeadOfAnotherNumberOfClassesOnlyWhereAllowed) {
  GraphNet from = make("resnet18", 1000, 1), to = make("resnet18", 8, 2);
  const Tensor fresh = to->state().at("fc.weight").clone();
  const WeightFile file{clone_state(from), {}};
  EXPECT_THAT(refusal(to, file, false),
              AllOf(HasSubstr("fc.weight [1000, 512]"), HasSubstr("fc.bias")));
  const LoadReport report = load_weights(to, file, "w", true);
  EXPECT_THAT(report.skipped_head, ElementsAre("fc.bias", "fc.weight"));
  EXPECT_TRUE(torch::equal(to->state().at("fc.weight"), fresh));
  EXPECT_TRUE(torch::equal(to->state().at("conv1.weight"), from->state().at("conv1.weight")));
}

TEST(LoadWeights, TakesAFileWithoutAClassifierAsAnotherHead) {
  GraphNet from = make("mobilenet_v2_0.35", 8, 1), to = make("mobilenet_v2_0.35", 8, 2);
  WeightFile file{clone_state(from), {}};
  file.tensors.erase("classifier.1.weight");
  file.tensors.erase("classifier.1.bias");
  EXPECT_THAT(refusal(to, file, false), HasSubstr("missing: classifier.1.bias"));
  EXPECT_THAT(load_weights(to, file, "w", true).skipped_head,
              ElementsAre("classifier.1.bias", "classifier.1.weight"));
}

TEST(LoadWeights, ListsEveryNameThatDoesNotFitAndChangesNothing) {
  GraphNet net = make("resnet18", 8, 1);
  WeightFile file{clone_state(net), {}};
  const TensorMap before = clone_state(net);
  file.tensors["conv1.weight"] = torch::zeros({64, 3, 3, 3});
  file.tensors["extra.weight"] = torch::zeros({1});
  file.tensors["other.weight"] = torch::zeros({1});
  file.tensors["fc.bias"] = torch::zeros({8});
  file.tensors.erase("bn1.bias");
  file.tensors.erase("layer1.0.bn1.weight");
  EXPECT_THAT(refusal(net, file, true),
              AllOf(HasSubstr("w.safetensors"), HasSubstr("missing: bn1.bias, layer1.0.bn1.weight"),
                    HasSubstr("unexpected: extra.weight, other.weight"),
                    HasSubstr("conv1.weight [64, 3, 3, 3] instead of [64, 3, 7, 7]")));
  for (const auto& [name, tensor] : net->state())
    EXPECT_TRUE(torch::equal(tensor, before.at(name))) << name;
}

TEST(LoadWeights, DoesNotNeedTheBatchCounters) {
  GraphNet net = make("resnet18", 8, 1);
  WeightFile file{clone_state(net), {}};
  file.tensors["bn1.num_batches_tracked"] = torch::full({1}, 9, torch::kInt64);
  file.tensors.erase("layer1.0.bn1.num_batches_tracked");
  load_weights(net, file, "w", false);
  EXPECT_EQ(net->state().at("bn1.num_batches_tracked").item<int64_t>(), 9);
}

TEST(LoadWeights, ConvertsHalfPrecision) {
  GraphNet from = make("resnet18", 8, 1), to = make("resnet18", 8, 2);
  WeightFile file{clone_state(from), {}};
  for (auto& [name, tensor] : file.tensors)
    if (tensor.is_floating_point()) tensor = tensor.to(torch::kHalf);
  load_weights(to, file, "w", false);
  const Tensor loaded = to->state().at("conv1.weight");
  EXPECT_EQ(loaded.scalar_type(), torch::kFloat32);
  EXPECT_TRUE(torch::allclose(loaded, from->state().at("conv1.weight"), 1e-3, 1e-4));
}

TEST(LoadWeights, FoldsAStatedEpsilonExactly) {
  GraphNet net = make("resnet18", 8, 1);
  WeightFile file{clone_state(net), {{"bn_eps", "0.001"}}};
  for (auto& [name, tensor] : file.tensors)
    if (name == "bn1.running_var") tensor.fill_(0.25);
  EXPECT_EQ(load_weights(net, file, "w", false).folded_eps, 0.001);
  // 0.25 + 0.001 = running_var + 1e-5
  EXPECT_NEAR(net->state().at("bn1.running_var").max().item<double>(), 0.25099, 1e-7);
  file.metadata["bn_eps"] = "1e-5";
  EXPECT_FALSE(load_weights(net, file, "w", false).folded_eps);
  EXPECT_EQ(net->state().at("bn1.running_var").max().item<double>(), 0.25);
  file.metadata["bn_eps"] = "small";
  EXPECT_THAT(refusal(net, file, false), HasSubstr("bn_eps"));
}

TEST(LoadWeights, ReadsTheImagenetWeightsOfMobilenetV2) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  const fs::path path = testing::real_data() / "weights" / "mobilenet_v2_imagenet.safetensors";
  GraphNet full(build_network("mobilenet_v2", {1000, 128}), 0);
  EXPECT_THAT(load_weights(full, read_weights(path), path.string(), false).skipped_head, IsEmpty());
  GraphNet ours(build_network("mobilenet_v2", {8, 128}), 0);
  EXPECT_EQ(load_weights(ours, read_weights(path), path.string(), true).skipped_head.size(), 2U);
}

TEST(LoadWeights, ReadsTheBackboneWithItsOwnEpsilon) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  const fs::path path =
      testing::real_data() / "weights" / "mobilenet_v2_0.35_imagenet_backbone.safetensors";
  const WeightFile file = read_weights(path);
  GraphNet net(build_network("mobilenet_v2_0.35", {8, 64}), 0);
  const LoadReport report = load_weights(net, file, path.string(), true);
  EXPECT_EQ(report.folded_eps, 1e-3);
  EXPECT_EQ(report.skipped_head.size(), 2U);

  // The same weights run with the file's epsilon.
  Graph other = build_network("mobilenet_v2_0.35", {8, 64});
  for (Op& op : other.ops) op.eps = 1e-3;
  GraphNet exact(other, 0);
  EXPECT_FALSE(load_weights(exact, file, path.string(), true).folded_eps);
  net->eval();
  exact->eval();
  torch::NoGradGuard no_grad;
  const Tensor x = torch::rand({2, 3, 64, 64}) * 2 - 1;
  EXPECT_TRUE(torch::allclose(net->forward(x, {"embedding"}).at("embedding"),
                              exact->forward(x, {"embedding"}).at("embedding"), 1e-4, 1e-5));
}

}  // namespace
}  // namespace derm
