#include "report/manifest_summary.h"

#include <set>

#include "base/csv.h"
#include "base/error.h"
#include "base/json.h"

namespace derm {
namespace {

std::string protocol_of(const fs::path& description) {
  if (!fs::exists(description)) return "";
  const Json json = read_json(description);
  if (!json.is_object() || !json.contains("protocol") || !json["protocol"].is_string())
    throw Error("not a manifest description", description.string(), "\"protocol\": a text");
  return json["protocol"];
}

}  // namespace

std::optional<ManifestSummary> read_manifest_summary(const fs::path& run_folder) {
  const fs::path path = run_folder / "manifest.csv";
  if (!fs::exists(path)) return std::nullopt;
  ManifestSummary out;
  out.protocol = protocol_of(run_folder / "manifest.json");
  const CsvTable table = read_csv(path);
  const size_t split = table.column("split"), lesion = table.column("lesion_id");
  std::map<std::string, std::set<std::string>> lesions;
  for (const auto& row : table.rows)
    if (!row[lesion].empty()) lesions[row[split]].insert(row[lesion]);
  for (const auto& row : table.rows) {
    auto& of_split = out.splits[row[split]];
    ++of_split.images;
    if (row[lesion].empty())
      ++of_split.lesions;
    else if (row[split] != "train" && lesions["train"].count(row[lesion]) > 0)
      ++of_split.images_with_sibling_in_train;
  }
  for (auto& [name, of_split] : out.splits)
    of_split.lesions += static_cast<int64_t>(lesions[name].size());
  return out;
}

}  // namespace derm
