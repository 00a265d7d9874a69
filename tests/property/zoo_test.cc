// What holds for every network of the table: walking it, a new family is tested by being listed.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "graph/cell_grid.h"
#include "support/network_shapes.h"
#include "zoo/zoo.h"

namespace derm::property {
namespace {

// DSNet has no pooling before its classifier.
bool is_flattened(const std::string& network) {
  return network == "dsnet";
}

class EveryNetwork : public ::testing::TestWithParam<std::string> {
 protected:
  static Graph build(int64_t side_px, int64_t classes = 8) {
    return build_network(GetParam(), {classes, side_px, -1});
  }
};

TEST_P(EveryNetwork, OffersEveryTapAtItsStride) {
  const auto sides = testing::map_sides(GetParam());
  for (const int64_t side : {64, 128, 224}) {
    const auto graph = build(side);
    for (size_t s = 0; s < sides.strides.size(); ++s) {
      const auto& shape = graph.shape(testing::kStages[s]);
      EXPECT_EQ(shape.height, shape.width);
      EXPECT_LE(shape.height, side / sides.strides[s]) << testing::kStages[s] << " at " << side;
      EXPECT_GE(shape.height, side / sides.strides[s] - sides.lost_px) << testing::kStages[s];
    }
    EXPECT_EQ(graph.shape("features").height, graph.shape("stage4").height);
  }
}

TEST_P(EveryNetwork, HasTheCellsOfItsMapsAStrideApartInsideTheirTiles) {
  const auto sides = testing::map_sides(GetParam());
  const auto graph = build(224);
  for (size_t s = 0; s < sides.strides.size(); ++s) {
    const auto grid = cell_grid(graph, testing::kStages[s]);
    const auto stride = static_cast<double>(sides.strides[s]);
    EXPECT_EQ(grid.step_px, stride) << testing::kStages[s];
    EXPECT_GE(grid.first_px, 0) << testing::kStages[s];
    EXPECT_LT(grid.first_px, stride * static_cast<double>(1 + sides.lost_px));
  }
}

TEST_P(EveryNetwork, EmbedsItsFeatures) {
  const auto graph = build(64);
  const auto& features = graph.shape("features");
  EXPECT_EQ(graph.shape("embedding").elements(),
            is_flattened(GetParam()) ? features.elements() : features.channels);
}

TEST_P(EveryNetwork, EndsInAsManyLogitsAsClasses) {
  for (const int64_t classes : {2, 7, 8, 1000})
    EXPECT_EQ(build(64, classes).shape("logits").elements(), classes);
}

TEST_P(EveryNetwork, HasParametersThatDoNotDependOnTheInputSide) {
  if (is_flattened(GetParam())) GTEST_SKIP() << "its classifier reads every position";
  EXPECT_EQ(cost(build(64)).parameters, cost(build(224)).parameters);
  EXPECT_EQ(cost(build(64)).buffers, cost(build(224)).buffers);
}

TEST_P(EveryNetwork, CostsFourTimesAsMuchAtTwiceTheSideExceptOnVectors) {
  if (testing::map_sides(GetParam()).lost_px > 0) GTEST_SKIP() << "its windows have no padding";
  const auto vectors = [](const Graph& graph) {
    Graph rest = graph;
    for (auto& op : rest.ops)
      if (op.shape.height > 1) op.kind = OpKind::kInput;
    return cost(rest).macs;
  };
  const auto small = build(64), large = build(128);
  EXPECT_EQ(cost(large).macs - vectors(large), 4 * (cost(small).macs - vectors(small)));
}

TEST_P(EveryNetwork, IsInTopologicalOrderWithUniqueNames) {
  const auto graph = build(64);
  std::set<std::string> names;
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    const auto& op = graph.ops[i];
    for (const auto input : op.inputs) EXPECT_LT(input, static_cast<Value>(i)) << op.name;
    EXPECT_TRUE(op.name.empty() || names.insert(op.name).second) << op.name;
  }
}

TEST_P(EveryNetwork, KeepsItsNameInTheGraph) {
  EXPECT_EQ(build(64).arch, GetParam());
}

std::vector<std::string> names_of_all() {
  std::vector<std::string> names;
  for (const auto& entry : networks()) names.push_back(entry.name);
  names.emplace_back("mobilenet_v2_0.75");
  return names;
}

INSTANTIATE_TEST_SUITE_P(Zoo, EveryNetwork, ::testing::ValuesIn(names_of_all()),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           for (char& c : name)
                             if (c == '.') c = '_';
                           return name;
                         });

}  // namespace
}  // namespace derm::property
