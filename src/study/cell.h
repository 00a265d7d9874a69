// A cell of a study: one network trained once and measured. Its run lies in OUT/NAME/.
#pragma once

#include <string>
#include <vector>

#include "study/study.h"

namespace derm {

struct StudyCell {
  std::string name;  // PROTOCOL_ROW_SEED, with the network where a row has several
  std::string protocol, row, network;
  int64_t seed = 0;
  std::vector<std::string> teachers, peers;  // names of cells, done before this one
};

// What of a study is run; empty: all of it.
struct CellChoice {
  std::vector<std::string> protocols, recipes;  // recipes: names of rows or of their recipes
  std::vector<int64_t> seeds;                   // of rows without seeds of their own
};

// Teachers stand before their students, and the first seed of every row before the second, so that
// a table is soon complete. A teacher's cell has the student's seed where there is one, else its
// first. Throws UsageError for a choice that the study does not have.
std::vector<StudyCell> expand_cells(const Study& study, const CellChoice& choice);

}  // namespace derm
