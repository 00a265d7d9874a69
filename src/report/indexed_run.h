// A run directory as a list of runs needs it: what it is, how its training ended, what it measured.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/files.h"

namespace derm {

// The metrics of one split: the names of metric_names(), and RATIO.CLASS ("recall.MEL").
struct MeasuredSplit {
  std::string manifest_hash;  // of the evaluated data; empty: not told
  std::map<std::string, double> values;
};

struct IndexedRun {
  std::string folder;  // relative to the one that is listed
  std::string name, recipe, arch, teachers, best_metric, protocol, manifest_hash;
  std::string problem;  // why it could not be read; the rest is then empty
  std::optional<int64_t> seed, parameters, macs, epochs, best_epoch;
  std::optional<double> best_value, seconds_total;  // absent: the training has not finished
  std::map<std::string, MeasuredSplit> splits;      // by name: train, val, test

  bool finished() const { return seconds_total.has_value(); }
  // A name as above, or "loss" for log_loss.
  std::optional<double> metric(const std::string& split, const std::string& metric_name) const;
};

// Throws Error where the folder is no run directory or a part of it is damaged.
IndexedRun read_indexed_run(const fs::path& root, const fs::path& folder);

// The same, but a run that cannot be read says so in `problem`.
IndexedRun read_indexed_run_or_problem(const fs::path& root, const fs::path& folder);

// Changes whenever a file changes that an IndexedRun is made from: where the run lies, and names,
// sizes and times.
std::string stamp_of_run(const fs::path& folder);

}  // namespace derm
