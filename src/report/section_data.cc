// Where the images come from, which were left out, and who is in each split.
#include "base/strings.h"
#include "report/data_block.h"
#include "report/demographics.h"
#include "report/sections.h"

namespace derm {
namespace {

// Runs that share a split share a description.
std::vector<std::vector<const ReportedRun*>> by_manifest(const std::vector<ReportedRun>& runs) {
  std::vector<std::vector<const ReportedRun*>> out;
  for (const auto& run : runs) {
    if (!run.manifest) continue;
    bool placed = false;
    for (auto& same : out)
      if (same.front()->manifest_hash == run.manifest_hash && !placed) {
        same.push_back(&run);
        placed = true;
      }
    if (!placed) out.push_back({&run});
  }
  return out;
}

std::string names_of(const std::vector<const ReportedRun*>& runs) {
  std::vector<std::string> names;
  for (const auto* run : runs) names.push_back(run->name);
  return join(names, ", ");
}

}  // namespace

Section data_section(const std::vector<ReportedRun>& runs, const std::string& split) {
  Section out("data", "Data");
  out.list(describe_data(runs, split).facts);
  const auto groups = by_manifest(runs);
  for (const auto& same : groups) {
    const auto& run = *same.front();
    if (groups.size() > 1) out.heading("Data of " + names_of(same));
    out.block("flow", flow_of(*run.manifest));
    out.table(demographics_table(*run.manifest, run.classes));
  }
  if (groups.empty())
    out.note("No run has the manifest of the images that it was evaluated on.");
  else
    out.note(
        "From the manifests of the runs. Exclusions are those that were recorded when the split "
        "was made; what was left out before, by who collected the images, is not known here. A "
        "lesion without a name counts as one of its own. What is not known is counted as such and "
        "never filled in.");
  return out;
}

}  // namespace derm
