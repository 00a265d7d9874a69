#include "serve/multipart.h"

#include <optional>

#include "base/strings.h"
#include "serve/http.h"

namespace derm {
namespace {

constexpr size_t kMaxParts = 16;

HttpError bad_form(std::string what, std::string expected = "") {
  return {400, std::move(what), "the form", std::move(expected)};
}

// The value of `name` among the parameters of a header: a; name=value; other="value".
std::optional<std::string> parameter(const std::string& header, const std::string& name) {
  const auto parts = split(header, ';');
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::string part(trim(parts[i]));
    const size_t equals = part.find('=');
    if (equals == std::string::npos || lower(trim(part.substr(0, equals))) != name) continue;
    std::string value(trim(std::string_view(part).substr(equals + 1)));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    return value;
  }
  return std::nullopt;
}

std::string name_of_part(std::string_view head) {
  for (const auto& line : split(head, '\n')) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos || lower(line.substr(0, colon)) != "content-disposition")
      continue;
    return parameter(std::string(trim(line)), "name").value_or("");
  }
  return "";
}

std::string delimiter_of(const std::string& content_type) {
  const auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > 70)
    throw bad_form("a form without its boundary", "1 to 70 characters in header content-type");
  return "\r\n--" + *boundary;
}

}  // namespace

std::string_view multipart_field(std::string_view body, const std::string& content_type,
                                 const std::string& field) {
  const std::string delimiter = delimiter_of(content_type);
  const std::string_view first = std::string_view(delimiter).substr(2);
  if (body.substr(0, first.size()) != first) throw bad_form("a form without its first boundary");
  std::string_view rest = body.substr(first.size());
  std::optional<std::string_view> found;
  for (size_t parts = 0; rest.substr(0, 2) != "--"; ++parts) {
    if (parts == kMaxParts) throw bad_form("a form with too many parts");
    const size_t end = rest.find(delimiter), head = rest.find("\r\n\r\n");
    if (end == std::string_view::npos || head == std::string_view::npos || head >= end)
      throw bad_form("a form that is cut off or cannot be read");
    if (name_of_part(rest.substr(0, head)) == field) {
      if (found) throw bad_form("two fields of one name", "one field " + field);
      found = rest.substr(head + 4, end - head - 4);
    }
    rest = rest.substr(end + delimiter.size());
  }
  if (!found) throw bad_form("a form without the image", "a field " + field);
  return *found;
}

}  // namespace derm
