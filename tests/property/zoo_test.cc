// What holds for every network of the table: walking it, a new family is tested by being listed.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "zoo/zoo.h"

namespace derm::property {
namespace {

class EveryNetwork : public ::testing::TestWithParam<std::string> {
 protected:
  static Graph build(int64_t side_px, int64_t classes = 8) {
    return build_network(GetParam(), {classes, side_px, -1});
  }
};

TEST_P(EveryNetwork, OffersEveryTapAtItsStride) {
  for (const int64_t side : {64, 128, 224}) {
    const auto graph = build(side);
    int64_t stride = 4;
    for (const auto* stage : {"stage1", "stage2", "stage3", "stage4"}) {
      EXPECT_EQ(graph.shape(stage).height, side / stride) << stage << " at " << side;
      EXPECT_EQ(graph.shape(stage).width, side / stride) << stage << " at " << side;
      stride *= 2;
    }
    EXPECT_TRUE(graph.has_tap("stem"));
    EXPECT_EQ(graph.shape("features").height, side / 32);
    EXPECT_EQ(graph.shape("embedding").elements(), graph.shape("features").channels);
  }
}

TEST_P(EveryNetwork, EndsInAsManyLogitsAsClasses) {
  for (const int64_t classes : {2, 7, 8, 1000})
    EXPECT_EQ(build(64, classes).shape("logits").elements(), classes);
}

TEST_P(EveryNetwork, HasParametersThatDoNotDependOnTheInputSide) {
  EXPECT_EQ(cost(build(64)).parameters, cost(build(224)).parameters);
  EXPECT_EQ(cost(build(64)).buffers, cost(build(224)).buffers);
}

TEST_P(EveryNetwork, CostsFourTimesAsMuchAtTwiceTheSideExceptItsHead) {
  const auto small = build(64), large = build(128);
  const auto head = small.shape("embedding").elements() * 8;
  EXPECT_EQ(cost(large).macs - head, 4 * (cost(small).macs - head));
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
