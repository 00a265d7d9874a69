#include "report/section.h"

#include <fmt/format.h>

#include "report/script_json.h"

namespace derm {
namespace {

Json cell_json(const Cell& cell) {
  return {{"cell", valid_utf8(cell.text)},
          {"interval", cell.interval},
          {"has_interval", !cell.interval.empty()}};
}

Json table_json(const PageTable& table) {
  Json rows = Json::array(), header = Json::array();
  for (const auto& name : table.header) header.push_back({{"name", valid_utf8(name)}});
  for (const auto& row : table.rows) {
    Json cells = Json::array();
    for (const auto& cell : row.cells) cells.push_back(cell_json(cell));
    rows.push_back({{"head", valid_utf8(row.head)},
                    {"is_group", row.kind == TableRow::Kind::kGroup},
                    {"faint", row.kind == TableRow::Kind::kFaint},
                    {"columns", table.header.size()},
                    {"cells", cells}});
  }
  return {{"header", header}, {"rows", rows}, {"words", table.words}};
}

Json chart_json(const Chart& chart) {
  return {{"title", valid_utf8(chart.title)},
          {"note", valid_utf8(chart.note)},
          {"has_note", !chart.note.empty()},
          {"spec", chart.spec}};
}

}  // namespace

void Section::block(const char* kind, Json values) {
  blocks_.push_back({{kind, std::move(values)}});
}

void Section::heading(const std::string& text) {
  block("heading", {{"text", valid_utf8(text)}});
}

void Section::note(const std::string& text) {
  block("paragraph", {{"text", valid_utf8(text)}});
}

void Section::list(const std::vector<std::string>& texts) {
  Json items = Json::array();
  for (const auto& text : texts) items.push_back({{"text", valid_utf8(text)}});
  if (!items.empty()) block("list", {{"items", items}});
}

void Section::table(const PageTable& table) {
  if (!table.rows.empty()) block("table", table_json(table));
}

void Section::charts(const std::vector<Chart>& charts, bool small) {
  Json figures = Json::array();
  for (const auto& chart : charts) figures.push_back(chart_json(chart));
  if (!figures.empty()) block("charts", {{"figures", figures}, {"small", small}});
}

void Section::folded_table(const std::string& summary, const PageTable& table) {
  if (table.rows.empty()) return;
  block("folded_table", {{"summary", valid_utf8(summary)}, {"table", table_json(table)}});
}

void Section::folded_text(const std::string& summary, const std::string& text) {
  block("folded_text", {{"summary", valid_utf8(summary)}, {"text", valid_utf8(text)}});
}

Json Section::to_json(Json& specs) const {
  Json blocks = blocks_;
  for (auto& block : blocks) {
    if (!block.contains("charts")) continue;
    for (auto& figure : block["charts"]["figures"]) {
      figure["chart_id"] = fmt::format("chart-{}", specs.size());
      specs.push_back(std::move(figure["spec"]));
      figure.erase("spec");
    }
  }
  return {{"id", id_}, {"title", title_}, {"blocks", blocks}};
}

}  // namespace derm
