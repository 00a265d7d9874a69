// The operations that change values and not places.
#include <algorithm>
#include <cmath>
#include <utility>

#include "data/rand_augment_ops.h"

namespace derm::rand_augment {
namespace {

using Table = std::array<uint8_t, 256>;
using Histogram = std::array<int64_t, 256>;

template <class F>
Table table_of(const F& value) {
  Table out;
  for (size_t v = 0; v < out.size(); ++v) out[v] = value(static_cast<int>(v));
  return out;
}

Image look_up(const Image& image, const std::array<Table, 3>& tables) {
  Image out(image.width, image.height);
  for (size_t i = 0; i < image.data.size(); ++i) out.data[i] = tables[i % 3][image.data[i]];
  return out;
}
Image look_up(const Image& image, const Table& table) {
  return look_up(image, std::array<Table, 3>{table, table, table});
}

uint8_t cut(double value) {
  return static_cast<uint8_t>(std::clamp(value, 0.0, 255.0));
}

uint8_t blend(double a, double b, double factor) {
  return cut(factor * a + (1 - factor) * b);
}

int luma(const uint8_t* pixel) {
  return static_cast<int>(0.2989 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]);
}

std::array<Histogram, 3> histograms(const Image& image) {
  std::array<Histogram, 3> out{};
  for (size_t i = 0; i < image.data.size(); ++i) ++out[i % 3][image.data[i]];
  return out;
}

Table identity() {
  return table_of([](int v) { return static_cast<uint8_t>(v); });
}

// The smallest and the largest value that occur.
std::pair<int, int> range(const Histogram& histogram) {
  const auto occurs = [](int64_t n) { return n > 0; };
  const auto low = std::find_if(histogram.begin(), histogram.end(), occurs);
  const auto high = std::find_if(histogram.rbegin(), histogram.rend(), occurs);
  return {static_cast<int>(low - histogram.begin()), static_cast<int>(histogram.rend() - high) - 1};
}

Table stretched(const Histogram& histogram) {
  const auto [low, high] = range(histogram);
  if (low >= high) return identity();
  const double scale = 255.0 / (high - low), from = low;
  return table_of([&](int v) { return cut((v - from) * scale); });
}

Table equalized(const Histogram& histogram) {
  int64_t total = 0;
  for (const int64_t n : histogram) total += n;
  if (total == 0) return identity();
  const auto brightest = static_cast<size_t>(range(histogram).second);
  const int64_t step = (total - histogram[brightest]) / 255;
  if (step == 0) return identity();
  int64_t below = 0;
  return table_of([&](int v) {
    const int64_t level = (below + step / 2) / step;
    below += histogram[static_cast<size_t>(v)];
    return static_cast<uint8_t>(std::min<int64_t>(level, 255));
  });
}

}  // namespace

Image autocontrast(const Image& image) {
  const auto h = histograms(image);
  return look_up(image, {stretched(h[0]), stretched(h[1]), stretched(h[2])});
}

Image equalize(const Image& image) {
  const auto h = histograms(image);
  return look_up(image, {equalized(h[0]), equalized(h[1]), equalized(h[2])});
}

Image posterize(const Image& image, int bits) {
  const int mask = 0xFF << (8 - bits);
  return look_up(image, table_of([&](int v) { return static_cast<uint8_t>(v & mask); }));
}

Image solarize(const Image& image, double threshold) {
  return look_up(
      image, table_of([&](int v) { return static_cast<uint8_t>(v >= threshold ? 255 - v : v); }));
}

Image brightness(const Image& image, double factor) {
  return look_up(image, table_of([&](int v) { return blend(v, 0, factor); }));
}

Image colour(const Image& image, double factor) {
  Image out(image.width, image.height);
  for (size_t i = 0; i < image.data.size(); i += 3) {
    const double grey = luma(image.data.data() + i);
    for (size_t c = i; c < i + 3; ++c) out.data[c] = blend(image.data[c], grey, factor);
  }
  return out;
}

Image contrast(const Image& image, double factor) {
  int64_t sum = 0;
  for (size_t i = 0; i < image.data.size(); i += 3) sum += luma(image.data.data() + i);
  const double mean = 3 * static_cast<double>(sum) / static_cast<double>(image.data.size());
  return look_up(image, table_of([&](int v) { return blend(v, mean, factor); }));
}

Image sharpness(const Image& image, double factor) {
  constexpr int kCentre = 5, kWeights = 13;  // the centre counts five times, its neighbours once
  Image out = image;
  for (int y = 1; y + 1 < image.height; ++y)
    for (int i = 3; i < (image.width - 1) * 3; ++i) {
      int sum = (kCentre - 1) * image.row(y)[i];
      for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -3; dx <= 3; dx += 3) sum += image.row(y + dy)[i + dx];
      const int smooth = (sum + kWeights / 2) / kWeights;
      out.row(y)[i] = blend(image.row(y)[i], smooth, factor);
    }
  return out;
}

}  // namespace derm::rand_augment
