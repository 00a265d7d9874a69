// The table that compares runs, once for the terminal and once for the page.
#pragma once

#include <string>
#include <vector>

#include "report/run.h"

namespace derm {

struct Comparison {
  std::vector<std::string> header;             // names with units
  std::vector<std::vector<std::string>> rows;  // one per run; "n/a" where unknown
  std::string text() const;                    // aligned, for a terminal
};

Comparison compare_runs(const std::vector<ReportedRun>& runs);

// How the runs came about: recipe, teachers, seed, epochs, selected epoch, time.
Comparison training_table(const std::vector<ReportedRun>& runs);

// One row per class and run: images, sensitivity, specificity, precision, F1, AUC.
Comparison class_table(const std::vector<ReportedRun>& runs);

}  // namespace derm
