#include "train/selection.h"

#include "eval/metrics.h"

namespace derm {

Selection::Selection(const SelectConfig& config)
    : config_(config), higher_(config.metric != "terms" && derm::higher_is_better(config.metric)) {}

bool Selection::add(int64_t epoch, double value) {
  ++since_best_;
  const bool better = best_epoch_ < 0 || (higher_ ? value > best_ : value < best_);
  if (!better) return false;
  best_epoch_ = epoch;
  best_ = value;
  since_best_ = 0;
  return true;
}

bool Selection::should_stop() const {
  return config_.patience > 0 && since_best_ >= config_.patience;
}

Json Selection::state() const {
  return {{"best_epoch", best_epoch_}, {"best", best_}, {"since_best", since_best_}};
}

void Selection::restore(const Json& state) {
  best_epoch_ = state.at("best_epoch").get<int64_t>();
  best_ = state.at("best").get<double>();
  since_best_ = state.at("since_best").get<int64_t>();
}

}  // namespace derm
