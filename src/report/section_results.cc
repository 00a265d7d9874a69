// The headline numbers of every run, and how they differ.
#include <fmt/format.h>

#include "eval/table.h"
#include "report/comparison.h"
#include "report/differences.h"
#include "report/sections.h"

namespace derm {
namespace {

std::string interval_note(const std::vector<ReportedRun>& runs) {
  for (const auto& run : runs) {
    if (!run.measures) continue;
    const auto& i = run.measures->intervals;
    return fmt::format(
        "Ranges are {:.0f} % intervals of {} bootstrap replicates that draw whole {}s with "
        "replacement ({} of them): they cover the chance of which {}s were tested, not that of "
        "the training's seed. ",
        100 * i.options.confidence, format_count(i.options.replicates), i.group,
        format_count(i.groups), i.group);
  }
  return "Without predictions there are no intervals. ";
}

void add_differences(const std::vector<ReportedRun>& runs, Section& out) {
  const auto table = difference_table(runs);
  if (table.rows.empty()) return;
  out.heading("Difference to " + runs.front().name);
  out.table(table);
  out.note(fmt::format(
      "Each run minus {} on the same images; both are resampled together, so that the interval is "
      "that of the difference. An interval that holds 0 does not show that two runs are alike, and "
      "one that does not is evidence for these two trained networks alone: another seed may turn "
      "it round, and of twenty such intervals one misses by chance. A lower calibration error is "
      "better. Same decision: share of images that both call alike.",
      runs.front().name));
}

}  // namespace

Section results_section(const std::vector<ReportedRun>& runs) {
  Section out("results", "Results");
  out.table(results_table(runs));
  out.note(interval_note(runs) +
           "Balanced accuracy is the mean recall over classes; AUC and F1 are means over classes "
           "of one against the rest. Melanoma sensitivity and specificity are those of the most "
           "probable class, without a threshold of its own.");
  out.charts(headline_charts(runs), true);
  add_differences(runs, out);
  out.folded_table("All metrics", all_metrics_table(runs));
  return out;
}

}  // namespace derm
