#include "data/source.h"

#include <utility>

#include "data/augment_dspkd.h"
#include "data/clean.h"
#include "image/decode.h"

namespace derm {

ImageSource cached_source(Cache cache, std::vector<int64_t> rows) {
  return [cache = std::move(cache), rows = std::move(rows)](int64_t position) {
    return cache.image(rows.at(static_cast<size_t>(position)));
  };
}

ImageSource file_source(const Manifest& manifest, const std::vector<int64_t>& rows,
                        Preprocess contract, Pixels wanted) {
  std::vector<ManifestRow> listed;
  for (const int64_t row : rows) listed.push_back(manifest.rows.at(static_cast<size_t>(row)));
  return [root = manifest.root, listed = std::move(listed), contract = std::move(contract),
          wanted](int64_t position) {
    const ManifestRow& row = listed.at(static_cast<size_t>(position));
    Image frame = listed_copy(clean(decode_file(root / row.path), contract.clean), row);
    return wanted == Pixels::kFitted ? fit(frame, contract) : frame;
  };
}

}  // namespace derm
