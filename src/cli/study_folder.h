// The folder of a study: who works in it, what its cells were run with, its tables.
#pragma once

#include <vector>

#include "study/runner.h"
#include "study/table.h"

namespace derm {

// Held by this process and by the cells that it started, to their end.
class StudyLock {
 public:
  // Waits until nobody else works in the folder. Throws Interrupted after Ctrl-C.
  explicit StudyLock(const fs::path& out);
  ~StudyLock();
  StudyLock(const StudyLock&) = delete;
  StudyLock& operator=(const StudyLock&) = delete;

 private:
  int fd_ = -1;
};

// Throws Error naming cell and key where a run that has begun has another configuration or split.
void check_cells(const fs::path& out, const std::vector<PlannedCell>& cells);
// The configurations that `train` is called with.
void write_cell_recipes(const fs::path& out, const std::vector<PlannedCell>& cells);

// Writes table.md, table.csv and table.html from the cells that are done; remembers what it has
// read.
class StudyTables {
 public:
  StudyTables(fs::path out, Study study, StudyNotes notes);
  void write(const std::vector<PlannedCell>& cells);
  fs::path markdown() const { return out_ / "table.md"; }

 private:
  fs::path out_;
  Study study_;
  StudyNotes notes_;
  std::vector<FinishedCell> finished_;
};

}  // namespace derm
