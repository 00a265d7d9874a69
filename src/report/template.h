// Mustache templates filled from JSON.
#pragma once

#include <string>

#include "base/json.h"

namespace derm {

// {{name}} is HTML-escaped, {{{name}}} is not. Strings, booleans, lists and maps; null and false
// hide their section, and so does an empty list. Throws Error where the template is malformed.
std::string fill_template(const std::string& text, const Json& values);

}  // namespace derm
