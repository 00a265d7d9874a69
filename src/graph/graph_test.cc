#include "graph/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "graph/builder.h"
#include "graph/plan.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// conv1 -> bn1 -> relu -> (conv2 -> bn2) + relu -> pool -> fc; every tap of a real network.
Graph tiny() {
  GraphBuilder g("tiny", 5, {3, 17, 16});
  Value x = g.relu(g.batch_norm(g.conv(g.input(), "conv1", 8, {3, 2}), "bn1"));
  g.tap("stem", x);
  x = g.add(g.batch_norm(g.conv(x, "conv2", 8, {3, 1, 4, true}), "bn2"), x);
  for (const char* stage : {"stage1", "stage2", "stage3", "stage4", "features"}) g.tap(stage, x);
  x = g.tap("embedding", g.flatten(g.global_avg_pool(x)));
  g.tap("logits", g.linear(g.dropout(x, "drop", 0.5), "fc", 5));
  return g.finish();
}

Value find(const Graph& graph, const std::string& name) {
  for (size_t i = 0; i < graph.ops.size(); ++i)
    if (graph.ops[i].name == name) return static_cast<Value>(i);
  ADD_FAILURE() << "no op " << name;
  return 0;
}

std::string message(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(GraphBuilder, InfersTheShapeOfEveryOp) {
  const Graph graph = tiny();
  EXPECT_EQ(graph.shape("stem").text(), "8x9x8");
  EXPECT_EQ(graph.shape("features").text(), "8x9x8");
  EXPECT_EQ(graph.shape("embedding").text(), "8x1x1");
  EXPECT_EQ(graph.shape("logits").text(), "5x1x1");
}

TEST(GraphBuilder, InfersPoolingWithPaddingAndFlattensMaps) {
  GraphBuilder g("pools", 2, {4, 15, 15});
  EXPECT_EQ(g.shape(g.max_pool(g.input(), {3, 2, 1})).text(), "4x8x8");
  EXPECT_EQ(g.shape(g.avg_pool(g.input(), {2, 2})).text(), "4x7x7");
  EXPECT_EQ(g.shape(g.flatten(g.input())).text(), "900x1x1");
}

TEST(GraphBuilder, CeilPoolingKeepsAWindowThatHangsOverTheEdgeButNoneBehindIt) {
  GraphBuilder g("pools", 2, {4, 8, 7});
  EXPECT_EQ(g.shape(g.max_pool(g.input(), {3, 2, 0, false})).text(), "4x3x3");
  EXPECT_EQ(g.shape(g.max_pool(g.input(), {3, 2, 0, true})).text(), "4x4x3");
  EXPECT_EQ(g.shape(g.max_pool(g.input(), {1, 5, 0, true})).text(), "4x2x2");
  EXPECT_EQ(g.shape(g.max_pool(g.input(), {2, 4, 1, true})).text(), "4x3x2");
  GraphBuilder one("pools", 2, {4, 1, 1});
  EXPECT_EQ(one.shape(one.max_pool(one.input(), {2, 3, 1, true})).text(), "4x1x1");
}

TEST(GraphBuilder, InfersChannelsOfPartsAndWholes) {
  GraphBuilder g("parts", 2, {6, 5, 4});
  const Value part = g.slice(g.input(), 4, 2);
  EXPECT_EQ(g.shape(part).text(), "2x5x4");
  EXPECT_EQ(g.shape(g.concat({part, g.input(), part})).text(), "10x5x4");
  EXPECT_EQ(g.shape(g.channel_shuffle(g.input(), 3)).text(), "6x5x4");
  EXPECT_EQ(g.shape(g.multiply(g.input(), g.global_avg_pool(g.input()))).text(), "6x5x4");
  EXPECT_EQ(g.shape(g.pointwise(g.layer_norm(g.input(), "norm", 1e-6), "wide", 24)).text(),
            "24x5x4");
}

TEST(GraphBuilder, RefusesChannelsThatDoNotFit) {
  GraphBuilder g("bad", 2, {6, 8, 8});
  const Value half = g.max_pool(g.input(), {2, 2});
  EXPECT_THAT(message([&] { g.slice(g.input(), 4, 3); }), HasSubstr("3 from 4 on"));
  EXPECT_THAT(message([&] { g.slice(g.input(), -1, 3); }), HasSubstr("6x8x8"));
  EXPECT_THAT(message([&] { g.concat({g.input(), half}); }), HasSubstr("6x4x4"));
  EXPECT_THAT(message([&] { g.concat({}); }), HasSubstr("nothing to concatenate"));
  EXPECT_THAT(message([&] { g.channel_shuffle(half, 4); }), HasSubstr("4 groups"));
  EXPECT_THAT(message([&] { g.multiply(g.input(), half); }), HasSubstr("6x1x1"));
  EXPECT_THAT(message([&] { g.activation(OpKind::kAdd, half); }), HasSubstr("not an activation"));
  EXPECT_THAT(message([&] { g.stochastic_depth(half, "d", 1.5); }), HasSubstr("wrong rate"));
}

TEST(GraphBuilder, NamesTheOpAndTheShapesOfAMistake) {
  GraphBuilder g("bad", 2, {6, 8, 8});
  const Value half = g.max_pool(g.input(), {2, 2});
  EXPECT_THAT(message([&] { g.add(g.input(), half); }),
              ::testing::AllOf(HasSubstr("6x8x8"), HasSubstr("6x4x4")));
  EXPECT_THAT(message([&] { g.conv(g.input(), "c", 8, {3, 1, 4}); }), HasSubstr("'c'"));
  EXPECT_THAT(message([&] {
                g.conv(g.input(), "c", 8, {11, 1, 1, false, 0});
              }),
              HasSubstr("larger than its input"));
  EXPECT_THAT(message([&] { g.linear(half, "fc", 3); }), HasSubstr("6x4x4"));
  EXPECT_THAT(message([&] { g.conv(g.input(), "c", 0, {1}); }), HasSubstr("0x8x8"));
  EXPECT_THAT(message([&] { g.dropout(half, "d", 1.0); }), HasSubstr("wrong rate"));
  EXPECT_THAT(message([&] { g.relu(99); }), HasSubstr("99"));
}

TEST(GraphBuilder, RefusesTwoOpsOfOneName) {
  GraphBuilder g("twins", 2, {3, 8, 8});
  g.conv(g.input(), "conv", 4, {1});
  EXPECT_THAT(message([&] { g.conv(g.input(), "conv", 4, {1}); }), HasSubstr("one name"));
  EXPECT_THAT(message([&] { g.conv(g.input(), "", 4, {1}); }), HasSubstr("needs a name"));
}

TEST(GraphBuilder, RefusesANetworkWithoutItsTaps) {
  GraphBuilder g("blind", 2, {3, 8, 8});
  EXPECT_THAT(message([&] { g.finish(); }), HasSubstr("stem"));
  g.tap("stem", g.input());
  EXPECT_THAT(message([&] { g.tap("stem", g.input()); }), HasSubstr("two taps"));
}

TEST(Graph, NamesItsTapsWhenAskedForAnother) {
  EXPECT_THAT(message([] { tiny().shape("stage5"); }),
              ::testing::AllOf(HasSubstr("stage4"), HasSubstr("did you mean")));
}

TEST(GraphCost, CountsWeightsStatisticsAndMultiplyAdds) {
  const Cost total = cost(tiny());
  const int64_t conv1 = 8 * 3 * 9, conv2 = 8 * 2 * 9, fc = 8 * 5;
  EXPECT_EQ(total.parameters, conv1 + conv2 + 8 + 2 * 16 + fc + 5);
  EXPECT_EQ(total.buffers, 2 * 16);
  EXPECT_EQ(total.macs, (conv1 + conv2) * 9 * 8 + fc);
}

TEST(GraphCost, CountsLinearLayersOfMapsAndScalesOfChannels) {
  GraphBuilder g("next", 2, {3, 4, 5});
  Value x = g.layer_scale(g.pointwise(g.layer_norm(g.input(), "norm", 1e-6), "wide", 7), "block");
  for (const char* tap : {"stem", "stage1", "stage2", "stage3", "stage4", "features"})
    g.tap(tap, x);
  x = g.tap("embedding", g.flatten(g.global_avg_pool(x)));
  g.tap("logits", g.linear(x, "fc", 2));
  const Cost total = cost(g.finish());
  EXPECT_EQ(total.parameters, 2 * 3 + (3 * 7 + 7) + 7 + (7 * 2 + 2));
  EXPECT_EQ(total.macs, 3 * 7 * 4 * 5 + 7 * 2);
}

TEST(GraphPlan, RunsOnlyWhatTheWantedTapsNeed) {
  const Graph graph = tiny();
  const auto steps = plan(graph, {"stem"});
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(steps.back().op, graph.taps.at("stem"));
  EXPECT_EQ(plan(graph, {"logits"}).size(), graph.ops.size());
  EXPECT_THAT(plan(graph, {}), IsEmpty());
  EXPECT_THROW(plan(graph, {"no such tap"}), Error);
}

TEST(GraphPlan, FreesAValueAfterItsLastReader) {
  const Graph graph = tiny();
  const Value stem = graph.taps.at("stem"), sum = graph.taps.at("features");
  for (const PlanStep& step : plan(graph, {"logits"})) {
    if (step.op == find(graph, "conv2")) {
      EXPECT_THAT(step.dead, IsEmpty());
    }
    if (step.op == sum) {
      EXPECT_THAT(step.dead, ElementsAre(stem, find(graph, "bn2")));
    }
  }
  for (const PlanStep& step : plan(graph, {"logits", "stem"}))
    for (const Value dead : step.dead) EXPECT_NE(dead, stem);
}

TEST(GraphPlan, FindsTheBatchNormThatAloneReadsAConvolution) {
  GraphBuilder g("norms", 2, {3, 8, 8});
  const Value alone = g.conv(g.input(), "alone", 4, {3});
  const Value norm = g.batch_norm(alone, "norm");
  const Value shared = g.conv(norm, "shared", 4, {3});
  const Value sum = g.add(shared, g.batch_norm(shared, "shared_norm"));
  const Value wanted = g.tap("stem", g.conv(sum, "wanted", 4, {3}));
  const Value map = g.batch_norm(wanted, "wanted_norm");
  for (const char* tap : {"stage1", "stage2", "stage3", "stage4", "features"}) g.tap(tap, map);
  g.tap("logits", g.linear(g.tap("embedding", g.flatten(g.global_avg_pool(map))), "fc", 2));
  const Graph graph = g.finish();
  for (const PlanStep& step : plan(graph, {"logits", "stem"}))
    EXPECT_EQ(step.norm, step.op == alone ? norm : -1) << step.op;
}

TEST(GraphPlan, OverwritesOnlyValuesThatNobodyElseReads) {
  const Graph graph = tiny();
  const auto overwritten = [&](const std::set<std::string>& wanted, Value op) {
    for (const PlanStep& step : plan(graph, wanted))
      if (step.op == op) return step.overwrites;
    return -2;
  };
  EXPECT_EQ(overwritten({"logits"}, graph.taps.at("stem")), 0);      // relu over bn1
  EXPECT_EQ(overwritten({"logits"}, graph.taps.at("features")), 0);  // add over bn2, not the stem
  EXPECT_EQ(overwritten({"logits"}, find(graph, "conv2")), -1);
}

TEST(GraphPlan, NeverOverwritesAWantedValue) {
  GraphBuilder g("open", 2, {3, 8, 8});
  const Value map = g.conv(g.input(), "conv", 4, {3});
  for (const char* tap : {"stem", "stage1", "stage2", "stage3", "stage4", "features"})
    g.tap(tap, map);
  const Value x = g.flatten(g.global_avg_pool(g.relu(map)));
  g.tap("logits", g.linear(g.tap("embedding", x), "fc", 2));
  const Graph graph = g.finish();
  for (const PlanStep& step : plan(graph, {"logits", "features"})) EXPECT_EQ(step.overwrites, -1);
}

}  // namespace
}  // namespace derm
