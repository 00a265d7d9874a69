#include "data/source.h"

#include <utility>

#include "image/decode.h"

namespace derm {

ImageSource cached_source(Cache cache, std::vector<int64_t> rows) {
  return [cache = std::move(cache), rows = std::move(rows)](int64_t position) {
    return cache.image(rows.at(static_cast<size_t>(position)));
  };
}

ImageSource file_source(const Manifest& manifest, const std::vector<int64_t>& rows,
                        std::optional<Preprocess> contract) {
  std::vector<fs::path> paths;
  for (const int64_t row : rows)
    paths.push_back(manifest.root / manifest.rows.at(static_cast<size_t>(row)).path);
  return [paths = std::move(paths), contract = std::move(contract)](int64_t position) {
    const Image frame = decode_file(paths.at(static_cast<size_t>(position)));
    return contract ? fit(frame, *contract) : frame;
  };
}

}  // namespace derm
