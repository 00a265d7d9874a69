#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "net/graph_net.h"
#include "support/tiny_graph.h"

namespace derm {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using torch::Tensor;

GraphNet tiny_net(int64_t classes, uint64_t seed) {
  return GraphNet(testing::tiny_graph(classes), seed);
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
  GraphNet from = tiny_net(8, 1), to = tiny_net(8, 2);
  const LoadReport report = load_weights(to, {clone_state(from), {}}, "w", false);
  EXPECT_THAT(report.skipped_head, IsEmpty());
  EXPECT_FALSE(report.folded_eps);
  EXPECT_TRUE(torch::equal(logits(from), logits(to)));
}

TEST(LoadWeights, SkipsAHeadOfAnotherNumberOfClassesOnlyWhereAllowed) {
  GraphNet from = tiny_net(1000, 1), to = tiny_net(8, 2);
  const Tensor fresh = to->state().at("fc.weight").clone();
  const WeightFile file{clone_state(from), {}};
  EXPECT_THAT(refusal(to, file, false),
              AllOf(HasSubstr("fc.weight [1000, 16]"), HasSubstr("fc.bias")));
  const LoadReport report = load_weights(to, file, "w", true);
  EXPECT_THAT(report.skipped_head, ElementsAre("fc.bias", "fc.weight"));
  EXPECT_TRUE(torch::equal(to->state().at("fc.weight"), fresh));
  EXPECT_TRUE(torch::equal(to->state().at("stem.0.weight"), from->state().at("stem.0.weight")));
}

TEST(LoadWeights, TakesAFileWithoutAClassifierAsAnotherHead) {
  GraphNet from = tiny_net(8, 1), to = tiny_net(8, 2);
  WeightFile file{clone_state(from), {}};
  file.tensors.erase("fc.weight");
  file.tensors.erase("fc.bias");
  EXPECT_THAT(refusal(to, file, false), HasSubstr("missing: fc.bias"));
  EXPECT_THAT(load_weights(to, file, "w", true).skipped_head, ElementsAre("fc.bias", "fc.weight"));
}

TEST(LoadWeights, ListsEveryNameThatDoesNotFitAndChangesNothing) {
  GraphNet net = tiny_net(8, 1);
  WeightFile file{clone_state(net), {}};
  const TensorMap before = clone_state(net);
  file.tensors["stem.0.weight"] = torch::zeros({8, 3, 5, 5});
  file.tensors["extra.weight"] = torch::zeros({1});
  file.tensors["other.weight"] = torch::zeros({1});
  file.tensors["fc.bias"] = torch::zeros({8});
  file.tensors.erase("stem.1.bias");
  file.tensors.erase("block.0.1.weight");
  EXPECT_THAT(refusal(net, file, true),
              AllOf(HasSubstr("w.safetensors"), HasSubstr("missing: block.0.1.weight, stem.1.bias"),
                    HasSubstr("unexpected: extra.weight, other.weight"),
                    HasSubstr("stem.0.weight [8, 3, 5, 5] instead of [8, 3, 3, 3]")));
  for (const auto& [name, tensor] : net->state())
    EXPECT_TRUE(torch::equal(tensor, before.at(name))) << name;
}

TEST(LoadWeights, DoesNotNeedTheBatchCounters) {
  GraphNet net = tiny_net(8, 1);
  WeightFile file{clone_state(net), {}};
  file.tensors["stem.1.num_batches_tracked"] = torch::full({1}, 9, torch::kInt64);
  file.tensors.erase("block.0.1.num_batches_tracked");
  load_weights(net, file, "w", false);
  EXPECT_EQ(net->state().at("stem.1.num_batches_tracked").item<int64_t>(), 9);
}

TEST(LoadWeights, ConvertsHalfPrecision) {
  GraphNet from = tiny_net(8, 1), to = tiny_net(8, 2);
  WeightFile file{clone_state(from), {}};
  for (auto& [name, tensor] : file.tensors)
    if (tensor.is_floating_point()) tensor = tensor.to(torch::kHalf);
  load_weights(to, file, "w", false);
  const Tensor loaded = to->state().at("stem.0.weight");
  EXPECT_EQ(loaded.scalar_type(), torch::kFloat32);
  EXPECT_TRUE(torch::allclose(loaded, from->state().at("stem.0.weight"), 1e-3, 1e-4));
}

TEST(LoadWeights, FoldsAStatedEpsilonExactly) {
  GraphNet net = tiny_net(8, 1);
  WeightFile file{clone_state(net), {{"bn_eps", "0.001"}}};
  for (auto& [name, tensor] : file.tensors)
    if (name == "stem.1.running_var") tensor.fill_(0.25);
  EXPECT_EQ(load_weights(net, file, "w", false).folded_eps, 0.001);
  // 0.25 + 0.001 = running_var + 1e-5
  EXPECT_NEAR(net->state().at("stem.1.running_var").max().item<double>(), 0.25099, 1e-7);
  file.metadata["bn_eps"] = "1e-5";
  EXPECT_FALSE(load_weights(net, file, "w", false).folded_eps);
  EXPECT_EQ(net->state().at("stem.1.running_var").max().item<double>(), 0.25);
  file.metadata["bn_eps"] = "small";
  EXPECT_THAT(refusal(net, file, false), HasSubstr("bn_eps"));
}

}  // namespace
}  // namespace derm
