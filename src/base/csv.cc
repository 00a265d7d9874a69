#include "base/csv.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

// Reads one record after another from the text, counting lines.
class Reader {
 public:
  Reader(std::string_view text, const std::string& file) : text_(text), file_(file) {
    if (starts_with(text_, "\xEF\xBB\xBF")) at_ = 3;
  }

  bool done() const { return at_ >= text_.size(); }
  size_t line() const { return line_; }

  std::vector<std::string> record() {
    std::vector<std::string> fields;
    for (;;) {
      fields.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted() : plain());
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        continue;
      }
      end_of_line();
      return fields;
    }
  }

 private:
  std::string plain() {
    const size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r')
      ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted() {
    const size_t opened = line_;
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          ++at_;
        } else {
          ++at_;
          return out;
        }
      } else if (text_[at_] == '\n') {
        ++line_;
      }
      out += text_[at_];
    }
    throw Error("unclosed quote", fmt::format("{}, line {}", file_, opened));
  }

  void end_of_line() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] != '\n')
      throw Error("unexpected text after a field", fmt::format("{}, line {}", file_, line_),
                  "a comma or the end of the line", fmt::format("'{}'", text_[at_]));
    ++at_;
    ++line_;
  }

  std::string_view text_;
  const std::string& file_;
  size_t at_ = 0, line_ = 1;
};

}  // namespace

std::optional<size_t> CsvTable::find(std::string_view column) const {
  const auto it = std::find(header.begin(), header.end(), column);
  if (it == header.end()) return std::nullopt;
  return static_cast<size_t>(it - header.begin());
}

size_t CsvTable::column(std::string_view name) const {
  const auto at = find(name);
  if (!at)
    throw Error(fmt::format("no column '{}'{}", name, did_you_mean(name, header)), file,
                fmt::format("a column '{}'", name), join(header, ", "));
  return *at;
}

std::string CsvTable::place(size_t row) const {
  return fmt::format("{}, line {}", file, lines.at(row));
}

CsvTable parse_csv(std::string_view text, const std::string& file) {
  CsvTable table;
  table.file = file;
  Reader reader(text, file);
  if (reader.done()) throw Error("empty table", file, "a header line");
  table.header = reader.record();
  for (auto& name : table.header) name = std::string(trim(name));
  for (size_t i = 0; i < table.header.size(); ++i)
    if (table.find(table.header[i]) != i)
      throw Error("duplicate column", file + ", line 1", "each column once", table.header[i]);
  while (!reader.done()) {
    const size_t line = reader.line();
    auto fields = reader.record();
    if (fields.size() == 1 && trim(fields[0]).empty()) continue;
    if (fields.size() != table.header.size())
      throw Error("row of the wrong length", fmt::format("{}, line {}", file, line),
                  fmt::format("{} fields", table.header.size()),
                  fmt::format("{} fields", fields.size()));
    table.rows.push_back(std::move(fields));
    table.lines.push_back(line);
  }
  return table;
}

CsvTable read_csv(const fs::path& path) {
  return parse_csv(read_text(path), path.string());
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string out;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ',';
    if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
      out += fields[i];
      continue;
    }
    out += '"';
    for (const char c : fields[i]) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    out += '"';
  }
  return out + '\n';
}

}  // namespace derm
