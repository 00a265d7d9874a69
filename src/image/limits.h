// What both readers check before they take memory, and how their errors read.
#pragma once

#include <string>

#include "base/error.h"
#include "image/decode.h"

namespace derm {

// "photo.jpg, byte 123"
inline std::string place(const std::string& name, size_t offset) {
  return fmt::format("{}, byte {}", name, offset);
}

// Throws Error where a header claims no pixels, or more than the limit.
inline void check_pixels(uint64_t width, uint64_t height, const DecodeLimits& limits,
                         const std::string& where) {
  const bool fits = width > 0 && height > 0 && width <= limits.max_pixels / height;
  if (!fits)
    throw Error("image size over the limit", where,
                fmt::format("1 to {} pixels", limits.max_pixels),
                fmt::format("{} x {}", width, height));
}

}  // namespace derm
