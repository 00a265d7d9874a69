#include "image/resize.h"

#include "base/error.h"
#include "image/resample.h"

namespace derm {

Filter filter_named(const std::string& name) {
  if (name == "bilinear") return Filter::kBilinear;
  if (name == "bicubic") return Filter::kBicubic;
  throw Error("unknown resize filter", "", "bilinear or bicubic", name);
}

Image resize(const Image& image, int width, int height, Filter filter) {
  return resize_part(image, width, height, filter, {0, 0, width, height});
}

Image resize_part(const Image& image, int64_t width, int64_t height, Filter filter,
                  const Box& part) {
  const bool inside = part.width > 0 && part.height > 0 && part.left >= 0 && part.top >= 0 &&
                      part.left <= width - part.width && part.top <= height - part.height;
  if (image.empty() || !inside)
    throw Error("cannot resize", "", "images and parts of at least one pixel",
                fmt::format("{} x {} of {} x {} from {} x {}", part.width, part.height, width,
                            height, image.width, image.height));
  const bool same_columns = width == image.width && part.width == width;
  if (same_columns && height == image.height && part.height == height) return image;
  const Taps rows = taps_of(image.height, height, filter, part.top, part.height);
  if (same_columns) return resample_rows(image, rows, fastest_kernels());
  const Taps columns = taps_of(image.width, width, filter, part.left, part.width);
  return resample(image, columns, rows, fastest_kernels());
}

}  // namespace derm
