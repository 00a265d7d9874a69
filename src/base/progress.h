// A progress bar that tells the truth: rate over the last seconds, time left, and a short status.
// On a terminal it redraws one line; when piped it writes a plain line now and then.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace derm {

class Progress {
 public:
  // `unit` is what is counted ("images"). Shows nothing when `shown` is false.
  Progress(std::string label, uint64_t total, std::string unit, bool shown = true);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void add(uint64_t count);
  void set_status(std::string status);  // "loss 1.234"
  void finish();                        // last state, once; called by the destructor too

  double rate() const;  // units a second since the start
  double seconds() const;

 private:
  void draw(bool last);

  std::string label_, unit_, status_;
  uint64_t total_, done_ = 0;
  bool shown_, terminal_, finished_ = false;
  std::chrono::steady_clock::time_point start_, drawn_;
};

// "1:02:03", "4:05", "12 s"
std::string format_duration(double seconds);

}  // namespace derm
