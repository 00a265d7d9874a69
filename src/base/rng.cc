#include "base/rng.h"

#include <cmath>

namespace derm {
namespace {

constexpr uint32_t kMul0 = 0xD2511F53, kMul1 = 0xCD9E8D57;
constexpr uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
constexpr double kTwoPi = 6.283185307179586476925;

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> c, std::array<uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = static_cast<uint64_t>(kMul0) * c[0];
    const uint64_t p1 = static_cast<uint64_t>(kMul1) * c[2];
    c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<uint32_t>(p1),
         static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<uint32_t>(p0)};
    k[0] += kWeyl0;
    k[1] += kWeyl1;
  }
  return c;
}

}  // namespace

// Counter words: running block, sample, epoch, purpose and view. Key words: the 64-bit seed.
Rng::Rng(const RngKey& key)
    : key_{static_cast<uint32_t>(key.seed), static_cast<uint32_t>(key.seed >> 32)},
      counter_{0, static_cast<uint32_t>(key.sample), static_cast<uint32_t>(key.epoch),
               (static_cast<uint32_t>(key.purpose) << 16) ^ key.view} {}

void Rng::refill() {
  block_ = philox(counter_, key_);
  ++counter_[0];
  used_ = 0;
}

uint32_t Rng::next() {
  if (used_ == 4) refill();
  return block_[static_cast<size_t>(used_++)];
}

double Rng::uniform() {
  const uint64_t high = next() >> 5, low = next() >> 6;
  return static_cast<double>((high << 26) | low) * 0x1.0p-53;
}

double Rng::uniform(double low, double high) {
  return low + (high - low) * uniform();
}

uint64_t Rng::below(uint64_t n) {
  for (;;) {
    const uint64_t high = next(), value = (high << 32) | next();
    // Values from UINT64_MAX - UINT64_MAX % n on would favour small results; few need the division.
    if (value <= UINT64_MAX - n || value < UINT64_MAX - UINT64_MAX % n) return value % n;
  }
}

int64_t Rng::between(int64_t low, int64_t high) {
  return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low) + 1));
}

double Rng::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(kTwoPi * uniform());
}

uint64_t derive_seed(const RngKey& key) {
  Rng rng(key);
  const uint64_t high = rng.next();
  return (high << 32) | rng.next();
}

}  // namespace derm
