// Where a loader's pixels come from: the packed cache, or the files themselves.
#pragma once

#include <vector>

#include "data/cache.h"
#include "data/loader.h"
#include "data/manifest.h"

namespace derm {

// Position i of the split is cache row rows[i].
ImageSource cached_source(Cache cache, std::vector<int64_t> rows);

// Exact mode: the file is decoded and cleaned each time, whole, and fitted by the contract unless
// the frame is wanted. Throws the decoder's Error, which names the file.
enum class Pixels { kFrame, kFitted };
ImageSource file_source(const Manifest& manifest, const std::vector<int64_t>& rows,
                        Preprocess contract, Pixels wanted);

}  // namespace derm
