#include "report/checklists.h"

#include "base/csv.h"
#include "report/embedded.h"

namespace derm {

const std::vector<Checklist>& checklists() {
  static const std::vector<Checklist> kChecklists{
      {"claim", "CLAIM",
       "Checklist for Artificial Intelligence in Medical Imaging, version of 2020, 42 items: "
       "Mongan, Moy and Kahn, Radiology: Artificial Intelligence 2(2):e200029."},
      {"tripod", "TRIPOD+AI", "Version of 2024, 27 items: Collins et al., BMJ 385:e078378."}};
  return kChecklists;
}

std::vector<ChecklistItem> checklist_items() {
  const CsvTable table = parse_csv(embedded_checklists(), "checklists.csv");
  std::vector<ChecklistItem> out;
  for (const auto& row : table.rows) out.push_back({row[0], row[1], row[2], row[3], row[4]});
  return out;
}

}  // namespace derm
