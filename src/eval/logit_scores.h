// How sure the logits are that an image is of the kind that the network knows: higher is more
// usual.
// Sources: Liu et al., "Energy-based out-of-distribution detection", NeurIPS 2020 (minus the free
// energy, at temperature 1); Hendrycks and Gimpel, "A baseline for detecting misclassified and
// out-of-distribution examples in neural networks", ICLR 2017.
#pragma once

#include <cstdint>
#include <vector>

namespace derm {

// [N] from logits, row-major [N, classes]: log of the sum of exp, and the largest probability of
// the softmax. Throw Error where the sizes do not fit or a logit is not finite.
std::vector<double> energy_scores(const std::vector<double>& logits, int64_t classes);
std::vector<double> max_softmax_scores(const std::vector<double>& logits, int64_t classes);

}  // namespace derm
