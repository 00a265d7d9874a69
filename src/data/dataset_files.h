// The image files of a dataset folder, found by path or by name without extension.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/dataset_problems.h"
#include "data/manifest.h"

namespace derm {

class DatasetFiles {
 public:
  // `folders` are relative to `root`; those that do not exist hold no files.
  DatasetFiles(const fs::path& root, const std::vector<fs::path>& folders);

  // The file of a record, relative to the root, or empty. A record with a path is found by it,
  // another one by its image_id. The file counts as listed from then on.
  std::string claim(const Record& record);
  // Reports files that nobody claimed, and second files of an image that was claimed.
  void report(Problems& problems) const;

 private:
  std::map<std::string, bool> claimed_;                                // path -> claimed
  std::unordered_map<std::string, std::vector<std::string>> by_stem_;  // paths in byte order
};

}  // namespace derm
