#include "eval/localisation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/rng.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A quarter of the energy lies in the lesion, and the maximum one pixel left of it.
SaliencyCase four_by_two() {
  return {4, 2, {1, 4, 2, 0, 3, 1, 0, 1}, {false, false, true, true, false, false, false, true}};
}

SaliencyCase random_case(uint64_t seed) {
  Rng rng({seed, Purpose::kTest});
  SaliencyCase out{9, 6, {}, {}};
  for (int i = 0; i < 54; ++i) {
    out.map.push_back(std::floor(rng.uniform(0, 12)));
    out.inside.push_back(rng.chance(0.4));
  }
  out.inside[0] = true;
  out.inside[1] = false;
  return out;
}

TEST(Localise, SharesTheEnergyByTheMask) {
  const auto found = localise(four_by_two());
  EXPECT_DOUBLE_EQ(found.energy, 3.0 / 12);
  EXPECT_DOUBLE_EQ(found.area, 3.0 / 8);
  EXPECT_DOUBLE_EQ(found.pointing, 0);
  EXPECT_FALSE(found.silent);
}

TEST(Localise, AllowsTheToleranceAroundTheMaximum) {
  EXPECT_DOUBLE_EQ(localise(four_by_two(), 0.99).pointing, 0);
  EXPECT_DOUBLE_EQ(localise(four_by_two(), 1).pointing, 1);
  SaliencyCase diagonal{3, 3, std::vector<double>(9, 0), std::vector<bool>(9, false)};
  diagonal.map[0] = 1;
  diagonal.inside[4] = true;
  EXPECT_DOUBLE_EQ(localise(diagonal, 1.41).pointing, 0);
  EXPECT_DOUBLE_EQ(localise(diagonal, 1.42).pointing, 1);
  EXPECT_DOUBLE_EQ(localise(diagonal, 1e300).pointing, 1);
}

TEST(Localise, CountsEqualMaximaByTheShareThatHits) {
  const SaliencyCase tied{4, 1, {5, 5, 5, 1}, {true, false, false, true}};
  EXPECT_DOUBLE_EQ(localise(tied).pointing, 1.0 / 3);
  EXPECT_DOUBLE_EQ(localise(tied, 1).pointing, 1);
}

TEST(Localise, GivesASilentMapNothing) {
  SaliencyCase silent = four_by_two();
  std::fill(silent.map.begin(), silent.map.end(), 0);
  const auto found = localise(silent);
  EXPECT_TRUE(found.silent);
  EXPECT_EQ(found.energy, 0);
  EXPECT_EQ(found.pointing, 0);
  EXPECT_DOUBLE_EQ(found.area, 3.0 / 8);
}

TEST(Localise, PointsWithTheCentreOfTheImage) {
  // Columns 1 and 2 of both rows are the centre; one of these four pixels is lesion.
  EXPECT_DOUBLE_EQ(localise(four_by_two()).centre, 0.25);
  EXPECT_DOUBLE_EQ(localise({3, 1, {1, 0, 0}, {false, true, false}}).centre, 1);
}

TEST(Localise, GivesAConstantMapTheMasksArea) {
  SaliencyCase constant = random_case(1);
  std::fill(constant.map.begin(), constant.map.end(), 0.3);
  const auto found = localise(constant);
  EXPECT_NEAR(found.energy, found.area, 1e-12);
  EXPECT_NEAR(found.pointing, found.area, 1e-12);
}

TEST(Localise, SplitsBetweenAMaskAndItsComplement) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const SaliencyCase image = random_case(seed);
    SaliencyCase other = image;
    other.inside.flip();
    const auto a = localise(image), b = localise(other);
    EXPECT_NEAR(a.energy + b.energy, 1, 1e-12);
    EXPECT_NEAR(a.pointing + b.pointing, 1, 1e-12);
    EXPECT_NEAR(a.area + b.area, 1, 1e-12);
    EXPECT_NEAR(a.centre + b.centre, 1, 1e-12);
  }
}

TEST(Localise, IgnoresTheScaleOfTheMap) {
  SaliencyCase image = random_case(3);
  const auto before = localise(image);
  for (double& value : image.map) value *= 1e-9;
  EXPECT_NEAR(localise(image).energy, before.energy, 1e-12);
  EXPECT_EQ(localise(image).pointing, before.pointing);
}

TEST(Localise, RefusesWhatCannotBeScored) {
  const auto message = [](const std::function<void(SaliencyCase&)>& change, double tolerance = 0) {
    SaliencyCase image = four_by_two();
    change(image);
    return testing::message_of([&] { localise(image, tolerance); });
  };
  EXPECT_THAT(message([](auto& c) { c.inside.assign(8, false); }), HasSubstr("no lesion"));
  EXPECT_THAT(message([](auto& c) { c.inside.pop_back(); }), HasSubstr("7 of the mask"));
  EXPECT_THAT(message([](auto& c) { c.map.push_back(1); }), HasSubstr("9 values"));
  EXPECT_THAT(message([](auto& c) { c.width = -4, c.height = -2; }), HasSubstr("-4 x -2"));
  EXPECT_THAT(message([](auto& c) { c.map[2] = -1; }), HasSubstr("-1"));
  EXPECT_THAT(message([](auto& c) { c.map[2] = kNan; }), HasSubstr("nan"));
  EXPECT_THAT(message([](auto&) {}, -1), HasSubstr("tolerance"));
  EXPECT_THAT(message([](auto&) {}, kNan), HasSubstr("tolerance"));
}

TEST(Summarise, CountsImagesLesionsAndSilentMaps) {
  Localisation silent;
  silent.silent = true;
  silent.area = 0.5;
  const Localisation good{0.8, 1, 0.25, 1, false};
  const auto all = summarise({silent, good, good, good}, {"a", "b", "b", ""});
  EXPECT_EQ(all.images, 4);
  EXPECT_EQ(all.groups, 3);
  EXPECT_EQ(all.silent, 1);
  EXPECT_NEAR(all.energy.mean, 0.6, 1e-12);
  EXPECT_NEAR(all.pointing.mean, 0.75, 1e-12);
  EXPECT_NEAR(all.area.mean, 0.3125, 1e-12);
  EXPECT_NEAR(all.centre.mean, 0.75, 1e-12);
  EXPECT_LE(all.energy.low, all.energy.mean);
  EXPECT_GE(all.energy.high, all.energy.mean);
}

}  // namespace
}  // namespace derm
