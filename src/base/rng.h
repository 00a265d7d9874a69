// Counter-based random numbers: a draw is a pure function of its key, so the number of workers, a
// resume or another number of epochs never changes a batch.
//
// Generator: Philox4x32-10 (Salmon et al., SC 2011, "Parallel random numbers: as easy as 1, 2, 3").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace derm {

// What the numbers are for: two purposes never share a stream.
enum class Purpose : uint32_t {
  kSplit = 1,
  kShuffle,
  kSample,
  kAugment,
  kInit,
  kGenerate,
  kDropout,
  kBootstrap,
  kMask,
  kTest
};

struct RngKey {
  uint64_t seed = 0;
  Purpose purpose = Purpose::kTest;
  uint64_t epoch = 0;   // below 2^32
  uint64_t sample = 0;  // below 2^32
  uint32_t view = 0;    // below 2^16
};

class Rng {
 public:
  explicit Rng(const RngKey& key);

  uint32_t next();                             // uniform over 32 bits
  double uniform();                            // [0, 1), 53 bits
  double uniform(double low, double high);     // [low, high)
  uint64_t below(uint64_t n);                  // [0, n), unbiased; n > 0
  int64_t between(int64_t low, int64_t high);  // [low, high], both included
  double normal();                             // mean 0, standard deviation 1
  bool chance(double p) { return uniform() < p; }

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  void refill();

  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_{};
  int used_ = 4;
};

// One 64-bit number from a key, for seeding another library's generator.
uint64_t derive_seed(const RngKey& key);

}  // namespace derm
