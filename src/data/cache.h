// The packed cache: decoded, resized uint8 images of a manifest in one memory-mapped file, keyed by
// how they were resized and by the sha256 of each source file (docs/cache_format.md).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/manifest.h"
#include "image/preprocess.h"

namespace derm {

// What is stored, after the contract's cleaning. contract: fitted images, side_px x side_px, for
// evaluation. frame: the whole frame with its aspect, shrunk so that its short side is at most
// frame_px, for augmentation.
struct CacheSpec {
  std::string kind = "contract";
  Preprocess contract;
  int64_t frame_px = 300;
  std::string text() const;  // the key of the cache, without what does not matter for its kind
};

// Where caches are kept unless the user says otherwise: `.cache` in the manifest's folder.
fs::path cache_beside(const fs::path& manifest);

// sha256 over the sha256 of every source file in row order, and the file that Cache::open uses for
// these rows: for whoever makes a cache by other means. Throws Error where a row has no sha256.
std::string cache_sources(const Manifest& manifest);
fs::path cache_path(const fs::path& folder, const Manifest& manifest, const CacheSpec& spec);

class Cache {
 public:
  // Opens the cache for these rows below `folder`, making or remaking it where it is absent, torn
  // or stale. `progress(done, total)` is called while it is made; images that cannot be decoded
  // are one Error that lists them. threads 0: one per core.
  static Cache open(const fs::path& folder, const Manifest& manifest, const CacheSpec& spec,
                    int64_t threads = 0,
                    const std::function<void(int64_t, int64_t)>& progress = {});

  int64_t size() const;            // images, in the manifest's row order
  Image image(int64_t row) const;  // a copy of the pixels; thread-safe
  const fs::path& path() const;
  bool rebuilt() const;  // whether open() had to make it

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace derm
