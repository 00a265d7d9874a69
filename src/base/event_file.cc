#include "base/event_file.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/crc32c.h"
#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

constexpr char kEventFilePrefix[] = "events.out.tfevents.";

double now_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

// Field numbers of tensorflow/core/util/event.proto and framework/summary.proto.
enum EventField { kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7 };
enum SummaryField { kValue = 1 };
enum ValueField { kTag = 1, kSimpleValue = 2 };
enum SessionLogField { kStatus = 1 };
constexpr uint64_t kSessionStart = 1;

// The wire types of protocol buffers.
enum WireType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

void add_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
  out += static_cast<char>(value);
}

void add_key(std::string& out, int field, WireType type) {
  add_varint(out, static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(type));
}

template <class Unsigned>
void add_little_endian(std::string& out, Unsigned value) {
  for (size_t i = 0; i < sizeof(value); ++i) out += static_cast<char>((value >> (8 * i)) & 0xFF);
}

void add_bytes(std::string& out, int field, const std::string& bytes) {
  add_key(out, field, kBytes);
  add_varint(out, bytes.size());
  out += bytes;
}

std::string event_head(int64_t step) {
  const double time = now_seconds();
  uint64_t bits = 0;
  std::memcpy(&bits, &time, sizeof(bits));
  std::string out;
  add_key(out, kWallTime, kFixed64);
  add_little_endian(out, bits);
  add_key(out, kStep, kVarint);
  add_varint(out, static_cast<uint64_t>(step));
  return out;
}

std::string scalar_message(const EventScalar& scalar) {
  const auto value = static_cast<float>(scalar.value);
  uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  std::string out;
  add_bytes(out, kTag, scalar.tag);
  add_key(out, kSimpleValue, kFixed32);
  add_little_endian(out, bits);
  return out;
}

// TFRecord's mask: a checksum of data that holds checksums is weak.
uint32_t masked(uint32_t crc) {
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8U;
}

std::string host_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return host.data();
}

std::vector<fs::path> event_files(const fs::path& folder) {
  auto files = list_files(folder, /*recursive=*/false);
  files.erase(std::remove_if(files.begin(), files.end(),
                             [](const fs::path& file) {
                               return !starts_with(file.filename().string(), kEventFilePrefix);
                             }),
              files.end());
  return files;
}

// The seconds in the name of a new file: now, or one more than the last file has.
int64_t seconds_of_name(const fs::path& folder) {
  auto seconds = static_cast<int64_t>(now_seconds());
  for (const auto& file : event_files(folder)) {
    const std::string rest = file.filename().string().substr(std::strlen(kEventFilePrefix));
    const auto taken = to_int(split(rest, '.').front());
    if (taken) seconds = std::max(seconds, *taken + 1);
  }
  return seconds;
}

}  // namespace

EventFile::EventFile(const fs::path& folder, int64_t first_step)
    : path_(folder /
            fmt::format("{}{:010}.{}", kEventFilePrefix, seconds_of_name(folder), host_name())),
      file_(std::fopen(path_.c_str(), "wbx")) {
  if (!file_) throw Error("cannot write", path_.string(), "", std::strerror(errno));
  std::string version = event_head(0);
  add_bytes(version, kFileVersion, "brain.Event:2");
  write_record(version);
  std::string status, start = event_head(first_step);
  add_key(status, kStatus, kVarint);
  add_varint(status, kSessionStart);
  add_bytes(start, kSessionLog, status);
  write_record(start);
}

void EventFile::add(int64_t step, const std::vector<EventScalar>& scalars) {
  std::string summary, event = event_head(step);
  for (const auto& scalar : scalars) add_bytes(summary, kValue, scalar_message(scalar));
  add_bytes(event, kSummary, summary);
  write_record(event);
}

void remove_event_files(const fs::path& folder) {
  if (!fs::is_directory(folder)) return;
  for (const auto& file : event_files(folder)) fs::remove(file);
}

void EventFile::write_record(const std::string& event) {
  std::string length, record;
  add_little_endian(length, static_cast<uint64_t>(event.size()));
  record = length;
  add_little_endian(record, masked(crc32c(ByteView(length))));
  record += event;
  add_little_endian(record, masked(crc32c(ByteView(event))));
  if (std::fwrite(record.data(), 1, record.size(), file_.get()) != record.size() ||
      std::fflush(file_.get()) != 0)
    throw Error("cannot write", path_.string(), "", std::strerror(errno));
}

}  // namespace derm
