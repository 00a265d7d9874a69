// Reading run directories: absent parts are listed, damaged parts are errors.
#include "report/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "report/comparison.h"
#include "report/data_block.h"
#include "report/run_folder.h"

namespace derm {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RunFolder;

TEST(ReportedRun, ReadsEveryPart) {
  const RunFolder folder("full");
  const auto run = read_reported_run(folder.path(), "test");
  EXPECT_EQ(run.name, "full");
  EXPECT_EQ(run.arch, "mobilenet_v2");
  EXPECT_EQ(run.parameters, 2234120);
  EXPECT_EQ(run.history.size(), 4U);
  EXPECT_DOUBLE_EQ(run.history[3].val_balanced_accuracy, 0.6);
  EXPECT_EQ(run.history[3].number, 4);
  EXPECT_THAT(run.classes, ElementsAre("MEL", "NV", "BCC"));
  EXPECT_DOUBLE_EQ(*run.size_mb, 0.001);
  EXPECT_DOUBLE_EQ(*run.melanoma_sensitivity(), 1.0);
  EXPECT_THAT(run.missing, IsEmpty());
}

TEST(ReportedRun, ListsWhatIsAbsent) {
  const RunFolder folder("bare");
  for (const char* part : {"results.csv", "metrics_test.json", "predictions_test.csv", "run.json",
                           "weights/best.safetensors", "manifest.csv", "manifest.json"})
    fs::remove(folder.path() / part);
  const auto run = read_reported_run(folder.path(), "test");
  EXPECT_EQ(run.missing.size(), 5U);
  EXPECT_THAT(run.missing, Contains(HasSubstr("dermdistill val --split test")));
  EXPECT_FALSE(run.metrics.has_value());
  EXPECT_THAT(compare_runs({run}).text(), HasSubstr("n/a"));
}

TEST(ReportedRun, EvaluatesPredictionsWhereMetricsAreAbsent) {
  const RunFolder folder("predicted");
  const auto before = read_reported_run(folder.path(), "test");
  fs::remove(folder.path() / "metrics_test.json");
  const auto run = read_reported_run(folder.path(), "test");
  EXPECT_DOUBLE_EQ(run.metrics->balanced_accuracy, before.metrics->balanced_accuracy);
}

TEST(ReportedRun, DamageIsAnErrorThatNamesTheFile) {
  const auto message = [](const char* part, const std::string& content) {
    const RunFolder folder("damaged");
    write_file_atomic(folder.path() / part, content);
    try {
      read_reported_run(folder.path(), "test");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_THAT(message("results.csv", "epoch,val_loss\n1,low\n"), HasSubstr("results.csv, line 2"));
  EXPECT_THAT(message("run.json", "{"), HasSubstr("run.json"));
  EXPECT_THAT(message("run.json", "[]"), HasSubstr("run.json"));
  EXPECT_THAT(message("run.json", "{\"seed\": \"zero\"}"), HasSubstr("'seed'"));
  EXPECT_THAT(message("metrics_test.json", "{}"), HasSubstr("metrics_test.json"));
  EXPECT_THAT(message("metrics_test.json", "{\"split\": \"val\"}"), HasSubstr("another split"));
  EXPECT_THAT(message("predictions_test.csv", "image\n"), HasSubstr("predictions_test.csv"));
  EXPECT_THAT(message("manifest.csv", "path\nx\n"), HasSubstr("manifest.csv"));
  EXPECT_THAT(message("predictions_test.csv", "image,A,B,label,split,lesion_id\ni,.5,.5,A,test,\n"),
              HasSubstr("classes"));
}

TEST(ReportedRun, AFolderThatIsNoRunIsAnError) {
  EXPECT_THROW(read_reported_run(fs::temp_directory_path(), "test"), Error);
}

TEST(ReportedRuns, OfOneNameBecomeDistinct) {
  const RunFolder folder("twin");
  const auto runs = read_reported_runs({folder.path(), folder.path()}, "test");
  EXPECT_NE(runs[0].name, runs[1].name);
}

TEST(Comparison, ShowsTheNumbersOfEveryRun) {
  const RunFolder folder("student");
  const auto text = compare_runs({read_reported_run(folder.path(), "test")}).text();
  for (const char* part : {"student", "mobilenet_v2", "2.23", "melanoma sensitivity", "0.8333"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(DataBlock, IsSilentForLesionGroupedRunsOnOneSplit) {
  const RunFolder folder("good");
  const auto data = describe_data({read_reported_run(folder.path(), "test")}, "test");
  EXPECT_THAT(data.alarms, IsEmpty());
  EXPECT_THAT(data.facts, Contains("test: 4 images of 3 lesions, none of them in train"));
}

TEST(DataBlock, IsLoudWhereTheProtocolIsNotGroupedByLesion) {
  const RunFolder folder("leaky");
  auto run = read_reported_run(folder.path(), "test");
  run.protocol = "image";
  EXPECT_THAT(describe_data({run}, "test").alarms, Contains(HasSubstr("leaky")));
  run.protocol = "";
  EXPECT_THAT(describe_data({run}, "test").alarms, Contains(HasSubstr("leaky")));
}

TEST(DataBlock, SaysLeakyWhereCopiesOfOneImageAreOnBothSides) {
  const RunFolder folder("paper");
  auto run = read_reported_run(folder.path(), "test");
  run.protocol = "dsp-paper LEAKY";
  EXPECT_THAT(describe_data({run}, "test").alarms, Contains(HasSubstr("LEAKY: paper")));
  run.protocol = "dsp";
  EXPECT_THAT(describe_data({run}, "test").alarms, IsEmpty());
}

TEST(DataBlock, TrustsAGivenSplitOnlyWhereNoLesionIsShared) {
  const RunFolder folder("given");
  auto run = read_reported_run(folder.path(), "test");
  run.protocol = "given";
  EXPECT_THAT(describe_data({run}, "test").alarms, IsEmpty());
  run.manifest->splits["test"].images_with_sibling_in_train = 2;
  EXPECT_THAT(describe_data({run}, "test").alarms, Contains(HasSubstr("2 of 4 test images")));
}

TEST(DataBlock, SaysWhenRunsUseDifferentSplits) {
  const RunFolder folder("other");
  auto a = read_reported_run(folder.path(), "test"), b = a;
  b.manifest_hash = "different";
  EXPECT_THAT(describe_data({a, b}, "test").alarms, Contains(HasSubstr("not comparable")));
}

TEST(DataBlock, SaysWhenARunIsEvaluatedOnAnotherSplitThanItWasTrainedWith) {
  const RunFolder folder("moved");
  Json metrics = read_json(folder.path() / "metrics_test.json");
  metrics["manifest_hash"] = "elsewhere";
  write_json(folder.path() / "metrics_test.json", metrics);
  const auto run = read_reported_run(folder.path(), "test");
  EXPECT_EQ(run.manifest_hash, "elsewhere");
  EXPECT_FALSE(run.manifest.has_value());
  EXPECT_THAT(describe_data({run}, "test").alarms,
              Contains(HasSubstr("moved: evaluated on another")));
}

TEST(Cohort, CountsSiblingsOfTrainingLesions) {
  const RunFolder folder("siblings");
  write_file_atomic(folder.path() / "manifest.csv",
                    "path,split,lesion_id\na,train,L1\nb,test,L1\nc,test,\nd,test,L2\n");
  const auto summary = read_cohort(folder.path());
  EXPECT_EQ(summary->splits.at("test").images_with_sibling_in_train, 1);
  EXPECT_EQ(summary->splits.at("test").lesions, 3);
}

}  // namespace
}  // namespace derm
