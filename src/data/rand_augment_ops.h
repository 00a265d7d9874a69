// The fourteen operations of RandAugment as functions of a magnitude, and the table of them (Cubuk,
// Zoph, Shlens, Le: "RandAugment: Practical automated data augmentation with a reduced search
// space", CVPR Workshops 2020).
//
// Numbers are those of torchvision's RandAugment on uint8 tensors, in double instead of single
// precision: results can differ by 1 where a value lies next to a whole number.
#pragma once

#include <array>

#include "image/image.h"

namespace derm::rand_augment {

// Per channel: the darkest value to 0, the brightest to 255.
Image autocontrast(const Image& image);
// Per channel: values spread so that they are about equally frequent.
Image equalize(const Image& image);
// Keeps the upper `bits` (0 to 8) of every value.
Image posterize(const Image& image, int bits);
// Inverts values of at least `threshold`.
Image solarize(const Image& image, double threshold);

// factor * image + (1 - factor) * other, cut to 0..255 and to whole numbers. The other is black,
// the pixel's luma, the image's mean luma, or the image smoothed by a 3x3 kernel (its edge stays).
Image brightness(const Image& image, double factor);
Image colour(const Image& image, double factor);
Image contrast(const Image& image, double factor);
Image sharpness(const Image& image, double factor);

// Same canvas, nearest pixel, black outside. Coordinates of pixel centres; the origin is the top
// left corner of the frame.
Image rotate(const Image& image, double degrees);  // about the centre, counter-clockwise
Image shear_x(const Image& image, double slope);   // out(x, y) = in(x + slope * y, y)
Image shear_y(const Image& image, double slope);   // out(x, y) = in(x, y + slope * x)
Image translate_x(const Image& image, int px);     // to the right
Image translate_y(const Image& image, int px);     // down

inline constexpr int kBins = 31;  // magnitudes 0 (weakest) to 30 (strongest)

struct Operation {
  const char* name;
  bool is_signed;  // also exists with the opposite sign
  // share: bin / 30, negative for the opposite sign.
  Image (*apply)(const Image& image, double share);
};

// identity, autocontrast, equalize, rotate, solarize, colour, posterize, contrast, brightness,
// sharpness, shear_x, shear_y, translate_x, translate_y.
const std::array<Operation, 14>& operations();

}  // namespace derm::rand_augment
