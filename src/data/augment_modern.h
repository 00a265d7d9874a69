// The light training pipeline: random resized crop, mirror and quarter turns, colour jitter. All
// jitter is one 3x4 matrix per image, so a view costs little more than its resize.
#pragma once

#include <memory>

#include "data/augment.h"

namespace derm {

// A rectangle of pixels inside a frame.
struct CropBox {
  int left = 0, top = 0, width = 0, height = 0;
};

// A box of crop_min to 1 of the frame's area; its aspect is `aspect` times or divided by up to
// crop_ratio, log-uniform. The whole frame where ten draws do not fit.
CropBox draw_crop(int width, int height, double aspect, const AugmentConfig& config, Rng& rng);

std::shared_ptr<const Augment> make_modern(const AugmentConfig& config, const Preprocess& contract);

}  // namespace derm
