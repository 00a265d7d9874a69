// The runs below a folder in one SQLite file, so that hundreds of them are listed at once. The run
// directories are the truth: a run whose files have changed since is read again, one that is gone
// is dropped, and the file itself may be deleted at any time.
#pragma once

#include <string>
#include <vector>

#include "report/indexed_run.h"

namespace derm {

inline constexpr char kRunIndexName[] = ".runs.sqlite";

struct RunIndex {
  std::vector<IndexedRun> runs;    // by folder
  std::vector<std::string> notes;  // a damaged index was made anew, it cannot be written, ...
  int64_t read = 0;                // runs that were new or had changed
};

// Brings the index of the runs below `root` up to date in `file` and returns it. Where `file`
// cannot be written, an index in memory serves. Throws Error where there is no such folder, and
// where `file` is anything but an index (one of the name above is made anew instead).
RunIndex update_run_index(const fs::path& root, const fs::path& file);

}  // namespace derm
