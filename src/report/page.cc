#include "report/page.h"

#include "report/data_block.h"
#include "report/embedded.h"
#include "report/script_json.h"
#include "report/sections.h"
#include "report/template.h"

namespace derm {
namespace {

std::vector<Section> sections_of(const std::vector<ReportedRun>& runs, const PageOptions& options) {
  std::vector<Section> out{results_section(runs),
                           data_section(runs, options.split),
                           discrimination_section(runs),
                           classes_section(runs),
                           calibration_section(runs),
                           decision_section(runs),
                           subgroup_section(runs),
                           gallery_section(options.gallery),
                           training_section(runs),
                           cost_section(runs),
                           reproducibility_section(runs, options.split)};
  out.push_back(checklist_section(out));
  out.push_back(missing_section(runs));
  return out;
}

Json texts_of(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const auto& text : texts) out.push_back({{"text", valid_utf8(text)}});
  return out;
}

}  // namespace

std::string report_page(const std::vector<ReportedRun>& runs, const PageOptions& options) {
  const DataBlock data = describe_data(runs, options.split);
  Json specs = Json::array(), sections = Json::array();
  for (const auto& section : sections_of(runs, options))
    if (!section.empty()) sections.push_back(section.to_json(specs));
  return fill_template(embedded_page_html(),
                       {{"page_title", valid_utf8(options.title)},
                        {"split", valid_utf8(options.split)},
                        {"style", embedded_page_css()},
                        {"script", embedded_page_js()},
                        {"vega", embedded_vega()},
                        {"alarms", texts_of(data.alarms)},
                        {"has_alarms", !data.alarms.empty()},
                        {"sections", sections},
                        {"specs", script_json(specs)}},
                       embedded_page_parts());
}

}  // namespace derm
