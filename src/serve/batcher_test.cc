#include "serve/batcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

namespace derm {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;

Image image_of(uint8_t value) {
  Image image(1, 1);
  image.data = {value, value, value};
  return image;
}

// Runs stop at a gate until it is opened; a prediction tells which image it is of.
class Gate {
 public:
  std::vector<Prediction> run(const std::vector<Image>& images) {
    std::unique_lock lock(mutex_);
    sizes_.push_back(images.size());
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    std::vector<Prediction> out(images.size());
    for (size_t i = 0; i < images.size(); ++i) out[i].energy = images[i].data[0];
    return out;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait_for_runs(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sizes_.size() >= count; });
  }
  std::vector<size_t> sizes() {
    const std::lock_guard lock(mutex_);
    return sizes_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  std::vector<size_t> sizes_;
};

class BatcherTest : public ::testing::Test {
 protected:
  std::future<Batched> later(uint8_t value, Clock::duration patience = 60s) {
    return std::async(std::launch::async,
                      [=] { return batcher_.predict(image_of(value), Clock::now() + patience); });
  }
  // One that runs at the gate, and `count` that wait behind it.
  std::vector<std::future<Batched>> fill(uint8_t count) {
    std::vector<std::future<Batched>> out;
    out.push_back(later(0));
    gate_.wait_for_runs(1);
    for (uint8_t i = 1; i <= count; ++i) out.push_back(later(i));
    while (batcher_.waiting() < count) std::this_thread::sleep_for(1ms);
    return out;
  }

  Gate gate_;
  Batcher batcher_{[this](const std::vector<Image>& images) { return gate_.run(images); }, {3, 5}};
};

TEST_F(BatcherTest, RunsWhatWaitsTogetherAsOneBatchAndAnswersEachItsOwn) {
  auto answers = fill(4);
  gate_.open();
  for (size_t i = 0; i < answers.size(); ++i) {
    const Batched answer = answers[i].get();
    EXPECT_EQ(answer.prediction.energy, static_cast<double>(i));
    EXPECT_GE(answer.wait_ms, 0);
  }
  EXPECT_EQ(gate_.sizes(), (std::vector<size_t>{1, 3, 1}));
}

TEST_F(BatcherTest, RefusesWhatTheQueueCannotHold) {
  auto answers = fill(5);
  try {
    batcher_.predict(image_of(9), Clock::now() + 60s);
    FAIL() << "the queue took a sixth";
  } catch (const Busy& busy) {
    EXPECT_EQ(busy.reason(), "queue");
    EXPECT_EQ(busy.status(), 503);
  }
  gate_.open();
  for (auto& answer : answers) EXPECT_NO_THROW(answer.get());
}

TEST_F(BatcherTest, GivesUpAtTheDeadlineAndDoesNotRunWhatNobodyWaitsFor) {
  auto running = later(0);
  gate_.wait_for_runs(1);
  try {
    batcher_.predict(image_of(1), Clock::now() + 20ms);
    FAIL() << "there was an answer";
  } catch (const Busy& busy) {
    EXPECT_EQ(busy.reason(), "timeout");
  }
  auto next = later(2);
  while (batcher_.waiting() < 2) std::this_thread::sleep_for(1ms);
  gate_.open();
  EXPECT_EQ(running.get().prediction.energy, 0);
  EXPECT_EQ(next.get().batch_size, 1u);
  EXPECT_THAT(gate_.sizes(), Each(1u));
}

TEST(Batcher, PassesTheErrorOfARunToAllOfItsBatchAndGoesOn) {
  std::atomic<int> runs{0};
  Batcher batcher(
      [&](const std::vector<Image>& images) {
        if (runs++ == 0) throw Error("the model cannot be run");
        return std::vector<Prediction>(images.size());
      },
      {4, 4});
  EXPECT_THROW(batcher.predict(image_of(1), Clock::now() + 60s), Error);
  EXPECT_EQ(batcher.predict(image_of(1), Clock::now() + 60s).batch_size, 1u);
}

TEST(Batcher, SurvivesARunThatGivesTooFewPredictions) {
  Batcher batcher([](const std::vector<Image>&) { return std::vector<Prediction>(); }, {4, 4});
  EXPECT_THROW(batcher.predict(image_of(1), Clock::now() + 60s), Error);
}

}  // namespace
}  // namespace derm
