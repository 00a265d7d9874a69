// The quarantine list: image files that no reader may use, and why. `data check` writes it.
//
// A CSV file with the columns path,reason; a path is relative to the dataset folder.
#pragma once

#include <map>
#include <string>

#include "data/manifest.h"

namespace derm {

using Quarantine = std::map<std::string, std::string>;  // path -> reason

// Throws Error naming file and line where the table is not such a list.
Quarantine read_quarantine(const fs::path& path);
void write_quarantine(const fs::path& path, const Quarantine& list);

// Removes the listed images from a manifest in memory and notes them in its details.
void drop_quarantined(Manifest& manifest, const Quarantine& list);

}  // namespace derm
