#include "eval/out_of_distribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "eval/logit_scores.h"
#include "support/golden.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr Bootstrap kNoIntervals{0, 0.95, 0};

UnknownDetection detected(const std::vector<double>& known, const std::vector<double>& unknown,
                          const Bootstrap& options = kNoIntervals) {
  return unknown_detection({"energy", known, unknown}, std::vector<std::string>(known.size()),
                           std::vector<std::string>(unknown.size()), options);
}

TEST(LogitScores, AreThoseOfScipy) {
  const Json golden = testing::golden("ood");
  const auto logits = testing::numbers(golden["logits"]);
  const auto energy = energy_scores(logits, 4), softmax = max_softmax_scores(logits, 4);
  ASSERT_EQ(energy.size(), golden["energy"].size());
  for (size_t i = 0; i < energy.size(); ++i) {
    EXPECT_NEAR(energy[i], golden["energy"][i], 1e-11);
    EXPECT_NEAR(softmax[i], golden["max_softmax"][i], 1e-12);
  }
}

TEST(LogitScores, RefuseWhatIsNoTableOfNumbers) {
  EXPECT_THAT(testing::message_of([] { energy_scores({1, 2, 3}, 2); }), HasSubstr("3 logits"));
  EXPECT_THAT(testing::message_of([] {
                max_softmax_scores({1, INFINITY}, 2);
              }),
              HasSubstr("not finite"));
}

// Pairs of known 3, 2, 1 and unknown 2, 0: five to one, and the tie of 2 and 2 half.
TEST(UnknownDetection, CountsPairsByHand) {
  const auto found = detected({3, 2, 1}, {2, 0});
  EXPECT_DOUBLE_EQ(found.auroc.value, 4.5 / 6);
  EXPECT_DOUBLE_EQ(found.fpr_at_95_tpr.value, 0.5);  // all three are needed: threshold 1
  EXPECT_EQ(found.known, 3);
  EXPECT_EQ(found.unknown, 2);
  EXPECT_TRUE(std::isnan(found.auroc.interval.low));
  EXPECT_EQ(detected({2, 3}, {0, 1}).auroc.value, 1);
  EXPECT_EQ(detected({2, 3}, {0, 1}).fpr_at_95_tpr.value, 0);
  EXPECT_EQ(detected({0, 1}, {2, 3}).auroc.value, 0);
  EXPECT_EQ(detected({0, 1}, {2, 3}).fpr_at_95_tpr.value, 1);
  EXPECT_EQ(detected({7}, {7}).auroc.value, 0.5);
}

// Of twenty known images one may fall below the threshold.
TEST(UnknownDetection, KeepsNineteenOfTwenty) {
  std::vector<double> known(19, 5);
  known.push_back(0);
  EXPECT_EQ(detected(known, {1, 2, 3, 6}).fpr_at_95_tpr.value, 0.25);
  known.push_back(0);  // now two of 21 are too many
  EXPECT_EQ(detected(known, {1, 2, 3, 6}).fpr_at_95_tpr.value, 1);
}

TEST(UnknownDetection, IsThatOfScikitLearn) {
  const Json golden = testing::golden("ood")["detection"];
  const auto found = detected(golden["known"], golden["unknown"], {200, 0.95, 0});
  EXPECT_NEAR(found.auroc.value, golden["auroc"], 1e-12);
  EXPECT_NEAR(found.fpr_at_95_tpr.value, golden["fpr_at_95_tpr"], 1e-12);
  for (const auto& measured : {found.auroc, found.fpr_at_95_tpr}) {
    EXPECT_LT(measured.interval.low, measured.value);
    EXPECT_GT(measured.interval.high, measured.value);
  }
}

// Copies of an image in its own lesion tell nothing new, in either set.
TEST(UnknownDetection, DrawsWholeLesionsOfBothSets) {
  std::vector<double> known, unknown;
  std::vector<std::string> known_lesions, unknown_lesions;
  for (int i = 0; i < 30; ++i)
    for (int copy = 0; copy < 8; ++copy) {
      known.push_back(i);
      unknown.push_back(i - 9);
      known_lesions.push_back(fmt::format("known {}", i));
      unknown_lesions.push_back(fmt::format("unknown {}", i));
    }
  const UsualScores scores{"energy", known, unknown};
  const auto apart = detected(known, unknown, {300, 0.95, 0}).auroc;
  const auto whole =
      unknown_detection(scores, known_lesions, unknown_lesions, {300, 0.95, 0}).auroc;
  const auto half =
      unknown_detection(scores, known_lesions, std::vector<std::string>(240), {300, 0.95, 0}).auroc;
  const auto width = [](const Estimate& e) { return e.interval.high - e.interval.low; };
  EXPECT_GT(width(whole), 2 * width(apart));
  EXPECT_GT(width(whole), 1.2 * width(half));
}

TEST(UnknownDetection, IsPrintedAndWrittenWithItsIntervals) {
  const auto found = detected({3, 2, 1, 5}, {2, 0, 1}, {100, 0.95, 0});
  const Json json = to_json(found);
  EXPECT_EQ(json["score"], "energy");
  EXPECT_EQ(json["known"], 4);
  EXPECT_EQ(json["unknown"], 3);
  for (const char* key : {"auroc", "fpr_at_95_tpr"})
    for (const char* part : {"value", "low", "high"})
      EXPECT_TRUE(json[key][part].is_number()) << key << ' ' << part;
  EXPECT_THAT(unknown_detection_text({found}),
              AllOf(HasSubstr("energy"), HasSubstr("4 known images against 3 unknown")));
}

TEST(UnknownDetection, RefusesEmptySetsAndScoresThatAreNoNumbers) {
  EXPECT_THAT(testing::message_of([] { detected({}, {1}); }), HasSubstr("empty"));
  EXPECT_THAT(testing::message_of([] { detected({1}, {}); }), HasSubstr("empty"));
  EXPECT_THAT(testing::message_of([] { detected({1}, {NAN}); }), HasSubstr("not finite"));
  EXPECT_THAT(testing::message_of([] {
                unknown_detection({"energy", {1}, {1}}, {}, {""}, {});
              }),
              HasSubstr("groups"));
}

}  // namespace
}  // namespace derm
