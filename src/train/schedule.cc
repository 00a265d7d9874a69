#include "train/schedule.h"

#include <algorithm>
#include <cmath>

namespace derm {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kSmallestFall = 1e-8;  // torch leaves the rate alone below this
constexpr double kFirstRaugValue = 1000;

}  // namespace

Schedule::Schedule(const ScheduleConfig& config, double lr, int64_t epochs, int64_t steps_per_epoch)
    : config_(config),
      lr_(lr),
      epochs_(epochs),
      steps_(std::max<int64_t>(1, steps_per_epoch)),
      plateau_lr_(lr),
      fed_best_(0) {}

double Schedule::warm(int64_t done) const {
  const double total = config_.warmup_epochs * static_cast<double>(steps_) - 1;
  const double share = total > 0 ? std::min(1.0, static_cast<double>(done) / total) : 1;
  return lr_ * (config_.warmup_factor + (1 - config_.warmup_factor) * share);
}

double Schedule::lr(int64_t epoch, int64_t step) const {
  const auto at = static_cast<double>(epoch) +
                  (config_.per_step ? static_cast<double>(step) / static_cast<double>(steps_) : 0);
  const int64_t done = epoch * steps_ + step;
  if (static_cast<double>(done) < config_.warmup_epochs * static_cast<double>(steps_))
    return warm(done);
  if (config_.kind == "plateau") return plateau_lr_;
  if (config_.kind == "multistep") {
    const auto passed = std::count_if(config_.milestones.begin(), config_.milestones.end(),
                                      [&](int64_t m) { return epoch >= m; });
    return lr_ * std::pow(config_.factor, static_cast<double>(passed));
  }
  if (config_.kind == "cosine") {
    const double span = std::max(1.0, static_cast<double>(epochs_) - config_.warmup_epochs);
    const double share = (at - config_.warmup_epochs) / span;
    return config_.min_lr + 0.5 * (lr_ - config_.min_lr) * (1 + std::cos(kPi * share));
  }
  return lr_;
}

// torch's ReduceLROnPlateau, relative threshold, no cooldown.
void Schedule::feed(double loss) {
  const double bar = fed_best_ - config_.threshold * std::abs(fed_best_);
  if (!any_fed_ || loss < bar) {
    fed_best_ = loss;
    any_fed_ = true;
    bad_epochs_ = 0;
    return;
  }
  if (++bad_epochs_ <= config_.patience) return;
  bad_epochs_ = 0;
  const double lower = std::max(plateau_lr_ * config_.factor, config_.min_lr);
  if (plateau_lr_ - lower > kSmallestFall) plateau_lr_ = lower;
}

void Schedule::end_epoch(double value, bool higher_is_better) {
  if (config_.kind != "plateau") return;
  const double loss = higher_is_better ? -value : value;
  const double before = any_seen_ ? best_ : kFirstRaugValue;
  best_ = any_seen_ ? std::min(best_, loss) : loss;
  any_seen_ = true;
  feed(config_.feed == "current" ? loss : config_.feed == "best" ? best_ : before);
}

Json Schedule::state() const {
  return {{"plateau_lr", plateau_lr_}, {"fed_best", fed_best_}, {"best", best_},
          {"any_fed", any_fed_},       {"any_seen", any_seen_}, {"bad_epochs", bad_epochs_}};
}

void Schedule::restore(const Json& state) {
  plateau_lr_ = state.at("plateau_lr").get<double>();
  fed_best_ = state.at("fed_best").get<double>();
  best_ = state.at("best").get<double>();
  any_fed_ = state.at("any_fed").get<bool>();
  any_seen_ = state.at("any_seen").get<bool>();
  bad_epochs_ = state.at("bad_epochs").get<int64_t>();
}

}  // namespace derm
