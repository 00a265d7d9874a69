// Files: bounded reads, memory maps, atomic writes, SHA-256.
//
// Every file that the project writes goes through AtomicFile or write_file_atomic: the final name
// either holds the whole content or what was there before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace derm {

namespace fs = std::filesystem;

using Bytes = std::vector<uint8_t>;

struct ByteView {
  const uint8_t* data = nullptr;
  size_t size = 0;
  ByteView() = default;
  ByteView(const uint8_t* d, size_t n) : data(d), size(n) {}
  ByteView(const Bytes& b) : data(b.data()), size(b.size()) {}  // NOLINT: implicit by intent
  explicit ByteView(std::string_view s)
      : data(reinterpret_cast<const uint8_t*>(s.data())), size(s.size()) {}
};

inline constexpr uint64_t kMaxTextBytes = uint64_t{1} << 30;

// The whole file. Throws Error naming the file where it cannot be read or is larger than max_bytes.
Bytes read_file(const fs::path& path, uint64_t max_bytes = UINT64_MAX);
std::string read_text(const fs::path& path, uint64_t max_bytes = kMaxTextBytes);

// Writes to a temporary file beside `path`; commit() flushes it to disk and renames it over `path`.
// Without commit() the temporary file is removed and `path` stays as it was.
class AtomicFile {
 public:
  explicit AtomicFile(fs::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(const void* data, size_t size);  // throws Error (disk full, ...)
  void write(std::string_view text) { write(text.data(), text.size()); }
  void write_at(uint64_t offset, const void* data, size_t size);
  uint64_t position() const { return position_; }
  void commit();

 private:
  fs::path path_, temporary_;
  std::FILE* file_ = nullptr;
  uint64_t position_ = 0;
};

void write_file_atomic(const fs::path& path, std::string_view content);
void write_file_atomic(const fs::path& path, ByteView content);

// A read-only map of a file's bytes; the map outlives a rename or removal of the file.
class MappedFile {
 public:
  explicit MappedFile(const fs::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  MappedFile& operator=(MappedFile&&) = delete;

  ByteView bytes() const { return {data_, size_}; }
  // Tells the kernel that these bytes are not needed again soon: keeps resident memory flat.
  void release(size_t offset, size_t size) const;

 private:
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// 64 lower-case hex digits.
std::string sha256(ByteView bytes);
std::string sha256(std::string_view text);
std::string sha256_file(const fs::path& path);

// A folder of files, by relative path; complete or not at all. Replaces a folder that holds at
// least one of the same names; throws Error where `path` is anything else that exists and is not
// empty.
void write_folder(const fs::path& path, const std::map<std::string, Bytes>& files);

// Regular files below `folder` (recursively or not), sorted by path.
std::vector<fs::path> list_files(const fs::path& folder, bool recursive = true);

}  // namespace derm
