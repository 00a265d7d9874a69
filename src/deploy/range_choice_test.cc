#include "deploy/range_choice.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/rng.h"

namespace derm {
namespace {

// A histogram of many normal draws, and of a few far outliers.
ActivationHistogram normal_with_outliers(double outlier, int outliers) {
  ActivationHistogram h{{-outlier, outlier}, std::vector<double>(2048)};
  Rng rng({1, Purpose::kTest});
  for (int i = 0; i < 100000; ++i) h.add(static_cast<float>(rng.normal()));
  for (int i = 0; i < outliers; ++i) h.add(static_cast<float>(i % 2 == 0 ? outlier : -outlier));
  return h;
}

TEST(RangeChoice, MinMaxKeepsEverything) {
  const Range range = choose_range(normal_with_outliers(40, 2), RangeMethod::kMinMax);
  EXPECT_EQ(range.low, -40);
  EXPECT_EQ(range.high, 40);
}

TEST(RangeChoice, TheOtherMethodsGiveFewOutliersUp) {
  const ActivationHistogram h = normal_with_outliers(40, 2);
  for (const auto method : {RangeMethod::kPercentile, RangeMethod::kEntropy, RangeMethod::kMse}) {
    const Range range = choose_range(h, method);
    // Two errors of 10 weigh less, squared, than a third more error of all the others.
    EXPECT_LT(range.high, method == RangeMethod::kMse ? 35 : 20);
    EXPECT_GT(range.high, 2.5);
    EXPECT_NEAR(range.low, -range.high, 0.5);
  }
}

TEST(RangeChoice, MseKeepsOutliersThatAreMany) {
  const Range range = choose_range(normal_with_outliers(40, 20000), RangeMethod::kMse);
  EXPECT_GT(range.high, 39);
}

TEST(RangeChoice, MseHasNoBetterNeighbour) {
  // The quantisation of all draws, by hand, for ranges around the chosen one.
  ActivationHistogram h{{-8, 8}, std::vector<double>(2048)};
  std::vector<double> values;
  Rng rng({2, Purpose::kTest});
  for (int i = 0; i < 50000; ++i) {
    values.push_back(rng.normal());
    h.add(static_cast<float>(values.back()));
  }
  const auto error = [&](double high) {
    const Levels levels = levels_of({-high, high});
    double sum = 0;
    for (const double v : values) {
      const double level = std::min(255.0, std::max(0.0, std::nearbyint(v / levels.scale) +
                                                             static_cast<double>(levels.zero)));
      const double d = (level - static_cast<double>(levels.zero)) * levels.scale - v;
      sum += d * d;
    }
    return sum;
  };
  const double chosen = choose_range(h, RangeMethod::kMse).high;
  EXPECT_LT(error(chosen), 1.02 * error(0.9 * chosen));
  EXPECT_LT(error(chosen), 1.02 * error(1.1 * chosen));
  EXPECT_LT(error(chosen), error(8));
}

TEST(RangeChoice, KeepsOneSidedRangesOneSided) {
  ActivationHistogram h{{0, 6}, std::vector<double>(2048)};
  Rng rng({3, Purpose::kTest});
  for (int i = 0; i < 10000; ++i) h.add(static_cast<float>(std::fabs(rng.normal())));
  for (const auto& name : range_method_names()) {
    const Range range = choose_range(h, range_method_named(name));
    EXPECT_EQ(range.low, 0) << name;
    EXPECT_GT(range.high, 1) << name;
  }
}

TEST(RangeChoice, GivesATensorOfZerosAnyLevels) {
  const ActivationHistogram h{{0, 0}, std::vector<double>(2048)};
  for (const auto& name : range_method_names())
    EXPECT_EQ(levels_of(choose_range(h, range_method_named(name))).scale, 1) << name;
}

TEST(Levels, ReachBothEndsAndHaveOneForZero) {
  const Levels levels = levels_of({-1, 4});
  EXPECT_NEAR(levels.scale, 5.0 / 255, 1e-12);
  EXPECT_EQ(levels.zero, 51);
  EXPECT_EQ(levels_of({0, 6}).zero, 0);
  EXPECT_EQ(levels_of({-6, 0}).zero, 255);
}

TEST(RangeMethodNamed, SuggestsTheNearest) {
  EXPECT_THROW(range_method_named("entropi"), Error);
}

}  // namespace
}  // namespace derm
