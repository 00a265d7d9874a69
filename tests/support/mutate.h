// Damaged copies of a byte string: what a reader of untrusted bytes must survive.
#pragma once

#include "base/files.h"
#include "base/rng.h"

namespace derm::property {

// One to four mistakes: bytes changed, cut out, repeated, or the tail lost.
inline Bytes mutated(Bytes bytes, Rng& rng) {
  for (auto mistakes = rng.between(1, 4); mistakes > 0 && !bytes.empty(); --mistakes) {
    const auto at = static_cast<std::ptrdiff_t>(rng.below(bytes.size()));
    const auto most = std::min<uint64_t>(16, bytes.size() - static_cast<uint64_t>(at));
    const auto count = static_cast<std::ptrdiff_t>(1 + rng.below(most));
    const auto from = bytes.begin() + at;
    switch (rng.below(4)) {
      case 0:
        for (auto it = from; it != from + count; ++it) *it = static_cast<uint8_t>(rng.below(256));
        break;
      case 1:
        bytes.erase(from, from + count);
        break;
      case 2: {
        const Bytes copy(from, from + count);
        bytes.insert(from, copy.begin(), copy.end());
        break;
      }
      default:
        bytes.resize(static_cast<size_t>(at));
    }
  }
  return bytes;
}

// Feeds `times` damaged copies to `read`, which may throw derm::Error and nothing else. Returns how
// many were refused.
template <class Read>
int survive(const Bytes& good, int times, const Read& read) {
  int refused = 0;
  for (int i = 0; i < times; ++i) {
    Rng rng({0, Purpose::kTest, 0, static_cast<uint64_t>(i), 0});
    try {
      read(mutated(good, rng));
    } catch (const Error&) {
      ++refused;
    }
  }
  return refused;
}

}  // namespace derm::property
