// `runs list|show|diff` on trained runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "e2e/dataset.h"

namespace derm::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Runs : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    fs::create_directories(folder());
    for (const std::string seed : {"0", "1"}) {
      const auto name = "listed/seed_" + seed;
      ASSERT_EQ(run(short_training(name, {"--seed", seed}, 1)).exit_code, 0);
      ASSERT_EQ(run({"val", run_folder(name), "--split", "test"}).exit_code, 0);
    }
  }
  static fs::path folder() { return run_folder("listed"); }
};

TEST_F(Runs, ListFiltersAndSurvivesADamagedIndex) {
  const Arguments asked = {"runs", "list", folder(), "--seed", "1", "--json"};
  const auto outcome = run(asked);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json runs = parse_json(outcome.out, "stdout");
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0]["folder"], "seed_1");
  EXPECT_EQ(runs[0]["recipe"], "baseline");
  const Json measured = read_json(folder() / "seed_1" / "metrics_test.json");
  EXPECT_EQ(runs[0]["splits"]["test"]["metrics"]["accuracy"], measured["metrics"]["accuracy"]);
  write_file_atomic(folder() / ".runs.sqlite", std::string(2000, '?'));
  const auto again = run(asked);
  EXPECT_EQ(again.out, outcome.out);
  EXPECT_THAT(again.err, HasSubstr("made anew"));
}

TEST_F(Runs, ListSortsByAMetricBestFirst) {
  const auto value = [](const char* name, const char* metric) {
    return read_json(folder() / name / "metrics_test.json")["metrics"][metric].get<double>();
  };
  for (const char* metric : {"accuracy", "log_loss"}) {
    const auto outcome = run({"runs", "list", folder(), "--sort", metric, "--metric", metric});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const double zero = value("seed_0", metric), one = value("seed_1", metric);
    const bool zero_first = metric == std::string("accuracy") ? zero >= one : zero <= one;
    EXPECT_EQ(outcome.out.find("seed_0") < outcome.out.find("seed_1"), zero_first) << outcome.out;
  }
  EXPECT_THAT(run({"runs", "list", folder(), "--sort", "acuracy"}).err,
              HasSubstr("did you mean 'accuracy'"));
  EXPECT_THAT(run({"runs", "list", folder(), "--metric", "recal.MEL"}).err,
              HasSubstr("did you mean 'recall'"));
}

TEST_F(Runs, IndexMayLieElsewhere) {
  const fs::path index = scratch() / "elsewhere.sqlite";
  fs::remove(folder() / ".runs.sqlite");
  const auto outcome = run({"runs", "list", folder(), "--index", index});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(fs::exists(index));
  EXPECT_FALSE(fs::exists(folder() / ".runs.sqlite"));
  const fs::path mine = folder() / "seed_0" / "run.json";
  const auto refused = run({"runs", "list", folder(), "--index", mine});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr(mine.string()));
  EXPECT_EQ(run({"runs", "list", scratch() / "nothing"}).exit_code, 1);
}

TEST_F(Runs, ShowTellsConfigurationEpochsMetricsAndFiles) {
  const auto outcome = run({"runs", "show", folder() / "seed_0"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("student: mobilenet_v2_0.35"), HasSubstr("stage train: 1 epochs"),
                    HasSubstr("balanced_accuracy"), HasSubstr("recall.MEL"),
                    HasSubstr("events.out.tfevents."), HasSubstr("weights/best.safetensors")));
  EXPECT_EQ(run({"runs", "show", scratch()}).exit_code, 1);
}

TEST_F(Runs, DiffShowsTheKeysThatDifferAndTheMetrics) {
  const auto outcome = run({"runs", "diff", folder() / "seed_0", folder() / "seed_1"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("manifest: the same"), HasSubstr("\nseed "),
                                 HasSubstr("balanced_accuracy"), Not(HasSubstr("batch_size"))));
}

}  // namespace
}  // namespace derm::e2e
