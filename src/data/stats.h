// Counts that describe a dataset: per class or per split, images, lesions, patients' ages and sex,
// sites, sources, and the sizes of the image files.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "data/manifest.h"

namespace derm {

struct GroupStats {
  std::string name;
  int64_t images = 0, lesions = 0;  // an image without a lesion_id is a lesion
  int64_t ages_known = 0;
  double age_mean = 0, age_min = 0, age_max = 0;     // years, of the known ones
  std::map<std::string, int64_t> sex, site, source;  // "" is unknown
};

struct DatasetStats {
  GroupStats all;
  std::vector<GroupStats> classes;               // in label order
  std::vector<GroupStats> splits;                // train, val, test; those with images
  std::map<int64_t, int64_t> images_per_lesion;  // images of a lesion -> lesions
  std::map<std::string, int64_t> sizes;          // "600 x 450" -> images
  int64_t sizes_unknown = 0;                     // no file, or a header that cannot be read
};

// Reads the header of every image file that has a sha256. `progress(n)`: n more done.
DatasetStats dataset_stats(const Manifest& manifest,
                           const std::function<void(uint64_t)>& progress = {});

Json stats_json(const DatasetStats& stats);

}  // namespace derm
