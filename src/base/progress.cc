#include "base/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/log.h"

namespace derm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kTerminalPeriod = 0.1, kPlainPeriod = 15.0;
constexpr int kBarWidth = 20;

double since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

size_t terminal_columns() {
  struct winsize size {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

std::string format_duration(double seconds) {
  const auto s = static_cast<int64_t>(std::max(0.0, seconds) + 0.5);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{}:{:02}", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

Progress::Progress(std::string label, uint64_t total, std::string unit, bool shown)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      shown_(shown),
      terminal_(::isatty(STDERR_FILENO) != 0),
      start_(Clock::now()),
      drawn_(start_) {}

Progress::~Progress() {
  finish();
}

void Progress::add(uint64_t count) {
  done_ += count;
  if (since(drawn_) >= (terminal_ ? kTerminalPeriod : kPlainPeriod)) draw(false);
}

void Progress::set_status(std::string status) {
  status_ = std::move(status);
}

void Progress::finish() {
  if (finished_) return;
  finished_ = true;
  draw(true);
}

double Progress::seconds() const {
  return since(start_);
}

double Progress::rate() const {
  const double elapsed = seconds();
  return elapsed > 0 ? static_cast<double>(done_) / elapsed : 0;
}

void Progress::draw(bool last) {
  drawn_ = Clock::now();
  if (!shown_ || !messages_shown()) return;
  const double share =
      total_ == 0 ? 0 : std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
  const double left = share > 0 ? seconds() * (1 - share) / share : 0;
  const std::string time = last ? format_duration(seconds()) : "left " + format_duration(left);
  const auto filled = static_cast<size_t>(share * kBarWidth);
  const std::string bar =
      terminal_ ? std::string(filled, '#') + std::string(kBarWidth - filled, '.') + " " : "";
  std::string line = fmt::format("{} {}{}/{} {}  {:.0f}/s  {}  {}", label_, bar, done_, total_,
                                 unit_, rate(), time, status_);
  if (terminal_) {
    line = line.substr(0, terminal_columns() - 1);
    std::fprintf(stderr, "\r\033[K%s%s", line.c_str(), last ? "\n" : "");
  } else {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  std::fflush(stderr);
}

}  // namespace derm
