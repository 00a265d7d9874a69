// Ranking curves and areas against their definitions.
#include "eval/ranking.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"

namespace derm {
namespace {

std::vector<Decision> random_decisions(int n, int levels, uint64_t seed) {
  Rng rng({seed, Purpose::kTest, 0, 0, 0});
  std::vector<Decision> out;
  for (int i = 0; i < n; ++i) {
    const bool positive = rng.chance(0.3);
    const double score = rng.uniform() + (positive ? 0.2 : 0.0);
    out.push_back({std::floor(score * levels) / levels, positive});
  }
  return out;
}

double auc_by_pairs(const std::vector<Decision>& decisions) {
  double won = 0, pairs = 0;
  for (const auto& p : decisions)
    for (const auto& n : decisions) {
      if (!p.positive || n.positive) continue;
      pairs += 1;
      won += p.score > n.score ? 1 : p.score == n.score ? 0.5 : 0;
    }
  return won / pairs;
}

template <class Curve>
double trapezoids(const Curve& curve) {
  double area = 0;
  for (size_t i = 1; i < curve.size(); ++i)
    area += (curve[i].fpr - curve[i - 1].fpr) * (curve[i].tpr + curve[i - 1].tpr) / 2;
  return area;
}

TEST(Auc, IsTheShareOfPairsInOrderWithTiesCountedHalf) {
  for (const int levels : {3, 20, 1000000}) {
    const auto decisions = random_decisions(200, levels, 1);
    EXPECT_NEAR(auc_of(threshold_counts(decisions)), auc_by_pairs(decisions), 1e-12);
  }
  EXPECT_DOUBLE_EQ(auc_of(threshold_counts({{.5, true}, {.5, false}, {.2, false}})), 0.75);
}

TEST(Auc, IsTheAreaBelowTheDrawnCurve) {
  for (const int levels : {3, 20, 1000000}) {
    const auto counts = threshold_counts(random_decisions(200, levels, 2));
    EXPECT_NEAR(trapezoids(roc_curve(counts)), auc_of(counts), 1e-12);
  }
}

TEST(Auc, IsTheSameAfterAMonotoneTransformAndMirroredByNegation) {
  const auto decisions = random_decisions(200, 30, 3);
  auto stretched = decisions, negated = decisions;
  for (auto& d : stretched) d.score = std::exp(3 * d.score) - 7;
  for (auto& d : negated) d.score = -d.score;
  const double auc = auc_of(threshold_counts(decisions));
  EXPECT_DOUBLE_EQ(auc_of(threshold_counts(stretched)), auc);
  EXPECT_DOUBLE_EQ(average_precision_of(threshold_counts(stretched)),
                   average_precision_of(threshold_counts(decisions)));
  EXPECT_NEAR(auc_of(threshold_counts(negated)), 1 - auc, 1e-12);
}

TEST(Auc, IsUndefinedWithoutPositivesOrNegatives) {
  EXPECT_TRUE(std::isnan(auc_of(threshold_counts({{.1, true}, {.2, true}}))));
  EXPECT_TRUE(std::isnan(auc_of(threshold_counts({{.1, false}}))));
  EXPECT_TRUE(std::isnan(average_precision_of({})));
  EXPECT_TRUE(roc_curve(threshold_counts({{.1, true}})).empty());
  EXPECT_TRUE(pr_curve(threshold_counts({{.1, false}})).empty());
  EXPECT_TRUE(std::isnan(auc_of_mean_curve({})));
}

TEST(RocCurve, RunsFromCornerToCornerAndNeverFalls) {
  const auto curve = roc_curve(threshold_counts(random_decisions(500, 40, 4)));
  EXPECT_EQ(curve.front().fpr, 0);
  EXPECT_EQ(curve.front().tpr, 0);
  EXPECT_EQ(curve.back().fpr, 1);
  EXPECT_EQ(curve.back().tpr, 1);
  for (size_t i = 1; i < curve.size(); ++i) {
    EXPECT_GE(curve[i].fpr, curve[i - 1].fpr);
    EXPECT_GE(curve[i].tpr, curve[i - 1].tpr);
    EXPECT_LT(curve[i].threshold, curve[i - 1].threshold);
  }
}

TEST(RocCurve, DropsPointsInsideStraightSteps) {
  std::vector<Decision> separable;
  for (int i = 0; i < 100; ++i) separable.push_back({static_cast<double>(i), i >= 50});
  EXPECT_LE(roc_curve(threshold_counts(separable)).size(), 5U);
}

TEST(AucOfMeanCurve, OfOneCurveWithoutVerticalPartsIsItsArea) {
  const std::vector<RocPoint> diagonal{{0, 0, 1}, {0.5, 0.8, 0.5}, {1, 1, 0}};
  EXPECT_NEAR(auc_of_mean_curve({diagonal}), trapezoids(diagonal), 1e-12);
  EXPECT_NEAR(auc_of_mean_curve({diagonal, {{0, 0, 1}, {1, 1, 0}}}),
              (trapezoids(diagonal) + 0.5) / 2, 1e-12);
}

TEST(AveragePrecision, WeightsPrecisionByTheGainInRecall) {
  // Falling scores: positive, negative, positive -> 1/2 * 1 + 1/2 * 2/3.
  const auto counts = threshold_counts({{.9, true}, {.8, false}, {.7, true}});
  EXPECT_NEAR(average_precision_of(counts), 0.5 + 1.0 / 3, 1e-12);
  const auto curve = pr_curve(counts);
  ASSERT_EQ(curve.size(), 3U);
  EXPECT_DOUBLE_EQ(curve[1].precision, 0.5);
  EXPECT_DOUBLE_EQ(curve[2].recall, 1);
}

}  // namespace
}  // namespace derm
