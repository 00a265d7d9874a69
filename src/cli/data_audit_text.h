// The audit as text for a terminal.
#pragma once

#include <string>

#include "data/audit.h"

namespace derm {

std::string audit_text(const Audit& audit, const Manifest& manifest);

}  // namespace derm
