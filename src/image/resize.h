// Antialiased resize with Pillow's arithmetic: two passes, 8-bit fixed-point weights.
#pragma once

#include <string>

#include "image/image.h"

namespace derm {

enum class Filter { kBilinear, kBicubic };

Filter filter_named(const std::string& name);  // "bilinear", "bicubic"; throws Error

// The box (left, top, width, height) of `image` resized to width x height.
Image resize(const Image& image, int width, int height, Filter filter);

}  // namespace derm
