#include "eval/predictions.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "base/csv.h"
#include "base/error.h"
#include "base/strings.h"
#include "eval/confusion.h"

namespace derm {
namespace {

constexpr const char* kTail[] = {"label", "split", "lesion_id"};
constexpr size_t kTailSize = 3;
constexpr double kSumTolerance = 1e-3;

void check_parts(const Predictions& p) {
  check_scores(p.scores);
  const size_t n = p.scores.labels.size(), k = static_cast<size_t>(p.scores.classes);
  if (p.image_ids.size() != n || p.lesion_ids.size() != n || p.classes.size() != k)
    throw Error(
        "parts of the predictions do not fit together", "",
        fmt::format("{} image ids, {} lesion ids, {} class names", n, n, k),
        fmt::format("{}, {}, {}", p.image_ids.size(), p.lesion_ids.size(), p.classes.size()));
  for (const double value : p.scores.probabilities)
    if (value < 0 || value > 1)
      throw Error("not a probability", "", "a number from 0 to 1", fmt::format("{}", value));
}

std::vector<std::string> class_columns(const CsvTable& table) {
  const auto& header = table.header;
  const bool right = header.size() > 1 + kTailSize && header.front() == "image" &&
                     std::equal(kTail, kTail + kTailSize, header.end() - kTailSize);
  if (!right)
    throw Error("not a predictions table", table.file + ", line 1",
                "image, one column per class, label, split, lesion_id", join(header, ", "));
  return {header.begin() + 1, header.end() - kTailSize};
}

double probability(const CsvTable& table, size_t row, size_t column) {
  const auto& text = table.rows[row][column];
  const auto value = to_double(text);
  if (!value || !(*value >= 0 && *value <= 1))
    throw Error(fmt::format("not a probability in column '{}'", table.header[column]),
                table.place(row), "a number from 0 to 1", "'" + text + "'");
  return *value;
}

void read_probabilities(const CsvTable& table, size_t row, Predictions& out) {
  double sum = 0;
  for (size_t c = 1; c <= out.classes.size(); ++c) {
    out.scores.probabilities.push_back(probability(table, row, c));
    sum += out.scores.probabilities.back();
  }
  if (std::abs(sum - 1) > kSumTolerance)
    throw Error("probabilities do not sum to 1", table.place(row),
                fmt::format("1 +- {}", kSumTolerance), fmt::format("{}", sum));
}

int64_t label_index(const CsvTable& table, size_t row, const std::vector<std::string>& classes) {
  const auto& name = table.rows[row][classes.size() + 1];
  const auto it = std::find(classes.begin(), classes.end(), name);
  if (it == classes.end())
    throw Error(fmt::format("label '{}' is not a class{}", name, did_you_mean(name, classes)),
                table.place(row), join(classes, ", "), name);
  return it - classes.begin();
}

void read_split(const CsvTable& table, size_t row, Predictions& out) {
  const auto& split = table.rows[row][out.classes.size() + 2];
  if (row == 0) out.split = split;
  if (split != out.split || split.empty())
    throw Error("more than one split in a table, or none", table.place(row),
                row == 0 ? "a split" : "'" + out.split + "'", "'" + split + "'");
}

}  // namespace

std::string predictions_csv(const Predictions& p) {
  check_parts(p);
  std::vector<std::string> fields{"image"};
  fields.insert(fields.end(), p.classes.begin(), p.classes.end());
  fields.insert(fields.end(), kTail, kTail + kTailSize);
  std::string out = csv_line(fields);
  for (size_t i = 0; i < p.image_ids.size(); ++i) {
    fields.assign({p.image_ids[i]});
    const double* row = p.scores.row(static_cast<int64_t>(i));
    for (size_t c = 0; c < p.classes.size(); ++c) fields.push_back(fmt::format("{}", row[c]));
    fields.push_back(p.classes[static_cast<size_t>(p.scores.labels[i])]);
    fields.push_back(p.split);
    fields.push_back(p.lesion_ids[i]);
    out += csv_line(fields);
  }
  return out;
}

void write_predictions(const fs::path& path, const Predictions& predictions) {
  write_file_atomic(path, predictions_csv(predictions));
}

Predictions parse_predictions(std::string_view text, const std::string& file) {
  const CsvTable table = parse_csv(text, file);
  Predictions out;
  out.classes = class_columns(table);
  out.scores.classes = static_cast<int64_t>(out.classes.size());
  if (table.rows.empty()) throw Error("no predictions in the table", file, "at least one row");
  std::unordered_set<std::string> seen;
  for (size_t row = 0; row < table.rows.size(); ++row) {
    const auto& fields = table.rows[row];
    if (fields.front().empty() || !seen.insert(fields.front()).second)
      throw Error("image without a name, or that stands twice", table.place(row), "each image once",
                  "'" + fields.front() + "'");
    out.image_ids.push_back(fields.front());
    out.lesion_ids.push_back(fields.back());
    read_probabilities(table, row, out);
    out.scores.labels.push_back(label_index(table, row, out.classes));
    read_split(table, row, out);
  }
  return out;
}

Predictions read_predictions(const fs::path& path) {
  return parse_predictions(read_text(path), path.string());
}

}  // namespace derm
