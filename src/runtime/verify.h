// Whether this machine gives a bundle's golden answers.
#pragma once

#include <string>
#include <vector>

#include "runtime/predictor.h"

namespace derm {

struct GoldenResult {
  std::string file;
  double logit_difference = 0;  // the largest
};

// In the bundle's order. Throws Error naming the image: pixels that differ, or a logit beyond the
// tolerance.
std::vector<GoldenResult> verify(const Predictor& predictor);

// The hash that golden.json states.
std::string pixels_sha256(const Image& fitted);

}  // namespace derm
