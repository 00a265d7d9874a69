#include "report/cohort.h"

#include <set>

#include "base/csv.h"
#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "report/script_json.h"

namespace derm {
namespace {

// The kinds of problems (docs/data.md) whose images are no row of the manifest.
struct ExclusionKind {
  const char* key;
  const char* reason;
};
constexpr ExclusionKind kExclusions[] = {
    {"missing", "listed in the label table, but no image file"},
    {"unlisted", "image file that no table row lists"},
    {"conflicts", "two different labels"},
    {"unlabelled", "no label, or several"},
    {"unknown-class", "of a class that is not known"},
};

// "duplicates" counts repeated rows of images that stay, "empty-class" counts classes.
std::vector<Exclusion> exclusions_of(const Json& details, const std::string& where) {
  std::vector<Exclusion> out;
  if (!details.is_object()) throw Error("not a manifest description", where, "\"details\": a map");
  const Json problems = details.value("problems_allowed", Json::object());
  for (const auto& kind : kExclusions)
    if (const auto it = problems.find(kind.key); it != problems.end()) {
      if (!it->is_number_integer() || *it < 0)
        throw Error(fmt::format("'{}' is no count of images", kind.key), where,
                    "a whole number from 0", it->dump());
      out.push_back({kind.reason, it->get<int64_t>()});
    }
  const auto quarantined = details.value("quarantined", Json::object()).size();
  if (quarantined > 0)
    out.push_back({"quarantined: the file is damaged", static_cast<int64_t>(quarantined)});
  return out;
}

void read_description(const fs::path& path, Cohort& out) {
  if (!fs::exists(path)) return;
  const Json json = read_json(path);
  if (!json.is_object() || !json.contains("protocol") || !json["protocol"].is_string())
    throw Error("not a manifest description", path.string(), "\"protocol\": a text");
  out.protocol = valid_utf8(json["protocol"].get<std::string>());
  if (json.contains("details")) out.exclusions = exclusions_of(json["details"], path.string());
}

std::string text_at(const CsvTable& table, size_t row, const char* column) {
  const auto at = table.find(column);
  return at ? valid_utf8(table.rows[row][*at]) : "";
}

double age_at(const CsvTable& table, size_t row) {
  const auto text = text_at(table, row, "age");
  if (text.empty()) return -1;
  const auto value = to_double(text);
  if (!value || !(*value >= 0))
    throw Error("not an age", table.place(row), "years, or nothing", "'" + text + "'");
  return *value;
}

CohortRow row_at(const CsvTable& table, size_t row) {
  CohortRow out;
  out.image_id = text_at(table, row, "image_id");
  out.class_name = text_at(table, row, "class");
  out.split = text_at(table, row, "split");
  out.lesion_id = text_at(table, row, "lesion_id");
  out.patient_id = text_at(table, row, "patient_id");
  out.age = age_at(table, row);
  out.sex = text_at(table, row, "sex");
  out.site = text_at(table, row, "site");
  out.source = text_at(table, row, "source");
  out.is_copy = !text_at(table, row, "copy").empty();
  return out;
}

std::map<std::string, SplitSummary> summarised(const std::vector<CohortRow>& rows) {
  std::map<std::string, SplitSummary> out;
  std::map<std::string, std::set<std::string>> lesions;
  for (const auto& row : rows)
    if (!row.lesion_id.empty()) lesions[row.split].insert(row.lesion_id);
  for (const auto& row : rows) {
    auto& of_split = out[row.split];
    ++of_split.images;
    if (row.lesion_id.empty())
      ++of_split.lesions;
    else if (row.split != "train" && lesions["train"].count(row.lesion_id) > 0)
      ++of_split.images_with_sibling_in_train;
  }
  for (auto& [name, of_split] : out) of_split.lesions += static_cast<int64_t>(lesions[name].size());
  return out;
}

}  // namespace

std::optional<Cohort> read_cohort(const fs::path& run_folder) {
  const fs::path path = run_folder / "manifest.csv";
  if (!fs::exists(path)) return std::nullopt;
  Cohort out;
  read_description(run_folder / "manifest.json", out);
  const CsvTable table = read_csv(path);
  table.column("split");
  table.column("lesion_id");
  for (size_t row = 0; row < table.rows.size(); ++row) out.rows.push_back(row_at(table, row));
  out.splits = summarised(out.rows);
  return out;
}

}  // namespace derm
