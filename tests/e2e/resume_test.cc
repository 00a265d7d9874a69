// A run can be killed at any instant, stopped by Ctrl-C, and repeated: the weights stay the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "e2e/dataset.h"

namespace derm::e2e {
namespace {

using namespace std::chrono_literals;

constexpr int kEpochs = 4;

Arguments training(const std::string& name, const Arguments& more = {}) {
  return short_training(name, more, kEpochs);
}

std::string weights_of(const std::string& name) {
  return sha256_file(run_folder(name) / "weights/last.safetensors") + " " +
         sha256_file(run_folder(name) / "weights/best.safetensors");
}

int64_t epochs_done(const std::string& name) {
  const auto results = run_folder(name) / "results.csv";
  if (!fs::exists(results)) return 0;
  const auto text = read_text(results);
  return std::count(text.begin(), text.end(), '\n') - 1;
}

// Starts `command` and sends `signal` once `epochs` epochs are on disk.
Outcome interrupt_after(int64_t epochs, const std::string& name, const Arguments& command,
                        int signal) {
  Running running(command, scratch() / "interrupted");
  while (!running.ended() && epochs_done(name) < epochs) std::this_thread::sleep_for(2ms);
  running.send(signal);
  return running.wait();
}

void resume(const std::string& command, const std::string& name) {
  const auto outcome = run({command, "--resume", run_folder(name)});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
}

// The weights of four epochs without any interruption.
class Repeatable : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto outcome = run(training("reference"));
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
};

TEST_F(Repeatable, SameSeedSameWeightsForAnyNumberOfWorkers) {
  ASSERT_EQ(run(training("again", {"--workers", "1"})).exit_code, 0);
  EXPECT_EQ(weights_of("again"), weights_of("reference"));
}

TEST_F(Repeatable, AnotherSeedGivesOtherWeights) {
  ASSERT_EQ(run(training("other", {"--seed", "1"})).exit_code, 0);
  EXPECT_NE(weights_of("other"), weights_of("reference"));
}

TEST_F(Repeatable, KilledRunContinuesToTheSameWeights) {
  const auto killed = interrupt_after(2, "killed", training("killed"), SIGKILL);
  ASSERT_EQ(killed.signal, SIGKILL) << "the run was over before it could be killed";
  resume("train", "killed");
  EXPECT_EQ(weights_of("killed"), weights_of("reference"));
}

TEST_F(Repeatable, RunKilledBeforeItsFirstCheckpointStartsOver) {
  Running running(training("early"), scratch() / "interrupted");
  while (!running.ended() && !fs::exists(run_folder("early") / "config.yaml"))
    std::this_thread::sleep_for(1ms);
  running.send(SIGKILL);
  ASSERT_EQ(running.wait().signal, SIGKILL);
  resume("train", "early");
  EXPECT_EQ(weights_of("early"), weights_of("reference"));
}

TEST_F(Repeatable, InterruptedRunSavesItsStateAndContinues) {
  const auto stopped = interrupt_after(1, "stopped", training("stopped"), SIGINT);
  ASSERT_EQ(stopped.exit_code, 130) << stopped.err;
  EXPECT_TRUE(fs::exists(run_folder("stopped") / "weights/last.state"));
  EXPECT_THAT(stopped.err, ::testing::HasSubstr("--resume"));
  resume("train", "stopped");
  EXPECT_EQ(weights_of("stopped"), weights_of("reference"));
}

TEST_F(Repeatable, KilledDistillationContinuesToTheSameWeights) {
  ASSERT_EQ(run(short_distillation("whole", "reference", kEpochs)).exit_code, 0);
  const auto killed =
      interrupt_after(1, "half", short_distillation("half", "reference", kEpochs), SIGKILL);
  ASSERT_EQ(killed.signal, SIGKILL) << "the run was over before it could be killed";
  resume("distill", "half");
  EXPECT_EQ(weights_of("half"), weights_of("whole"));
}

TEST_F(Repeatable, FinishedRunIsLeftAsItIs) {
  const auto before = weights_of("reference");
  resume("train", "reference");
  EXPECT_EQ(weights_of("reference"), before);
}

}  // namespace
}  // namespace derm::e2e
