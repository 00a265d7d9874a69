#include "image/resize.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "image/resample.h"

namespace derm {

Filter filter_named(const std::string& name) {
  if (name == "bilinear") return Filter::kBilinear;
  if (name == "bicubic") return Filter::kBicubic;
  throw Error("unknown resize filter", "", "bilinear or bicubic", name);
}

Image resize(const Image& image, int width, int height, Filter filter) {
  if (image.empty() || width <= 0 || height <= 0)
    throw Error("cannot resize", "", "images of at least one pixel",
                fmt::format("{} x {} to {} x {}", image.width, image.height, width, height));
  if (image.width == width && image.height == height) return image;
  if (image.width == width) return resample_rows(image, taps_of(image.height, height, filter));
  if (image.height == height) return resample_columns(image, taps_of(image.width, width, filter));
  const Image narrowed = resample_columns(image, taps_of(image.width, width, filter));
  return resample_rows(narrowed, taps_of(image.height, height, filter));
}

}  // namespace derm
