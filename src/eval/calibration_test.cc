#include "eval/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/rng.h"
#include "eval/threshold.h"

namespace derm {
namespace {

// Labels drawn from softmax(z), logits given as factor * z.
LabelledLogits drawn_logits(double factor, int64_t samples) {
  LabelledLogits out{4, {}, {}};
  Rng rng({3, Purpose::kTest});
  for (int64_t n = 0; n < samples; ++n) {
    std::vector<double> z(4);
    double sum = 0;
    for (double& value : z) sum += std::exp(value = rng.normal() * 2);
    double left = rng.uniform() * sum;
    int64_t label = 0;
    while (label < 3 && (left -= std::exp(z[static_cast<size_t>(label)])) > 0) ++label;
    out.labels.push_back(label);
    for (const double value : z) out.values.push_back(factor * value);
  }
  return out;
}

double log_loss_at(const LabelledLogits& logits, double temperature) {
  const Scores scores = scores_at(logits, temperature);
  double sum = 0;
  for (int64_t n = 0; n < scores.size(); ++n)
    sum -= std::log(scores.row(n)[scores.labels[static_cast<size_t>(n)]]);
  return sum;
}

TEST(FitTemperature, FindsTheFactorThatLogitsWereMultipliedBy) {
  EXPECT_NEAR(fit_temperature(drawn_logits(3, 20000)), 3, 0.1);
  EXPECT_NEAR(fit_temperature(drawn_logits(0.5, 20000)), 0.5, 0.02);
}

TEST(FitTemperature, IsAMinimumOfTheLogLoss) {
  const LabelledLogits logits = drawn_logits(2, 500);
  const double t = fit_temperature(logits), best = log_loss_at(logits, t);
  for (const double other : {0.5 * t, 0.99 * t, 1.01 * t, 2 * t})
    EXPECT_LT(best, log_loss_at(logits, other));
}

TEST(FitTemperature, StaysInItsRangeWhereThereIsNoMinimum) {
  EXPECT_NEAR(fit_temperature({2, {0, 1}, {1, 0, 0, 1}}), 0.05, 1e-6);  // never wrong
  EXPECT_NEAR(fit_temperature({2, {1, 0}, {1, 0, 0, 1}}), 20, 1e-3);    // always wrong
}

TEST(FitTemperature, RefusesWhatDoesNotFitTogether) {
  EXPECT_THROW(fit_temperature({2, {0}, {1}}), Error);
  EXPECT_THROW(fit_temperature({2, {2}, {1, 0}}), Error);
  EXPECT_THROW(fit_temperature({2, {0}, {1, NAN}}), Error);
}

TEST(ExpectedCalibrationError, IsTheWeightedGapOfConfidenceAndAccuracy) {
  // Two bins of two: confidence 0.7 and 0.7 with one right; 0.95 and 0.85 both right.
  const Scores scores{2, {0, 1, 0, 0}, {0.7, 0.3, 0.7, 0.3, 0.95, 0.05, 0.85, 0.15}};
  EXPECT_NEAR(expected_calibration_error(scores, 4), (0.4 + 0.2) / 4, 1e-12);
}

TEST(ExpectedCalibrationError, IsSmallWhereLabelsAreDrawnFromTheProbabilities) {
  const LabelledLogits logits = drawn_logits(1, 20000);
  EXPECT_LT(expected_calibration_error(scores_at(logits, 1)), 0.02);
  EXPECT_GT(expected_calibration_error(scores_at(logits, 0.3)), 0.1);
}

TEST(ThresholdAtSensitivity, IsTheLargestThatCallsEnough) {
  // Class 0 has probabilities 0.9 0.8 0.6 0.3, the others 0.7 0.2.
  const Scores scores{
      2, {0, 0, 0, 0, 1, 1}, {0.9, 0.1, 0.8, 0.2, 0.6, 0.4, 0.3, 0.7, 0.7, 0.3, 0.2, 0.8}};
  const auto three = threshold_at_sensitivity(scores, 0, 0.75);
  ASSERT_TRUE(three.has_value());
  EXPECT_EQ(three->threshold, 0.6);
  EXPECT_EQ(three->sensitivity, 0.75);
  EXPECT_EQ(three->specificity, 0.5);
  EXPECT_EQ(threshold_at_sensitivity(scores, 0, 1)->threshold, 0.3);
  EXPECT_EQ(threshold_at_sensitivity(scores, 0, 0.1)->threshold, 0.9);
}

TEST(ThresholdAtSensitivity, NeedsTheClassAndAnother) {
  EXPECT_FALSE(threshold_at_sensitivity({2, {0}, {0.5, 0.5}}, 0, 0.9).has_value());
  EXPECT_FALSE(threshold_at_sensitivity({2, {0}, {0.5, 0.5}}, 1, 0.9).has_value());
}

}  // namespace
}  // namespace derm
