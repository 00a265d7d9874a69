// A fixed number of places: a bound on what is done or held at once.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

#include "serve/http.h"

namespace derm {

class Slots;

// A place that is held; given back at the end.
class Slot {
 public:
  explicit Slot(Slots& slots) : slots_(&slots) {}
  ~Slot();
  Slot(Slot&& other) noexcept : slots_(other.slots_) { other.slots_ = nullptr; }
  Slot& operator=(Slot&&) = delete;

 private:
  Slots* slots_;
};

class Slots {
 public:
  explicit Slots(int64_t count) : free_(count) {}

  std::optional<Slot> take_now();                              // nothing where none is free
  std::optional<Slot> take_until(Clock::time_point deadline);  // waits for one

 private:
  friend class Slot;
  void give_back();

  std::mutex mutex_;
  std::condition_variable freed_;
  int64_t free_;
};

}  // namespace derm
