#include "train/history.h"

#include <algorithm>
#include <vector>

#include "base/csv.h"

namespace derm {
namespace {

// Columns in the order of their first appearance: stages may have different terms.
std::vector<std::string> columns_of(const Json& rows) {
  std::vector<std::string> columns;
  for (const auto& row : rows)
    for (const auto& [key, value] : row.items())
      if (std::find(columns.begin(), columns.end(), key) == columns.end()) columns.push_back(key);
  return columns;
}

std::string cell(const Json& row, const std::string& column) {
  if (!row.contains(column) || row[column].is_null()) return "";
  const Json& value = row[column];
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

void History::write(const fs::path& folder) const {
  const auto columns = columns_of(rows_);
  std::string csv = csv_line(columns), lines;
  for (const auto& row : rows_) {
    std::vector<std::string> cells;
    for (const auto& column : columns) cells.push_back(cell(row, column));
    csv += csv_line(cells);
    lines += row.dump() + "\n";
  }
  write_file_atomic(folder / "results.csv", csv);
  write_file_atomic(folder / "log.jsonl", lines);
}

}  // namespace derm
