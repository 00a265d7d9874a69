// The protocol `source`: one camera or clinic is kept for test.
#include <set>

#include "base/error.h"
#include "base/strings.h"
#include "data/split.h"

namespace derm {
namespace {

std::vector<std::string> sources_of(const std::vector<Record>& records) {
  std::set<std::string> names;
  for (const auto& record : records)
    if (!record.source.empty()) names.insert(record.source);
  return {names.begin(), names.end()};
}

// Numbers of the groups that hold an image of the source.
std::set<size_t> groups_with(const std::vector<Record>& records, const std::vector<size_t>& groups,
                             const std::string& source) {
  std::set<size_t> out;
  for (size_t r = 0; r < records.size(); ++r)
    if (records[r].source == source) out.insert(groups[r]);
  return out;
}

}  // namespace

std::vector<Split> split_by_source(const Dataset& dataset, const std::vector<size_t>& groups,
                                   const SplitOptions& options) {
  const auto& records = dataset.records;
  const auto test = groups_with(records, groups, options.test_source);
  const auto names = sources_of(records);
  if (test.empty())
    throw Error("no image of that source" + did_you_mean(options.test_source, names),
                dataset.root.string(), join(names, ", "), options.test_source);
  std::vector<int64_t> labels;
  std::vector<size_t> rest, rest_groups;
  for (size_t r = 0; r < records.size(); ++r) {
    if (test.count(groups[r]) != 0) continue;
    rest.push_back(r);
    labels.push_back(records[r].label);
    rest_groups.push_back(groups[r]);
  }
  if (rest.empty())
    throw Error("every image belongs to that source", dataset.root.string(), "another source too",
                options.test_source);
  const double both = options.fractions[0] + options.fractions[1];
  const auto parts =
      allot_groups(labels, rest_groups, {options.fractions[0] / both, options.fractions[1] / both},
                   options.seed);
  std::vector<Split> out(records.size(), Split::kTest);
  for (size_t i = 0; i < rest.size(); ++i)
    out[rest[i]] = parts[i] == 0 ? Split::kTrain : Split::kVal;
  return out;
}

}  // namespace derm
