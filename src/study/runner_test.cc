// Cells as processes: order, failures, resuming and stopping, with a shell script as the program.
#include "study/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/error.h"
#include "base/interrupt.h"
#include "study/study_progress.h"

namespace derm {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Stands for the program: `train` writes a run's files, `val` the metrics; a cell named fail_*
// fails; slow_* waits for SIGTERM, and ends then. Every call is a line of calls.txt.
constexpr const char* kProgram = R"sh(#!/bin/sh
cd "$(dirname "$0")"
echo "$*" >> calls.txt
case "$1 $2" in
  "train --resume") run=$3 ;;
  "train --recipe") run=$5/$7 ;;
  val*) touch "$2/metrics_test.json"; exit 0 ;;
esac
name=$(basename "$run")
mkdir -p "$run"
touch "$run/config.yaml"
case $name in
  fail*) echo broken >&2; exit 1 ;;
  slow*) trap 'touch stopped; exit 130' TERM; touch started; while :; do sleep 0.05; done ;;
esac
touch "$run/run.json"
)sh";

class RunnerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    out_ = fs::temp_directory_path() / fmt::format("derm_runner_{}", ::getpid());
    fs::create_directories(out_);
    write_file_atomic(program(), kProgram);
    fs::permissions(program(), fs::perms::owner_all);
  }
  void TearDown() override {
    clear_interrupt();
    fs::remove_all(out_);
  }

  fs::path program() const { return out_ / "program"; }

  PlannedCell planned(const std::string& name,
                      const std::vector<std::string>& teachers = {}) const {
    return {{name, "lesion", name, "resnet18", 0, teachers, {}}, {{"stages", {{{"epochs", 4}}}}}};
  }
  Runner runner(const std::vector<PlannedCell>& cells, size_t jobs = 2) const {
    return Runner({out_, program(), jobs, 1}, cells);
  }
  std::string calls() const { return read_text(out_ / "calls.txt"); }

  fs::path out_;
};

TEST_F(RunnerTest, TrainsThenMeasuresAndTeachersComeFirst) {
  auto study = runner({planned("teacher"), planned("student", {"teacher"})});
  int tables = 0;
  study.run([&] { ++tables; });
  EXPECT_TRUE(cell_is_done(out_, "teacher"));
  EXPECT_TRUE(cell_is_done(out_, "student"));
  EXPECT_EQ(tables, 2);
  const auto text = calls();
  EXPECT_LT(text.find("val " + (out_ / "teacher").string()), text.find("--name student"));
}

TEST_F(RunnerTest, DoneCellsAreLeftAlone) {
  fs::create_directories(out_ / "teacher");
  write_file_atomic(out_ / "teacher" / "metrics_test.json", "{}");
  auto study = runner({planned("teacher"), planned("student", {"teacher"})});
  study.run([] {});
  EXPECT_TRUE(study.states()[0].was_done);
  EXPECT_THAT(calls(), Not(HasSubstr("--name teacher")));
}

TEST_F(RunnerTest, BegunCellIsResumedAndATrainedOneOnlyMeasured) {
  for (const char* name : {"begun", "trained"}) {
    fs::create_directories(out_ / name);
    write_file_atomic(out_ / name / "config.yaml", "");
  }
  write_file_atomic(out_ / "trained" / "run.json", "{}");
  const RunnerOptions options{out_, program(), 1, 3};
  EXPECT_THAT(next_arguments(options, "begun"),
              ElementsAre("train", "--resume", (out_ / "begun").string()));
  EXPECT_THAT(next_arguments(options, "trained"),
              ElementsAre("val", (out_ / "trained").string(), "--split", "test", "--threads", "3"));
  EXPECT_THAT(next_arguments(options, "new"),
              ElementsAre("train", "--recipe", cell_recipe(out_, "new").string(), "--out",
                          out_.string(), "--name", "new"));
}

TEST_F(RunnerTest, FailureStopsItsStudentsOnly) {
  auto study =
      runner({planned("fail_teacher"), planned("student", {"fail_teacher"}), planned("alone")}, 1);
  study.run([] {});
  EXPECT_EQ(study.states()[0].state, CellState::kFailed);
  EXPECT_EQ(study.states()[1].state, CellState::kBlocked);
  EXPECT_EQ(study.states()[1].blocked_by, "fail_teacher");
  EXPECT_EQ(study.states()[2].state, CellState::kDone);
  EXPECT_EQ(read_text(cell_log(out_, "fail_teacher")), "broken\n");
}

TEST_F(RunnerTest, InterruptAsksTheChildrenToStopAndWaitsForThem) {
  auto study = runner({planned("slow")});
  std::thread asker([&] {
    while (!fs::exists(out_ / "started")) std::this_thread::sleep_for(5ms);
    request_interrupt();
  });
  EXPECT_THROW(study.run([] {}), Interrupted);
  asker.join();
  EXPECT_TRUE(fs::exists(out_ / "stopped"));
}

TEST_F(RunnerTest, EpochsAreReadFromTheRunsAndTheTimeLeftFollows) {
  fs::create_directories(out_ / "a");
  EXPECT_EQ(epoch_times(out_ / "a").epochs, 0);
  write_file_atomic(out_ / "a" / "results.csv", "stage,epoch,seconds\nt,1,10\nt,2,14\n");
  const auto times = epoch_times(out_ / "a");
  EXPECT_EQ(times.epochs, 2);
  EXPECT_EQ(times.seconds, 24);
  std::vector<RunningCell> states(3);
  const std::vector<PlannedCell> cells = {planned("a"), planned("b"), planned("c")};
  // 2 + 4 + 4 epochs of 12 s, two at a time.
  EXPECT_DOUBLE_EQ(*seconds_left(cells, states, {times, {}, {}}, 2), 60);
  EXPECT_FALSE(seconds_left(cells, states, {{}, {}, {}}, 2));
  // One cell cannot be shared.
  EXPECT_DOUBLE_EQ(*seconds_left(cells, states, {times, {}, {}}, 8), 48);
}

}  // namespace
}  // namespace derm
