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
Section training_section(const std::vector<ReportedRun>& runs);
Section missing_section(const std::vector<ReportedRun>& runs);

}  // namespace derm
