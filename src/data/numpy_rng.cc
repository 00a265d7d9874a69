#include "data/numpy_rng.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace derm {

NumpyRng::NumpyRng(uint32_t seed) {
  state_[0] = seed;
  for (uint32_t i = 1; i < kWords; ++i)
    state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
}

void NumpyRng::refill() {
  constexpr size_t kShift = 397;
  for (size_t i = 0; i < kWords; ++i) {
    const uint32_t y = (state_[i] & 0x80000000U) | (state_[(i + 1) % kWords] & 0x7FFFFFFFU);
    state_[i] = state_[(i + kShift) % kWords] ^ (y >> 1) ^ ((y & 1U) != 0 ? 0x9908B0DFU : 0U);
  }
  used_ = 0;
}

uint32_t NumpyRng::next() {
  if (used_ == kWords) refill();
  uint32_t y = state_[used_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9D2C5680U;
  y ^= (y << 15) & 0xEFC60000U;
  return y ^ (y >> 18);
}

uint32_t NumpyRng::at_most(uint32_t highest) {
  uint32_t mask = highest;
  for (const unsigned shift : {1U, 2U, 4U, 8U, 16U}) mask |= mask >> shift;
  uint32_t value = next() & mask;
  while (value > highest) value = next() & mask;
  return value;
}

std::vector<size_t> numpy_permutation(size_t n, uint32_t seed) {
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  NumpyRng(seed).shuffle(order);
  return order;
}

std::vector<int64_t> sklearn_stratified_folds(const std::vector<int64_t>& labels, size_t folds,
                                              uint32_t seed) {
  std::unordered_map<int64_t, size_t> number;
  std::vector<std::vector<size_t>> rows_of;  // by class number
  for (size_t r = 0; r < labels.size(); ++r) {
    const size_t c = number.emplace(labels[r], rows_of.size()).first->second;
    if (c == rows_of.size()) rows_of.emplace_back();
    rows_of[c].push_back(r);
  }
  // With the rows sorted by class, fold f is allotted the classes of positions f, f + folds, ...
  std::vector<int64_t> out(labels.size());
  NumpyRng rng(seed);
  size_t position = 0;
  for (const auto& rows : rows_of) {
    std::vector<int64_t> allotted;
    for (size_t i = 0; i < rows.size(); ++i, ++position)
      allotted.push_back(static_cast<int64_t>(position % folds));
    std::sort(allotted.begin(), allotted.end());
    rng.shuffle(allotted);
    for (size_t i = 0; i < rows.size(); ++i) out[rows[i]] = allotted[i];
  }
  return out;
}

}  // namespace derm
