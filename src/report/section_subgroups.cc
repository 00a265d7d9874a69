// How the networks do on parts of the images.
#include <fmt/format.h>

#include "eval/table.h"
#include "report/sections.h"

namespace derm {
namespace {

PageTable subgroups_of(const ReportedRun& run) {
  PageTable out;
  out.header = {"subgroup",
                "images",
                run.measures->intervals.group + "s",
                "accuracy",
                "balanced accuracy",
                "melanoma sensitivity"};
  const auto cell = [](const Estimate& m) { return measured_cell(m.value, &m.interval, 3); };
  std::string attribute;
  for (const auto& part : run.measures->subgroups) {
    if (part.attribute != attribute)
      out.rows.push_back({attribute = part.attribute, {}, TableRow::Kind::kGroup});
    out.rows.push_back({part.value,
                        {format_count(part.images), format_count(part.groups), cell(part.accuracy),
                         cell(part.balanced_accuracy), cell(part.melanoma_sensitivity)},
                        part.small ? TableRow::Kind::kFaint : TableRow::Kind::kPlain});
  }
  return out;
}

}  // namespace

Section subgroup_section(const std::vector<ReportedRun>& runs) {
  Section out("subgroups", "Subgroups");
  std::vector<Chart> charts;
  if (auto chart = subgroup_chart(runs, "Accuracy", &Subgroup::accuracy))
    charts.push_back(*std::move(chart));
  if (auto chart = subgroup_chart(runs, "Melanoma sensitivity", &Subgroup::melanoma_sensitivity))
    charts.push_back(*std::move(chart));
  out.charts(charts);
  if (charts.empty()) return out;
  out.note(fmt::format(
      "By age, sex, site and source of the manifest, with 95 % intervals of the bootstrap. "
      "Subgroups of fewer than {} images are greyed: their numbers say little. Classes are not "
      "spread alike over subgroups, so that a difference need not be the network's; balanced "
      "accuracy leaves out classes that a subgroup lacks. Skin type is not among the data: how "
      "the networks do on dark skin is not known.",
      kSmallSubgroup));
  for (const auto& run : runs)
    if (run.measures) out.folded_table("Numbers of " + run.name, subgroups_of(run));
  return out;
}

}  // namespace derm
