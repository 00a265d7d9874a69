#include "base/files.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/error.h"

namespace derm {
namespace {

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
  throw Error(what, path.string(), "", std::strerror(errno));
}

struct Descriptor {
  int fd;
  ~Descriptor() { ::close(fd); }
};

uint64_t size_of_file(int fd, const fs::path& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) fail("cannot read file", path);
  if (!S_ISREG(info.st_mode)) throw Error("cannot read file", path.string(), "a regular file");
  return static_cast<uint64_t>(info.st_size);
}

template <class Buffer>
Buffer read_all(const fs::path& path, uint64_t max_bytes) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail("cannot open file", path);
  const Descriptor guard{fd};
  const uint64_t size = size_of_file(fd, path);
  if (size > max_bytes)
    throw Error("file too large", path.string(), fmt::format("at most {} bytes", max_bytes),
                fmt::format("{} bytes", size));
  Buffer out;
  out.resize(size);
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::read(fd, out.data() + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("cannot read file", path);
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  out.resize(done);
  return out;
}

// A rename is durable only once the folder that holds the name is on disk.
void sync_folder(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  const Descriptor guard{fd};
  ::fsync(fd);
}

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void add(const void* data, size_t size) { EVP_DigestUpdate(context_.get(), data, size); }
  std::string hex() {
    std::array<unsigned char, 32> digest{};
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    std::string out;
    for (const unsigned char byte : digest) out += fmt::format("{:02x}", byte);
    return out;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

Bytes read_file(const fs::path& path, uint64_t max_bytes) {
  return read_all<Bytes>(path, max_bytes);
}

std::string read_text(const fs::path& path, uint64_t max_bytes) {
  return read_all<std::string>(path, max_bytes);
}

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
  temporary_ = path_;
  temporary_ += fmt::format(".{}.tmp", ::getpid());
  file_ = std::fopen(temporary_.c_str(), "wbe");
  if (file_ == nullptr) fail("cannot write file", path_);
}

AtomicFile::~AtomicFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::write(const void* data, size_t size) {
  if (size > 0 && std::fwrite(data, 1, size, file_) != size) fail("cannot write file", path_);
  position_ += size;
}

void AtomicFile::write_at(uint64_t offset, const void* data, size_t size) {
  if (std::fflush(file_) != 0) fail("cannot write file", path_);
  const ssize_t n = ::pwrite(::fileno(file_), data, size, static_cast<off_t>(offset));
  if (n != static_cast<ssize_t>(size)) fail("cannot write file", path_);
}

void AtomicFile::commit() {
  if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0) fail("cannot write file", path_);
  const bool closed = std::fclose(file_) == 0;
  file_ = nullptr;
  if (!closed || ::rename(temporary_.c_str(), path_.c_str()) != 0) {
    const int why = errno;
    ::unlink(temporary_.c_str());
    errno = why;
    fail("cannot write file", path_);
  }
  sync_folder(path_.has_parent_path() ? path_.parent_path() : fs::path("."));
}

void write_file_atomic(const fs::path& path, ByteView content) {
  AtomicFile file(path);
  file.write(content.data, content.size);
  file.commit();
}

void write_file_atomic(const fs::path& path, std::string_view content) {
  write_file_atomic(path, ByteView(content));
}

MappedFile::MappedFile(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail("cannot open file", path);
  const Descriptor guard{fd};
  size_ = size_of_file(fd, path);
  if (size_ == 0) return;
  void* map = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED) fail("cannot map file", path);
  data_ = static_cast<const uint8_t*>(map);
}

MappedFile::MappedFile(MappedFile&& other) noexcept : data_(other.data_), size_(other.size_) {
  other.data_ = nullptr;
  other.size_ = 0;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<uint8_t*>(data_), size_);
}

void MappedFile::release(size_t offset, size_t size) const {
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  const size_t begin = (offset + page - 1) / page * page;
  const size_t end = std::min(offset + size, size_) / page * page;
  if (begin < end) ::madvise(const_cast<uint8_t*>(data_) + begin, end - begin, MADV_DONTNEED);
}

std::string sha256(ByteView bytes) {
  Sha256 hash;
  hash.add(bytes.data, bytes.size);
  return hash.hex();
}

std::string sha256(std::string_view text) {
  return sha256(ByteView(text));
}

std::string sha256_file(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail("cannot open file", path);
  const Descriptor guard{fd};
  Sha256 hash;
  std::array<uint8_t, 1 << 16> buffer{};
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("cannot read file", path);
    if (n == 0) return hash.hex();
    hash.add(buffer.data(), static_cast<size_t>(n));
  }
}

std::vector<fs::path> list_files(const fs::path& folder, bool recursive) {
  std::error_code error;
  std::vector<fs::path> out;
  const auto collect = [&](auto iterator) {
    if (error) throw Error("cannot list folder", folder.string(), "", error.message());
    for (const auto& entry : iterator)
      if (entry.is_regular_file()) out.push_back(entry.path());
  };
  if (recursive)
    collect(fs::recursive_directory_iterator(folder, error));
  else
    collect(fs::directory_iterator(folder, error));
  std::sort(out.begin(), out.end());
  return out;
}

void write_folder(const fs::path& path, const std::map<std::string, Bytes>& files) {
  const bool mine = std::any_of(files.begin(), files.end(),
                                [&](const auto& file) { return fs::exists(path / file.first); });
  if (fs::exists(path) && !mine && !(fs::is_directory(path) && fs::is_empty(path)))
    throw Error("what stands there is something else", path.string(),
                "no such name, an empty folder, or one that is to be replaced");
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  const fs::path temporary = path.string() + fmt::format(".{}.tmp", ::getpid());
  fs::remove_all(temporary);
  for (const auto& [name, bytes] : files) {
    fs::create_directories((temporary / name).parent_path());
    write_file_atomic(temporary / name, ByteView(bytes));
  }
  fs::remove_all(path);
  fs::rename(temporary, path);
}

}  // namespace derm
