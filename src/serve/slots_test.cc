#include "serve/slots.h"

#include <gtest/gtest.h>

#include <thread>

namespace derm {
namespace {

using namespace std::chrono_literals;

TEST(Slots, AreGivenOutUntilNoneIsFree) {
  Slots slots(2);
  auto first = slots.take_now();
  const auto second = slots.take_now();
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(slots.take_now());
  first.reset();
  EXPECT_TRUE(slots.take_now());
}

TEST(Slots, AreGivenBackOnceWhenMoved) {
  Slots slots(1);
  {
    auto taken = slots.take_now();
    const Slot moved = std::move(*taken);
    EXPECT_FALSE(slots.take_now());
  }
  const auto one = slots.take_now();
  EXPECT_TRUE(one);
  EXPECT_FALSE(slots.take_now());
}

TEST(Slots, MakeOthersWaitUntilTheirDeadline) {
  Slots slots(1);
  auto held = slots.take_now();
  EXPECT_FALSE(slots.take_until(Clock::now() + 10ms));
  std::thread returns([&] {
    std::this_thread::sleep_for(10ms);
    held.reset();
  });
  EXPECT_TRUE(slots.take_until(Clock::now() + 60s));
  returns.join();
}

}  // namespace
}  // namespace derm
