// What the page says about data and comparability, in sentences.
#pragma once

#include <string>
#include <vector>

#include "report/run.h"

namespace derm {

struct DataBlock {
  std::vector<std::string> facts;
  std::vector<std::string> alarms;  // what makes the numbers optimistic or not comparable
};

DataBlock describe_data(const std::vector<ReportedRun>& runs, const std::string& split);

}  // namespace derm
