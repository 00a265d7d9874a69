// Bands: the curves of ranking.h at the grid's places, inside their intervals.
#include "eval/curve_bands.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"
#include "eval/ranking.h"

namespace derm {
namespace {

// `informative`: how much the label moves its probability.
Scores noisy_scores(int64_t rows, double informative) {
  Rng rng({1, Purpose::kTest, 0, 0});
  Scores scores;
  scores.classes = 3;
  for (int64_t i = 0; i < rows; ++i) {
    const int64_t label = i % 2;  // class 2 never occurs
    const double a = rng.uniform(), b = rng.uniform() + (label == 1 ? informative : 0);
    scores.labels.push_back(label);
    scores.probabilities.insert(scores.probabilities.end(), {a / (a + b), b / (a + b), 0.0});
  }
  return scores;
}

RowGroups alone(size_t rows) {
  return RowGroups(std::vector<std::string>(rows));
}

TEST(ClassBands, FollowTheCurves) {
  const Scores scores = noisy_scores(40, 0.6);
  const auto bands = class_bands(scores, alone(40), {200, 0.95, 0});
  const auto curve = roc_curve(threshold_counts(one_vs_rest(scores, 1)));
  ASSERT_EQ(bands[1].roc.size(), 101U);
  ASSERT_EQ(bands[1].pr.size(), 100U);
  EXPECT_EQ(bands[1].roc.back().y, 1.0);
  for (const auto& point : curve) {
    const auto place = static_cast<size_t>(std::lround(point.fpr * 100));
    EXPECT_GE(bands[1].roc[place].y, point.tpr - 1e-12) << point.fpr;
  }
}

TEST(ClassBands, HaveTheAreaOfTheCurve) {
  const Scores scores = noisy_scores(400, 0.6);
  const auto roc = class_bands(scores, alone(400), {2, 0.95, 0})[1].roc;
  double area = 0;
  for (size_t i = 1; i < roc.size(); ++i) area += (roc[i].y + roc[i - 1].y) / 200;
  EXPECT_NEAR(area, auc_of(threshold_counts(one_vs_rest(scores, 1))), 0.01);
}

TEST(ClassBands, HoldTheEstimateAndNarrowWithMoreImages) {
  const auto few = class_bands(noisy_scores(40, 0.6), alone(40), {300, 0.95, 0})[1].roc[30];
  const auto many = class_bands(noisy_scores(1000, 0.6), alone(1000), {300, 0.95, 0})[1].roc[30];
  for (const auto& point : {few, many}) {
    EXPECT_LE(point.interval.low, point.y);
    EXPECT_GE(point.interval.high, point.y);
  }
  EXPECT_LT(many.interval.high - many.interval.low, 0.5 * (few.interval.high - few.interval.low));
}

TEST(ClassBands, GivePrecisionAtTheRecallThatIsReached) {
  Scores scores;
  scores.classes = 2;
  scores.labels = {1, 0, 1, 0};
  scores.probabilities = {.1, .9, .2, .8, .3, .7, .4, .6};
  const auto pr = class_bands(scores, alone(4), {2, 0.95, 0})[1].pr;
  EXPECT_EQ(pr[49].y, 1.0);             // recall 0.5: the first image alone
  EXPECT_DOUBLE_EQ(pr[50].y, 2.0 / 3);  // 0.51 needs the third
  EXPECT_DOUBLE_EQ(pr.back().y, 2.0 / 3);
}

TEST(ClassBands, AreEmptyForAClassThatNeverOccurs) {
  const auto bands = class_bands(noisy_scores(40, 0.6), alone(40), {2, 0.95, 0});
  EXPECT_TRUE(bands[2].roc.empty());
  EXPECT_TRUE(bands[2].pr.empty());
}

}  // namespace
}  // namespace derm
