// Aligned tables for the terminal.
#include "eval/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"

namespace derm {
namespace {

TEST(TextTable, AlignsNumbersRightAndNamesLeft) {
  TextTable table({"run", "images"});
  table.add({"kd", "1,503"});
  table.add({"teacher", "n/a"});
  EXPECT_EQ(table.str(),
            "run      images\n"
            "-------  ------\n"
            "kd        1,503\n"
            "teacher     n/a\n");
}

TEST(TextTable, CountsCharactersNotBytes) {
  TextTable table({"é", "b"});
  table.add({"x", "1"});
  EXPECT_EQ(table.str(), "é  b\n-  -\nx  1\n");
}

TEST(TextTable, RefusesARowOfAnotherLength) {
  EXPECT_THROW(TextTable({"a", "b"}).add({"1"}), Error);
}

TEST(Format, ScoresAndCounts) {
  EXPECT_EQ(format_score(0.76543), "0.7654");
  EXPECT_EQ(format_score(std::nan("")), "n/a");
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(3504872), "3,504,872");
  EXPECT_EQ(format_count(-1234), "-1,234");
}

TEST(MetricsTable, ShowsEveryClassTheTotalsAndTheWarnings) {
  Scores s;
  s.classes = 3;
  s.labels = {0, 1};
  s.probabilities = {.8, .1, .1, .1, .8, .1};
  EXPECT_THAT(
      metrics_table(evaluate(s), {"MEL", "NV", "BCC"}),
      ::testing::AllOf(::testing::HasSubstr("MEL    "), ::testing::HasSubstr("balanced_accuracy"),
                       ::testing::HasSubstr("warning: class BCC has no image")));
}

}  // namespace
}  // namespace derm
