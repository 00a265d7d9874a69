// How well scores separate a class from the others: ROC and precision-recall curves.
#include <algorithm>

#include "report/sections.h"

namespace derm {
namespace {

std::vector<std::string> class_names(const std::vector<ReportedRun>& runs) {
  std::vector<std::string> out;
  for (const auto& run : runs)
    for (const auto& name : run.classes)
      if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  return out;
}

void add_curves(const std::vector<ReportedRun>& runs, Section& out) {
  std::vector<Chart> roc, pr;
  for (const auto& name : class_names(runs)) {
    if (auto chart = roc_chart(runs, name, CurveSize::kSmall)) roc.push_back(*std::move(chart));
    if (auto chart = pr_chart(runs, name, CurveSize::kSmall)) pr.push_back(*std::move(chart));
  }
  if (roc.empty()) return;
  out.heading("ROC curves of every class: sensitivity against 1 - specificity, and areas");
  out.charts(roc, true);
  out.heading("Every class: precision against recall, and average precision");
  out.charts(pr, true);
}

}  // namespace

Section discrimination_section(const std::vector<ReportedRun>& runs) {
  Section out("discrimination", "ROC and precision-recall");
  std::vector<Chart> melanoma;
  for (const auto& run : runs) {
    if (!run.melanoma() || !melanoma.empty()) continue;
    const auto& name = run.classes[*run.melanoma()];
    if (auto chart = roc_chart(runs, name, CurveSize::kLarge)) melanoma.push_back(*chart);
    if (auto chart = pr_chart(runs, name, CurveSize::kLarge)) melanoma.push_back(*chart);
  }
  out.charts(melanoma);
  add_curves(runs, out);
  if (!out.empty())
    out.note(
        "One class against all others, by its probability. Bands are pointwise 95 % intervals of "
        "the bootstrap. A dot is where a run's own decisions (the most probable class) lie. The "
        "dotted line is what guessing gives; for precision it is the share of the class among the "
        "images, so that precision holds for that share alone.");
  return out;
}

}  // namespace derm
