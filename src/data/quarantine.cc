#include "data/quarantine.h"

#include <algorithm>

#include "base/csv.h"

namespace derm {

Quarantine read_quarantine(const fs::path& path) {
  const CsvTable table = read_csv(path);
  const size_t file = table.column("path"), reason = table.column("reason");
  Quarantine out;
  for (const auto& row : table.rows) out[fs::path(row[file]).generic_string()] = row[reason];
  return out;
}

void write_quarantine(const fs::path& path, const Quarantine& list) {
  std::string text = csv_line({"path", "reason"});
  for (const auto& [file, reason] : list) {
    std::string line = reason;
    std::replace(line.begin(), line.end(), '\n', ';');
    text += csv_line({file, line});
  }
  write_file_atomic(path, text);
}

void drop_quarantined(Manifest& manifest, const Quarantine& list) {
  std::vector<ManifestRow> kept;
  for (auto& row : manifest.rows) {
    const auto it = list.find(row.path);
    if (it == list.end())
      kept.push_back(std::move(row));
    else
      manifest.details["quarantined"][it->first] = it->second;
  }
  manifest.rows = std::move(kept);
}

}  // namespace derm
