// Options declared once: a struct lists its fields in `visit`, and reading, overriding, dumping and
// the reference page all come from that list.
//
//   struct OptimConfig {
//     double lr = 1e-3;
//     template <class V, class Self> static void visit(V& v, Self& c) {
//       v("lr", c.lr, above(0), "learning rate before the schedule");
//     }
//   };
//   auto optim = read_config<OptimConfig>(tree);   // one Error for an unknown key, type or range
//
// Field types: bool, integers, double, std::string, Tree (taken as it is), a struct with `visit`,
// and std::vector of these.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "base/tree.h"

namespace derm {

// What a value may be: `text` is for people, `ok` decides. For a list it holds for each item.
struct Allowed {
  std::string text;
  std::function<bool(const Json&)> ok;
};

Allowed any();
Allowed above(double low);                // > low
Allowed at_least(double low);             // >= low
Allowed within(double low, double high);  // both included
Allowed one_of(std::vector<std::string> names);

namespace config_detail {

template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};

struct Probe {
  template <class T>
  void operator()(const char*, T&, const Allowed&, const char*) {}
};
template <class T, class = void>
struct is_config : std::false_type {};
template <class T>
struct is_config<T, std::void_t<decltype(T::visit(std::declval<Probe&>(), std::declval<T&>()))>>
    : std::true_type {};

std::string shown(const Json& value);
[[noreturn]] void wrong_type(const Tree& tree, const char* wanted);
void check_allowed(const Tree& tree, const Allowed& allowed);
void check_known(const Tree& tree, const std::vector<std::string>& known);

template <class T>
void read_value(const Tree& tree, T& out, const Allowed& allowed);

struct Reader {
  const Tree& tree;
  std::vector<std::string> known;

  template <class T>
  void operator()(const char* name, T& field, const Allowed& allowed, const char*) {
    known.emplace_back(name);
    if (tree.has(name)) read_value(tree.child(name), field, allowed);
  }
};

template <class T>
void read_value(const Tree& tree, T& out, const Allowed& allowed) {
  const Json& v = tree.value;
  if constexpr (std::is_same_v<T, Tree>) {
    out = tree;
  } else if constexpr (is_config<T>::value) {
    if (!v.is_object()) wrong_type(tree, "a map of keys");
    Reader reader{tree, {}};
    T::visit(reader, out);
    check_known(tree, reader.known);
  } else if constexpr (is_vector<T>::value) {
    if (!v.is_array()) wrong_type(tree, "a list");
    out.clear();
    for (size_t i = 0; i < v.size(); ++i) read_value(tree.item(i), out.emplace_back(), allowed);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!v.is_boolean()) wrong_type(tree, "true or false");
    out = v.get<bool>();
  } else if constexpr (std::is_integral_v<T>) {
    if (!v.is_number_integer()) wrong_type(tree, "a whole number");
    check_allowed(tree, allowed);
    out = v.get<T>();
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!v.is_number()) wrong_type(tree, "a number");
    check_allowed(tree, allowed);
    out = v.get<T>();
  } else {
    static_assert(std::is_same_v<T, std::string>, "unsupported field type");
    if (!v.is_string()) wrong_type(tree, "a text");
    check_allowed(tree, allowed);
    out = v.get<std::string>();
  }
}

template <class T>
Json write_value(const T& field);

struct Writer {
  Json out = Json::object();
  template <class T>
  void operator()(const char* name, const T& field, const Allowed&, const char*) {
    out[name] = write_value(field);
  }
};

template <class T>
Json write_value(const T& field) {
  if constexpr (std::is_same_v<T, Tree>) {
    return field.value;
  } else if constexpr (is_config<T>::value) {
    Writer writer;
    T::visit(writer, field);
    return writer.out;
  } else if constexpr (is_vector<T>::value) {
    Json list = Json::array();
    for (const auto& item : field) list.push_back(write_value(item));
    return list;
  } else {
    return field;
  }
}

}  // namespace config_detail

// Keys that the tree does not have keep the struct's defaults.
template <class T>
T read_config(const Tree& tree) {
  T out;
  config_detail::read_value(tree, out, any());
  return out;
}

template <class T>
Json write_config(const T& config) {
  return config_detail::write_value(config);
}

// One row of the reference page.
struct ConfigField {
  std::string key, value, allowed, help;  // value: the default, as JSON
};

template <class T>
std::vector<ConfigField> config_fields(const std::string& prefix = "");

namespace config_detail {

struct Reference {
  const std::string& prefix;
  std::vector<ConfigField> rows;
  template <class T>
  void operator()(const char* name, const T& field, const Allowed& allowed, const char* help) {
    const std::string key = prefix.empty() ? name : prefix + "." + name;
    if constexpr (is_config<T>::value) {
      for (auto& row : config_fields<T>(key)) rows.push_back(std::move(row));
    } else {
      rows.push_back({key, write_value(field).dump(), allowed.text, help});
      if constexpr (is_vector<T>::value)
        if constexpr (is_config<typename T::value_type>::value)
          for (auto& row : config_fields<typename T::value_type>(key + "[]"))
            rows.push_back(std::move(row));
    }
  }
};

}  // namespace config_detail

template <class T>
std::vector<ConfigField> config_fields(const std::string& prefix) {
  config_detail::Reference reference{prefix, {}};
  const T defaults;
  T::visit(reference, defaults);
  return reference.rows;
}

}  // namespace derm
