// Which images `explain` looks at, and which of them it draws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/manifest.h"

namespace derm {

inline constexpr int64_t kNoLabel = -1;

struct ExplainedImages {
  std::string name;   // of the split; "images" for files
  Manifest manifest;  // these images alone, in their order; label kNoLabel where it is unknown
};

// `limit` images of the split, spread evenly over its rows; 0: all. Throws Error where the split
// is empty.
ExplainedImages images_of_split(const Manifest& manifest, Split split, int64_t limit);

// Files under their names without extension; label and lesion come from the manifest's image of
// that name, where there is one. Throws Error where two files have one name.
ExplainedImages images_of_files(const std::vector<std::string>& files,
                                const std::optional<Manifest>& manifest);

// At most `count` rows: the first of each class in the order of classes, then the second of each,
// and so on; in the end sorted by class.
std::vector<size_t> pictured_rows(const Manifest& manifest, size_t count);

}  // namespace derm
