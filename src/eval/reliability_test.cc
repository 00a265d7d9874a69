#include "eval/reliability.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/rng.h"
#include "eval/linear_solve.h"
#include "eval/scaling.h"
#include "support/golden.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

Scores evidence_rows() {
  const Json golden = testing::golden("evidence");
  return {golden["inputs"]["scores"]["shape"][1], golden["inputs"]["labels"],
          testing::numbers(golden["inputs"]["scores"])};
}

TEST(CalibrationMeasures, EqualAnIndependentProgram) {
  const Scores scores = evidence_rows();
  const auto found =
      calibration_measures(scores, RowGroups(std::vector<std::string>(scores.labels.size())), {0});
  const Json golden = testing::golden("evidence");
  const Json& values = golden["values"]["calibration"];
  EXPECT_NEAR(found.ece.value, values["ece"].get<double>(), 1e-10);
  EXPECT_NEAR(found.ece_equal_mass, values["ece_equal_mass"].get<double>(), 1e-10);
  EXPECT_NEAR(found.classwise_ece, values["classwise_ece"].get<double>(), 1e-10);
  EXPECT_NEAR(found.brier.value, values["brier"].get<double>(), 1e-10);
  for (size_t c = 0; c < found.brier_per_class.size(); ++c)
    EXPECT_NEAR(found.brier_per_class[c], values["brier_per_class"][c].get<double>(), 1e-10);
  EXPECT_TRUE(std::isnan(found.ece.interval.low));
}

TEST(CalibrationMeasures, HaveIntervalsThatHoldThem) {
  const Scores scores = evidence_rows();
  const auto found = calibration_measures(
      scores, RowGroups(std::vector<std::string>(scores.labels.size())), {300});
  EXPECT_LT(found.brier.interval.low, found.brier.value);
  EXPECT_GT(found.brier.interval.high, found.brier.value);
  EXPECT_LT(found.ece.interval.low, found.ece.interval.high);
}

TEST(ReliabilityBins, HoldEveryImageOnce) {
  const Confidences rows{{0, false}, {0.05, true}, {0.5, true}, {0.999, false}, {1, true}};
  const auto wide = equal_width_bins(rows, 10);
  EXPECT_EQ(wide[0].images, 2);
  EXPECT_EQ(wide[5].images, 1);
  EXPECT_EQ(wide[9].images, 2);
  EXPECT_DOUBLE_EQ(wide[9].accuracy, 0.5);
  EXPECT_TRUE(std::isnan(wide[3].accuracy));
  const auto even = equal_mass_bins(rows, 2);
  EXPECT_EQ(even[0].images + even[1].images, 5);
  EXPECT_EQ(even[1].high, 1);
  EXPECT_EQ(equal_mass_bins(rows, 9).size(), 9u);
}

TEST(VectorScaling, ReachesTheSmallestLossThatAnIndependentProgramFinds) {
  const Json golden = testing::golden("evidence");
  const Scores scores = evidence_rows();
  const double found = evaluate(scaled(scores, vector_scaling(scores))).log_loss;
  EXPECT_NEAR(found, golden["values"]["vector_scaling_loss"].get<double>(), 1e-5);
  const double temperature = fit_temperature(logits_of(scores));
  EXPECT_NEAR(temperature, golden["values"]["temperature"]["temperature"].get<double>(), 1e-4);
  EXPECT_NEAR(evaluate(scaled(scores, temperature_scaling(temperature, 4))).log_loss,
              golden["values"]["temperature"]["loss"].get<double>(), 1e-8);
}

TEST(VectorScaling, BearsAClassWithoutAnImageAndCertainRows) {
  Scores scores = evidence_rows();
  for (int64_t& label : scores.labels) label = label == 3 ? 0 : label;
  scores.probabilities[0] = 0;
  const Scaling found = vector_scaling(scores);
  for (size_t c = 0; c < 4; ++c) {
    EXPECT_TRUE(std::isfinite(found.weight[c])) << c;
    EXPECT_TRUE(std::isfinite(found.bias[c])) << c;
  }
  EXPECT_LT(evaluate(scaled(scores, found)).log_loss, evaluate(scores).log_loss);
}

TEST(Scaled, KeepsRowsAsTheyAreByTheIdentity) {
  const Scores scores = evidence_rows(), same = scaled(scores, temperature_scaling(1, 4));
  for (size_t i = 0; i < scores.probabilities.size(); ++i)
    EXPECT_NEAR(same.probabilities[i], scores.probabilities[i], 1e-12);
  EXPECT_THROW(scaled(scores, temperature_scaling(1, 3)), Error);
}

TEST(FittedScalings, ComeBackFromTheirFile) {
  const testing::TempFolder folder;
  const auto fitted = fit_scalings(evidence_rows(), {"a", "b", "c", "d"}, "val");
  write_scalings(folder.path() / "calibration.json", fitted);
  const auto read = read_scalings(folder.path() / "calibration.json");
  EXPECT_EQ(read.classes, fitted.classes);
  EXPECT_EQ(read.images, 90);
  EXPECT_EQ(read.named("vector").weight, fitted.vector.weight);
  EXPECT_EQ(read.named("temperature").weight[0], 1 / fitted.temperature);
  EXPECT_THROW(read.named("platt"), Error);
  folder.write("bad.json", R"({"classes":["a"],"temperature":"hot"})");
  EXPECT_THROW(read_scalings(folder.path() / "bad.json"), Error);
}

TEST(SolvePositive, SolvesAndRefusesOtherMatrices) {
  const auto x = solve_positive({4, 2, 2, 3}, {10, 8});
  EXPECT_NEAR(x[0], 1.75, 1e-12);
  EXPECT_NEAR(x[1], 1.5, 1e-12);
  EXPECT_THROW(solve_positive({1, 2, 2, 1}, {1, 1}), Error);
}

}  // namespace
}  // namespace derm
