#include "report/script_json.h"

namespace derm {
namespace {

std::string ascii(const Json& value) {
  return value.dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace

// In JSON these three characters occur only inside strings, where an escape means the same.
std::string script_json(const Json& value) {
  std::string out;
  for (const char c : ascii(value)) {
    if (c == '<')
      out += "\\u003c";
    else if (c == '>')
      out += "\\u003e";
    else if (c == '&')
      out += "\\u0026";
    else
      out += c;
  }
  return out;
}

std::string valid_utf8(const std::string& text) {
  return Json::parse(ascii(Json(text))).get<std::string>();
}

}  // namespace derm
