// The text form of the contract: docs/preprocessing_contract.md, section 1.
#include <charconv>

#include "base/error.h"
#include "base/strings.h"
#include "image/preprocess.h"

namespace derm {
namespace {

constexpr char kWhere[] = "preprocessing contract";

// Shortest digits that read back as the same double, without an exponent.
std::string number_text(double value) {
  char digits[512];
  const double no_negative_zero = value + 0.0;
  const auto end =
      std::to_chars(digits, digits + sizeof digits, no_negative_zero, std::chars_format::fixed);
  return {digits, end.ptr};
}

std::string value_text(int64_t value) {
  return std::to_string(value);
}
std::string value_text(bool value) {
  return value ? "true" : "false";
}
std::string value_text(double value) {
  return number_text(value);
}
std::string value_text(const std::string& value) {
  return value;
}
std::string value_text(const std::vector<double>& values) {
  std::vector<std::string> parts;
  for (const double value : values) parts.push_back(number_text(value));
  return join(parts, ",");
}

[[noreturn]] void wrong(const std::string& name, const std::string& expected,
                        const std::string& found) {
  throw Error("wrong value of '" + name + "'", kWhere, expected, found);
}

bool parse_value(std::string_view text, std::string& out) {
  out = text;
  return true;
}
bool parse_value(std::string_view text, bool& out) {
  out = text == "true";
  return true;
}
bool parse_value(std::string_view text, int64_t& out) {
  const auto value = to_int(text);
  out = value.value_or(0);
  return value.has_value();
}
bool parse_value(std::string_view text, double& out) {
  const auto value = to_double(text);
  out = value.value_or(0);
  return value.has_value();
}
bool parse_value(std::string_view text, std::vector<double>& out) {
  out.clear();
  for (const auto& part : split(text, ','))
    if (!parse_value(part, out.emplace_back())) return false;
  return true;
}

struct TextWriter {
  std::vector<std::string> parts;
  template <class T>
  void operator()(const char* name, const T& field, const Allowed&, const char*) {
    parts.push_back(fmt::format("{}={}", name, value_text(field)));
  }
  void operator()(const char*, const Clean& field, const Allowed&, const char*) {
    if (field.on()) Clean::visit(*this, field);
  }
};

// Reads the parts in the order in which the fields are declared.
struct TextReader {
  std::vector<std::string> parts;
  size_t next = 0;
  template <class T>
  void operator()(const char* name, T& field, const Allowed&, const char*) {
    const std::string key = std::string(name) + "=";
    const std::string part = next < parts.size() ? parts[next] : "";
    if (!starts_with(part, key))
      throw Error(fmt::format("'{}' is missing", name), kWhere, key + "...", part);
    ++next;
    const std::string value = part.substr(key.size());
    if (!parse_value(value, field) || value_text(field) != value)
      wrong(name, "a value in its canonical form", value);
  }
  void operator()(const char* name, Clean& field, const Allowed&, const char*) {
    if (next >= parts.size() || !starts_with(parts[next], "hair=")) return;
    Clean::visit(*this, field);
    if (!field.on()) wrong(name, "nothing where no cleaning is done", "hair=false ...");
  }
};

struct RangeCheck {
  template <class T>
  void operator()(const char* name, const T& field, const Allowed& allowed, const char*) {
    if (!allowed.ok(Json(field))) wrong(name, allowed.text, value_text(field));
  }
  void operator()(const char*, const Clean& field, const Allowed&, const char*) {
    Clean::visit(*this, field);
  }
  void operator()(const char* name, const std::vector<double>& field, const Allowed& allowed,
                  const char*) {
    if (field.size() != 3) wrong(name, "three numbers: R, G, B", value_text(field));
    for (const double value : field)
      if (!allowed.ok(Json(value))) wrong(name, allowed.text, value_text(value));
  }
};

}  // namespace

void check_contract(const Preprocess& contract) {
  RangeCheck check_range;
  Preprocess::visit(check_range, contract);
}

std::string Clean::text() const {
  TextWriter writer;
  writer("clean", *this, any(), "");
  return join(writer.parts, " ");
}

std::string Preprocess::text() const {
  TextWriter writer;
  visit(writer, *this);
  return join(writer.parts, " ");
}

std::string Preprocess::hash() const {
  return sha256(text());
}

Preprocess Preprocess::from_text(const std::string& text) {
  Preprocess contract;
  TextReader reader{split(text, ' ')};
  visit(reader, contract);
  if (reader.next != reader.parts.size())
    throw Error("something follows the last part", kWhere, "the end", reader.parts[reader.next]);
  check_contract(contract);
  return contract;
}

}  // namespace derm
