#include "data/cache_file.h"

#include <zlib.h>

#include <array>
#include <limits>

#include "base/error.h"

namespace derm {
namespace {

constexpr std::string_view kMagic = "DERMPACK", kDone = "DERMDONE";
constexpr uint32_t kVersion = 1;
constexpr size_t kFixedHeader = 80, kSourcesBytes = 64, kEntryBytes = 24, kTrailerBytes = 40;
constexpr size_t kTrailerChecked = 24;  // the part of the trailer under its checksum
constexpr size_t kAlignment = 64;
constexpr uint64_t kReleaseBytes = 8 << 20;
constexpr uint64_t kFaultAround = 128 << 10;  // what the kernel may map beside a page that is read
constexpr uint32_t kMaxSide = 1 << 16;

template <class T>
void put(std::string& out, T value) {
  for (size_t i = 0; i < sizeof(T); ++i)
    out += static_cast<char>(static_cast<uint64_t>(value) >> (8 * i) & 0xff);
}

template <class T>
T get(const uint8_t* bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) value |= uint64_t{bytes[i]} << (8 * i);
  return static_cast<T>(value);
}

uint32_t checksum(uint32_t before, const uint8_t* data, size_t size) {
  return static_cast<uint32_t>(::crc32_z(before, data, size));
}

std::string_view text_at(ByteView bytes, size_t offset, size_t size) {
  return {reinterpret_cast<const char*>(bytes.data) + offset, size};
}

[[noreturn]] void bad(const fs::path& path, const std::string& what, std::string expected = "",
                      std::string got = "") {
  throw Error("cache file is not usable: " + what, path.string(), std::move(expected),
              std::move(got));
}

std::string encode(const CacheEntry& entry) {
  std::string out;
  put(out, entry.offset);
  put(out, entry.width);
  put(out, entry.height);
  put(out, entry.crc);
  put(out, uint32_t{0});
  return out;
}

}  // namespace

CacheWriter::CacheWriter(const fs::path& path, const std::string& spec, const std::string& sources)
    : file_(path) {
  if (spec.size() > kMaxCacheSpecBytes || sources.size() != kSourcesBytes)
    throw Error("cache header has a wrong size", path.string(),
                fmt::format("at most {} and {} bytes", kMaxCacheSpecBytes, kSourcesBytes),
                fmt::format("{} and {} bytes", spec.size(), sources.size()));
  std::string header(kMagic);
  put(header, kVersion);
  put(header, static_cast<uint32_t>(spec.size()));
  add_checked(header + sources + spec);
}

void CacheWriter::add(const Image& image) {
  align();
  CacheEntry entry;
  entry.offset = file_.position();
  entry.width = static_cast<uint32_t>(image.width);
  entry.height = static_cast<uint32_t>(image.height);
  entry.crc = checksum(0, image.data.data(), image.data.size());
  file_.write(image.data.data(), image.data.size());
  index_.push_back(entry);
}

void CacheWriter::commit() {
  align();
  const uint64_t index_offset = file_.position();
  for (const auto& entry : index_) add_checked(encode(entry));
  std::string trailer;
  put(trailer, index_offset);
  put(trailer, static_cast<uint64_t>(index_.size()));
  put(trailer, file_.position() + kTrailerBytes);
  add_checked(trailer);
  std::string end;
  put(end, crc_);
  put(end, uint32_t{0});
  file_.write(end + std::string(kDone));
  file_.commit();
}

void CacheWriter::align() {
  const size_t over = file_.position() % kAlignment;
  if (over != 0) file_.write(std::string(kAlignment - over, '\0'));
}

void CacheWriter::add_checked(const std::string& bytes) {
  crc_ = checksum(crc_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  file_.write(bytes);
}

CacheReader::CacheReader(const fs::path& path) : path_(path), map_(path) {
  read_header();
  read_trailer();
  map_.release(0, map_.bytes().size);
}

void CacheReader::read_header() {
  const ByteView all = map_.bytes();
  if (all.size < kFixedHeader + kTrailerBytes) bad(path_, "too short");
  if (text_at(all, 0, kMagic.size()) != kMagic) bad(path_, "not a packed cache");
  const auto version = get<uint32_t>(all.data + 8);
  if (version != kVersion)
    bad(path_, "other version", fmt::format("{}", kVersion), fmt::format("{}", version));
  const auto spec_bytes = get<uint32_t>(all.data + 12);
  if (spec_bytes > kMaxCacheSpecBytes || spec_bytes > all.size - kFixedHeader - kTrailerBytes)
    bad(path_, "spec text out of range", "", fmt::format("{} bytes", spec_bytes));
  sources_ = text_at(all, 16, kSourcesBytes);
  spec_ = text_at(all, kFixedHeader, spec_bytes);
  header_bytes_ = kFixedHeader + spec_bytes;
}

void CacheReader::read_trailer() {
  const ByteView all = map_.bytes();
  const uint64_t begin = all.size - kTrailerBytes;
  const uint8_t* trailer = all.data + begin;
  if (text_at(all, all.size - kDone.size(), kDone.size()) != kDone)
    bad(path_, "incomplete, no mark at its end");
  const auto index_offset = get<uint64_t>(trailer);
  const auto count = get<uint64_t>(trailer + 8);
  if (get<uint64_t>(trailer + 16) != all.size)
    bad(path_, "other size than when it was written",
        fmt::format("{}", get<uint64_t>(trailer + 16)), fmt::format("{}", all.size));
  if (index_offset < header_bytes_ || index_offset > begin ||
      count != (begin - index_offset) / kEntryBytes || (begin - index_offset) % kEntryBytes != 0)
    bad(path_, "index out of range", "", fmt::format("offset {}, {} images", index_offset, count));
  uint32_t crc = checksum(0, all.data, header_bytes_);
  crc = checksum(crc, all.data + index_offset, begin - index_offset);
  crc = checksum(crc, trailer, kTrailerChecked);
  if (crc != get<uint32_t>(trailer + kTrailerChecked)) bad(path_, "header or index is corrupt");
  read_index(index_offset, count);
}

void CacheReader::read_index(uint64_t offset, uint64_t count) {
  const ByteView all = map_.bytes();
  index_.resize(count);
  for (uint64_t i = 0; i < count; ++i) {
    const uint8_t* bytes = all.data + offset + i * kEntryBytes;
    CacheEntry& entry = index_[i];
    entry = {get<uint64_t>(bytes), get<uint32_t>(bytes + 8), get<uint32_t>(bytes + 12),
             get<uint32_t>(bytes + 16)};
    const bool sized =
        entry.width > 0 && entry.height > 0 && entry.width <= kMaxSide && entry.height <= kMaxSide;
    if (!sized || entry.offset < header_bytes_ || entry.offset > offset ||
        entry.bytes() > offset - entry.offset)
      bad(path_, "image out of range", "",
          fmt::format("image {}: offset {}, {} x {}", i, entry.offset, entry.width, entry.height));
  }
  verified_ = std::vector<std::atomic<bool>>(count);
}

Image CacheReader::image(int64_t row) const {
  if (row < 0 || row >= size())
    throw Error("no such image in the cache", path_.string(), fmt::format("0 to {}", size() - 1),
                fmt::format("{}", row));
  const CacheEntry& entry = index_[static_cast<size_t>(row)];
  const uint8_t* pixels = map_.bytes().data + entry.offset;
  Image out;
  out.width = static_cast<int>(entry.width);
  out.height = static_cast<int>(entry.height);
  out.data.assign(pixels, pixels + entry.bytes());
  auto& verified = verified_[static_cast<size_t>(row)];
  if (!verified.load(std::memory_order_relaxed)) {
    const uint32_t crc = checksum(0, out.data.data(), out.data.size());
    if (crc != entry.crc)
      throw Error("pixels in the cache are corrupt; remove the file, it is made again",
                  fmt::format("{}, image {}", path_.string(), row),
                  fmt::format("CRC-32 {:08x}", entry.crc), fmt::format("{:08x}", crc));
    verified.store(true, std::memory_order_relaxed);
  }
  release(entry.bytes() + kFaultAround);
  return out;
}

void CacheReader::release(uint64_t touched) const {
  if (touched_.fetch_add(touched, std::memory_order_relaxed) + touched < kReleaseBytes) return;
  touched_.store(0, std::memory_order_relaxed);
  map_.release(0, map_.bytes().size);
}

}  // namespace derm
