// Antialiased resize with Pillow's arithmetic: two passes, 8-bit fixed-point weights.
#pragma once

#include <string>

#include "image/image.h"

namespace derm {

enum class Filter { kBilinear, kBicubic };

Filter filter_named(const std::string& name);  // "bilinear", "bicubic"; throws Error

// The whole image at width x height.
Image resize(const Image& image, int width, int height, Filter filter);

struct Box {
  int64_t left = 0, top = 0;
  int width = 0, height = 0;
};

// The pixels that `part` cuts from the image resized to width x height; the others are not
// computed, so that the memory taken depends on the part alone.
Image resize_part(const Image& image, int64_t width, int64_t height, Filter filter,
                  const Box& part);

}  // namespace derm
