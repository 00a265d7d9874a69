// The exact binomial interval of a share. It takes the trials for independent: images of one lesion
// are not, so that it stands beside the bootstrap's interval and not in its place.
// Source: Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of
// the binomial", Biometrika 26, 1934.
#pragma once

#include <cstdint>

#include "eval/bootstrap.h"

namespace derm {

// I_x(a, b), the share of a beta distribution below x; a, b > 0, x in [0, 1].
double regularised_incomplete_beta(double a, double b, double x);

// Both ends are NaN without trials; 0 <= successes <= trials.
Interval clopper_pearson(int64_t successes, int64_t trials, double confidence = 0.95);

}  // namespace derm
