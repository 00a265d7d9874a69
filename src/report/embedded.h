// Texts that the program carries inside itself (embedded.S.in): the page's template, style and
// script, and the chart library (Vega, Vega-Lite, Vega-Embed).
#pragma once

#include <map>
#include <string>

namespace derm {

std::string embedded_page_html();
// Parts of the template by name: {{> table_part}}.
std::map<std::string, std::string> embedded_page_parts();
std::string embedded_page_css();
std::string embedded_page_js();
std::string embedded_checklists();  // checklists.csv
std::string embedded_vega();        // the three scripts, in the order in which they must run

}  // namespace derm
