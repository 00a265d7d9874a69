#include "eval/clinical.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/rng.h"
#include "support/golden.h"

namespace derm {
namespace {

using ::testing::ElementsAre;

const std::vector<std::string> kIsic = {"MEL", "NV", "BCC", "AK"};

// Two classes; the rows' probabilities of the first.
Scores two_classes(const std::vector<int64_t>& labels, const std::vector<double>& of_first) {
  Scores out{2, labels, {}};
  for (const double p : of_first) out.probabilities.insert(out.probabilities.end(), {p, 1 - p});
  return out;
}

Scores golden_rows(const Json& golden) {
  return {golden["inputs"]["scores"]["shape"][1], golden["inputs"]["labels"],
          testing::numbers(golden["inputs"]["scores"])};
}

TEST(ClinicalTasks, AreMelanomaAndTheMalignantClassesThereAre) {
  const auto tasks = clinical_tasks(kIsic, default_malignant());
  ASSERT_EQ(tasks.size(), 2u);
  EXPECT_THAT(tasks[0].classes, ElementsAre(0));
  EXPECT_THAT(tasks[1].classes, ElementsAre(0, 2, 3));
  EXPECT_THAT(clinical_tasks(kIsic, {"BCC"})[1].classes, ElementsAre(2));
  EXPECT_TRUE(clinical_tasks({"cat", "dog"}, default_malignant()).empty());
  EXPECT_THROW(clinical_tasks(kIsic, {"BC"}), Error);
}

TEST(ThresholdAtSpecificity, IsTheSmallestThatLeavesEnoughUncalled) {
  // Negatives 0.1 0.3 0.5 0.7 0.9, positives 0.6 0.8.
  const std::vector<Decision> decisions{{0.1, false}, {0.3, false}, {0.5, false}, {0.7, false},
                                        {0.9, false}, {0.6, true},  {0.8, true}};
  EXPECT_EQ(threshold_at_specificity(decisions, 0.8), 0.8);
  EXPECT_EQ(threshold_at_specificity(decisions, 0.6), 0.6);
  EXPECT_EQ(threshold_at_specificity(decisions, 0), 0.1);
  EXPECT_EQ(threshold_at_specificity(decisions, 0.95), HUGE_VAL);
  EXPECT_TRUE(std::isnan(threshold_at_specificity({{0.1, false}}, 0.9)));
}

TEST(PartialAreas, EqualScikitLearn) {
  const Json golden = testing::golden("evidence");
  const auto counts = threshold_counts(decisions_of(golden_rows(golden), {"both", {0, 2}}));
  const auto curve = roc_curve(counts);
  const Json& values = golden["values"]["partial"];
  EXPECT_NEAR(auc_above_sensitivity(curve, 0.8), values["auc_sens_80"].get<double>(), 1e-10);
  EXPECT_NEAR(partial_auc(curve, 0.8), values["pauc_80"].get<double>(), 1e-10);
}

TEST(PartialAreas, AreWholeForAPerfectRankingAndSplitTheDiagonal) {
  const std::vector<RocPoint> perfect{{0, 0, 2}, {0, 1, 1}, {1, 1, 0}},
      diagonal{{0, 0, 2}, {1, 1, 0}};
  EXPECT_NEAR(auc_above_sensitivity(perfect, 0.8), 1, 1e-12);
  EXPECT_NEAR(partial_auc(perfect, 0.8), 0.2, 1e-12);
  EXPECT_NEAR(auc_above_sensitivity(diagonal, 0.8), 0.2 * 0.9, 1e-12);
  EXPECT_NEAR(partial_auc(diagonal, 0.8), 0.02, 1e-12);
}

TEST(ClinicalResult, TakesThresholdsFromValidationAlone) {
  const Scores validation = two_classes({0, 0, 1, 1, 1, 1, 1}, {.9, .4, .1, .2, .3, .35, .5});
  const Scores measured = two_classes({0, 0, 1, 1}, {.45, .39, .5, .1});
  const auto found = clinical_result({"melanoma", {0}}, measured, &validation,
                                     RowGroups(std::vector<std::string>(4)), {200});
  ASSERT_EQ(found.operating_points.size(), 3u);
  const auto& point = found.operating_points[0];  // 0.80: one of five negatives may be called
  EXPECT_EQ(point.threshold, 0.4);
  EXPECT_DOUBLE_EQ(point.validation_sensitivity, 1);
  EXPECT_DOUBLE_EQ(point.validation_specificity, 0.8);
  EXPECT_DOUBLE_EQ(point.sensitivity.value, 0.5);
  EXPECT_DOUBLE_EQ(point.specificity.value, 0.5);
  EXPECT_LE(point.sensitivity.interval.low, 0.5);
  EXPECT_GE(point.sensitivity.interval.high, 0.5);
  const auto without = clinical_result({"melanoma", {0}}, measured, nullptr,
                                       RowGroups(std::vector<std::string>(4)), {10});
  EXPECT_TRUE(without.operating_points.empty());
}

TEST(ClinicalResult, HasTheNetBenefitOfAnIndependentProgram) {
  const Json golden = testing::golden("evidence");
  const Scores scores = golden_rows(golden);
  const auto found =
      clinical_result({"both", {0, 2}}, scores, nullptr,
                      RowGroups(std::vector<std::string>(scores.labels.size())), {0});
  int compared = 0;
  for (const auto& benefit : found.decision_curve)
    for (const auto& item : golden["values"]["net_benefit"]) {
      if (std::fabs(item["threshold"].get<double>() - benefit.threshold) > 1e-9) continue;
      EXPECT_NEAR(benefit.model.value, item["model"].get<double>(), 1e-10);
      EXPECT_NEAR(benefit.treat_all, item["treat_all"].get<double>(), 1e-10);
      ++compared;
    }
  EXPECT_EQ(compared, 3);
  EXPECT_TRUE(std::isnan(found.auc.interval.low));
}

TEST(ClinicalResult, IsKnownInJsonByItsClasses) {
  const Json json = to_json(clinical_result({"melanoma", {0}}, two_classes({0, 1}, {.9, .2}),
                                            nullptr, RowGroups({"", ""}), {10}),
                            {"MEL", "NV"});
  EXPECT_EQ(json["classes"], Json::array({"MEL"}));
  EXPECT_EQ(json["auc"]["value"], 1);
  EXPECT_DOUBLE_EQ(json["pauc_80_normalised"]["value"], 1);
  EXPECT_EQ(json["decision_curve"].size(), 50u);
}

}  // namespace
}  // namespace derm
