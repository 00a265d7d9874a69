// Reads every #include of src/ and the links of every layer's CMakeLists.txt against the table of
// layers in docs/architecture.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/strings.h"
#include "support/golden.h"

namespace derm {
namespace {

using Names = std::set<std::string>;

struct Layer {
  Names layers;                          // may be included, itself among them
  std::vector<std::string> third_party;  // prefixes of header names
};
using Table = std::map<std::string, Layer>;

struct Include {
  std::string name;
  bool quoted = false;
};

const std::vector<std::string> kSystemPrefixes = {"sys/", "netinet/", "arpa/"};
const Names kSystemHeaders = {"fcntl.h",  "immintrin.h", "malloc.h", "pthread.h",
                              "signal.h", "stddef.h",    "stdint.h", "unistd.h"};

Names words(const std::string& cell) {
  Names out;
  for (const auto& word : split(cell, ' '))
    if (!trim(word).empty()) out.insert(std::string(trim(word)));
  return out;
}

std::string without_ticks(std::string name) {
  EXPECT_TRUE(name.size() > 2 && name.front() == '`' && name.back() == '`') << name;
  return name.substr(1, name.size() - 2);
}

Layer read_row(const std::vector<std::string>& cells) {
  Layer layer;
  layer.layers = words(cells[3]);
  layer.layers.insert(std::string(trim(cells[1])));
  for (const auto& prefix : words(cells[4])) layer.third_party.push_back(without_ticks(prefix));
  return layer;
}

// The rows below "## Layers", without its two heading lines.
Table read_table(const std::string& markdown) {
  Table table;
  bool in_section = false;
  int heading_lines = 2;
  for (const auto& line : split(markdown, '\n')) {
    if (starts_with(line, "## ")) in_section = line == "## Layers";
    if (!in_section || !starts_with(line, "|")) continue;
    if (heading_lines-- > 0) continue;
    const auto cells = split(line, '|');
    EXPECT_EQ(cells.size(), 6u) << line;
    if (cells.size() == 6) table[std::string(trim(cells[1]))] = read_row(cells);
  }
  return table;
}

std::vector<Include> includes_of(const std::string& source) {
  std::vector<Include> out;
  for (const auto& line : split(source, '\n')) {
    if (!starts_with(line, "#include ")) continue;
    const auto rest = std::string(trim(line.substr(9)));
    const auto end = rest.find(rest.front() == '"' ? '"' : '>', 1);
    out.push_back({rest.substr(1, end - 1), rest.front() == '"'});
  }
  return out;
}

bool has_prefix(const std::string& name, const std::vector<std::string>& prefixes) {
  for (const auto& prefix : prefixes)
    if (starts_with(name, prefix)) return true;
  return false;
}

// Standard C++ headers have neither a folder nor an extension.
bool is_system(const std::string& name) {
  return name.find_first_of("/.") == std::string::npos || kSystemHeaders.count(name) != 0 ||
         has_prefix(name, kSystemPrefixes);
}

bool allowed(const Include& include, const Layer& layer, bool in_test) {
  const auto& name = include.name;
  if (in_test && has_prefix(name, {"support/", "gtest/", "gmock/"})) return true;
  if (include.quoted) return layer.layers.count(split(name, '/').front()) != 0;
  return is_system(name) || has_prefix(name, layer.third_party);
}

std::vector<std::string> refused(const std::string& source, const Layer& layer, bool in_test) {
  std::vector<std::string> out;
  for (const auto& include : includes_of(source))
    if (!allowed(include, layer, in_test)) out.push_back(include.name);
  return out;
}

// The words between `keyword` and the next word in capitals.
Names words_after(const std::string& text, const std::string& keyword) {
  Names out;
  bool on = false;
  std::string flat = text;
  for (char& c : flat)
    if (c == '\n' || c == '(' || c == ')') c = ' ';
  for (const auto& word : split(flat, ' ')) {
    if (word.empty()) continue;
    if (word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string::npos)
      on = word == keyword;
    else if (on)
      out.insert(word);
  }
  return out;
}

class IncludeTable : public ::testing::Test {
 protected:
  const fs::path src_ = testing::source_dir() / "src";
  const Table table_ = read_table(read_text(testing::source_dir() / "docs" / "architecture.md"));
};

TEST_F(IncludeTable, HasARowForEveryFolderOfSrc) {
  Names folders, rows;
  for (const auto& entry : fs::directory_iterator(src_)) folders.insert(entry.path().filename());
  for (const auto& [name, layer] : table_) rows.insert(name);
  EXPECT_EQ(rows, folders);
}

TEST_F(IncludeTable, NamesOnlyLayersThatExistAndHasNoCircle) {
  for (const auto& [name, layer] : table_) {
    for (const auto& below : layer.layers) {
      ASSERT_EQ(table_.count(below), 1u) << name << " may include " << below;
      if (below == name) continue;
      EXPECT_EQ(table_.at(below).layers.count(name), 0u) << name << " and " << below;
    }
  }
}

TEST_F(IncludeTable, IsKeptByEverySource) {
  size_t sources = 0;
  for (const auto& file : list_files(src_)) {
    if (file.extension() != ".h" && file.extension() != ".cc") continue;
    const auto relative = fs::relative(file, src_);
    const auto row = table_.find(*relative.begin());
    ASSERT_NE(row, table_.end()) << relative;
    const bool in_test = ends_with(file.filename().string(), "_test.cc");
    EXPECT_THAT(refused(read_text(file), row->second, in_test), ::testing::IsEmpty()) << relative;
    ++sources;
  }
  EXPECT_GT(sources, 20u);
}

TEST_F(IncludeTable, IsKeptByTheLinksOfEveryLayer) {
  for (const auto& [name, layer] : table_) {
    const auto linked = words_after(read_text(src_ / name / "CMakeLists.txt"), "DEPS");
    for (const auto& below : linked)
      EXPECT_EQ(layer.layers.count(below), 1u) << name << " links " << below;
  }
}

TEST_F(IncludeTable, IsTwoLevelsDeep) {
  for (const auto& file : list_files(src_)) {
    const auto relative = fs::relative(file, src_);
    EXPECT_EQ(std::distance(relative.begin(), relative.end()), 2) << relative;
  }
}

TEST(IncludeRules, RefuseALayerAboveAndAForeignLibrary) {
  const Layer eval{{"eval", "base"}, {"fmt/"}};
  const std::string source =
      "#include <unistd.h>\n#include <vector>\n#include <fmt/format.h>\n#include <torch/torch.h>\n"
      "#include <gtest/gtest.h>\n#include \"base/error.h\"\n#include \"net/weights.h\"\n";
  EXPECT_THAT(refused(source, eval, false),
              ::testing::ElementsAre("torch/torch.h", "gtest/gtest.h", "net/weights.h"));
  EXPECT_THAT(refused(source, eval, true),
              ::testing::ElementsAre("torch/torch.h", "net/weights.h"));
}

}  // namespace
}  // namespace derm
