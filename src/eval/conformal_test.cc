#include "eval/conformal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/rng.h"

namespace derm {
namespace {

using ::testing::ElementsAre;

// Labels drawn from the rows' own probabilities, class 3 rare.
Scores exchangeable_rows(int64_t n, uint64_t seed) {
  Rng rng({seed, Purpose::kTest});
  Scores out{4, {}, {}};
  for (int64_t i = 0; i < n; ++i) {
    std::vector<double> p(4);
    double sum = 0;
    for (size_t c = 0; c < 4; ++c) sum += p[c] = std::exp(1.5 * rng.normal()) * (c == 3 ? 0.3 : 1);
    double left = rng.uniform() * sum;
    int64_t label = 0;
    while (label < 3 && (left -= p[static_cast<size_t>(label)]) > 0) ++label;
    out.labels.push_back(label);
    for (const double value : p) out.probabilities.push_back(value / sum);
  }
  return out;
}

TEST(ConformalQuantile, IsTheOrderStatisticOfFiniteSamples) {
  const std::vector<double> nine{9, 8, 7, 6, 5, 4, 3, 2, 1};
  EXPECT_EQ(conformal_quantile(nine, 0.1), 9);          // ceil(10 * 0.9) = 9
  EXPECT_EQ(conformal_quantile(nine, 0.2), 8);          // ceil(10 * 0.8) = 8
  EXPECT_EQ(conformal_quantile(nine, 0.15), 9);         // ceil(8.5) = 9
  EXPECT_EQ(conformal_quantile(nine, 0.05), HUGE_VAL);  // ceil(9.5) = 10 > 9
  EXPECT_EQ(conformal_quantile({}, 0.1), HUGE_VAL);
}

TEST(PredictionSets, HoldTheClassesWithinTheThreshold) {
  const Scores row{3, {0}, {0.5, 0.3, 0.2}};
  const ConformalOptions lac, aps{ConformityScore::kAps, false, 0.1};
  EXPECT_THAT(prediction_sets(row, {lac, {0.7, 0.7, 0.7}}), ElementsAre(true, true, false));
  EXPECT_THAT(prediction_sets(row, {lac, {0.1, 0.1, 0.1}}), ElementsAre(true, false, false));
  EXPECT_THAT(prediction_sets(row, {aps, {0.8, 0.8, 0.8}}), ElementsAre(true, true, false));
  EXPECT_THAT(prediction_sets(row, {aps, {0.8, 0.7, 1.1}}), ElementsAre(true, false, true));
  EXPECT_THROW(prediction_sets(row, {lac, {0.7}}), Error);
}

TEST(Conformal, CoversAsAskedForExchangeableRows) {
  const Scores validation = exchangeable_rows(2000, 1), test = exchangeable_rows(4000, 2);
  const RowGroups groups(std::vector<std::string>(4000));
  for (const auto score : {ConformityScore::kLac, ConformityScore::kAps})
    for (const bool by_class : {false, true}) {
      const auto sets = fit_conformal(validation, {score, by_class, 0.1});
      const auto found = conformal_result(test, sets, groups, {100});
      EXPECT_GT(found.coverage.value, 0.88);
      EXPECT_LT(found.coverage.value, score == ConformityScore::kLac ? 0.92 : 1);
      EXPECT_LT(found.size.value, 4);
      EXPECT_GT(found.coverage.interval.high, found.coverage.value);
      for (size_t c = 0; by_class && c < 4; ++c)
        EXPECT_GT(found.class_coverage[c].value, 0.85) << c;
    }
}

TEST(Conformal, ByClassReachesTheRareClassThatMarginalSetsMiss) {
  const Scores validation = exchangeable_rows(20000, 3), test = exchangeable_rows(20000, 4);
  const RowGroups groups(std::vector<std::string>(20000));
  const auto rare = [&](bool by_class) {
    const auto sets = fit_conformal(validation, {ConformityScore::kLac, by_class, 0.1});
    return conformal_result(test, sets, groups, {0}).class_coverage[3].value;
  };
  EXPECT_LT(rare(false), 0.85);
  EXPECT_GT(rare(true), 0.88);
}

TEST(Conformal, LetsEveryClassInWhereValidationIsTooSmall) {
  const Scores validation = exchangeable_rows(5, 5), test = exchangeable_rows(50, 6);
  const auto found =
      conformal_result(test, fit_conformal(validation, {ConformityScore::kLac, false, 0.1}),
                       RowGroups(std::vector<std::string>(50)), {0});
  EXPECT_EQ(found.size.value, 4);
  EXPECT_EQ(found.coverage.value, 1);
  EXPECT_THROW(fit_conformal(validation, {ConformityScore::kLac, false, 1}), Error);
  EXPECT_TRUE(to_json(found, {"a", "b", "c", "d"})["per_class"][0]["threshold"].is_null());
}

}  // namespace
}  // namespace derm
