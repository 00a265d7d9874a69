// Whether probabilities mean what they say.
#include "report/sections.h"

namespace derm {

Section calibration_section(const std::vector<ReportedRun>& runs) {
  Section out("calibration", "Calibration");
  std::vector<Chart> charts;
  for (const auto& run : runs)
    if (auto chart = reliability_chart(run, runs)) charts.push_back(*std::move(chart));
  out.charts(charts, runs.size() > 2);
  if (!charts.empty())
    out.note(
        "Of all images whose most probable class has a probability in a bin: how many are right, "
        "against the mean probability (dot; its size is the number of images). On the dotted line "
        "probabilities mean what they say; below it the network is too sure of itself. ECE is the "
        "mean distance from the line over 15 bins, the Brier score the mean squared error over "
        "classes (0 to 2). Probabilities are the network's own, without a temperature.");
  return out;
}

}  // namespace derm
