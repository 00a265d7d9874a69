#include "data/source.h"

#include <utility>

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
  std::vector<fs::path> paths;
  for (const int64_t row : rows)
    paths.push_back(manifest.root / manifest.rows.at(static_cast<size_t>(row)).path);
  return [paths = std::move(paths), contract = std::move(contract), wanted](int64_t position) {
    Image frame = clean(decode_file(paths.at(static_cast<size_t>(position))), contract.clean);
    return wanted == Pixels::kFitted ? fit(frame, contract) : frame;
  };
}

}  // namespace derm
