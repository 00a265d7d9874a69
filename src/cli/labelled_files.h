// The images of a split as files, for commands that need no torch.
#pragma once

#include <string>

#include "data/manifest.h"
#include "deploy/measure.h"

namespace derm {

// At most `limit` images (0: all), spread evenly over the split in its order. Throws Error where
// the manifest's classes are not `classes`, or the split is empty.
LabelledFiles labelled_files(const Manifest& manifest, const std::string& split,
                             const std::vector<std::string>& classes, const std::string& network,
                             int64_t limit = 0);

}  // namespace derm
