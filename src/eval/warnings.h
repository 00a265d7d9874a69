// What a reader of metrics must know about classes that do not occur.
#pragma once

#include "eval/metrics.h"

namespace derm {

// One sentence per class without a labelled image, and one where only one class occurs. Classes go
// by index where there are no names.
std::vector<std::string> metric_warnings(const Metrics& metrics,
                                         const std::vector<std::string>& class_names);

}  // namespace derm
