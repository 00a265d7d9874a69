// Reads TensorBoard's event files as their format is documented, on its own: bit-wise CRC-32C,
// protocol buffers by wire type, and the order and the START rule by which TensorBoard merges
// files.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/strings.h"

namespace derm::testing {

struct ReadEvent {
  double wall_time = 0;
  int64_t step = 0;
  std::string file_version;
  bool start = false;
  std::vector<std::pair<std::string, float>> scalars;
};

inline uint32_t crc_bit_by_bit(const std::string& bytes) {
  uint32_t crc = ~0U;
  for (const char c : bytes)
    for (int bit = 0; bit < 8; ++bit) {
      const bool odd = ((crc ^ (static_cast<unsigned char>(c) >> bit)) & 1U) != 0;
      crc = (crc >> 1) ^ (odd ? 0x82F63B78U : 0U);
    }
  return ~crc;
}

template <class T>
T value_at(const std::string& bytes, size_t at) {
  T value{};
  if (at + sizeof(value) > bytes.size()) throw std::runtime_error("torn record");
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

inline uint64_t varint(const std::string& bytes, size_t& at) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.at(at++));
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
}

// Field number -> raw contents, in order; numbers of any type as their little-endian bytes.
inline std::vector<std::pair<int, std::string>> fields(const std::string& message) {
  std::vector<std::pair<int, std::string>> out;
  for (size_t at = 0; at < message.size();) {
    const uint64_t key = varint(message, at);
    const auto take = [&](size_t size) {
      at += size;
      return message.substr(at - size, size);
    };
    std::string content;
    if ((key & 7) == 0) {
      const uint64_t value = varint(message, at);
      content.assign(reinterpret_cast<const char*>(&value), sizeof(value));
    } else {
      content = take((key & 7) == 1 ? 8 : (key & 7) == 5 ? 4 : varint(message, at));
    }
    out.emplace_back(static_cast<int>(key >> 3), content);
  }
  return out;
}

inline std::pair<std::string, float> scalar_of(const std::string& message) {
  std::pair<std::string, float> out;
  for (const auto& [field, content] : fields(message)) {
    if (field == 1) out.first = content;
    if (field == 2) out.second = value_at<float>(content, 0);
  }
  return out;
}

inline ReadEvent event_of(const std::string& message) {
  ReadEvent out;
  for (const auto& [field, content] : fields(message)) {
    if (field == 1) out.wall_time = value_at<double>(content, 0);
    if (field == 2) out.step = value_at<int64_t>(content, 0);
    if (field == 3) out.file_version = content;
    if (field == 5)
      for (const auto& [inner, value] : fields(content))
        if (inner == 1) out.scalars.push_back(scalar_of(value));
    if (field == 7) out.start = value_at<int64_t>(fields(content).at(0).second, 0) == 1;
  }
  return out;
}

// The events of a file; both checksums of every record are expected to hold.
inline std::vector<ReadEvent> read_events(const fs::path& path) {
  const std::string bytes = read_text(path);
  const auto unmasked = [&](size_t at) {
    const uint32_t rotated = value_at<uint32_t>(bytes, at) - 0xA282EAD8U;
    return (rotated >> 17) | (rotated << 15);
  };
  std::vector<ReadEvent> out;
  for (size_t at = 0; at < bytes.size();) {
    const auto size = static_cast<size_t>(value_at<uint64_t>(bytes, at));
    EXPECT_EQ(unmasked(at + 8), crc_bit_by_bit(bytes.substr(at, 8)));
    const std::string message = bytes.substr(at + 12, size);
    EXPECT_EQ(unmasked(at + 12 + size), crc_bit_by_bit(message));
    out.push_back(event_of(message));
    at += size + 16;
  }
  return out;
}

// tag -> step -> values, after every file of the folder has been read as TensorBoard does.
using Curves = std::map<std::string, std::map<int64_t, std::vector<float>>>;

inline Curves read_curves(const fs::path& folder) {
  Curves curves;
  for (const auto& file : list_files(folder, /*recursive=*/false)) {
    if (file.filename().string().find("tfevents") == std::string::npos) continue;
    for (const auto& event : read_events(file)) {
      for (auto& [tag, steps] : curves)
        if (event.start) steps.erase(steps.lower_bound(event.step), steps.end());
      for (const auto& [tag, value] : event.scalars) curves[tag][event.step].push_back(value);
    }
  }
  return curves;
}

}  // namespace derm::testing
