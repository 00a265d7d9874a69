#include "runtime/decision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace derm {
namespace {

using ::testing::ElementsAre;

TEST(PredictionSet, HoldsTheFewestClassesThatReachTheCoverage) {
  const std::vector<double> probabilities{0.125, 0.5, 0.0625, 0.3125};
  EXPECT_THAT(prediction_set(probabilities, 0.5).classes, ElementsAre(1));
  EXPECT_THAT(prediction_set(probabilities, 0.51).classes, ElementsAre(1, 3));
  EXPECT_THAT(prediction_set(probabilities, 0.9).classes, ElementsAre(1, 3, 0));
  EXPECT_DOUBLE_EQ(prediction_set(probabilities, 0.9).probability, 0.9375);
}

TEST(PredictionSet, HoldsEveryClassWhereRoundingKeepsTheSumBelowOne) {
  EXPECT_THAT(prediction_set({0.3, 0.3, 0.3}, 1).classes, ElementsAre(0, 1, 2));
}

TEST(PredictionSet, KeepsTheOrderOfClassesThatTie) {
  EXPECT_THAT(prediction_set({0.25, 0.25, 0.25, 0.25}, 0.5).classes, ElementsAre(0, 1));
}

TEST(Calls, AreTheClassesThatReachTheirThreshold) {
  BundleMetadata metadata;
  metadata.classes = {"A", "B", "C"};
  OperatingPoint point;
  point.label = "C";
  point.threshold = 0.25;
  metadata.thresholds = {point};
  Prediction prediction;
  prediction.probabilities = {0.5, 0.25, 0.25};
  EXPECT_THAT(calls_of(prediction, metadata), ElementsAre("C"));
  prediction.probabilities = {0.5, 0.3, 0.2};
  EXPECT_THAT(calls_of(prediction, metadata), ElementsAre());
}

}  // namespace
}  // namespace derm
