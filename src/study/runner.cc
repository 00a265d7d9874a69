#include "study/runner.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "study/study_progress.h"

namespace derm {
namespace {

using namespace std::chrono_literals;
constexpr auto kLookEvery = 100ms;

bool runs(CellState state) {
  return state == CellState::kTraining || state == CellState::kMeasuring;
}

}  // namespace

fs::path cell_log(const fs::path& out, const std::string& cell) {
  return out / "logs" / (cell + ".txt");
}

fs::path cell_recipe(const fs::path& out, const std::string& cell) {
  return out / "configs" / (cell + ".yaml");
}

bool cell_is_done(const fs::path& out, const std::string& cell) {
  return fs::exists(out / cell / "metrics_test.json");
}

std::vector<std::string> next_arguments(const RunnerOptions& options, const std::string& cell) {
  const fs::path run = options.out / cell;
  if (fs::exists(run / "run.json"))
    return {"val", run.string(), "--split", "test", "--threads", std::to_string(options.threads)};
  if (fs::exists(run / "config.yaml")) return {"train", "--resume", run.string()};
  return {"train", "--recipe",           cell_recipe(options.out, cell).string(),
          "--out", options.out.string(), "--name",
          cell};
}

Runner::Runner(RunnerOptions options, std::vector<PlannedCell> cells)
    : options_(std::move(options)), cells_(std::move(cells)), states_(cells_.size()) {
  for (size_t i = 0; i < cells_.size(); ++i) {
    if (!cell_is_done(options_.out, cells_[i].cell.name)) continue;
    states_[i].state = CellState::kDone;
    states_[i].was_done = true;
  }
}

size_t Runner::place_of(const std::string& name) const {
  const auto it = std::find_if(cells_.begin(), cells_.end(),
                               [&](const auto& planned) { return planned.cell.name == name; });
  return static_cast<size_t>(it - cells_.begin());
}

size_t Runner::count(CellState state) const {
  return static_cast<size_t>(std::count_if(states_.begin(), states_.end(),
                                           [&](const auto& cell) { return cell.state == state; }));
}

bool Runner::over() const {
  return count(CellState::kWaiting) + count(CellState::kTraining) + count(CellState::kMeasuring) ==
         0;
}

void Runner::start(size_t i) {
  const auto& name = cells_[i].cell.name;
  ChildCommand command{options_.program, next_arguments(options_, name),
                       cell_log(options_.out, name)};
  states_[i].state =
      command.arguments.front() == "val" ? CellState::kMeasuring : CellState::kTraining;
  states_[i].child.emplace(command);
}

// False where a teacher is not there yet.
bool Runner::start_if_ready(size_t i) {
  auto needed = cells_[i].cell.teachers;
  needed.insert(needed.end(), cells_[i].cell.peers.begin(), cells_[i].cell.peers.end());
  for (const auto& teacher : needed) {
    const auto state = states_[place_of(teacher)].state;
    if (state == CellState::kFailed || state == CellState::kBlocked) {
      states_[i].state = CellState::kBlocked;
      states_[i].blocked_by = teacher;
      return false;
    }
    if (state != CellState::kDone) return false;
  }
  start(i);
  return true;
}

void Runner::start_ready() {
  for (size_t i = 0; i < cells_.size(); ++i) {
    if (count(CellState::kTraining) + count(CellState::kMeasuring) >= options_.jobs) return;
    if (states_[i].state == CellState::kWaiting) start_if_ready(i);
  }
}

// True where the cell has just become done.
bool Runner::look_at(size_t i) {
  auto& cell = states_[i];
  if (!runs(cell.state)) return false;
  const auto code = cell.child->ended();
  if (!code) return false;
  cell.child.reset();
  const bool measured = cell.state == CellState::kMeasuring;
  if (*code != 0) {
    cell.state = CellState::kFailed;
    log_warn("{} failed (exit code {}): {}", cells_[i].cell.name, *code,
             cell_log(options_.out, cells_[i].cell.name).string());
  } else if (measured) {
    cell.state = CellState::kDone;
  } else {
    start(i);
  }
  return cell.state == CellState::kDone;
}

void Runner::stop_all() {
  for (auto& cell : states_)
    if (cell.child) cell.child->stop();
  for (auto& cell : states_)
    while (cell.child && !cell.child->ended()) std::this_thread::sleep_for(kLookEvery);
}

void Runner::run(const std::function<void()>& finished) {
  StudyProgress progress(options_.out, options_.jobs);
  while (true) {
    start_ready();
    if (over()) break;
    if (interrupt_requested()) {
      stop_all();
      throw Interrupted("interrupted: the same command goes on where the cells were",
                        options_.out.string());
    }
    std::this_thread::sleep_for(kLookEvery);
    bool any = false;
    for (size_t i = 0; i < cells_.size(); ++i) any = look_at(i) || any;
    start_ready();  // first: `finished` takes its time
    if (any) finished();
    progress.show(cells_, states_);
  }
  progress.finish(cells_, states_);
}

}  // namespace derm
