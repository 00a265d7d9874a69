// Channel counts of scaled networks.
#pragma once

#include <algorithm>
#include <cstdint>

namespace derm {

// The nearest multiple of 8 that is not below 90 % of the exact number.
inline int64_t multiple_of_8(double exact) {
  const auto rounded = std::max<int64_t>(8, static_cast<int64_t>(exact + 4) / 8 * 8);
  return static_cast<double>(rounded) < 0.9 * exact ? rounded + 8 : rounded;
}

}  // namespace derm
