// Reads back what to_json(Metrics) wrote.
#pragma once

#include "eval/metrics.h"

namespace derm {

// Throws Error naming `where` and the key: missing, of another type, or of the wrong length.
Metrics metrics_from_json(const Json& json, const std::string& where);

}  // namespace derm
