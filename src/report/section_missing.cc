// What the runs do not have, and what could not be computed.
#include "eval/warnings.h"
#include "report/sections.h"

namespace derm {

Section missing_section(const std::vector<ReportedRun>& runs) {
  Section out("missing", "What is missing");
  std::vector<std::string> texts;
  for (const auto& run : runs) {
    for (const auto& part : run.missing) texts.push_back(run.name + ": " + part);
    if (!run.metrics) continue;
    for (const auto& warning : metric_warnings(*run.metrics, run.classes))
      texts.push_back(run.name + ": " + warning);
  }
  out.list(texts);
  return out;
}

}  // namespace derm
