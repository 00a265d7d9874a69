#include "base/zip_archive.h"

#include <zip.h>

#include "base/error.h"

namespace derm {
namespace {

// No deflated byte stands for more bytes than this.
constexpr uint64_t kMaxDeflateRatio = 1032;

std::string text_of(zip_error_t& error) {
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

}  // namespace

ZipArchive::ZipArchive(ByteView bytes, std::string name) : name_(std::move(name)) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data, bytes.size, 0, &error);
  if (source == nullptr) throw Error("cannot read a zip file", name_, "", text_of(error));
  archive_ = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive_ == nullptr) {
    zip_source_free(source);
    throw Error("not a whole zip file", name_, "", text_of(error));
  }
  zip_error_fini(&error);
}

ZipArchive::~ZipArchive() {
  zip_discard(archive_);
}

std::vector<std::string> ZipArchive::records() const {
  std::vector<std::string> names;
  const zip_int64_t count = zip_get_num_entries(archive_, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* record = zip_get_name(archive_, static_cast<zip_uint64_t>(i), 0);
    if (record != nullptr) names.emplace_back(record);
  }
  return names;
}

bool ZipArchive::has(const std::string& record) const {
  return zip_name_locate(archive_, record.c_str(), 0) >= 0;
}

uint64_t ZipArchive::checked_size(uint64_t index, uint64_t max_bytes,
                                  const std::string& where) const {
  zip_stat_t stat;
  zip_stat_init(&stat);
  constexpr zip_uint64_t kNeeded = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
  if (zip_stat_index(archive_, index, 0, &stat) != 0 || (stat.valid & kNeeded) != kNeeded)
    throw Error("a zip record without sizes", where);
  const bool stored = stat.comp_method == ZIP_CM_STORE;
  if ((!stored && stat.comp_method != ZIP_CM_DEFLATE) ||
      ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE))
    throw Error("a zip record of an unknown kind", where, "stored or deflated, not encrypted",
                fmt::format("method {}", stat.comp_method));
  const bool possible =
      stored ? stat.size == stat.comp_size : stat.size / kMaxDeflateRatio <= stat.comp_size;
  if (stat.size > max_bytes || !possible)
    throw Error("wrong size of a zip record", where, fmt::format("at most {} bytes", max_bytes),
                fmt::format("{} bytes from {}", stat.size, stat.comp_size));
  return stat.size;
}

Bytes ZipArchive::read(const std::string& record, uint64_t max_bytes) const {
  const std::string where = name_ + ", record '" + record + "'";
  const zip_int64_t index = zip_name_locate(archive_, record.c_str(), 0);
  if (index < 0) throw Error("a zip record is missing", where);
  const auto place = static_cast<zip_uint64_t>(index);
  Bytes bytes(checked_size(place, max_bytes, where));
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(archive_, place, 0),
                                                               zip_fclose);
  // The read past the end makes libzip compare the checksum.
  uint8_t end = 0;
  if (!file ||
      zip_fread(file.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()) ||
      zip_fread(file.get(), &end, 1) != 0)
    throw Error("a damaged zip record", where);
  return bytes;
}

namespace {

[[noreturn]] void fail_to_write(const fs::path& path, zip* archive) {
  const std::string text = zip_strerror(archive);
  zip_discard(archive);
  throw Error("cannot write a zip file", path.string(), "", text);
}

}  // namespace

void write_zip(const fs::path& path, const std::map<std::string, Bytes>& records) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* memory = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip* archive = memory == nullptr ? nullptr : zip_open_from_source(memory, ZIP_TRUNCATE, &error);
  if (archive == nullptr) throw Error("cannot write a zip file", path.string(), "", text_of(error));
  zip_source_keep(memory);               // closing the archive writes into it
  constexpr time_t kNoDate = 315532800;  // 1980, the first that zip knows
  for (const auto& [name, bytes] : records) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    const zip_int64_t index = zip_file_add(archive, name.c_str(), source, 0);
    if (index < 0 || zip_file_set_mtime(archive, static_cast<zip_uint64_t>(index), kNoDate, 0) != 0)
      fail_to_write(path, archive);
  }
  if (zip_close(archive) != 0) fail_to_write(path, archive);
  zip_stat_t stat;
  zip_source_stat(memory, &stat);
  Bytes bytes(stat.size);
  zip_source_open(memory);
  zip_source_read(memory, bytes.data(), bytes.size());
  zip_source_close(memory);
  zip_source_free(memory);
  write_file_atomic(path, ByteView(bytes));
}

}  // namespace derm
