// Runs the cells of a study: several side by side, each after its teachers, each as a process of
// its own that trains (or goes on where it was) and then measures the network.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "study/cell.h"
#include "study/child.h"

namespace derm {

// A cell with its whole configuration.
struct PlannedCell {
  StudyCell cell;
  Json config;
};

enum class CellState { kWaiting, kTraining, kMeasuring, kDone, kFailed, kBlocked };

struct RunningCell {
  CellState state = CellState::kWaiting;
  bool was_done = false;  // before this call
  std::optional<Child> child;
  std::string blocked_by;  // a failed teacher
};

struct RunnerOptions {
  fs::path out;
  fs::path program = "/proc/self/exe";
  size_t jobs = 1;
  int64_t threads = 1;  // of each cell
};

fs::path cell_log(const fs::path& out, const std::string& cell);
fs::path cell_recipe(const fs::path& out, const std::string& cell);

// What a cell's process is called with next: a fresh training, a resumed one, or the measurement.
std::vector<std::string> next_arguments(const RunnerOptions& options, const std::string& cell);
bool cell_is_done(const fs::path& out, const std::string& cell);

class Runner {
 public:
  Runner(RunnerOptions options, std::vector<PlannedCell> cells);

  // Until every cell is done, failed or blocked. `finished` is called after each cell that is done.
  // Throws Interrupted after Ctrl-C, once the children have saved and ended.
  void run(const std::function<void()>& finished);

  const std::vector<PlannedCell>& cells() const { return cells_; }
  const std::vector<RunningCell>& states() const { return states_; }

 private:
  void start_ready();
  bool start_if_ready(size_t i);
  void start(size_t i);
  bool look_at(size_t i);
  void stop_all();
  size_t place_of(const std::string& name) const;
  size_t count(CellState state) const;
  bool over() const;

  RunnerOptions options_;
  std::vector<PlannedCell> cells_;
  std::vector<RunningCell> states_;
};

}  // namespace derm
