// The runs of a comparison: read, checked to be of the same images, and grouped by method.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/networks.h"
#include "report/run.h"

namespace derm {

// How runs become groups: `config` puts runs together whose configuration differs in the seed alone
// (and in what only says how to compute: threads, workers, device, folder of caches), `name` those
// whose folder's name differs in the number at its end, `none` leaves every run alone.
enum class SeedGrouping { kConfig, kName, kNone };

struct GroupRequest {
  std::string name;  // empty: one run that `grouping` may put together with others
  std::vector<fs::path> runs;
};

// "NAME=RUN,RUN,..."; throws UsageError where it is not.
GroupRequest parse_group(const std::string& text);

struct ComparedRuns {
  std::vector<ReportedRun> runs;  // with predictions, rows in the order of the first run's
  struct Group {
    std::string name;
    std::vector<size_t> runs;  // by rising seed
  };
  std::vector<Group> groups;

  const Predictions& first() const { return *runs.front().predictions; }
  std::vector<NetworkGroup> network_groups() const;  // they refer to `runs`
};

// Throws Error where a run has no predictions of the split (with the command that makes them),
// where runs were not evaluated on the same manifest or the same images (with the first image that
// differs), or where a run stands twice.
ComparedRuns read_compared_runs(const std::vector<GroupRequest>& requests, const std::string& split,
                                SeedGrouping grouping);

// What a reader of the comparison must know: splits that leak or were used to choose the epoch,
// runs that were chosen by different metrics or are not finished, too few seeds or lesions.
std::vector<std::string> comparison_warnings(const ComparedRuns& compared,
                                             const std::string& split);

}  // namespace derm
