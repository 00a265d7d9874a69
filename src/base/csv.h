// CSV tables as RFC 4180 describes them: quoted fields, doubled quotes, CRLF or LF, optional BOM.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"

namespace derm {

struct CsvTable {
  std::string file;  // for messages
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // each as long as the header
  std::vector<size_t> lines;                   // 1-based line in the file of each row

  std::optional<size_t> find(std::string_view column) const;
  size_t column(std::string_view name) const;  // throws Error listing the columns there are
  std::string place(size_t row) const;         // "file, line 7"
};

// Throws Error naming file and line: unclosed quote, row of another length than the header,
// duplicate column name, empty file.
CsvTable parse_csv(std::string_view text, const std::string& file);
CsvTable read_csv(const fs::path& path);

// One CSV record with its newline; fields are quoted where they must be.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace derm
