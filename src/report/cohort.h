// The images of a run's manifest as a report sees them: who is in which split, and what was left
// out before.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"

namespace derm {

struct CohortRow {
  std::string image_id, class_name, split, lesion_id, patient_id;  // empty: unknown
  double age = -1;                                                 // years; negative: unknown
  std::string sex, site, source;                                   // empty: unknown
  bool is_copy = false;  // a transformed copy of another row's file
};

struct Exclusion {
  std::string reason;
  int64_t images = 0;
};

struct SplitSummary {
  int64_t images = 0, lesions = 0;           // an image without a lesion id is its own lesion
  int64_t images_with_sibling_in_train = 0;  // of the same lesion; 0 for train itself
};

struct Cohort {
  std::string protocol;  // as in the manifest: "lesion", "dsp-paper LEAKY", ...
  std::vector<CohortRow> rows;
  std::vector<Exclusion> exclusions;           // as the manifest records them
  std::map<std::string, SplitSummary> splits;  // "train", "val", "test"
};

// The manifest.csv (and manifest.json) of a run directory; nothing where there is none. Throws
// Error naming the file where one is damaged.
std::optional<Cohort> read_cohort(const fs::path& run_folder);

}  // namespace derm
