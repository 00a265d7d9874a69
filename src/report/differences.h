// How the other runs differ from the first one on the same images.
#pragma once

#include <vector>

#include "report/page_table.h"
#include "report/run.h"

namespace derm {

// Whether both have predictions of the same images with the same labels, in the same order.
bool same_images(const ReportedRun& a, const ReportedRun& b);

// A row for each run with the first one's images: run minus first, with the paired interval of the
// bootstrap. Empty where there is no such run.
PageTable difference_table(const std::vector<ReportedRun>& runs, const Bootstrap& options = {});

}  // namespace derm
