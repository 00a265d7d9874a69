// The part of JSON Schema that the API's description uses: type, properties, required,
// additionalProperties, items, enum, minimum, maximum and $ref. An unknown keyword is a failure, so
// that none is passed over in silence.
#pragma once

#include <algorithm>
#include <string>

#include "base/json.h"
#include "base/strings.h"

namespace derm::testing {

class SchemaCheck {
 public:
  // `document`: where $ref points into.
  explicit SchemaCheck(const Json& document) : document_(document) {}

  // The first place that does not agree, or nothing.
  std::string mismatch(const Json& value, const Json& schema, const std::string& at = "$") const {
    if (schema.contains("$ref"))
      return mismatch(value, resolved(schema.at("$ref").get<std::string>()), at);
    for (const auto& [keyword, rule] : schema.items()) {
      const std::string found = one(value, schema, keyword, rule, at);
      if (!found.empty()) return found;
    }
    return "";
  }

 private:
  Json resolved(const std::string& reference) const {
    return document_.at(Json::json_pointer(reference.substr(1)));
  }

  static bool has_type(const Json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    return type == "number" && value.is_number();
  }

  std::string one(const Json& value, const Json& schema, const std::string& keyword,
                  const Json& rule, const std::string& at) const {
    if (keyword == "description") return "";
    if (keyword == "type") return has_type(value, rule) ? "" : at + " is no " + rule.dump();
    if (keyword == "enum")
      return std::find(rule.begin(), rule.end(), value) != rule.end() ? "" : at + " is another";
    if (keyword == "minimum") return value >= rule ? "" : at + " is too small";
    if (keyword == "maximum") return value <= rule ? "" : at + " is too large";
    if (keyword == "required") return missing(value, rule, at);
    if (keyword == "properties") return in_properties(value, rule, at);
    if (keyword == "additionalProperties") return in_others(value, schema, rule, at);
    if (keyword == "items") return in_items(value, rule, at);
    return at + " has a schema with the unknown keyword " + keyword;
  }

  static std::string missing(const Json& value, const Json& names, const std::string& at) {
    for (const auto& name : names)
      if (!value.contains(name.get<std::string>())) return at + " has no " + name.dump();
    return "";
  }

  std::string in_properties(const Json& value, const Json& properties,
                            const std::string& at) const {
    for (const auto& [name, schema] : properties.items()) {
      if (!value.contains(name)) continue;
      const std::string found = mismatch(value.at(name), schema, at + "." + name);
      if (!found.empty()) return found;
    }
    return "";
  }

  std::string in_others(const Json& value, const Json& schema, const Json& rule,
                        const std::string& at) const {
    for (const auto& [name, inner] : value.items()) {
      if (schema.contains("properties") && schema.at("properties").contains(name)) continue;
      if (rule == false) return at + " has an unknown " + name;
      const std::string found = mismatch(inner, rule, at + "." + name);
      if (!found.empty()) return found;
    }
    return "";
  }

  std::string in_items(const Json& value, const Json& schema, const std::string& at) const {
    for (const auto& item : value) {
      const std::string found = mismatch(item, schema, at + "[]");
      if (!found.empty()) return found;
    }
    return "";
  }

  const Json& document_;
};

}  // namespace derm::testing
