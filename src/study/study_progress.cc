#include "study/study_progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/csv.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/strings.h"
#include "study/cell_config.h"

namespace derm {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

bool open_end(CellState state) {
  return state == CellState::kWaiting || state == CellState::kTraining ||
         state == CellState::kMeasuring;
}

size_t columns() {
  struct winsize size {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string running(const PlannedCell& planned, const RunningCell& state, const EpochTimes& times) {
  if (state.state == CellState::kMeasuring) return planned.cell.name + " measuring";
  const int64_t all = epochs_of(planned.config);
  return fmt::format("{} epoch {}/{}", planned.cell.name, std::min(times.epochs + 1, all), all);
}

size_t count_of(const std::vector<RunningCell>& states, CellState wanted) {
  return static_cast<size_t>(std::count_if(states.begin(), states.end(),
                                           [&](const auto& cell) { return cell.state == wanted; }));
}

}  // namespace

EpochTimes epoch_times(const fs::path& run) {
  EpochTimes out;
  const fs::path results = run / "results.csv";
  if (!fs::exists(results)) return out;
  const CsvTable table = read_csv(results);
  const auto seconds = table.find("seconds");
  for (const auto& row : table.rows) {
    ++out.epochs;
    if (seconds) out.seconds += to_double(row[*seconds]).value_or(0);
  }
  return out;
}

std::optional<double> seconds_left(const std::vector<PlannedCell>& cells,
                                   const std::vector<RunningCell>& states,
                                   const std::vector<EpochTimes>& times, size_t jobs) {
  std::map<std::string, EpochTimes> of_row;
  EpochTimes all;
  for (size_t i = 0; i < cells.size(); ++i) {
    auto& row = of_row[cells[i].cell.row];
    for (auto* sum : {&row, &all}) {
      sum->epochs += times[i].epochs;
      sum->seconds += times[i].seconds;
    }
  }
  if (all.epochs == 0) return std::nullopt;
  double left = 0, longest = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (!open_end(states[i].state)) continue;
    const auto& row = of_row[cells[i].cell.row];
    const auto& known = row.epochs > 0 ? row : all;
    const auto epochs = std::max<int64_t>(0, epochs_of(cells[i].config) - times[i].epochs);
    const double own =
        static_cast<double>(epochs) * known.seconds / static_cast<double>(known.epochs);
    left += own;
    longest = std::max(longest, own);
  }
  return std::max(longest, left / static_cast<double>(jobs));
}

StudyProgress::StudyProgress(fs::path out, size_t jobs)
    : out_(std::move(out)),
      jobs_(jobs),
      terminal_(::isatty(STDERR_FILENO) != 0),
      drawn_(Clock::now() - 1h) {}

std::string StudyProgress::line(const std::vector<PlannedCell>& cells,
                                const std::vector<RunningCell>& states) const {
  std::vector<EpochTimes> times;
  std::vector<std::string> parts;
  for (size_t i = 0; i < cells.size(); ++i) {
    times.push_back(epoch_times(out_ / cells[i].cell.name));
    if (states[i].child) parts.push_back(running(cells[i], states[i], times[i]));
  }
  std::string head =
      fmt::format("{}/{} cells done", count_of(states, CellState::kDone), cells.size());
  if (const size_t failed = count_of(states, CellState::kFailed); failed > 0)
    head += fmt::format(", {} failed", failed);
  const auto left = seconds_left(cells, states, times, jobs_);
  head += left ? "  left about " + format_duration(*left) : "  time left unknown";
  return parts.empty() ? head : head + "  " + join(parts, ", ");
}

void StudyProgress::draw(const std::string& line, bool last) {
  drawn_ = Clock::now();
  if (terminal_)
    std::fprintf(stderr, "\r\033[K%s%s", line.substr(0, columns() - 1).c_str(), last ? "\n" : "");
  else
    std::fprintf(stderr, "%s\n", line.c_str());
  std::fflush(stderr);
}

void StudyProgress::show(const std::vector<PlannedCell>& cells,
                         const std::vector<RunningCell>& states) {
  if (!messages_shown() || Clock::now() - drawn_ < (terminal_ ? Clock::duration(1s) : 60s)) return;
  draw(line(cells, states), false);
}

void StudyProgress::finish(const std::vector<PlannedCell>& cells,
                           const std::vector<RunningCell>& states) {
  if (!messages_shown()) return;
  draw(fmt::format("{}/{} cells done", count_of(states, CellState::kDone), cells.size()), true);
}

}  // namespace derm
