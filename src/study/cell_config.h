// From a recipe to the whole configuration of a cell.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "study/cell.h"

namespace derm {

// What makes a study smaller than its file says.
struct Scale {
  std::string name;
  double epochs = 1;         // share of each stage's epochs
  int64_t largest_side = 0;  // of the network's input, pixels; 0: as it is
};
const std::vector<Scale>& scales();
const Scale& scale_named(const std::string& name);  // throws UsageError

struct CellPaths {
  fs::path out;      // folder of the study
  fs::path weights;  // folder of ImageNet weights; empty: networks start from random weights
};

fs::path split_file(const fs::path& out, const std::string& protocol);

// The file of initial weights of a network. Throws Error that lists the names it looked for.
fs::path weights_of(const fs::path& folder, const std::string& network);

// The recipe with the study's and the row's settings, and where the cell's data and teachers lie.
Tree cell_tree(const Tree& recipe, const Study& study, const StudyCell& cell,
               const CellPaths& paths);

// Cuts epochs and what counts in epochs (milestones, warm-up, patience) of a whole configuration.
void scale_config(Json& config, const Scale& scale);
void set_epochs(Json& config, int64_t epochs);

// The path of the first key in which two configurations differ, without those that do not change a
// run (threads, workers); empty where there is none.
std::string first_difference(const Json& wanted, const Json& found);

// Epochs of all stages.
int64_t epochs_of(const Json& config);

}  // namespace derm
