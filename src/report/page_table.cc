#include "report/page_table.h"

#include <cmath>

#include "eval/table.h"

namespace derm {

std::string PageTable::text() const {
  TextTable table(header);
  for (const auto& row : rows) {
    if (row.kind == TableRow::Kind::kGroup) continue;
    std::vector<std::string> cells{row.head};
    for (const auto& cell : row.cells) cells.push_back(cell.text);
    table.add(cells);
  }
  return table.str();
}

Cell measured_cell(double value, const Interval* interval, int digits) {
  const bool known = interval != nullptr && std::isfinite(value) && std::isfinite(interval->low) &&
                     std::isfinite(interval->high);
  return {format_score(value, digits), known ? format_interval(*interval, digits) : ""};
}

}  // namespace derm
