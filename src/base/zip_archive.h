// Zip files: reads the records of one in memory, with every size checked before memory is taken,
// and writes them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"

struct zip;

namespace derm {

class ZipArchive {
 public:
  // `bytes` must outlive the archive. Throws Error naming `name` where it is not a zip file.
  ZipArchive(ByteView bytes, std::string name);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  std::vector<std::string> records() const;
  bool has(const std::string& record) const;

  // Stored or deflated. Throws Error naming the record: missing, encrypted, larger than max_bytes,
  // a size that its compressed bytes cannot hold, damaged.
  Bytes read(const std::string& record, uint64_t max_bytes) const;

 private:
  uint64_t checked_size(uint64_t index, uint64_t max_bytes, const std::string& where) const;

  std::string name_;
  zip* archive_ = nullptr;
};

// Deflated, in order of their names; the same records give the same bytes. Atomic.
void write_zip(const fs::path& path, const std::map<std::string, Bytes>& records);

}  // namespace derm
