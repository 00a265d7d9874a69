// The main job through the real program: images to a report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "data/manifest.h"
#include "e2e/dataset.h"
#include "eval/predictions.h"

namespace derm::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Teacher, student distilled from it, both evaluated on the test split: once for all tests here.
class MainPath : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const auto& command : {short_training("teacher"), short_distillation("student", "teacher"),
                                Arguments{"val", run_folder("teacher"), "--split", "test"},
                                Arguments{"val", run_folder("student"), "--split", "test"}}) {
      const auto outcome = run(command);
      ASSERT_EQ(outcome.exit_code, 0) << command.front() << "\n" << outcome.err;
    }
  }
};

TEST_F(MainPath, SplitsByLesionIntoThreeParts) {
  const auto written = read_manifest(manifest());
  EXPECT_EQ(written.rows.size(), 120u);
  for (const auto split : {Split::kTrain, Split::kVal, Split::kTest})
    EXPECT_FALSE(written.indices(split).empty()) << split_name(split);
  std::map<std::string, Split> split_of;
  for (const auto& row : written.rows) {
    if (row.lesion_id.empty()) continue;
    EXPECT_EQ(split_of.emplace(row.lesion_id, row.split).first->second, row.split) << row.lesion_id;
  }
}

TEST_F(MainPath, FindsNoLeakInItsOwnSplit) {
  const auto audit = run({"data", "audit", manifest()});
  EXPECT_EQ(audit.exit_code, 0) << audit.out << audit.err;
}

TEST_F(MainPath, LeavesACompleteRunFolder) {
  for (const auto* file : {"config.yaml", "results.csv", "weights/best.safetensors",
                           "weights/last.safetensors", "weights/last.state"})
    EXPECT_TRUE(fs::is_regular_file(run_folder("student") / file)) << file;
}

TEST_F(MainPath, WritesPredictionsThatGiveTheReportedMetrics) {
  const auto folder = run_folder("student");
  const auto predictions = read_predictions(folder / "predictions_test.csv");
  const auto rows = read_manifest(manifest()).indices(Split::kTest).size();
  EXPECT_EQ(predictions.image_ids.size(), rows);
  const auto metrics = evaluate(predictions.scores);
  const Json reported = read_json(folder / "metrics_test.json").at("metrics");
  EXPECT_NEAR(reported.at("accuracy").get<double>(), metrics.accuracy, 1e-9);
  EXPECT_NEAR(reported.at("balanced_accuracy").get<double>(), metrics.balanced_accuracy, 1e-9);
}

TEST_F(MainPath, PrintsTheResultOnStdoutAndTheProgressOnStderr) {
  const auto outcome = run({"val", run_folder("teacher"), "--split", "test"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("balanced"));
  EXPECT_THAT(outcome.err, ::testing::Not(HasSubstr("balanced_accuracy")));
}

TEST_F(MainPath, ReportsBothRunsOnStdoutAndInOnePage) {
  const auto page = scratch() / "report.html";
  const auto outcome = run(
      {"report", run_folder("teacher"), run_folder("student"), "--split", "test", "--out", page});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("teacher"), HasSubstr("student")));
  EXPECT_THAT(read_text(page),
              AllOf(HasSubstr("<html"), HasSubstr("teacher"), HasSubstr("student")));
}

}  // namespace
}  // namespace derm::e2e
