// The pictures of the report's worst errors: found in the run's images, explained by its weights.
#pragma once

#include <vector>

#include "report/gallery.h"

namespace derm {

// `count` errors of each run that has predictions. Where images or weights are not there, a gap
// says so; a damaged image is an Error.
Gallery error_gallery(const std::vector<ReportedRun>& runs, size_t count);

}  // namespace derm
