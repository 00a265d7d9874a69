#include "image/preprocess.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "image/resize.h"

namespace derm {
namespace {

int rounded_share(int side, double ratio) {
  return std::max(1, static_cast<int>(std::nearbyint(ratio * side)));
}

Image fit_crop(const Image& image, int side, double share, Filter filter) {
  const int64_t shorter = std::lround(side / share);
  const int64_t low = std::min(image.width, image.height);
  const int64_t width = shorter * image.width / low, height = shorter * image.height / low;
  const auto margin = [side](int64_t length) {
    return static_cast<int64_t>(std::nearbyint(static_cast<double>(length - side) / 2));
  };
  return resize_part(image, width, height, filter, {margin(width), margin(height), side, side});
}

Image fit_pad(const Image& image, int side, Filter filter) {
  const double w = image.width, h = image.height;
  const int width = w >= h ? side : rounded_share(side, w / h);
  const int height = h >= w ? side : rounded_share(side, h / w);
  const Image resized = resize(image, width, height, filter);
  const auto left = static_cast<size_t>(std::nearbyint((side - width) * 0.5));
  const int top = static_cast<int>(std::nearbyint((side - height) * 0.5));
  Image out(side, side);
  for (int y = 0; y < height; ++y)
    std::memcpy(out.row(top + y) + left * 3, resized.row(y), static_cast<size_t>(width) * 3);
  return out;
}

using Table = std::array<float, 256>;

Table table_of(double mean, double std) {
  Table table;
  for (size_t x = 0; x < table.size(); ++x)
    table[x] =
        (static_cast<float>(x) / 255.0F - static_cast<float>(mean)) / static_cast<float>(std);
  return table;
}

}  // namespace

Image fit(const Image& image, const Preprocess& contract) {
  check_contract(contract);
  const int side = static_cast<int>(contract.side_px);
  const Filter filter = filter_named(contract.filter);
  if (contract.geometry == "crop") return fit_crop(image, side, contract.crop_share, filter);
  if (contract.geometry == "pad") return fit_pad(image, side, filter);
  return resize(image, side, side, filter);
}

void normalise(const Image& fitted, const Preprocess& contract, Layout layout, float* out) {
  check_contract(contract);
  std::array<Table, 3> tables;
  for (size_t c = 0; c < 3; ++c) tables[c] = table_of(contract.mean[c], contract.std[c]);
  const size_t pixels = fitted.data.size() / 3;
  const uint8_t* in = fitted.data.data();
  const bool planes = layout == Layout::kPlanes;
  const size_t step = planes ? 1 : 3, channel = planes ? pixels : 1;
  for (size_t i = 0; i < pixels; ++i)
    for (size_t c = 0; c < 3; ++c) out[i * step + c * channel] = tables[c][in[i * 3 + c]];
}

}  // namespace derm
