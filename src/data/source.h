// Where a loader's pixels come from: the packed cache, or the files themselves.
#pragma once

#include <optional>
#include <vector>

#include "data/cache.h"
#include "data/loader.h"
#include "data/manifest.h"

namespace derm {

// Position i of the split is cache row rows[i].
ImageSource cached_source(Cache cache, std::vector<int64_t> rows);

// Exact mode: the file is decoded each time, whole, and fitted where a contract is given. Throws
// the decoder's Error, which names the file.
ImageSource file_source(const Manifest& manifest, const std::vector<int64_t>& rows,
                        std::optional<Preprocess> contract = std::nullopt);

}  // namespace derm
