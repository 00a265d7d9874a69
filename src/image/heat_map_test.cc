#include "image/heat_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/rng.h"
#include "support/golden.h"
#include "support/image_cases.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

HeatMap golden_map(const std::string& name) {
  const Json map = testing::golden("gradcam").at("values").at(name);
  const auto numbers = testing::numbers(map);
  return {map.at("shape").at(1), map.at("shape").at(0), {numbers.begin(), numbers.end()}};
}

HeatMap random_map(int width, int height, uint64_t seed) {
  Rng rng({seed, Purpose::kTest});
  HeatMap map{width, height, {}};
  for (int i = 0; i < width * height; ++i)
    map.values.push_back(static_cast<float>(rng.uniform(-3, 5)));
  return map;
}

HeatMap mirrored(HeatMap map) {
  for (int y = 0; y < map.height; ++y) {
    const auto row = map.values.begin() + y * map.width;
    std::reverse(row, row + map.width);
  }
  return map;
}

TEST(MinMax, EqualsTheGoldenMap) {
  EXPECT_THAT(min_max(golden_map("cam")).values,
              Pointwise(FloatNear(1e-6F), golden_map("cam_minmax").values));
}

TEST(MinMax, EndsAtZeroAndOneAndIgnoresScaleAndOffset) {
  const HeatMap map = random_map(7, 5, 1);
  HeatMap other = map;
  for (float& value : other.values) value = 8 * value - 16;
  const HeatMap scaled = min_max(map);
  EXPECT_EQ(*std::min_element(scaled.values.begin(), scaled.values.end()), 0);
  EXPECT_EQ(*std::max_element(scaled.values.begin(), scaled.values.end()), 1);
  EXPECT_THAT(min_max(other).values, Pointwise(FloatNear(1e-5F), scaled.values));
}

TEST(MinMax, TurnsConstantMapsIntoZeros) {
  for (const float value : {0.0F, -2.0F, 1e-30F, 3e38F})
    EXPECT_THAT(min_max({3, 2, std::vector<float>(6, value)}).values, Each(0.0F)) << value;
}

TEST(MinMax, CoversTheWholeRangeOfFloats) {
  EXPECT_THAT(min_max({3, 1, {-3e38F, 0, 3e38F}}).values, ElementsAre(0.0F, 0.5F, 1.0F));
}

TEST(Upsample, EqualsTheGoldenMap) {
  EXPECT_THAT(upsample(golden_map("cam_minmax"), 4, 4).values,
              Pointwise(FloatNear(1e-6F), golden_map("cam_minmax_up_4x4_bilinear").values));
}

TEST(Upsample, TakesWidthAndHeightApart) {
  EXPECT_THAT(upsample({2, 1, {0, 4}}, 4, 2).values, ElementsAre(0, 1, 3, 4, 0, 1, 3, 4));
}

TEST(Upsample, KeepsAMapOfTheSameSizeAndConstants) {
  const HeatMap map = random_map(7, 5, 2);
  EXPECT_EQ(upsample(map, 7, 5).values, map.values);
  EXPECT_THAT(upsample({1, 1, {2.5F}}, 9, 4).values, Each(2.5F));
}

TEST(Upsample, CommutesWithMirroring) {
  const HeatMap map = random_map(4, 3, 3);
  EXPECT_THAT(upsample(mirrored(map), 33, 17).values,
              Pointwise(FloatNear(1e-5F), mirrored(upsample(map, 33, 17)).values));
}

TEST(Upsample, StaysWithinTheRangeAndKeepsTheMeanOfWholeFactors) {
  const HeatMap map = random_map(4, 4, 4), large = upsample(map, 32, 32);
  const auto [low, high] = std::minmax_element(map.values.begin(), map.values.end());
  for (const float value : large.values) {
    EXPECT_GE(value, *low);
    EXPECT_LE(value, *high);
  }
  const auto mean = [](const std::vector<float>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  };
  EXPECT_NEAR(mean(large.values), mean(map.values), 1e-6);
}

TEST(Place, EqualsUpsamplingWhereTheValuesTileTheImage) {
  const HeatMap map = random_map(4, 4, 6);
  EXPECT_THAT(place(map, 3.5, 8, 32, 32).values,
              Pointwise(FloatNear(1e-5F), upsample(map, 32, 32).values));
}

TEST(Place, PutsEachValueAtItsPixel) {
  const HeatMap map = random_map(4, 3, 7), placed = place(map, 1, 8, 32, 24);
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 4; ++x)
      EXPECT_EQ(placed.values[static_cast<size_t>((1 + 8 * y) * 32 + 1 + 8 * x)],
                map.values[static_cast<size_t>(y * 4 + x)]);
  EXPECT_EQ(placed.values.back(), map.values.back());
  EXPECT_THAT(place({2, 1, {0, 4}}, 0, 2, 4, 1).values, ElementsAre(0, 2, 4, 4));
}

TEST(Place, RefusesAStepThatGoesNowhere) {
  for (const double step : {0.0, -2.0, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THAT(testing::message_of([&] {
                  place({1, 1, {1}}, 0, step, 2, 2);
                }),
                HasSubstr("step above 0"));
}

TEST(Overlay, ShowsTheCornersOfJet) {
  const HeatMap map{5, 1, {0, 0.25F, 0.5F, 0.75F, 1}};
  const Image colours = overlay(Image(5, 1), map, 1);
  EXPECT_THAT(colours.data, ElementsAre(0, 0, 128,      // dark blue
                                        0, 128, 255,    // between blue and cyan
                                        128, 255, 128,  // green
                                        255, 128, 0,    // orange
                                        128, 0, 0));    // dark red
}

TEST(Overlay, MixesByItsShare) {
  Image image(1, 1);
  image.data = {100, 200, 50};
  EXPECT_THAT(overlay(image, {1, 1, {0.5F}}).data, ElementsAre(111, 222, 81));
  EXPECT_EQ(overlay(image, {1, 1, {0.5F}}, 0).data, image.data);
}

TEST(Overlay, LeavesTheImageAlone) {
  const Image image = testing::formula_picture(6, 4);
  const Image copy = image;
  overlay(image, min_max(random_map(6, 4, 5)));
  EXPECT_EQ(image.data, copy.data);
}

TEST(HeatMaps, RefuseWhatIsNoMap) {
  const float infinite = std::numeric_limits<float>::infinity();
  const HeatMap broken{2, 1, {0, std::numeric_limits<float>::quiet_NaN()}};
  EXPECT_THAT(testing::message_of([&] { min_max(broken); }), HasSubstr("position 1"));
  EXPECT_THAT(testing::message_of([&] {
                upsample({1, 1, {infinite}}, 2, 2);
              }),
              HasSubstr("not finite"));
  for (const HeatMap& map : {HeatMap{}, HeatMap{2, 2, {1, 2, 3}}, HeatMap{-1, -1, {1}}}) {
    EXPECT_THAT(testing::message_of([&] { min_max(map); }), HasSubstr("no heat map"));
    EXPECT_THAT(testing::message_of([&] { upsample(map, 4, 4); }), HasSubstr("no heat map"));
    EXPECT_THAT(testing::message_of([&] { overlay(Image(1, 1), map); }), HasSubstr("no heat map"));
  }
  EXPECT_THAT(testing::message_of([&] { upsample({1, 1, {1}}, 0, 3); }), HasSubstr("0 x 3"));
}

TEST(HeatMaps, AreRefusedByOverlaysTheyDoNotFit) {
  EXPECT_THAT(testing::message_of([] { overlay(Image(2, 1), {1, 1, {0}}); }), HasSubstr("2 x 1"));
  EXPECT_THAT(testing::message_of([] { overlay(Image(1, 1), {1, 1, {1.5F}}); }), HasSubstr("1.5"));
  EXPECT_THAT(testing::message_of([] { overlay(Image(1, 1), {1, 1, {-1}}); }), HasSubstr("-1"));
  EXPECT_THAT(testing::message_of([] {
                overlay(Image(1, 1), {1, 1, {0}}, 2);
              }),
              HasSubstr("share"));
}

}  // namespace
}  // namespace derm
