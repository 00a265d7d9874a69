// What `val` measures beside the metrics, through the real program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "e2e/dataset.h"

namespace derm::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// One short run; `measured` validates it first.
class ValEvidence : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto outcome = run(short_training("evidence"));
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  static Outcome measured(const std::string& split, const Arguments& more = {}) {
    Arguments arguments{"val", run_folder("evidence"), "--split", split, "--bootstrap", "50"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
};

TEST_F(ValEvidence, LeavesOutWhatNeedsValidationPredictionsAndSaysSo) {
  for (const char* file : {"predictions_val.csv", "metrics_val.json"})
    fs::remove(run_folder("evidence") / file);
  const auto outcome = measured("test");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("no validation predictions"));
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("95 % interval"), Not(HasSubstr("aps"))));
  const Json report = read_json(run_folder("evidence") / "metrics_test.json");
  EXPECT_EQ(report["intervals"]["replicates"], 50);
  EXPECT_EQ(report["intervals"]["groups"], report["lesions"]);
  EXPECT_TRUE(report["prediction_sets"].empty());
}

TEST_F(ValEvidence, TakesThresholdsScalingsAndSetsFromTheValidationSplit) {
  ASSERT_EQ(measured("val").exit_code, 0);
  EXPECT_TRUE(fs::is_regular_file(run_folder("evidence") / "calibration.json"));
  const auto outcome = measured("test", {"--subgroups"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("melanoma"), HasSubstr("aps by class"),
                                 HasSubstr("vector scaling"), HasSubstr("sex ")));
  const Json report = read_json(run_folder("evidence") / "metrics_test.json");
  EXPECT_EQ(report["clinical"][0]["operating_points"].size(), 3u);
  EXPECT_EQ(report["prediction_sets"].size(), 4u);
  const auto scaled = measured("test", {"--calibrated", "temperature"});
  ASSERT_EQ(scaled.exit_code, 0) << scaled.err;
  const Json after = read_json(run_folder("evidence") / "metrics_test.json");
  EXPECT_EQ(after["calibrated"], "temperature");
  EXPECT_NEAR(after["metrics"]["log_loss"].get<double>(),
              report["calibration"]["temperature"]["log_loss"].get<double>(), 1e-9);
}

TEST_F(ValEvidence, DoesNotTrustPredictionsOfOtherWeights) {
  ASSERT_EQ(measured("val").exit_code, 0);
  const auto file = run_folder("evidence") / "metrics_val.json";
  Json report = read_json(file);
  report["weights_sha256"] = "other";
  write_json(file, report);
  EXPECT_THAT(measured("test").err, HasSubstr("not of these weights"));
}

TEST_F(ValEvidence, RefusesWrongOptions) {
  EXPECT_EQ(measured("val", {"--calibrated", "vector"}).exit_code, 2);
  EXPECT_EQ(measured("test", {"--group", "clinic"}).exit_code, 2);
  EXPECT_THAT(measured("test", {"--malignant", "MEL,NOSUCH"}).err, HasSubstr("NOSUCH"));
  EXPECT_EQ(run({"val"}).exit_code, 2);
  EXPECT_EQ(run({"val", "--predictions", "x.csv"}).exit_code, 2);
}

TEST(ValIsicOfficial, ScoresASubmissionWithoutANetwork) {
  const fs::path truth = scratch() / "truth.csv", mine = scratch() / "mine.csv";
  write_file_atomic(truth, std::string_view("image,MEL,NV\nisic_1,1.0,0.0\nisic_2,0.0,1.0\n"));
  write_file_atomic(mine, std::string_view("image,MEL,NV\nisic_2.jpg,0.2,0.8\nisic_1,0.5,0.5\n"));
  const auto outcome =
      run({"val", "--isic-official", "--predictions", mine, "--data", truth, "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(parse_json(outcome.out, "stdout")["overall"], 0.5);  // isic_1 is undecided
  write_file_atomic(mine, std::string_view("image,MEL\nisic_2,0.2\nisic_1,0.5\n"));
  const auto refused = run({"val", "--isic-official", "--predictions", mine, "--data", truth});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("missing: NV"));
}

}  // namespace
}  // namespace derm::e2e
