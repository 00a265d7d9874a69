#include "eval/isic_score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::HasSubstr;

// Truth A, A, B, B, C, and an image that is never scored.
constexpr char kTruth[] =
    "image,A,B,C,score_weight,validation_weight\n"
    "one,1,0,0,1,1\n"
    "two,1,0,0,2,0\n"
    "three,0,1,0,1,1\n"
    "four,0,1,0,1,1\n"
    "five,0,0,1,1,1\n"
    "ISIC_0035068,0,0,1,1,1\n";

// Two is undecided between A and B; four is called A.
constexpr char kSubmission[] =
    "image,C,A,B\n"
    "ISIC_0035068,0.0,1.0,0.0\n"
    "five.jpg,0.7,0.1,0.2\n"
    "four.JPG,0.1,0.6,0.3\n"
    "three,0.1,0.3,0.6\n"
    "two,0.2,0.4,0.4\n"
    "one,0.1,0.8,0.1\n";

IsicScore scored(const std::string& truth_text, const std::string& submission_text) {
  const auto truth = parse_isic_truth(truth_text, "truth.csv");
  return isic_score(truth,
                    parse_isic_submission(submission_text, "mine.csv", truth.table.categories));
}

// A: 1 of weight 3 right (two is undecided), B: 1 of 2, C: 1 of 1. By validation weight two does
// not count, so that A is 1 of 1.
TEST(IsicScore, IsTheMeanSensitivityOfDecidedRows) {
  const auto found = scored(kTruth, kSubmission);
  EXPECT_NEAR(found.balanced_accuracy, (1.0 / 3 + 1.0 / 2 + 1) / 3, 1e-12);
  EXPECT_NEAR(found.validation, (1 + 1.0 / 2 + 1) / 3, 1e-12);
}

// Above 0.5 for A: one (positive, weight 1) and four (negative). TP 1, FN 2 (two), FP 1, TN 2.
// Falling scores: one +1, four -1, two +2, three -1, five -1. Of 3 * 3 pairs, one wins 3 and two
// wins 2 * 2: 7/9. The curve is (0,1/3) (1/3,1/3) (1/3,1) (2/3,1) (1,1): right of where it crosses
// 0.80 lies 2/3. Average precision 1/3 * 1 + 2/3 * 3/4.
TEST(IsicScore, HasTheMeasuresOfACategory) {
  const auto a = scored(kTruth, kSubmission).per_category[0];
  EXPECT_NEAR(a.accuracy, 3.0 / 6, 1e-12);
  EXPECT_NEAR(a.sensitivity, 1.0 / 3, 1e-12);
  EXPECT_NEAR(a.specificity, 2.0 / 3, 1e-12);
  EXPECT_NEAR(a.dice, 2.0 / 5, 1e-12);
  EXPECT_NEAR(a.ppv, 1.0 / 2, 1e-12);
  EXPECT_NEAR(a.npv, 2.0 / 4, 1e-12);
  EXPECT_NEAR(a.auc, 7.0 / 9, 1e-12);
  EXPECT_NEAR(a.auc_sens_80, 2.0 / 3, 1e-12);
  EXPECT_NEAR(a.ap, 1.0 / 3 + 1.0 / 2, 1e-12);
}

// B: TP 1, FN 1, FP 0, TN 4. three wins 4, four beats five and one: 6 of 8. The curve crosses 0.80
// at (1/2, 1/2..1): 1/2. Average precision 1/2 + 1/2 * 2/4. C is right throughout.
TEST(IsicScore, AveragesCategories) {
  const auto found = scored(kTruth, kSubmission);
  EXPECT_NEAR(found.per_category[1].auc, 6.0 / 8, 1e-12);
  EXPECT_NEAR(found.per_category[1].auc_sens_80, 1.0 / 2, 1e-12);
  EXPECT_NEAR(found.per_category[1].ap, 3.0 / 4, 1e-12);
  EXPECT_NEAR(found.per_category[1].ppv, 1, 1e-12);
  EXPECT_NEAR(found.macro_average.sensitivity, (1.0 / 3 + 1.0 / 2 + 1) / 3, 1e-12);
  EXPECT_NEAR(found.macro_average.auc, (7.0 / 9 + 3.0 / 4 + 1) / 3, 1e-12);
  const Json json = to_json(found);
  EXPECT_NEAR(json["per_category"]["auc"]["A"].get<double>(), 7.0 / 9, 1e-12);
  EXPECT_NEAR(json["overall"].get<double>(), 11.0 / 18, 1e-12);
}

// B never occurs and is never called: its sensitivity, dice and ppv have no denominator. A value of
// exactly 0.5 is not called, so A's ppv has none either.
TEST(IsicScore, GivesRatiosWithoutADenominatorOne) {
  const auto found =
      scored("image,A,B\none,1,0\ntwo,1,0\n", "image,A,B\none,0.5,0.2\ntwo,0.4,0.1\n");
  EXPECT_EQ(found.per_category[1].sensitivity, 1);
  EXPECT_EQ(found.per_category[1].dice, 1);
  EXPECT_EQ(found.per_category[0].ppv, 1);
  EXPECT_EQ(found.per_category[0].specificity, 1);
  EXPECT_EQ(found.per_category[0].npv, 0);
  EXPECT_EQ(found.balanced_accuracy, 1);
  EXPECT_TRUE(std::isnan(found.per_category[1].auc));
  EXPECT_TRUE(to_json(found)["macro_average"]["auc"].is_null());
}

TEST(IsicScore, RefusesWhatTheScorerRefuses) {
  const auto message = [](const std::string& submission) {
    return testing::message_of([&] { scored("image,A,B\none,1,0\ntwo,0,1\n", submission); });
  };
  EXPECT_THAT(message("image,A\none,1.0\ntwo,0.0\n"), HasSubstr("missing: B"));
  EXPECT_THAT(message("image,A,B,D\none,1,0,0\ntwo,0,1,0\n"), HasSubstr("too many: D"));
  EXPECT_THAT(message("image,A,B\none,1,0\none.jpg,0,1\n"), HasSubstr("stands twice"));
  EXPECT_THAT(message("image,A,B\none,1,0\n"), HasSubstr("two"));
  EXPECT_THAT(message("image,A,B\none,1,0\ntwo,0,1\nthree,0,1\n"), HasSubstr("three"));
  EXPECT_THAT(message("image,A,B\none,1.2,0\ntwo,0,1\n"), HasSubstr("mine.csv, line 2"));
  EXPECT_THAT(message("image,A,B\none,1,\ntwo,0,1\n"), HasSubstr("column 'B'"));
  EXPECT_THAT(message("image,A,B\none,nan,0\ntwo,0,1\n"), HasSubstr("column 'A'"));
}

}  // namespace
}  // namespace derm
