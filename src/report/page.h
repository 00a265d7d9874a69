// The run report: one self-contained HTML page that compares runs. It opens without a network,
// prints, and fits a phone.
#pragma once

#include <string>
#include <vector>

#include "report/gallery.h"
#include "report/run.h"

namespace derm {

struct PageOptions {
  std::string title = "DermDistill report";
  std::string split = "test";
  Gallery gallery;
};

// Every text from the runs is escaped.
std::string report_page(const std::vector<ReportedRun>& runs, const PageOptions& options);

}  // namespace derm
