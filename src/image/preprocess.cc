#include "image/preprocess.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "base/strings.h"
#include "image/resize.h"

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
};

struct RangeCheck {
  template <class T>
  void operator()(const char* name, const T& field, const Allowed& allowed, const char*) {
    if (!allowed.ok(Json(field))) wrong(name, allowed.text, value_text(field));
  }
  void operator()(const char* name, const std::vector<double>& field, const Allowed& allowed,
                  const char*) {
    if (field.size() != 3) wrong(name, "three numbers: R, G, B", value_text(field));
    for (const double value : field)
      if (!allowed.ok(Json(value))) wrong(name, allowed.text, value_text(value));
  }
};

void check(const Preprocess& contract) {
  RangeCheck check_range;
  Preprocess::visit(check_range, contract);
}

int rounded_share(int side, double ratio) {
  return std::max(1, static_cast<int>(std::nearbyint(ratio * side)));
}

Image fit_crop(const Image& image, int side, double share, Filter filter) {
  const int64_t shorter = std::lround(side / share);
  const int64_t low = std::min(image.width, image.height);
  const auto scaled = [&](int length) { return static_cast<int>(shorter * length / low); };
  const Image resized = resize(image, scaled(image.width), scaled(image.height), filter);
  const auto margin = [&](int length) {
    return static_cast<size_t>(std::nearbyint((length - side) / 2.0));
  };
  const size_t left = margin(resized.width), top = margin(resized.height);
  Image out(side, side);
  const size_t row_bytes = static_cast<size_t>(side) * 3;
  for (int y = 0; y < side; ++y)
    std::memcpy(out.row(y), resized.row(static_cast<int>(top) + y) + left * 3, row_bytes);
  return out;
}

Image fit_pad(const Image& image, int side, Filter filter) {
  const double w = image.width, h = image.height;
  const int width = w >= h ? side : rounded_share(side, w / h);
  const int height = h >= w ? side : rounded_share(side, h / w);
  const Image resized = resize(image, width, height, filter);
  const auto left = static_cast<size_t>(std::nearbyint((side - width) * 0.5));
  const int top = static_cast<int>(std::nearbyint((side - height) * 0.5));
  Image out(side, side);
  for (int y = 0; y < height; ++y)
    std::memcpy(out.row(top + y) + left * 3, resized.row(y), static_cast<size_t>(width) * 3);
  return out;
}

using Table = std::array<float, 256>;

Table table_of(double mean, double std) {
  Table table;
  for (size_t x = 0; x < table.size(); ++x)
    table[x] =
        (static_cast<float>(x) / 255.0F - static_cast<float>(mean)) / static_cast<float>(std);
  return table;
}

}  // namespace

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
  check(contract);
  return contract;
}

Image fit(const Image& image, const Preprocess& contract) {
  check(contract);
  const int side = static_cast<int>(contract.side_px);
  const Filter filter = filter_named(contract.filter);
  if (contract.geometry == "crop") return fit_crop(image, side, contract.crop_share, filter);
  if (contract.geometry == "pad") return fit_pad(image, side, filter);
  return resize(image, side, side, filter);
}

void normalise(const Image& fitted, const Preprocess& contract, Layout layout, float* out) {
  check(contract);
  std::array<Table, 3> tables;
  for (size_t c = 0; c < 3; ++c) tables[c] = table_of(contract.mean[c], contract.std[c]);
  const size_t pixels = fitted.data.size() / 3;
  const uint8_t* in = fitted.data.data();
  const bool planes = layout == Layout::kPlanes;
  const size_t step = planes ? 1 : 3, channel = planes ? pixels : 1;
  for (size_t i = 0; i < pixels; ++i)
    for (size_t c = 0; c < 3; ++c) out[i * step + c * channel] = tables[c][in[i * 3 + c]];
}

}  // namespace derm
