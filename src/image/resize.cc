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
  if (image.empty() || width <= 0 || height <= 0)
    throw Error("cannot resize", "", "images of at least one pixel",
                fmt::format("{} x {} to {} x {}", image.width, image.height, width, height));
  if (image.width == width && image.height == height) return image;
  const Kernels& kernels = fastest_kernels();
  const auto columns = [&] {
    return resample_columns(image, taps_of(image.width, width, filter), kernels);
  };
  const auto rows = [&](const Image& from) {
    return resample_rows(from, taps_of(image.height, height, filter), kernels);
  };
  if (image.width == width) return rows(image);
  return image.height == height ? columns() : rows(columns());
}

}  // namespace derm
