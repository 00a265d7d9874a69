// The flow of images, the demographics of the splits, and differences between runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "report/demographics.h"
#include "report/differences.h"
#include "report/run_folder.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::RunFolder;

const TableRow* find_row(const PageTable& table, const std::string& head) {
  for (const auto& row : table.rows)
    if (row.head == head) return &row;
  return nullptr;
}

std::vector<std::string> texts(const TableRow* row) {
  std::vector<std::string> out;
  if (row != nullptr)
    for (const auto& cell : row->cells) out.push_back(cell.text);
  return out;
}

TEST(Cohort, KnowsWhatWasLeftOutAndWhy) {
  const RunFolder folder("run");
  const auto cohort = read_cohort(folder.path());
  ASSERT_EQ(cohort->exclusions.size(), 3U);  // a repeated row left out no image
  EXPECT_EQ(cohort->exclusions[0].images, 3);
  EXPECT_THAT(cohort->exclusions[2].reason, HasSubstr("quarantined"));
}

TEST(Cohort, RefusesAnAgeThatIsNone) {
  const RunFolder folder("run");
  write_file_atomic(folder.path() / "manifest.csv", "path,split,lesion_id,age\na,train,,old\n");
  EXPECT_THROW(read_cohort(folder.path()), Error);
}

TEST(Demographics, CountEverySplitAndWhatIsNotKnown) {
  const RunFolder folder("run");
  const auto table = demographics_table(*read_cohort(folder.path()), {"MEL", "NV", "BCC"});
  EXPECT_THAT(table.header, ElementsAre("images (% of the split)", "train", "test", "all"));
  EXPECT_THAT(texts(find_row(table, "images")), ElementsAre("1", "4", "5"));
  EXPECT_THAT(texts(find_row(table, "lesions")), ElementsAre("1", "3", "4"));
  EXPECT_THAT(texts(find_row(table, "NV")), ElementsAre("1", "2", "3"));
  EXPECT_THAT(texts(find_row(table, "median, quartiles below")), ElementsAre("50", "30", "40"));
  EXPECT_THAT(texts(find_row(table, "not known")), ElementsAre("0", "1", "1"));  // age
  EXPECT_EQ(find_row(table, "female")->cells[1].interval, "50.0 %");
}

TEST(Flow, AddsUpToWhatWasConsidered) {
  const RunFolder folder("run");
  const Json flow = flow_of(*read_cohort(folder.path()));
  EXPECT_EQ(flow["considered"], "10");
  EXPECT_EQ(flow["excluded"], "5");
  EXPECT_EQ(flow["kept"]["images"], "5");
  ASSERT_EQ(flow["splits"].size(), 2U);
  EXPECT_EQ(flow["splits"][1]["lesions"], "3");
}

TEST(Flow, DoesNotCountCopiesAsImagesConsidered) {
  const RunFolder folder("run");
  write_file_atomic(folder.path() / "manifest.csv",
                    "path,split,lesion_id,copy\na,train,L1,\na,train,L1,1\na,test,L1,2\n");
  const Json flow = flow_of(*read_cohort(folder.path()));
  EXPECT_EQ(flow["considered"], "6");  // and five were left out
  EXPECT_EQ(flow["kept"]["copies"], "2");
}

TEST(Differences, AreOfRunsOnTheSameImages) {
  const RunFolder a("first"), b("second"), c("other");
  auto predictions = read_predictions(b.path() / "predictions_test.csv");
  predictions.scores.probabilities[6] = .1;  // the third image is now right
  predictions.scores.probabilities[7] = .8;
  write_predictions(b.path() / "predictions_test.csv", predictions);
  predictions.image_ids[0] = "elsewhere";
  write_predictions(c.path() / "predictions_test.csv", predictions);
  const auto table =
      difference_table(read_reported_runs({a.path(), b.path(), c.path()}, "test"), {100, 0.95, 0});
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0].head, "second");
  EXPECT_EQ(table.rows[0].cells[0].text, "+0.167");  // one of two naevi, of three classes
  EXPECT_EQ(table.rows[0].cells[1].text, "+0.000");
  EXPECT_EQ(table.rows[0].cells[4].text, "75.0 %");
}

}  // namespace
}  // namespace derm
