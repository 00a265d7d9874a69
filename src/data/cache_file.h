// The packed cache's file: written front to back, read through a map. What is in it, and how a torn
// or hostile file is told from a good one: docs/cache_format.md. When to make one: data/cache.h.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/files.h"
#include "image/image.h"

namespace derm {

inline constexpr size_t kMaxCacheSpecBytes = 4096;

struct CacheEntry {
  uint64_t offset = 0;
  uint32_t width = 0, height = 0, crc = 0;
  uint64_t bytes() const { return uint64_t{3} * width * height; }
};

// Adds images in row order. Nothing is visible at `path` before commit().
class CacheWriter {
 public:
  // sources: 64 hex digits. Throws Error where the file cannot be written.
  CacheWriter(const fs::path& path, const std::string& spec, const std::string& sources);
  void add(const Image& image);
  void commit();

 private:
  void align();
  void add_checked(const std::string& bytes);

  AtomicFile file_;
  std::vector<CacheEntry> index_;
  uint32_t crc_ = 0;
};

class CacheReader {
 public:
  // Checks all but the pixels. Throws Error saying what is wrong with the file.
  explicit CacheReader(const fs::path& path);

  const fs::path& path() const { return path_; }
  const std::string& spec() const { return spec_; }
  const std::string& sources() const { return sources_; }
  int64_t size() const { return static_cast<int64_t>(index_.size()); }
  // A copy; thread-safe. Throws Error where the row does not exist or its pixels are corrupt.
  Image image(int64_t row) const;

 private:
  void read_header();
  void read_trailer();
  void read_index(uint64_t offset, uint64_t count);
  void release(uint64_t touched) const;

  fs::path path_;
  MappedFile map_;
  std::string spec_, sources_;
  uint64_t header_bytes_ = 0;
  std::vector<CacheEntry> index_;
  mutable std::vector<std::atomic<bool>> verified_;
  mutable std::atomic<uint64_t> touched_{0};
};

}  // namespace derm
