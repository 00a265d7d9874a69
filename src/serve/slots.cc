#include "serve/slots.h"

namespace derm {

Slot::~Slot() {
  if (slots_ != nullptr) slots_->give_back();
}

std::optional<Slot> Slots::take_now() {
  return take_until(Clock::time_point::min());
}

std::optional<Slot> Slots::take_until(Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  const auto is_free = [&] { return free_ > 0; };
  if (!is_free() && deadline > Clock::now()) freed_.wait_until(lock, deadline, is_free);
  if (!is_free()) return std::nullopt;
  --free_;
  return Slot(*this);
}

void Slots::give_back() {
  const std::lock_guard lock(mutex_);
  ++free_;
  freed_.notify_one();
}

}  // namespace derm
