// Plain values read from YAML or JSON, with the place of every key for error messages.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"

namespace derm {

// A value, the path that leads to it ("stages.distill.optim.lr") and the file it came from.
struct Tree {
  Json value = Json::object();
  std::string path;
  std::shared_ptr<const std::map<std::string, std::string>> places;  // path -> "file:line"

  Tree() = default;
  explicit Tree(Json v) : value(std::move(v)) {}

  bool has(const std::string& key) const { return value.is_object() && value.contains(key); }
  Tree child(const std::string& key) const;
  Tree item(size_t index) const;
  // "file:line, key a.b.c"
  std::string where() const;
};

inline constexpr uint64_t kMaxConfigBytes = 4 << 20;

// YAML 1.2 core schema scalars, at most 64 levels deep. Throws Error with file, line and column.
Tree parse_yaml(const std::string& text, const std::string& file);
Tree read_yaml(const fs::path& path);
std::string to_yaml(const Json& value);

// Deep merge: objects key by key, everything else replaced by `over`.
Tree merge(const Tree& base, const Tree& over);

// Applies "a.b.c=value" (the value is YAML). A list is entered by index, or by its item's `name`
// or `term`. Throws UsageError where the text has no '=' or a list has no such item.
void set_value(Tree& tree, const std::string& assignment);

}  // namespace derm
