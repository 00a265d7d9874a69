// One row per epoch: results.csv for people and plots, log.jsonl for programs.
#pragma once

#include <string>

#include "base/json.h"

namespace derm {

class History {
 public:
  void add(Json row) { rows_.push_back(std::move(row)); }
  const Json& rows() const { return rows_; }
  void restore(Json rows) { rows_ = std::move(rows); }

  // Both files, rewritten whole and atomically, so that they never hold a row that the checkpoint
  // beside them does not know.
  void write(const fs::path& folder) const;

 private:
  Json rows_ = Json::array();
};

}  // namespace derm
