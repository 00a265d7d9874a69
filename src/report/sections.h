// The sections of the page, in its order. One that has nothing to show is empty, and left out.
#pragma once

#include <string>
#include <vector>

#include "report/run.h"
#include "report/section.h"

namespace derm {

Section results_section(const std::vector<ReportedRun>& runs);
Section data_section(const std::vector<ReportedRun>& runs, const std::string& split);
Section discrimination_section(const std::vector<ReportedRun>& runs);
Section classes_section(const std::vector<ReportedRun>& runs);
Section calibration_section(const std::vector<ReportedRun>& runs);
Section decision_section(const std::vector<ReportedRun>& runs);
Section subgroup_section(const std::vector<ReportedRun>& runs);
Section training_section(const std::vector<ReportedRun>& runs);
Section cost_section(const std::vector<ReportedRun>& runs);
Section reproducibility_section(const std::vector<ReportedRun>& runs, const std::string& split);
// `sections`: what the items may refer to.
Section checklist_section(const std::vector<Section>& sections);
Section missing_section(const std::vector<ReportedRun>& runs);

}  // namespace derm
