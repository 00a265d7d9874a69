#include "graph/frozen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/rng.h"
#include "graph/builder.h"

namespace derm {
namespace {

using ::testing::HasSubstr;

// conv -> bn -> relu -> [bn2 of a shared conv] -> pool -> dropout -> fc.
Graph small_graph() {
  GraphBuilder g("small", 3, {3, 8, 8});
  Value x = g.relu(g.batch_norm(g.conv(g.input(), "conv1", 4, {3, 2}), "bn1", 1e-3));
  g.tap("stem", x);
  const Value shared = g.conv(x, "conv2", 4, {1, 1, 1, true});
  x = g.add(g.batch_norm(shared, "bn2"), shared);
  x = g.stochastic_depth(x, "depth", 0.2);
  for (const char* stage : {"stage1", "stage2", "stage3", "stage4", "features"}) g.tap(stage, x);
  x = g.tap("embedding", g.flatten(g.global_avg_pool(x)));
  g.tap("logits", g.linear(g.dropout(x, "drop", 0.5), "fc", 3));
  return g.finish();
}

Arrays random_weights(const Graph& graph) {
  Arrays out;
  Rng rng({7, Purpose::kTest});
  for (const Op& op : graph.ops)
    for (const WeightSpec& spec : op_weights(graph, op)) {
      Array& array = out[weight_name(op, spec.name)];
      array.shape = spec.shape;
      size_t elements = 1;
      for (const int64_t size : spec.shape) elements *= static_cast<size_t>(size);
      for (size_t i = 0; i < elements; ++i)
        array.values.push_back(static_cast<float>(rng.uniform(0.5, 1.5)));
    }
  return out;
}

int count(const Graph& graph, OpKind kind) {
  int n = 0;
  for (const Op& op : graph.ops) n += op.kind == kind ? 1 : 0;
  return n;
}

std::string refusal(const Arrays& weights, const std::set<std::string>& taps) {
  try {
    freeze(small_graph(), weights, taps);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Freeze, LeavesTrainingOpsOutAndFoldsNormsOfConvolutionsThatNobodyElseReads) {
  const Graph graph = small_graph();
  const FrozenGraph frozen = freeze(graph, random_weights(graph), {"logits", "features"});
  EXPECT_EQ(count(frozen.graph, OpKind::kDropout), 0);
  EXPECT_EQ(count(frozen.graph, OpKind::kStochasticDepth), 0);
  EXPECT_EQ(count(frozen.graph, OpKind::kBatchNorm), 1);  // bn2: the sum reads conv2 as well
  EXPECT_EQ(frozen.graph.taps.size(), 2u);
  EXPECT_EQ(frozen.graph.shape("logits"), graph.shape("logits"));
  EXPECT_EQ(frozen.graph.shape("features"), graph.shape("features"));
  EXPECT_EQ(frozen.weights.count("bn1.weight"), 0u);
  EXPECT_EQ(frozen.weights.count("bn2.running_var"), 1u);
}

TEST(Freeze, FoldsByTheFormulaOfABatchNorm) {
  const Graph graph = small_graph();
  const Arrays weights = random_weights(graph);
  const FrozenGraph frozen = freeze(graph, weights, {"logits"});
  const auto at = [&](const char* name, size_t i) { return double{weights.at(name).values[i]}; };
  for (size_t c = 0; c < 4; ++c) {
    const double scale = at("bn1.weight", c) / std::sqrt(at("bn1.running_var", c) + 1e-3);
    EXPECT_NEAR(frozen.weights.at("conv1.bias").values[c],
                at("bn1.bias", c) - at("bn1.running_mean", c) * scale, 1e-6);
    for (size_t i = c * 27; i < (c + 1) * 27; ++i)
      EXPECT_NEAR(frozen.weights.at("conv1.weight").values[i], at("conv1.weight", i) * scale, 1e-6);
  }
}

TEST(Freeze, KeepsOnlyWhatTheTapsNeed) {
  const Graph graph = small_graph();
  const FrozenGraph frozen = freeze(graph, random_weights(graph), {"stem"});
  EXPECT_EQ(frozen.graph.ops.size(), 3u);  // input, conv1, relu
  EXPECT_EQ(frozen.weights.size(), 2u);
}

TEST(Freeze, RefusesUnknownTapsAndMissingOrOddlyShapedWeights) {
  Arrays weights = random_weights(small_graph());
  EXPECT_THAT(refusal(weights, {"nothing"}), HasSubstr("nothing"));
  weights["fc.weight"].shape = {4, 3};
  EXPECT_THAT(refusal(weights, {"logits"}), HasSubstr("expected: 3x4"));
  weights.erase("fc.weight");
  EXPECT_THAT(refusal(weights, {"logits"}), HasSubstr("fc.weight"));
}

}  // namespace
}  // namespace derm
