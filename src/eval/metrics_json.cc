// The JSON form of Metrics; undefined numbers are null.
#include "eval/metrics_json.h"

#include <cmath>
#include <limits>

#include "base/error.h"
#include "eval/metric_names.h"
#include "eval/warnings.h"

namespace derm {
namespace {

struct CountField {
  const char* name;
  int64_t ClassMetrics::*value;
};

constexpr CountField kCounts[] = {{"tp", &ClassMetrics::tp},
                                  {"fp", &ClassMetrics::fp},
                                  {"fn", &ClassMetrics::fn},
                                  {"tn", &ClassMetrics::tn}};

Json class_json(const ClassMetrics& c, const std::string& name) {
  Json out{{"class", name}, {"support", c.support()}};
  for (const auto& field : kCounts) out[field.name] = c.*field.value;
  for (const auto& field : named_class_metrics()) out[field.name] = finite_or_null(c.*field.value);
  return out;
}

const Json& member(const Json& object, const char* key, const std::string& where) {
  if (!object.is_object() || !object.contains(key))
    throw Error(fmt::format("metrics without '{}'", key), where);
  return object[key];
}

double number_at(const Json& object, const char* key, const std::string& where) {
  const Json& value = member(object, key, where);
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!value.is_number())
    throw Error(fmt::format("metric '{}' is not a number", key), where, "a number or null",
                value.dump());
  return value.get<double>();
}

int64_t count(const Json& value, const std::string& where) {
  if (!value.is_number_integer() || value < 0)
    throw Error("not a count", where, "a whole number from 0", value.dump());
  return value.get<int64_t>();
}

const Json& list_of(const Json& value, size_t size, const std::string& where) {
  if (!value.is_array() || value.size() != size)
    throw Error("list of the wrong length", where, fmt::format("{} items", size),
                value.is_array() ? fmt::format("{} items", value.size()) : value.type_name());
  return value;
}

ClassMetrics class_from_json(const Json& json, const std::string& where) {
  ClassMetrics c;
  for (const auto& field : kCounts)
    c.*field.value = count(member(json, field.name, where), where + "." + field.name);
  for (const auto& field : named_class_metrics())
    c.*field.value = number_at(json, field.name, where);
  return c;
}

}  // namespace

Json finite_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json to_json(const Metrics& metrics, const std::vector<std::string>& class_names) {
  const auto k = static_cast<size_t>(metrics.classes);
  if (class_names.size() != k)
    throw Error("class names do not fit the metrics", "", fmt::format("{} names", k),
                fmt::format("{} names", class_names.size()));
  Json out{{"samples", metrics.samples}, {"classes", metrics.classes}};
  for (const auto& metric : named_metrics())
    out[metric.name] = finite_or_null(metrics.*metric.value);
  Json rows = Json::array(), per_class = Json::array();
  for (size_t c = 0; c < k; ++c) {
    const auto row = metrics.confusion.begin() + static_cast<std::ptrdiff_t>(c * k);
    rows.push_back(std::vector<int64_t>(row, row + static_cast<std::ptrdiff_t>(k)));
    per_class.push_back(class_json(metrics.per_class[c], class_names[c]));
  }
  out["confusion"] = rows;
  out["per_class"] = per_class;
  out["warnings"] = metric_warnings(metrics, class_names);
  return out;
}

Metrics metrics_from_json(const Json& json, const std::string& where) {
  constexpr size_t kMaxClasses = 4096;
  Metrics m;
  m.samples = count(member(json, "samples", where), where + ".samples");
  m.classes = count(member(json, "classes", where), where + ".classes");
  const auto k = static_cast<size_t>(m.classes);
  if (k == 0 || k > kMaxClasses)
    throw Error("number of classes out of range", where, fmt::format("1..{}", kMaxClasses),
                std::to_string(k));
  for (const auto& metric : named_metrics()) m.*metric.value = number_at(json, metric.name, where);
  for (const auto& row : list_of(member(json, "confusion", where), k, where + ".confusion"))
    for (const auto& cell : list_of(row, k, where + ".confusion"))
      m.confusion.push_back(count(cell, where + ".confusion"));
  for (const auto& item : list_of(member(json, "per_class", where), k, where + ".per_class"))
    m.per_class.push_back(class_from_json(item, where + ".per_class"));
  m.warnings = metric_warnings(m, {});
  return m;
}

}  // namespace derm
