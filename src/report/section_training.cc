// How the runs were made.
#include "report/comparison.h"
#include "report/sections.h"

namespace derm {

Section training_section(const std::vector<ReportedRun>& runs) {
  Section out("training", "Training");
  out.table(training_table(runs));
  out.note(
      "The selected epoch is chosen on the validation split; the weights of that epoch are what is "
      "measured here.");
  out.charts(history_charts(runs));
  return out;
}

}  // namespace derm
