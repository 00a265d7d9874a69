// A study of generated images: killed in the middle and finished, changed, wrong, dry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "base/csv.h"
#include "base/json.h"
#include "e2e/program.h"

namespace derm::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

// A teacher, a student alone and the same one distilled; nothing that takes time.
constexpr const char* kTiny = R"yaml(
study: tiny
title: A tiny study
about: For tests.
cite: nobody
published_protocol: image LEAKY
protocols: [lesion]
seeds: [0]
epochs: 1
students: [mobilenet_v2_0.2]
settings: {preprocess: {side_px: 32}, batch_size: 16}
columns:
  - {metric: accuracy, heading: ACC}
  - {metric: balanced_accuracy, heading: BACC}
rows:
  - {name: teacher, students: [mobilenet_v2_0.2], seeds: [0]}
  - {name: alone}
  - {name: kd, label: Distilled, recipe: kd, teachers: [teacher], published: {isic2019: {accuracy: 0.8}}}
)yaml";

fs::path folder() {
  return scratch() / "study";
}

Arguments study(const Arguments& more = {}) {
  const auto file = scratch() / "tiny.yaml";
  if (!fs::exists(file)) write_file_atomic(file, kTiny);
  Arguments out = {"study",     file,       "--out", folder(), "--dataset",
                   "generated", "--images", "120",   "--jobs", "1"};
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

bool measured(const std::string& cell) {
  return fs::exists(folder() / cell / "metrics_test.json");
}

TEST(Study, KilledInTheMiddleIsFinishedByTheSameCommand) {
  {
    Running running(study(), scratch() / "killed");
    while (!running.ended() && !fs::exists(folder() / "lesion_alone_0" / "config.yaml"))
      std::this_thread::sleep_for(2ms);
    running.send(SIGKILL);
    ASSERT_EQ(running.wait().signal, SIGKILL) << "the study was over before it could be killed";
  }
  ASSERT_TRUE(measured("lesion_teacher_0"));
  ASSERT_FALSE(measured("lesion_kd_0"));
  EXPECT_THAT(read_text(folder() / "table.md"), HasSubstr("PARTIAL: 1 of 3"));
  const auto before = fs::last_write_time(folder() / "lesion_teacher_0" / "metrics_test.json");

  // Waits for what the killed study left running, which was asked to stop.
  const auto outcome = run(study());
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(measured("lesion_alone_0") && measured("lesion_kd_0"));
  EXPECT_EQ(fs::last_write_time(folder() / "lesion_teacher_0" / "metrics_test.json"), before);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("# A tiny study"), Not(HasSubstr("PARTIAL")),
                                 HasSubstr("0.8 (isic2019)")));
  EXPECT_THAT(read_text(folder() / "table.html"), HasSubstr("Distilled"));
  EXPECT_EQ(read_csv(folder() / "table.csv").rows.size(), 3U);
}

TEST(Study, InterruptStopsTheCellsAndExits130) {
  auto arguments = study();
  arguments[3] = scratch() / "stopped";
  Running running(arguments, scratch() / "interrupted");
  const auto cell = scratch() / "stopped/lesion_teacher_0";
  while (!running.ended() && !fs::exists(cell / "config.yaml")) std::this_thread::sleep_for(2ms);
  running.send(SIGTERM);
  const auto outcome = running.wait();
  EXPECT_EQ(outcome.exit_code, 130) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("the same command goes on"));
  EXPECT_FALSE(fs::exists(cell / "metrics_test.json"));
}

TEST(Study, FinishedStudyRunsNothing) {
  ASSERT_EQ(run(study()).exit_code, 0);
  const auto before = fs::last_write_time(folder() / "lesion_kd_0" / "predictions_test.csv");
  const auto outcome = run(study());
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(fs::last_write_time(folder() / "lesion_kd_0" / "predictions_test.csv"), before);
}

TEST(Study, ChangedConfigurationOfACellIsAnErrorThatNamesCellAndKey) {
  ASSERT_EQ(run(study()).exit_code, 0);
  const auto outcome = run(study({"--set", "batch_size=8"}));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("lesion_teacher_0"), HasSubstr("'batch_size'")));
}

TEST(Study, FailingCellIsNamedAndTheOthersGoOn) {
  const auto file = scratch() / "failing.yaml";
  std::string text = kTiny;
  const std::string distilled = "recipe: kd, teachers";
  text.replace(text.find(distilled), distilled.size(),
               "recipe: kd, settings: {device: nowhere}, teachers");
  write_file_atomic(file, text);
  auto arguments = study();
  arguments[1] = file;
  arguments[3] = scratch() / "failing";
  const auto outcome = run(arguments);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr((scratch() / "failing/logs/lesion_kd_0.txt").string()));
  EXPECT_THAT(outcome.out, HasSubstr("PARTIAL: 2 of 3"));
}

TEST(Study, DryRunPrintsCellsAndCommandsAndWritesNothing) {
  const auto out = scratch() / "dry";
  const auto outcome =
      run({"study", "leak-inflation", "--dry-run", "--allow-image-split", "--out", out});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("dsp-paper_kd_1"), HasSubstr("dermdistill train --recipe")));
  EXPECT_FALSE(fs::exists(out));
}

TEST(Study, LeakingProtocolsNeedPermission) {
  const auto outcome = run({"study", "leak-inflation", "--dry-run"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--allow-image-split"));
}

TEST(Study, ListNamesThem) {
  EXPECT_THAT(run({"list", "studies"}).out, HasSubstr("ssd-kd-table-2"));
}

}  // namespace
}  // namespace derm::e2e
