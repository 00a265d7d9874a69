// numpy's legacy random numbers and what scikit-learn builds on them: only to reproduce published
// splits exactly. Everything else uses derm::Rng.
//
// Sources: Matsumoto and Nishimura, "Mersenne Twister", 1998; numpy RandomState (seeding by
// init_genrand, bounded integers by masked rejection, Fisher-Yates from the end).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace derm {

class NumpyRng {
 public:
  explicit NumpyRng(uint32_t seed);

  uint32_t next();
  uint32_t at_most(uint32_t highest);  // uniform over [0, highest]

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i-- > 1;)
      std::swap(items[i], items[at_most(static_cast<uint32_t>(i))]);
  }

 private:
  void refill();

  static constexpr size_t kWords = 624;
  std::array<uint32_t, kWords> state_;
  size_t used_ = kWords;
};

// RandomState(seed).permutation(n), which is also the row order of pandas' sample(frac=1).
std::vector<size_t> numpy_permutation(size_t n, uint32_t seed);

// The test fold of each row under scikit-learn's StratifiedKFold(folds, shuffle=True,
// random_state=seed): classes are numbered by first appearance.
std::vector<int64_t> sklearn_stratified_folds(const std::vector<int64_t>& labels, size_t folds,
                                              uint32_t seed);

}  // namespace derm
