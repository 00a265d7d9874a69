// What a report says about the data of a run: how it was split, and how much of it there is.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/files.h"

namespace derm {

struct SplitSummary {
  int64_t images = 0, lesions = 0;           // an image without a lesion id is its own lesion
  int64_t images_with_sibling_in_train = 0;  // of the same lesion; 0 for train itself
};

struct ManifestSummary {
  std::string protocol;  // as in the manifest: "lesion", "dsp-paper LEAKY", ...
  std::map<std::string, SplitSummary> splits;  // "train", "val", "test"
};

// The manifest.csv (and manifest.json) of a run directory; nothing where there is none. Throws
// Error naming the file where one is damaged.
std::optional<ManifestSummary> read_manifest_summary(const fs::path& run_folder);

}  // namespace derm
