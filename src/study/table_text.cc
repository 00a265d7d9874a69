// The table as Markdown and as a page.
#include <algorithm>

#include "base/strings.h"
#include "report/template.h"
#include "study/table.h"

namespace derm {
namespace {

constexpr const char* kPage = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{title}}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
p { margin: .3rem 0; max-width: 50rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin-top: .6rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; text-align: left; border-bottom: 1px solid #ccc; vertical-align: top; }
th { border-bottom: 2px solid #1a1a1a; }
.leaky { color: #8a1c00; font-weight: 600; }
@media print { body { margin: 0; max-width: none; font-size: 9pt; } tr { break-inside: avoid; } .wide { overflow: visible; } }
@page { size: landscape; margin: 12mm; }
</style>
</head>
<body>
<h1>{{title}}</h1>
{{#notes}}<p>{{text}}</p>
{{/notes}}
{{#sections}}<h2{{#leaky}} class="leaky"{{/leaky}}>{{heading}}</h2>
{{#notes}}<p>{{text}}</p>
{{/notes}}
<div class="wide"><table>
<thead><tr>{{#header}}<th>{{text}}</th>{{/header}}</tr></thead>
<tbody>
{{#rows}}<tr>{{#cells}}<td>{{text}}</td>{{/cells}}</tr>
{{/rows}}</tbody>
</table></div>
{{/sections}}
<p>Research use only: not a medical device.</p>
</body>
</html>
)html";

std::string cell_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const auto& cell : cells) out += " " + cell_text(cell) + " |";
  return out + "\n";
}

Json texts(const std::vector<std::string>& list) {
  Json out = Json::array();
  for (const auto& text : list) out.push_back({{"text", text}});
  return out;
}

Json section_json(const TableSection& section) {
  Json rows = Json::array();
  for (const auto& row : section.rows) rows.push_back({{"cells", texts(row)}});
  return {{"heading", section.heading},
          {"leaky", section.heading.find("LEAKY") != std::string::npos},
          {"notes", texts(section.notes)},
          {"header", texts(section.header)},
          {"rows", rows}};
}

}  // namespace

std::string table_markdown(const StudyTable& table) {
  std::string out = "# " + table.title + "\n\n";
  for (const auto& note : table.notes) out += note + "\n\n";
  for (const auto& section : table.sections) {
    out += "## " + section.heading + "\n\n";
    for (const auto& note : section.notes) out += note + "\n\n";
    out += markdown_row(section.header);
    out += markdown_row(std::vector<std::string>(section.header.size(), "---"));
    for (const auto& row : section.rows) out += markdown_row(row);
    out += "\n";
  }
  return out + "Research use only: not a medical device.\n";
}

std::string table_html(const StudyTable& table) {
  Json sections = Json::array();
  for (const auto& section : table.sections) sections.push_back(section_json(section));
  return fill_template(
      kPage, {{"title", table.title}, {"notes", texts(table.notes)}, {"sections", sections}});
}

}  // namespace derm
