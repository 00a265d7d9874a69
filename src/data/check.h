// Decodes every image file once and lists those that cannot be used.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "data/manifest.h"
#include "data/quarantine.h"

namespace derm {

struct ImageCheck {
  int64_t files = 0;
  Quarantine bad;  // path relative to the checked folder -> what is wrong with it
};

// Every .jpg, .jpeg and .png below `folder`, in parallel. `progress(n)`: n more files done.
ImageCheck check_folder(const fs::path& folder, const std::function<void(uint64_t)>& progress = {});

// Every image of a manifest; a file whose bytes changed since the split is bad too.
ImageCheck check_manifest(const Manifest& manifest,
                          const std::function<void(uint64_t)>& progress = {});

// The image files below a folder, relative to it, in byte order.
std::vector<std::string> image_files(const fs::path& folder);

}  // namespace derm
