// Where the page answers the items of reporting guidelines.
#include <algorithm>

#include "report/checklists.h"
#include "report/sections.h"

namespace derm {
namespace {

constexpr const char* kForPeople = "to be completed by the study team";

Json item_json(const ChecklistItem& item, const std::vector<Section>& sections) {
  const auto it = std::find_if(sections.begin(), sections.end(), [&](const auto& section) {
    return section.id() == item.section && !section.empty();
  });
  const bool answered = it != sections.end();
  std::string note = item.note;
  if (item.section.empty()) note = kForPeople;
  if (!item.section.empty() && !answered) note = "not in this report: " + std::string(kForPeople);
  return {{"item", item.item},
          {"topic", item.topic},
          {"section_id", answered ? it->id() : ""},
          {"section_title", answered ? it->title() : ""},
          {"has_section", answered},
          {"remark", note}};
}

}  // namespace

Section checklist_section(const std::vector<Section>& sections) {
  Section out("checklists", "Reporting checklists");
  out.note(
      "Topics are in this program's own words: read them beside the published checklists. What "
      "only people can answer is left to them.");
  const auto all = checklist_items();
  for (const auto& checklist : checklists()) {
    Json items = Json::array();
    for (const auto& item : all)
      if (item.checklist == checklist.key) items.push_back(item_json(item, sections));
    out.block("checklist",
              {{"summary", checklist.title}, {"source", checklist.source}, {"entries", items}});
  }
  return out;
}

}  // namespace derm
