// Several tests at once: p values that keep the chance of any false finding below the level.
// Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
// Statistics 6, 1979.
#pragma once

#include <vector>

namespace derm {

// Adjusted p values in the order given: compare each with the level. A p that is NaN is no test: it
// stays NaN and does not count.
std::vector<double> holm(const std::vector<double>& p);

}  // namespace derm
