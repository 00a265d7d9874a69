// A section of the page: blocks in order under one heading, which the table of contents and the
// checklists link to by `id`.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "report/charts.h"
#include "report/page_table.h"

namespace derm {

class Section {
 public:
  Section(std::string id, std::string title) : id_(std::move(id)), title_(std::move(title)) {}

  void heading(const std::string& text);
  void note(const std::string& text);
  void list(const std::vector<std::string>& texts);
  void table(const PageTable& table);
  // `small`: as many beside each other as have room.
  void charts(const std::vector<Chart>& charts, bool small = false);
  // Folded on a screen; printed open.
  void folded_table(const std::string& summary, const PageTable& table);
  void folded_text(const std::string& summary, const std::string& text);
  // Values of a block that the template has a part for: "flow", "gallery".
  void block(const char* kind, Json values);

  const std::string& id() const { return id_; }
  const std::string& title() const { return title_; }
  bool empty() const { return blocks_.empty(); }
  // Moves the charts' specifications to `specs`; place i of the page is #chart-i.
  Json to_json(Json& specs) const;

 private:
  std::string id_, title_;
  Json blocks_ = Json::array();
};

}  // namespace derm
