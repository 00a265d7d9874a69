// Whether acting on the networks does more good than acting on everybody or on nobody.
#include "report/sections.h"

namespace derm {

Section decision_section(const std::vector<ReportedRun>& runs) {
  Section out("decisions", "Decision curves");
  std::vector<Chart> charts;
  for (const char* task : {"melanoma", "malignant"})
    if (auto chart = decision_chart(runs, task)) charts.push_back(*std::move(chart));
  out.charts(charts);
  if (!charts.empty())
    out.note(
        "Net benefit: true positives per image, less false positives weighed by the odds of the "
        "threshold (Vickers and Elkin, 2006). A network is of use at the thresholds where its "
        "line is above both treating all and treating none; which threshold is right is a "
        "clinical judgement. It holds for the share of the disease among these images, which is "
        "not that of a practice, and for probabilities as they are. Malignant: melanoma, basal and "
        "squamous cell carcinoma, and actinic keratosis, which is a precursor.");
  return out;
}

}  // namespace derm
