// From the rows of a label table and the files of a folder to records, every problem settled.
#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "base/strings.h"
#include "data/dataset_files.h"
#include "data/dataset_table.h"

namespace derm {
namespace {

void replace_labels(LabelTable& table, const fs::path& labels) {
  OneHotTable other = read_one_hot(labels);
  std::unordered_map<std::string, size_t> row_of;
  for (size_t r = 0; r < other.ids.size(); ++r) row_of.emplace(other.ids[r], r);
  table.classes = std::move(other.classes);
  for (auto& row : table.rows) {
    const auto it = row_of.find(row.record.image_id);
    if (it == row_of.end())
      row.names.clear();
    else
      row.names = other.names[it->second];
  }
}

class Assembly {
 public:
  Assembly(const fs::path& root, LabelTable& table, const DatasetOptions& options)
      : table_(table), options_(options), files_(root, table.image_folders) {
    out_.root = root;
    out_.classes = table.classes;
    out_.table_labels.assign(table.rows.size(), -1);
    for (size_t c = 0; c < table.classes.size(); ++c)
      label_of_[table.classes[c]] = static_cast<int64_t>(c);
    if (!options.quarantine.empty()) quarantine_ = read_quarantine(options.quarantine);
  }

  Dataset run() {
    find_repeated();
    for (size_t r = 0; r < table_.rows.size(); ++r) add(r);
    files_.report(out_.problems);
    report_empty_classes();
    auto allow = options_.allow;
    if (options_.tables_only) allow[static_cast<size_t>(Problem::kMissing)] = true;
    out_.problems.check(allow, out_.root.string());
    return std::move(out_);
  }

 private:
  // "labels.csv, line 7", below the dataset folder.
  std::string source(const LabelledRow& row) const {
    const std::string root = out_.root.string() + "/";
    return starts_with(row.where, root) ? row.where.substr(root.size()) : row.where;
  }
  std::string place(const LabelledRow& row) const {
    return row.record.path == row.where ? row.where
                                        : row.record.image_id + " (" + source(row) + ")";
  }

  void find_repeated() {
    for (size_t r = 0; r < table_.rows.size(); ++r) {
      const auto& row = table_.rows[r];
      const auto [it, fresh] = uses_.emplace(row.record.image_id, Use{r, false});
      if (!fresh && row.names != table_.rows[it->second.first].names) it->second.conflict = true;
    }
  }

  int64_t label(const LabelledRow& row) const {
    if (row.names.size() != 1) return -1;
    const auto it = label_of_.find(row.names[0]);
    return it == label_of_.end() ? -1 : it->second;
  }

  // Whether the row is the one that stands for its image; reports it where it is not.
  bool settle_repeats(size_t r) {
    const auto& row = table_.rows[r];
    const Use& use = uses_.at(row.record.image_id);
    if (use.first == r) return !use.conflict;
    const std::string example = place(row) + " and " + source(table_.rows[use.first]);
    out_.problems.add(use.conflict ? Problem::kConflict : Problem::kDuplicate, example);
    files_.claim(row.record);
    return false;
  }

  void report_label(const LabelledRow& row) {
    if (row.names.size() == 1)
      out_.problems.add(Problem::kUnknownClass,
                        fmt::format("'{}' of {}", row.names[0], place(row)));
    else
      out_.problems.add(Problem::kUnlabelled,
                        fmt::format("{}, {} labels", place(row), row.names.size()));
  }

  void add(size_t r) {
    auto& row = table_.rows[r];
    out_.table_labels[r] = label(row);
    const std::string path = files_.claim(row.record);
    if (!settle_repeats(r)) return;
    if (out_.table_labels[r] < 0) return report_label(row);
    if (const auto it = quarantine_.find(path); it != quarantine_.end()) {
      out_.quarantined.insert(*it);
      return;
    }
    if (path.empty()) out_.problems.add(Problem::kMissing, place(row));
    if (path.empty() && !options_.tables_only) return;
    row.record.label = out_.table_labels[r];
    row.record.path = path.empty() ? expected_path(row.record) : path;
    out_.records.push_back(std::move(row.record));
    out_.present.push_back(!path.empty());
    out_.given.push_back(row.split);
    out_.table_row.push_back(r);
  }

  std::string expected_path(const Record& record) const {
    if (!record.path.empty()) return record.path;
    const fs::path folder = table_.image_folders.empty() ? "." : table_.image_folders.front();
    return (folder / (record.image_id + ".jpg")).lexically_normal().generic_string();
  }

  void report_empty_classes() {
    std::vector<bool> used(out_.classes.size(), false);
    for (const auto& record : out_.records) used[static_cast<size_t>(record.label)] = true;
    for (size_t c = 0; c < used.size(); ++c)
      if (!used[c]) out_.problems.add(Problem::kEmptyClass, out_.classes[c]);
  }

  struct Use {
    size_t first;
    bool conflict;
  };

  LabelTable& table_;
  const DatasetOptions& options_;
  DatasetFiles files_;
  Dataset out_;
  std::unordered_map<std::string, int64_t> label_of_;
  std::unordered_map<std::string, Use> uses_;
  Quarantine quarantine_;
};

}  // namespace

Dataset assemble(const fs::path& root, LabelTable table, const DatasetOptions& options) {
  if (!options.labels.empty()) replace_labels(table, options.labels);
  return Assembly(root, table, options).run();
}

}  // namespace derm
