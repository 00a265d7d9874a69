#include "zoo/zoo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/strings.h"
#include "support/golden.h"

namespace derm {
namespace {

// models.json writes the width of MobileNetV2 1.0 out.
std::string golden_name(const std::string& network) {
  return network == "mobilenet_v2" ? "mobilenet_v2_1.0" : network;
}

// Our tap -> the module torchvision calls by that name.
std::map<std::string, std::string> golden_taps(const std::string& network) {
  if (starts_with(network, "resnet"))
    return {{"stage1", "layer1"},
            {"stage2", "layer2"},
            {"stage3", "layer3"},
            {"stage4", "layer4"},
            {"features", "layer4"}};
  return {{"stem", "features.0"},    {"stage1", "features.3"},  {"stage2", "features.6"},
          {"stage3", "features.13"}, {"stage4", "features.17"}, {"features", "features.18"}};
}

class ZooTable : public ::testing::TestWithParam<NetworkEntry> {};

TEST_P(ZooTable, CostEqualsTheReferenceForThousandAndEightClasses) {
  const Json row = testing::golden("models").at(golden_name(GetParam().name));
  for (const int64_t classes : {1000, 8}) {
    const Cost total = cost(GetParam().build({classes, row.at("input")}));
    EXPECT_EQ(total.parameters, row.at(fmt::format("params_{}cls", classes)));
    EXPECT_EQ(total.macs, row.at(fmt::format("macs_{}cls", classes)));
    EXPECT_EQ(total.buffers, row.at("bn_buffers"));
  }
}

TEST_P(ZooTable, TapShapesEqualTheReference) {
  const Json row = testing::golden("models").at(golden_name(GetParam().name));
  const Graph graph = GetParam().build({8, row.at("input")});
  for (const auto& [tap, module] : golden_taps(GetParam().name)) {
    const auto shape = row.at("taps").at(module).get<std::vector<int64_t>>();
    EXPECT_EQ(graph.shape(tap), (Shape{shape.at(0), shape.at(1), shape.at(2)})) << tap;
  }
  EXPECT_EQ(graph.shape("embedding"), (Shape{row.at("embedding"), 1, 1}));
}

TEST_P(ZooTable, StagesHaveTheirStridesAtOddSides) {
  for (const int64_t side : {32, 65, 128, 225}) {
    const Graph graph = GetParam().build({8, side});
    for (const auto& [tap, stride] : std::map<std::string, int64_t>{
             {"stem", 2}, {"stage1", 4}, {"stage2", 8}, {"stage3", 16}, {"stage4", 32}})
      EXPECT_EQ(graph.shape(tap).height, (side + stride - 1) / stride) << tap << " at " << side;
  }
}

TEST_P(ZooTable, IsFoundByItsNameAndSaysWhatItIs) {
  EXPECT_EQ(build_network(GetParam().name, {}).arch, GetParam().name);
  EXPECT_FALSE(GetParam().about.empty());
  EXPECT_FALSE(GetParam().citation.empty());
}

INSTANTIATE_TEST_SUITE_P(All, ZooTable, ::testing::ValuesIn(networks()), [](const auto& row) {
  std::string name = row.param.name;
  for (char& c : name)
    if (c == '.') c = '_';
  return name;
});

TEST(Zoo, BuildsAnyWidthOfMobilenetV2) {
  EXPECT_EQ(build_network("mobilenet_v2_1.0", {}).arch, "mobilenet_v2");
  EXPECT_EQ(build_network("mobilenet_v2_1.4", {}).shape("embedding").channels, 1792);
  EXPECT_EQ(build_network("mobilenet_v2_0.75", {}).arch, "mobilenet_v2_0.75");
  EXPECT_THROW(build_network("mobilenet_v2_0", {}), Error);
  EXPECT_THROW(build_network("mobilenet_v2_7", {}), Error);
  EXPECT_THROW(build_network("mobilenet_v2_nan", {}), Error);
}

TEST(Zoo, NamesTheNearestNetworkForAnUnknownOne) {
  try {
    build_network("resnet5O", {});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("did you mean 'resnet"));
  }
}

TEST(Zoo, DropsOutBeforeTheClassifierOnlyWhereAsked) {
  const auto dropouts = [](const std::string& name, double rate) {
    int count = 0;
    for (const Op& op : build_network(name, {8, 64, rate}).ops)
      count += op.kind == OpKind::kDropout ? 1 : 0;
    return count;
  };
  EXPECT_EQ(dropouts("mobilenet_v2", -1), 1);
  EXPECT_EQ(dropouts("mobilenet_v2", 0), 0);
  EXPECT_EQ(dropouts("resnet18", -1), 0);
  EXPECT_EQ(dropouts("resnet18", 0.3), 1);
}

}  // namespace
}  // namespace derm
