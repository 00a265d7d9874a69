#include "report/history.h"

#include <cmath>

#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

double cell(const CsvTable& table, size_t row, const char* column) {
  const auto at = table.find(column);
  if (!at || table.rows[row][*at].empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto value = to_double(table.rows[row][*at]);
  if (!value)
    throw Error(fmt::format("column '{}' holds no number", column), table.place(row), "a number",
                "'" + table.rows[row][*at] + "'");
  return *value;
}

}  // namespace

std::vector<Epoch> read_history(const CsvTable& results) {
  const auto stage = results.find("stage");
  std::vector<Epoch> out;
  for (size_t r = 0; r < results.rows.size(); ++r) {
    Epoch epoch;
    if (stage) epoch.stage = results.rows[r][*stage];
    epoch.number = static_cast<int64_t>(r) + 1;
    epoch.train_loss = cell(results, r, "train_loss");
    epoch.val_loss = cell(results, r, "val_loss");
    epoch.val_balanced_accuracy = cell(results, r, "val_balanced_accuracy");
    out.push_back(epoch);
  }
  return out;
}

}  // namespace derm
