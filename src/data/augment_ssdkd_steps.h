// The steps of the SSD-KD pipeline as functions of their drawn numbers. Pixel values are 0..255.
#pragma once

#include <array>

#include "base/rng.h"
#include "image/image.h"

namespace derm::ssdkd {

// Enlarges about the centre by independent factors >= 1 on the same canvas: bilinear, zero outside.
Image zoom(const Image& image, double scale_x, double scale_y);

// Bicubic without antialias, as OpenCV's INTER_CUBIC.
Image resize_cubic(const Image& image, int side_px);

Image vflip(const Image& image);

// About the centre, clockwise, same canvas: bilinear; outside lies the mirrored image
// (..cba|abc..).
Image rotate(const Image& image, double degrees);

// Gaussian, odd kernel of max(5, 3.3 sigma) pixels, border ..dcb|abcd..; nothing below sigma 1e-3.
Image blur(const Image& image, double sigma);

// Sets whole pixels to 0 with probability `rate` each.
void drop_pixels(Image& image, double rate, Rng& rng);

// The same on a grid of `share` of the sides (at least 3 x 3 cells): whole cells become 0.
void drop_cells(Image& image, double rate, double share, Rng& rng);

// Adds to each channel and clips.
void add(Image& image, const std::array<int, 3>& shift);

// In OpenCV's 8-bit HSV: H = (H + int(hue / 255 * 180)) mod 180, S = clip(S + saturation).
void shift_hue_saturation(Image& image, int hue, int saturation);

}  // namespace derm::ssdkd
