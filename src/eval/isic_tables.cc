// Reads ground truths and submissions of the ISIC challenges.
#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "base/csv.h"
#include "base/error.h"
#include "base/strings.h"
#include "eval/isic_score.h"

namespace derm {
namespace {

constexpr char kImage[] = "image", kScore[] = "score_weight", kValidation[] = "validation_weight";
constexpr char kUnscoredImage[] = "ISIC_0035068";

std::string without_jpg(std::string name) {
  std::string end = name.size() < 4 ? "" : name.substr(name.size() - 4);
  std::transform(end.begin(), end.end(), end.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (end == ".jpg") name.resize(name.size() - 4);
  return name;
}

double number_in(const CsvTable& table, size_t row, size_t column, double highest) {
  const auto& text = table.rows[row][column];
  const auto value = to_double(text);
  if (!value || !(*value >= 0 && *value <= highest))
    throw Error(fmt::format("value out of range in column '{}'", table.header[column]),
                table.place(row), fmt::format("a number from 0 to {}", highest), "'" + text + "'");
  return *value;
}

void add_images(const CsvTable& table, bool strip, IsicTable& out) {
  const size_t column = table.column(kImage);
  std::unordered_set<std::string> seen;
  for (size_t row = 0; row < table.rows.size(); ++row) {
    const auto& name = table.rows[row][column];
    out.images.push_back(strip ? without_jpg(name) : name);
    if (!seen.insert(out.images.back()).second)
      throw Error("image that stands twice", table.place(row), "each image once",
                  out.images.back());
  }
}

void add_values(const CsvTable& table, IsicTable& out) {
  std::vector<size_t> columns;
  for (const auto& category : out.categories) columns.push_back(table.column(category));
  for (size_t row = 0; row < table.rows.size(); ++row)
    for (const size_t column : columns) out.values.push_back(number_in(table, row, column, 1));
}

std::vector<std::string> missing_from(const std::vector<std::string>& all,
                                      const std::vector<std::string>& wanted) {
  std::vector<std::string> out;
  for (const auto& name : wanted)
    if (std::find(all.begin(), all.end(), name) == all.end()) out.push_back(name);
  return out;
}

}  // namespace

void set_isic_weights(IsicTruth& truth) {
  truth.score_weight.assign(truth.table.images.size(), 1);
  truth.validation_weight = truth.score_weight;
  for (size_t i = 0; i < truth.table.images.size(); ++i)
    if (truth.table.images[i] == kUnscoredImage)
      truth.score_weight[i] = truth.validation_weight[i] = 0;
}

IsicTruth parse_isic_truth(std::string_view text, const std::string& file) {
  constexpr double kAnyWeight = 1e9;
  const CsvTable csv = parse_csv(text, file);
  IsicTruth out;
  for (const auto& name : csv.header)
    if (name != kImage && name != kScore && name != kValidation)
      out.table.categories.push_back(name);
  if (out.table.categories.empty())
    throw Error("ground truth without a category", file + ", line 1");
  add_images(csv, false, out.table);
  add_values(csv, out.table);
  set_isic_weights(out);
  for (size_t row = 0; row < csv.rows.size(); ++row) {
    if (out.table.images[row] == kUnscoredImage) continue;
    if (const auto column = csv.find(kScore))
      out.score_weight[row] = number_in(csv, row, *column, kAnyWeight);
    if (const auto column = csv.find(kValidation))
      out.validation_weight[row] = number_in(csv, row, *column, kAnyWeight);
  }
  return out;
}

IsicTable parse_isic_submission(std::string_view text, const std::string& file,
                                const std::vector<std::string>& categories) {
  const CsvTable csv = parse_csv(text, file);
  std::vector<std::string> wanted{kImage};
  wanted.insert(wanted.end(), categories.begin(), categories.end());
  const auto missing = missing_from(csv.header, wanted), extra = missing_from(wanted, csv.header);
  if (!missing.empty() || !extra.empty())
    throw Error("columns are not those of the ground truth", file + ", line 1", join(wanted, ", "),
                fmt::format("missing: {}; too many: {}", join(missing, ", "), join(extra, ", ")));
  IsicTable out{categories, {}, {}};
  add_images(csv, true, out);
  add_values(csv, out);
  return out;
}

}  // namespace derm
