// The epochs of a run, as results.csv tells them.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "base/csv.h"

namespace derm {

struct Epoch {
  std::string stage;
  int64_t number = 0;                                            // 1, 2, ... over all stages
  double train_loss = std::numeric_limits<double>::quiet_NaN();  // NaN: not recorded
  double val_loss = std::numeric_limits<double>::quiet_NaN();
  double val_balanced_accuracy = std::numeric_limits<double>::quiet_NaN();
};

// Columns that are absent and cells that are empty stay NaN. Throws Error naming file and line
// where a cell is no number.
std::vector<Epoch> read_history(const CsvTable& results);

}  // namespace derm
