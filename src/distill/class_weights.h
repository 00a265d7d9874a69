// Class weights from the training split's counts (methods: SSD-KD section 2.2 and its code;
// Cui et al. 2019 for the effective number).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace derm {

// none: all 1. inv_freq: N / n_c. inv_freq_round3: the same, rounded to 3 decimals as the SSD-KD
// code does. balanced: N / (K n_c). mean1: inv_freq / its mean. sqrt_mean1: sqrt(inv_freq) / its
// mean. effective: (1 - b) / (1 - b^n_c), b = 0.999, / its mean.
const std::vector<std::string>& class_weight_kinds();

// counts [K] -> weights [K]; a class without images gets weight 0. Throws Error for another kind.
std::vector<double> class_weights(const std::string& kind, const std::vector<int64_t>& counts);

}  // namespace derm
