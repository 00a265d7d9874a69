// Text that is safe to place in a page.
#pragma once

#include <string>

#include "base/json.h"

namespace derm {

// JSON for the inside of a <script> element: plain ASCII, and no '<', '>' or '&', so that neither
// "</script" nor "<!--" can occur. Bytes that are not UTF-8 become U+FFFD.
std::string script_json(const Json& value);

// The same text with bytes that are not UTF-8 replaced by U+FFFD.
std::string valid_utf8(const std::string& text);

}  // namespace derm
