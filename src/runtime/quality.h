// Whether an image looks like those that the network knows: brightness, contrast, sharpness, and
// the energy score of its logits, against limits that the bundle took from its validation split.
#pragma once

#include <string>
#include <vector>

#include "image/image.h"
#include "runtime/metadata.h"

namespace derm {

// Of the fitted image, as docs/bundle_format.md defines them.
struct Quality {
  double brightness = 0;  // mean luma, 0 to 255
  double contrast = 0;    // standard deviation of luma
  double sharpness = 0;   // mean |Laplacian| over contrast + 1
};
Quality quality_of(const Image& fitted);  // at least 3 x 3 pixels, else Error

// log(sum(exp(logits))): low is unusual (Liu et al., NeurIPS 2020).
double energy_score(const std::vector<double>& logits);

// One sentence for each limit that is crossed.
std::vector<std::string> quality_warnings(const Quality& quality, double energy,
                                          const QualityLimits& limits);

}  // namespace derm
