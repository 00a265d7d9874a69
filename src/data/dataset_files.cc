#include "data/dataset_files.h"

#include "data/dataset_table.h"

namespace derm {

DatasetFiles::DatasetFiles(const fs::path& root, const std::vector<fs::path>& folders) {
  for (const auto& folder : folders) {
    const fs::path full = (root / folder).lexically_normal();
    if (!fs::is_directory(full)) continue;
    for (const auto& file : list_files(full)) {
      if (!is_image_file(file)) continue;
      const std::string path = file.lexically_relative(root.lexically_normal()).generic_string();
      claimed_.emplace(path, false);
      by_stem_[file.stem().string()].push_back(path);
    }
  }
}

std::string DatasetFiles::claim(const Record& record) {
  std::string path = record.path;
  if (path.empty()) {
    const auto same = by_stem_.find(record.image_id);
    if (same == by_stem_.end()) return "";
    path = same->second.front();
  }
  const auto it = claimed_.find(path);
  if (it == claimed_.end()) return "";
  it->second = true;
  return path;
}

void DatasetFiles::report(Problems& problems) const {
  for (const auto& [path, claimed] : claimed_) {
    if (claimed) continue;
    const std::string& first = by_stem_.at(fs::path(path).stem().string()).front();
    if (first != path && claimed_.at(first))
      problems.add(Problem::kDuplicate, path + " beside " + first);
    else
      problems.add(Problem::kUnlisted, path);
  }
}

}  // namespace derm
