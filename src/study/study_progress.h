// How far a study is: cells that are done, what runs at which epoch, and an estimate of the time
// left, from the epochs that were timed so far. One line that is redrawn on a terminal, a plain
// line now and then when piped.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "study/runner.h"

namespace derm {

// Epochs that a run has finished and the seconds they took, from its results.csv.
struct EpochTimes {
  int64_t epochs = 0;
  double seconds = 0;
};
EpochTimes epoch_times(const fs::path& run);

// Seconds until all cells are done, with `jobs` side by side; nothing before an epoch was timed. An
// epoch of a row that was not timed yet is taken for the mean of those that were.
std::optional<double> seconds_left(const std::vector<PlannedCell>& cells,
                                   const std::vector<RunningCell>& states,
                                   const std::vector<EpochTimes>& times, size_t jobs);

class StudyProgress {
 public:
  StudyProgress(fs::path out, size_t jobs);

  void show(const std::vector<PlannedCell>& cells, const std::vector<RunningCell>& states);
  void finish(const std::vector<PlannedCell>& cells, const std::vector<RunningCell>& states);

 private:
  std::string line(const std::vector<PlannedCell>& cells,
                   const std::vector<RunningCell>& states) const;
  void draw(const std::string& line, bool last);

  fs::path out_;
  size_t jobs_;
  bool terminal_;
  std::chrono::steady_clock::time_point drawn_;
};

}  // namespace derm
