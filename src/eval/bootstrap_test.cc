#include "eval/bootstrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "base/rng.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

TEST(RowGroups, NumbersNamesByTheirFirstRowAndKeepsEmptyOnesApart) {
  const RowGroups groups({"b", "", "a", "b", "", "a"});
  EXPECT_EQ(groups.size(), 4u);
  std::vector<size_t> found;
  for (size_t row = 0; row < groups.rows(); ++row) found.push_back(groups[row]);
  EXPECT_THAT(found, ElementsAre(0, 1, 2, 0, 3, 2));
}

TEST(ReplicateWeights, DrawAsManyGroupsAsThereAreAndKeepThemWhole) {
  const RowGroups groups({"a", "a", "", "b", "", "b", "b"});
  for (int64_t r = 0; r < 50; ++r) {
    const RowWeights weights = replicate_weights(groups, 3, r);
    EXPECT_EQ(weights[0], weights[1]);
    EXPECT_EQ(weights[3], weights[5]);
    EXPECT_EQ(weights[3], weights[6]);
    EXPECT_EQ(weights[0] + weights[2] + weights[3] + weights[4], 4);
  }
}

TEST(ReplicateWeights, DependOnSeedAndReplicateAndNotOnNames) {
  const RowGroups one({"a", "b", "a", "c"}), renamed({"x", "", "x", "y"});
  const RowWeights weights = replicate_weights(one, 1, 5);
  EXPECT_EQ(weights, replicate_weights(renamed, 1, 5));
  int same_seed = 0, same_replicate = 0;
  for (int64_t r = 0; r < 20; ++r) {
    same_seed += replicate_weights(one, 1, r) == replicate_weights(one, 1, r + 1) ? 1 : 0;
    same_replicate += replicate_weights(one, 1, r) == replicate_weights(one, 2, r) ? 1 : 0;
  }
  EXPECT_LT(same_seed, 15);
  EXPECT_LT(same_replicate, 15);
}

// The weight of a group in a replicate is binomial: mean 1, variance 1 - 1/n.
TEST(ReplicateWeights, HaveTheMeanAndVarianceOfDrawsWithReplacement) {
  const RowGroups groups(std::vector<std::string>(10));
  double sum = 0, squares = 0;
  constexpr int kReplicates = 20000;
  for (int r = 0; r < kReplicates; ++r) {
    const int weight = replicate_weights(groups, 0, r)[7];
    sum += weight;
    squares += weight * weight;
  }
  const double mean = sum / kReplicates;
  EXPECT_NEAR(mean, 1, 0.03);
  EXPECT_NEAR(squares / kReplicates - mean * mean, 0.9, 0.05);
}

TEST(PercentileInterval, InterpolatesAndLeavesUndefinedValuesOut) {
  const auto found = percentile_interval({3, kUnknown, 1, 2, 5, 4, kUnknown}, 0.5);
  EXPECT_DOUBLE_EQ(found.low, 2);
  EXPECT_DOUBLE_EQ(found.high, 4);
  EXPECT_EQ(found.undefined, 2);
  EXPECT_DOUBLE_EQ(percentile_interval({0, 10}, 0.95).low, 0.25);
  EXPECT_TRUE(std::isnan(percentile_interval({kUnknown}, 0.95).low));
}

TEST(BootstrapIntervals, GiveOneForEachNumberFromTheSameReplicates) {
  const RowGroups groups({"a", "b", "", "c", "a"});
  const auto found = bootstrap_intervals(groups, {500, 0.9, 4}, [](const RowWeights& weights) {
    const double first = weights[0];
    return std::vector<double>{first, 2 * first + 1, first > 0 ? 1 : kUnknown};
  });
  ASSERT_EQ(found.size(), 3u);
  EXPECT_DOUBLE_EQ(found[1].low, 2 * found[0].low + 1);
  EXPECT_DOUBLE_EQ(found[1].high, 2 * found[0].high + 1);
  EXPECT_EQ(found[2].low, 1);
  EXPECT_NEAR(static_cast<double>(found[2].undefined) / 500, std::pow(0.75, 4), 0.06);
}

// With two groups, a replicate draws the first twice, both, or the second twice: 1/4, 1/2, 1/4.
TEST(BootstrapMean, DrawsWholeGroups) {
  const std::vector<double> values{0, 0, 0, 1};
  const std::vector<std::string> groups{"a", "a", "a", "b"};
  const auto all = bootstrap_mean(values, groups);
  EXPECT_DOUBLE_EQ(all.mean, 0.25);
  EXPECT_EQ(all.low, 0);
  EXPECT_EQ(all.high, 1);
  const auto middle = bootstrap_mean(values, groups, {2000, 0.4, 1});
  EXPECT_DOUBLE_EQ(middle.low, 0.25);
  EXPECT_DOUBLE_EQ(middle.high, 0.25);
}

TEST(BootstrapMean, TakesEmptyNamesAsGroupsOfTheirOwn) {
  const std::vector<double> values{0, 1, 0, 1};
  const auto apart = bootstrap_mean(values, {"", "", "", ""});
  const auto named = bootstrap_mean(values, {"a", "b", "c", "d"});
  EXPECT_EQ(apart.low, named.low);
  EXPECT_EQ(apart.high, named.high);
  EXPECT_TRUE(std::isnan(bootstrap_mean(values, {"a", "a", "a", "a"}).low));
  EXPECT_EQ(bootstrap_mean(values, {"a", "a", "a", "a"}).mean, 0.5);
}

TEST(BootstrapMean, ComesCloseToTheNormalInterval) {
  Rng rng({5, Purpose::kTest});
  std::vector<double> values;
  for (int i = 0; i < 400; ++i) values.push_back(rng.normal());
  const std::vector<std::string> own(values.size());
  const auto found = bootstrap_mean(values, own, {4000, 0.95, 0});
  double variance = 0;
  for (const double value : values) variance += (value - found.mean) * (value - found.mean) / 400;
  const double half = 1.96 * std::sqrt(variance / 400);
  EXPECT_NEAR(found.low, found.mean - half, 0.1 * half);
  EXPECT_NEAR(found.high, found.mean + half, 0.1 * half);
}

// Ten copies of every image are no new evidence when lesions are drawn, and would be otherwise.
TEST(BootstrapMean, IsNotNarrowedByMoreImagesOfTheSameLesions) {
  Rng rng({6, Purpose::kTest});
  std::vector<double> values, repeated;
  std::vector<std::string> groups, repeated_groups;
  for (int i = 0; i < 50; ++i) {
    values.push_back(rng.uniform());
    groups.push_back(fmt::format("lesion {}", i));
    repeated.insert(repeated.end(), 10, values.back());
    repeated_groups.insert(repeated_groups.end(), 10, groups.back());
  }
  const auto once = bootstrap_mean(values, groups);
  const auto often = bootstrap_mean(repeated, repeated_groups);
  EXPECT_NEAR(often.low, once.low, 1e-12);
  EXPECT_NEAR(often.high, once.high, 1e-12);
  const auto apart = bootstrap_mean(repeated, std::vector<std::string>(repeated.size()));
  EXPECT_LT(apart.high - apart.low, 0.5 * (once.high - once.low));
}

TEST(BootstrapMean, ResamplesAllValuesOfTheSameGroupsAlike) {
  const std::vector<std::string> groups{"a", "b", "a", "c", ""};
  const auto one = bootstrap_mean({1, 2, 3, 5, 8}, groups);
  const auto shifted = bootstrap_mean({11, 12, 13, 15, 18}, groups);
  EXPECT_NEAR(shifted.low, one.low + 10, 1e-12);
  EXPECT_NEAR(shifted.high, one.high + 10, 1e-12);
}

TEST(BootstrapMean, RefusesNoValuesAndWrongOptions) {
  const auto message = [](const std::vector<double>& values, const std::vector<std::string>& groups,
                          const Bootstrap& options) {
    return testing::message_of([&] { bootstrap_mean(values, groups, options); });
  };
  EXPECT_THAT(message({}, {}, {}), HasSubstr("0 values"));
  EXPECT_THAT(message({1}, {"a", "b"}, {}), HasSubstr("2 groups"));
  EXPECT_THAT(message({kUnknown}, {"a"}, {}), HasSubstr("not finite"));
  EXPECT_THAT(message({1}, {"a"}, {0, 0.95, 0}), HasSubstr("replicates"));
  EXPECT_THAT(message({1}, {"a"}, {10, 1, 0}), HasSubstr("confidence"));
}

}  // namespace
}  // namespace derm
