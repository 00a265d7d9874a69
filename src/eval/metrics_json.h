// Metrics as JSON, where an undefined number is null, and back.
#pragma once

#include "eval/metrics.h"

namespace derm {

Json finite_or_null(double value);

// Throws Error naming `where` and the key: missing, of another type, or of the wrong length.
Metrics metrics_from_json(const Json& json, const std::string& where);

}  // namespace derm
