// Mustache templates filled from JSON.
#pragma once

#include <map>
#include <string>

#include "base/json.h"

namespace derm {

// {{name}} is HTML-escaped, {{{name}}} is not. Strings, booleans, lists and maps; null and false
// hide their section, and so does an empty list. Throws Error where the template is malformed.
// {{> name}} is the part of that name, filled where it stands.
std::string fill_template(const std::string& text, const Json& values,
                          const std::map<std::string, std::string>& parts = {});

}  // namespace derm
