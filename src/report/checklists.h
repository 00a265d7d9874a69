// Which items of reporting guidelines the page answers, and where: the table is checklists.csv.
#pragma once

#include <string>
#include <vector>

#include "report/page_table.h"

namespace derm {

struct ChecklistItem {
  std::string checklist, item, topic;
  std::string section;  // id of the page's section; empty: for the study team
  std::string note;     // may be empty
};

struct Checklist {
  std::string key, title, source;
};

const std::vector<Checklist>& checklists();
std::vector<ChecklistItem> checklist_items();

}  // namespace derm
