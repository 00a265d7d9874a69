#include "report/embedded.h"

extern "C" {
extern const char derm_vega_begin[], derm_vega_end[];
extern const char derm_vega_lite_begin[], derm_vega_lite_end[];
extern const char derm_vega_embed_begin[], derm_vega_embed_end[];
extern const char derm_page_html_begin[], derm_page_html_end[];
extern const char derm_page_table_begin[], derm_page_table_end[];
extern const char derm_page_box_begin[], derm_page_box_end[];
extern const char derm_checklists_begin[], derm_checklists_end[];
extern const char derm_page_css_begin[], derm_page_css_end[];
extern const char derm_page_js_begin[], derm_page_js_end[];
}

namespace derm {

std::string embedded_page_html() {
  return {derm_page_html_begin, derm_page_html_end};
}

std::map<std::string, std::string> embedded_page_parts() {
  return {{"table_part", {derm_page_table_begin, derm_page_table_end}},
          {"box_part", {derm_page_box_begin, derm_page_box_end}}};
}

std::string embedded_checklists() {
  return {derm_checklists_begin, derm_checklists_end};
}

std::string embedded_page_css() {
  return {derm_page_css_begin, derm_page_css_end};
}

std::string embedded_page_js() {
  return {derm_page_js_begin, derm_page_js_end};
}

std::string embedded_vega() {
  std::string out(derm_vega_begin, derm_vega_end);
  out.append("\n").append(derm_vega_lite_begin, derm_vega_lite_end);
  out.append("\n").append(derm_vega_embed_begin, derm_vega_embed_end);
  return out;
}

}  // namespace derm
