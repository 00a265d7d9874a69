// Means over seeds and intervals over lesions.
#include "study/estimate.h"

#include <gtest/gtest.h>

#include <cmath>

namespace derm {
namespace {

constexpr size_t kAccuracy = 0, kRecallOfA = 2;

// `lesions` lesions of `each` images; those of the first `right` lesions are recognised.
MeasuredRun run_of(int lesions, int each, int right) {
  Predictions p;
  p.classes = {"A", "B"};
  p.split = "test";
  p.scores.classes = 2;
  for (int i = 0; i < lesions * each; ++i) {
    p.image_ids.push_back("image" + std::to_string(i));
    p.lesion_ids.push_back("lesion" + std::to_string(i / each));
    p.scores.labels.push_back(0);
    const double first = i / each < right ? 0.8 : 0.2;
    p.scores.probabilities.insert(p.scores.probabilities.end(), {first, 1 - first});
  }
  return measure_run(p, {"accuracy", "balanced_accuracy"});
}

TEST(Estimate, IntervalIsThatOfDrawnLesions) {
  const auto run = run_of(100, 1, 70);
  const auto e = estimate({&run}, kAccuracy);
  EXPECT_DOUBLE_EQ(e.mean, 0.7);
  EXPECT_TRUE(std::isnan(e.deviation));
  // Binomial: 1.96 * sqrt(0.7 * 0.3 / 100) = 0.09
  EXPECT_NEAR(e.low, 0.61, 0.015);
  EXPECT_NEAR(e.high, 0.79, 0.015);
}

TEST(Estimate, ImagesOfOneLesionCountOnce) {
  const auto many = run_of(100, 4, 70), one = run_of(100, 1, 70);
  const auto of_many = estimate({&many}, kAccuracy), of_one = estimate({&one}, kAccuracy);
  EXPECT_DOUBLE_EQ(of_many.low, of_one.low);
  EXPECT_DOUBLE_EQ(of_many.high, of_one.high);
}

TEST(Estimate, MeanAndDeviationAreOverSeeds) {
  const auto first = run_of(10, 1, 5), second = run_of(10, 1, 7);
  const auto e = estimate({&first, &second}, kAccuracy);
  EXPECT_EQ(e.seeds, 2);
  EXPECT_DOUBLE_EQ(e.mean, 0.6);
  EXPECT_NEAR(e.deviation, std::sqrt(0.02), 1e-12);
}

TEST(ArmDifference, PairedIsNarrowerThanUnpaired) {
  const auto first = run_of(100, 1, 60), second = run_of(100, 1, 70);
  auto elsewhere = second;
  for (auto& id : elsewhere.image_ids) id += "x";
  const auto paired = arm_difference({&first}, {&second}, kAccuracy);
  const auto unpaired = arm_difference({&first}, {&elsewhere}, kAccuracy);
  EXPECT_TRUE(paired.paired);
  EXPECT_FALSE(unpaired.paired);
  EXPECT_NEAR(paired.difference, 0.1, 1e-12);
  EXPECT_NEAR(unpaired.difference, 0.1, 1e-12);
  // Ten lesions differ: 1.96 * sqrt(0.1 * 0.9 / 100) = 0.06; unpaired the variances add: 0.13.
  EXPECT_NEAR(paired.high - paired.low, 0.12, 0.03);
  EXPECT_NEAR(unpaired.high - unpaired.low, 0.26, 0.04);
}

TEST(ArmDifference, RecallOfAClass) {
  const auto first = run_of(20, 1, 10), second = run_of(20, 1, 15);
  EXPECT_NEAR(arm_difference({&first}, {&second}, kRecallOfA).difference, 0.25, 1e-12);
  EXPECT_TRUE(std::isnan(arm_difference({&first}, {&second}, kRecallOfA + 1).difference));
}

}  // namespace
}  // namespace derm
