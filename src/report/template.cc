#include "report/template.h"

#include <kainjow/mustache.hpp>

#include "base/error.h"

namespace derm {
namespace {

namespace mustache = kainjow::mustache;

mustache::data to_data(const Json& value) {
  if (value.is_object()) {
    mustache::data out(mustache::data::type::object);
    for (const auto& [key, item] : value.items()) out.set(key, to_data(item));
    return out;
  }
  if (value.is_array()) {
    mustache::data out(mustache::data::type::list);
    for (const auto& item : value) out.push_back(to_data(item));
    return out;
  }
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>();
  return value.is_null() ? mustache::data(false) : mustache::data(value.dump());
}

}  // namespace

std::string fill_template(const std::string& text, const Json& values,
                          const std::map<std::string, std::string>& parts) {
  mustache::mustache parsed(text);
  if (!parsed.is_valid()) throw Error("malformed template", "", "", parsed.error_message());
  mustache::data data = to_data(values);
  for (const auto& [name, part] : parts)
    data.set(name, mustache::data(mustache::partial([part = part] { return part; })));
  return parsed.render(data);
}

}  // namespace derm
