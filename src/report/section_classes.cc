// What the networks decide, class by class.
#include "report/comparison.h"
#include "report/sections.h"

namespace derm {

Section classes_section(const std::vector<ReportedRun>& runs) {
  Section out("classes", "Classes");
  if (auto chart = recall_chart(runs)) out.charts({*std::move(chart)});
  const auto table = class_table(runs);
  out.table(table);
  if (!table.rows.empty())
    out.note(
        "Of the most probable class. Sensitivity and specificity have exact binomial intervals "
        "(Clopper and Pearson), which take images for independent; the others, and the chart, have "
        "intervals of the bootstrap over lesions.");
  std::vector<Chart> confusion;
  for (const auto& run : runs)
    if (auto chart = confusion_chart(run)) confusion.push_back(*std::move(chart));
  if (confusion.empty()) return out;
  out.heading("Confusion matrices");
  out.note("Rows are true classes and sum to 100 %; the numbers are counts of images.");
  out.charts(confusion);
  return out;
}

}  // namespace derm
