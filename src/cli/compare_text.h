// A comparison as tables for a terminal or for Markdown, as JSON, and as CSV.
#pragma once

#include <string>
#include <vector>

#include "cli/compare_runs.h"
#include "eval/compare.h"

namespace derm {

// What the tests were run with, for whoever reads the numbers.
struct ComparisonHead {
  std::string split;
  int64_t images = 0, lesions = 0;
  CompareOptions options;
  std::vector<std::string> warnings;
};

std::string comparison_table(const ComparedRuns& runs, const ComparisonHead& head,
                             const std::vector<Compared>& rows);
std::string comparison_markdown(const ComparedRuns& runs, const ComparisonHead& head,
                                const std::vector<Compared>& rows);
Json comparison_json(const ComparedRuns& runs, const ComparisonHead& head,
                     const std::vector<Compared>& rows);
std::string comparison_csv(const ComparedRuns& runs, const std::vector<Compared>& rows);

}  // namespace derm
