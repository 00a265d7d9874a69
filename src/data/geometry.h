// Exact moves of whole pixels: mirror and quarter turns.
#pragma once

#include "image/image.h"

namespace derm {

// Left and right exchanged.
Image hflip(const Image& image);

// Counter-clockwise by k * 90 degrees (any k), as np.rot90: odd k exchanges width and height.
Image quarter_turn(const Image& image, int k);

}  // namespace derm
