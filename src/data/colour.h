// Colour jitter of a whole image as one 3x4 matrix.
#pragma once

#include <array>

#include "image/image.h"

namespace derm {

struct ColourJitter {
  double brightness = 1, contrast = 1, saturation = 1;  // factors
  double hue = 0;                                       // share of the colour circle
};

// out = clamp(matrix * (r, g, b, 1)), on the scale 0..255, at most 0.8 off; exact for the identity.
// Numbers from -8 to 8 (shifts from -4095 to 4094); larger ones are cut.
using ColourMatrix = std::array<std::array<float, 4>, 3>;

// Brightness, then contrast about `mean` (the image's mean luma), then saturation about each
// pixel's luma, then hue. Unlike the usual jitter it has one fixed order, does not round in
// between, and hue turns the colour about the grey axis (linear) instead of going through HSV.
ColourMatrix colour_matrix(const ColourJitter& jitter, double mean);

void apply_colour(Image& image, const ColourMatrix& matrix);

// Mean of 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), 0..255.
double mean_luma(const Image& image);

}  // namespace derm
