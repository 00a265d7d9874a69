// An 8-bit RGB image in memory, and its text-free companions. Nothing here knows about files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace derm {

// Pixels row by row, three bytes (R, G, B) each: data[(y * width + x) * 3 + channel].
struct Image {
  int width = 0, height = 0;
  std::vector<uint8_t> data;

  Image() = default;
  Image(int w, int h)
      : width(w), height(h), data(static_cast<size_t>(w) * static_cast<size_t>(h) * 3) {}

  bool empty() const { return data.empty(); }
  uint8_t* row(int y) {
    return data.data() + static_cast<size_t>(y) * static_cast<size_t>(width) * 3;
  }
  const uint8_t* row(int y) const {
    return data.data() + static_cast<size_t>(y) * static_cast<size_t>(width) * 3;
  }
};

}  // namespace derm
