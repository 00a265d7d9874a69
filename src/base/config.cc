#include "base/config.h"

#include <algorithm>

namespace derm {

Allowed any() {
  return {"", [](const Json&) { return true; }};
}

Allowed above(double low) {
  return {fmt::format("above {}", low), [=](const Json& v) { return v.get<double>() > low; }};
}

Allowed at_least(double low) {
  return {fmt::format("at least {}", low), [=](const Json& v) { return v.get<double>() >= low; }};
}

Allowed within(double low, double high) {
  return {fmt::format("{} to {}", low, high), [=](const Json& v) {
            const auto x = v.get<double>();
            return x >= low && x <= high;
          }};
}

Allowed one_of(std::vector<std::string> names) {
  const std::string text = "one of: " + join(names, ", ");
  return {text, [names = std::move(names)](const Json& v) {
            return std::find(names.begin(), names.end(), v.get<std::string>()) != names.end();
          }};
}

namespace config_detail {

std::string shown(const Json& value) {
  constexpr size_t kLongest = 60;
  const std::string text = value.dump();
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

void wrong_type(const Tree& tree, const char* wanted) {
  throw Error("wrong type", tree.where(), wanted, shown(tree.value));
}

void check_allowed(const Tree& tree, const Allowed& allowed) {
  if (!allowed.ok(tree.value))
    throw Error("value out of range", tree.where(), allowed.text, shown(tree.value));
}

void check_known(const Tree& tree, const std::vector<std::string>& known) {
  for (const auto& [key, item] : tree.value.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw Error(fmt::format("unknown key '{}'{}", key, did_you_mean(key, known)),
                  tree.child(key).where(), "one of: " + join(known, ", "), key);
}

}  // namespace config_detail
}  // namespace derm
