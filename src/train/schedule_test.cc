#include "train/schedule.h"

#include <gtest/gtest.h>

#include "support/golden.h"
#include "train/selection.h"

namespace derm {
namespace {

ScheduleConfig plateau(const std::string& feed) {
  ScheduleConfig config;
  config.kind = "plateau";
  config.feed = feed;
  return config;
}

// Runs the golden validation losses through a plateau schedule and an early stop of 15 epochs.
void expect_plateau(const std::string& case_name, const std::string& feed) {
  const Json file = testing::golden("schedules");
  const Json& want = file["cases"][case_name];
  Schedule schedule(plateau(feed), 1e-3, 150, 10);
  SelectConfig select;
  select.metric = "loss";
  select.patience = 15;
  Selection selection(select);
  const auto& rates = want["lr_after_each_epoch"];
  for (size_t epoch = 0; epoch < rates.size(); ++epoch) {
    const auto loss = file["inputs"]["val_loss"][epoch].get<double>();
    schedule.end_epoch(loss, false);
    EXPECT_NEAR(schedule.lr(static_cast<int64_t>(epoch) + 1, 0), rates[epoch].get<double>(), 1e-15)
        << case_name << " epoch " << epoch;
    selection.add(static_cast<int64_t>(epoch), loss);
    if (want.contains("stops_after_epoch_index")) {
      EXPECT_EQ(selection.should_stop(), epoch >= want["stops_after_epoch_index"].get<size_t>())
          << case_name << " epoch " << epoch;
    }
  }
}

TEST(Schedule, PlateauEqualsTheGoldenTracesOfEachFeeding) {
  expect_plateau("plateau_correct_usage", "current");
  expect_plateau("plateau_ssdkd_script", "best");
  expect_plateau("plateau_raug_trainer", "best_before");
}

TEST(Schedule, WarmUpAndCosineEqualTheGoldenTraceOfDspKd) {
  const Json golden_case = testing::golden("schedules")["cases"]["dspkd_warmup_cosine"];
  const Json& p = golden_case["params"];
  ScheduleConfig config;
  config.warmup_epochs = p["warmup_epochs"].get<double>();
  config.warmup_factor = p["start_factor"].get<double>();
  config.min_lr = p["eta_min"].get<double>();
  config.per_step = false;
  const auto steps = p["iters_per_epoch"].get<int64_t>();
  const Schedule schedule(config, p["base_lr"].get<double>(), p["epochs"].get<int64_t>(), steps);
  const auto& rates = golden_case["lr_per_iteration"];
  for (size_t i = 0; i < rates.size(); ++i) {
    const auto k = static_cast<int64_t>(i);
    EXPECT_NEAR(schedule.lr(k / steps, k % steps), rates[i].get<double>(), 1e-15) << i;
  }
}

TEST(Schedule, MultistepFallsAfterEachMilestone) {
  ScheduleConfig config;
  config.kind = "multistep";
  config.milestones = {2, 4};
  const Schedule schedule(config, 1.0, 6, 3);
  EXPECT_DOUBLE_EQ(schedule.lr(1, 2), 1.0);
  EXPECT_DOUBLE_EQ(schedule.lr(2, 0), 0.1);
  EXPECT_DOUBLE_EQ(schedule.lr(5, 0), 0.1 * 0.1);
}

TEST(Schedule, PerStepCosineFallsEveryStepToTheLowestRate) {
  ScheduleConfig config;
  config.warmup_epochs = 1;
  const Schedule schedule(config, 0.1, 5, 10);
  double previous = 1;
  for (int64_t k = 10; k < 50; ++k) {
    const double now = schedule.lr(k / 10, k % 10);
    EXPECT_LT(now, previous);
    previous = now;
  }
  EXPECT_NEAR(schedule.lr(0, 9), 0.1, 1e-12);
  EXPECT_GE(previous, config.min_lr);
}

TEST(Schedule, StateRestoresAPlateauInTheMiddle) {
  Schedule whole(plateau("current"), 1e-3, 100, 1);
  for (int i = 0; i < 8; ++i) whole.end_epoch(1.0, false);
  Schedule resumed(plateau("current"), 1e-3, 100, 1);
  resumed.restore(whole.state());
  for (int i = 0; i < 8; ++i) {
    whole.end_epoch(1.0, false);
    resumed.end_epoch(1.0, false);
    EXPECT_EQ(whole.lr(9, 0), resumed.lr(9, 0));
  }
  EXPECT_LT(whole.lr(9, 0), 1e-3);
}

TEST(Schedule, PlateauFollowsAScoreThatShouldRise) {
  auto config = plateau("current");
  config.patience = 1;
  Schedule schedule(config, 1e-3, 100, 1);
  for (const double score : {0.5, 0.6, 0.7}) schedule.end_epoch(score, true);
  EXPECT_DOUBLE_EQ(schedule.lr(0, 0), 1e-3);
  for (const double score : {0.7, 0.6}) schedule.end_epoch(score, true);
  EXPECT_NEAR(schedule.lr(0, 0), 1e-4, 1e-12);
}

TEST(Selection, KeepsTheFirstBestAndCountsPatience) {
  SelectConfig config;
  config.patience = 2;
  Selection selection(config);
  EXPECT_TRUE(selection.add(0, 0.5));
  EXPECT_FALSE(selection.add(1, 0.5));
  EXPECT_FALSE(selection.should_stop());
  EXPECT_TRUE(selection.add(2, 0.6));
  EXPECT_FALSE(selection.add(3, 0.1));
  EXPECT_FALSE(selection.add(4, 0.1));
  EXPECT_TRUE(selection.should_stop());
  EXPECT_EQ(selection.best_epoch(), 2);
  config.metric = "balanced_acuracy";
  EXPECT_THROW(Selection{config}, Error);
}

}  // namespace
}  // namespace derm
