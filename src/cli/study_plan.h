// From the flags of `study` to the whole configuration of every cell.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/study_data.h"
#include "study/cell_config.h"
#include "study/runner.h"

namespace derm {

struct StudyFlags {
  std::string study, out, weights, scale = "full";
  std::vector<std::string> assignments;  // --set
  std::optional<int64_t> epochs, imgsz;
  CellChoice choice;
  size_t jobs = 0;
  int64_t threads = 1;
  bool dry_run = false;
  StudyDataFlags data;
};

// Throws Error for a configuration that cannot be.
std::vector<PlannedCell> plan_cells(const Study& study, const StudyFlags& flags);

}  // namespace derm
