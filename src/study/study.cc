#include "study/study.h"

#include <algorithm>
#include <set>

#include "eval/metrics.h"

namespace derm {
namespace {

void check_name(const std::string& name, const Tree& tree) {
  constexpr const char* kLetters = "abcdefghijklmnopqrstuvwxyz0123456789_-.";
  if (name.empty() || name[0] == '.' || name.find_first_not_of(kLetters) != std::string::npos)
    throw Error("not a name", tree.where(), "small letters, digits, _, - and .", "'" + name + "'");
}

void check_metric(const std::string& metric, const Tree& tree) {
  const auto names = metric_names();
  if (std::find(names.begin(), names.end(), metric) == names.end())
    throw Error(fmt::format("unknown metric '{}'{}", metric, did_you_mean(metric, names)),
                tree.where(), join(names, ", "));
}

// A number, or the two ends of a range.
void check_published_value(const Tree& value) {
  const auto& v = value.value;
  const bool range = v.is_array() && v.size() == 2 && v[0].is_number() && v[1].is_number();
  if (!v.is_number() && !range)
    throw Error("not a published number", value.where(), "0.846, or [0.81, 0.84]", v.dump());
}

void check_published(const Study& study, const Tree& published) {
  for (const auto& [data, metrics] : published.value.items()) {
    const Tree of_data = published.child(data);
    if (!metrics.is_object())
      throw Error("published numbers belong to a data set", of_data.where(),
                  "isic2019: {accuracy: 0.8}", metrics.dump());
    for (const auto& item : metrics.items()) {
      const auto& metric = item.key();
      check_published_value(of_data.child(metric));
      const auto shown = std::any_of(study.columns.begin(), study.columns.end(),
                                     [&](const auto& column) { return column.metric == metric; });
      if (!shown)
        throw Error("a published number without a column", of_data.child(metric).where(),
                    "a metric of `columns`", metric);
    }
  }
}

void check_row(const Study& study, const StudyRow& row, const std::set<std::string>& above,
               const Tree& tree) {
  check_name(row.name, tree);
  if (row.students.empty() && study.students.empty())
    throw Error("a row without a network", tree.where(), "students, here or of the study",
                row.name);
  for (const auto& needed : row.needs()) {
    if (above.count(needed) == 0)
      throw Error("the teacher or peer is no row above", tree.where(),
                  join({above.begin(), above.end()}, ", "), needed);
    if (study.row(needed).students.size() != 1)
      throw Error("a teacher or peer needs one network of its own", tree.where(),
                  "students: [NAME]", needed);
  }
  check_published(study, row.published);
}

void check_protocols(const Study& study, const Tree& tree) {
  if (study.protocols.empty() || study.seeds.empty() || study.rows.empty() || study.columns.empty())
    throw Error("a study needs protocols, seeds, columns and rows", tree.where());
  for (const auto& protocol : study.protocols)
    if (study.common_test && (protocol == "ssdkd" || protocol == "dsp"))
      throw Error("the protocol has a test set of its own", tree.where(),
                  "lesion, image or dsp-paper, or common_test: false", protocol);
}

}  // namespace

std::vector<std::string> StudyRow::needs() const {
  auto out = teachers;
  out.insert(out.end(), peers.begin(), peers.end());
  return out;
}

const StudyRow& Study::row(const std::string& name) const {
  return *std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.name == name; });
}

std::vector<std::string> Study::metrics() const {
  std::vector<std::string> out;
  for (const auto& column : columns) out.push_back(column.metric);
  return out;
}

Study read_study(const Tree& tree) {
  auto study = read_config<Study>(tree);
  check_name(study.study, tree);
  check_protocols(study, tree);
  for (const auto& column : study.columns) check_metric(column.metric, tree.child("columns"));
  std::set<std::string> above;
  for (size_t r = 0; r < study.rows.size(); ++r) {
    const Tree place = tree.child("rows").item(r);
    check_row(study, study.rows[r], above, place);
    if (!above.insert(study.rows[r].name).second)
      throw Error("two rows have one name", place.where(), "each name once", study.rows[r].name);
  }
  return study;
}

bool leaks(const std::string& protocol) {
  return protocol != "lesion" && protocol != "dsp";
}

Study load_study(const std::string& name_or_path) {
  std::vector<std::string> names;
  for (const auto& study : studies()) {
    if (study.name == name_or_path)
      return read_study(parse_yaml(study.text, "study " + study.name));
    names.push_back(study.name);
  }
  const bool is_path = name_or_path.find('/') != std::string::npos ||
                       ends_with(name_or_path, ".yaml") || ends_with(name_or_path, ".yml");
  if (is_path) return read_study(read_yaml(name_or_path));
  throw UsageError(
      fmt::format("unknown study '{}'{}", name_or_path, did_you_mean(name_or_path, names)), "",
      "one of: " + join(names, ", ") + "; or the path of a YAML file");
}

}  // namespace derm
