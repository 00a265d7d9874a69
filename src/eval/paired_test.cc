#include "eval/paired.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "eval/calibration.h"

namespace derm {
namespace {

// Rows that choose `choices` with probability 0.8.
Scores choosing(const std::vector<int64_t>& labels, const std::vector<int64_t>& choices) {
  Scores scores{3, labels, {}};
  for (const int64_t choice : choices)
    for (int64_t k = 0; k < 3; ++k) scores.probabilities.push_back(k == choice ? 0.8 : 0.1);
  return scores;
}

const std::vector<int64_t> kLabels = {0, 0, 0, 0, 1, 1, 2, 2};
const Scores kFirst = choosing(kLabels, {0, 0, 0, 0, 1, 1, 2, 0});
const Scores kSecond = choosing(kLabels, {0, 0, 0, 1, 1, 0, 2, 2});

TEST(PairedDifference, IsTheDifferenceOfBothMetrics) {
  const PairedDifference d =
      paired_difference(kFirst, kSecond, std::vector<std::string>(8), weighted_balanced_accuracy);
  EXPECT_NEAR(d.first, (1 + 1 + 0.5) / 3, 1e-12);
  EXPECT_NEAR(d.second, (0.75 + 0.5 + 1) / 3, 1e-12);
  EXPECT_NEAR(d.difference, d.second - d.first, 1e-12);
  EXPECT_LT(d.low, d.difference);
  EXPECT_GT(d.high, d.difference);
}

TEST(PairedDifference, IsExactlyZeroBetweenEqualSets) {
  const PairedDifference d =
      paired_difference(kFirst, kFirst, std::vector<std::string>(8), weighted_balanced_accuracy);
  EXPECT_EQ(d.difference, 0);
  EXPECT_EQ(d.low, 0);
  EXPECT_EQ(d.high, 0);
}

TEST(PairedDifference, KeepsImagesOfALesionTogether) {
  // Lesion a is right in both sets, b differs: a replicate is a twice, both, or b twice.
  const std::vector<std::string> lesions = {"a", "a", "b", "b", "a", "b", "a", "b"};
  const PairedDifference d =
      paired_difference(kFirst, kSecond, lesions, weighted_balanced_accuracy);
  const PairedDifference apart =
      paired_difference(kFirst, kSecond, std::vector<std::string>(8), weighted_balanced_accuracy);
  EXPECT_NEAR(d.low, (0.5 + 0 + 1) / 3 - (1 + 1 + 0) / 3.0, 1e-12);
  EXPECT_EQ(d.high, 0);
  EXPECT_NE(d.low, apart.low);
  const PairedDifference one = paired_difference(
      kFirst, kSecond, std::vector<std::string>(8, "lesion"), weighted_balanced_accuracy);
  EXPECT_TRUE(std::isnan(one.low));
  EXPECT_TRUE(std::isnan(one.high));
}

TEST(PairedDifference, RefusesSetsOfOtherImages) {
  Scores other = kSecond;
  other.labels[0] = 2;
  EXPECT_THROW(
      paired_difference(kFirst, other, std::vector<std::string>(8), weighted_balanced_accuracy),
      Error);
}

TEST(WeightedMetrics, AreThePlainOnesWhereEveryRowCountsOnce) {
  const RowWeights once(8, 1);
  const Metrics plain = evaluate(kSecond);
  EXPECT_NEAR(weighted_balanced_accuracy(kSecond, once), plain.balanced_accuracy, 1e-12);
  for (int64_t k = 0; k < 3; ++k)
    EXPECT_NEAR(weighted_recall(kSecond, once, k), plain.per_class[static_cast<size_t>(k)].recall,
                1e-12);
  EXPECT_NEAR(weighted_calibration_error(kSecond, once), expected_calibration_error(kSecond),
              1e-12);
}

TEST(WeightedMetrics, CountARowAsOftenAsItsWeightSays) {
  RowWeights weights(8, 1);
  weights[3] = 3;  // the wrong one of class 0
  EXPECT_NEAR(weighted_recall(kSecond, weights, 0), 0.5, 1e-12);
  weights = {1, 1, 1, 1, 0, 0, 0, 0};
  EXPECT_NEAR(weighted_balanced_accuracy(kSecond, weights), 0.75, 1e-12);
  EXPECT_TRUE(std::isnan(weighted_recall(kSecond, weights, 2)));
}

TEST(Agreement, IsTheShareOfEqualChoices) {
  EXPECT_NEAR(agreement(kFirst, kSecond), 5.0 / 8, 1e-12);
}

}  // namespace
}  // namespace derm
