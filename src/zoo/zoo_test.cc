#include "zoo/zoo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/strings.h"
#include "support/golden.h"
#include "support/network_shapes.h"

namespace derm {
namespace {

// models.json writes the width of MobileNetV2 1.0 out, and sides that are not the only ones.
std::vector<std::string> golden_rows(const std::string& network) {
  if (network == "mobilenet_v2") return {"mobilenet_v2_1.0"};
  if (network == "efficientnet_b4") return {"efficientnet_b4@224", "efficientnet_b4@380"};
  if (network == "efficientnet_b7") return {"efficientnet_b7@224", "efficientnet_b7@600"};
  return {network};
}

// Our taps -> the modules that models.json calls so, family by family.
struct GoldenTaps {
  const char* prefix;
  std::map<std::string, std::string> names;
};
const std::vector<GoldenTaps>& golden_taps() {
  static const std::vector<GoldenTaps> table = {
      {"res",
       {{"stage1", "layer1"},
        {"stage2", "layer2"},
        {"stage3", "layer3"},
        {"stage4", "layer4"},
        {"features", "layer4"}}},
      {"mobilenet_v2",
       {{"stem", "features.0"},
        {"stage1", "features.3"},
        {"stage2", "features.6"},
        {"stage3", "features.13"},
        {"stage4", "features.17"},
        {"features", "features.18"}}},
      {"mobilenet_v3", {{"features", "last_conv"}}},
      {"shufflenet_v2",
       {{"stage2", "stage2"}, {"stage3", "stage3"}, {"stage4", "stage4"}, {"features", "conv5"}}},
      {"shufflenet_v1",
       {{"stage2", "stage2"}, {"stage3", "stage3"}, {"stage4", "stage4"}, {"features", "stage4"}}},
      {"efficientnet",
       {{"stage1", "stage_24"},
        {"stage2", "stage_40"},
        {"stage3", "stage_112"},
        {"stage4", "stage_320"},
        {"features", "last_conv"}}},
      {"convnext",
       {{"stage1", "stage1"},
        {"stage2", "stage2"},
        {"stage3", "stage3"},
        {"stage4", "stage4"},
        {"features", "stage4"}}},
      {"dsnet", {{"stage4", "conv3"}, {"features", "conv3"}}},
  };
  return table;
}

std::map<std::string, std::string> golden_taps(const std::string& network) {
  for (const GoldenTaps& taps : golden_taps())
    if (starts_with(network, taps.prefix)) return taps.names;
  std::map<std::string, std::string> same;  // rows that were counted tap by tap
  for (const char* tap : {"stem", "stage1", "stage2", "stage3", "stage4", "features"})
    same[tap] = tap;
  return same;
}

// models.json has most networks; net_models.json those that it lacks.
Json reference(const std::string& name) {
  const Json rows = testing::golden("models");
  return rows.contains(name) ? rows.at(name) : testing::golden("net_models").at(name);
}

class ZooTable : public ::testing::TestWithParam<NetworkEntry> {};

TEST_P(ZooTable, CostEqualsTheReferenceForManyAndFewClasses) {
  for (const std::string& name : golden_rows(GetParam().name)) {
    const Json row = reference(name);
    for (const int64_t classes : {GetParam().name == "dsnet" ? 2 : 1000, 8}) {
      const Cost total = cost(GetParam().build({classes, row.at("input")}));
      EXPECT_EQ(total.parameters, row.at(fmt::format("params_{}cls", classes))) << name;
      EXPECT_EQ(total.macs, row.at(fmt::format("macs_{}cls", classes))) << name;
      EXPECT_EQ(total.buffers, row.at("bn_buffers")) << name;
    }
  }
}

TEST_P(ZooTable, TapShapesEqualTheReference) {
  for (const std::string& name : golden_rows(GetParam().name)) {
    const Json row = reference(name);
    const Graph graph = GetParam().build({8, row.at("input")});
    for (const auto& [tap, module] : golden_taps(GetParam().name)) {
      const auto shape = row.at("taps").at(module).get<std::vector<int64_t>>();
      EXPECT_EQ(graph.shape(tap), (Shape{shape.at(0), shape.at(1), shape.at(2)})) << tap;
    }
    EXPECT_EQ(graph.shape("embedding"), (Shape{row.at("embedding"), 1, 1}));
  }
}

TEST_P(ZooTable, StagesHaveTheirStridesAtOddSides) {
  const testing::MapSides sides = testing::map_sides(GetParam().name);
  for (const int64_t side : {32, 65, 128, 225}) {
    const Graph graph = GetParam().build({8, side});
    for (size_t s = 0; s < sides.strides.size(); ++s) {
      const int64_t stride = sides.strides[s], height = graph.shape(testing::kStages[s]).height;
      const int64_t whole = (side + (sides.rounded_up ? stride - 1 : 0)) / stride;
      EXPECT_LE(height, whole) << testing::kStages[s] << " at " << side;
      EXPECT_GE(height, whole - sides.lost_px) << testing::kStages[s] << " at " << side;
    }
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
  for (const NetworkEntry& entry : networks()) {
    EXPECT_EQ(dropouts(entry.name, 0), 0) << entry.name;
    EXPECT_EQ(dropouts(entry.name, 0.3), 1) << entry.name;
  }
}

}  // namespace
}  // namespace derm
