#include "image/heat_map.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"

namespace derm {
namespace {

void check_map(const HeatMap& map) {
  const bool sized =
      map.width > 0 && map.height > 0 &&
      map.values.size() == static_cast<size_t>(map.width) * static_cast<size_t>(map.height);
  if (!sized)
    throw Error("no heat map", "", "width * height values, at least one",
                fmt::format("{} values for {} x {}", map.values.size(), map.width, map.height));
  const auto broken = std::find_if(map.values.begin(), map.values.end(),
                                   [](float value) { return !std::isfinite(value); });
  if (broken != map.values.end())
    throw Error("heat map value is not finite",
                fmt::format("position {}", broken - map.values.begin()), "a finite number",
                fmt::format("{}", *broken));
}

// Two neighbours of an input line, and how much of the second one an output takes.
struct Neighbours {
  size_t first = 0, second = 0;
  double share = 0;
};

// Input i lies at output first + i * step.
std::vector<Neighbours> neighbours_of(int input_size, int output_size, double first, double step) {
  std::vector<Neighbours> out;
  const double last = input_size - 1;
  for (int i = 0; i < output_size; ++i) {
    const double at = std::clamp((i - first) / step, 0.0, last);
    const double below = std::floor(at);
    out.push_back(
        {static_cast<size_t>(below), static_cast<size_t>(std::min(below + 1, last)), at - below});
  }
  return out;
}

// The input's values tile the output.
std::vector<Neighbours> tiled(int input_size, int output_size) {
  const double step = static_cast<double>(output_size) / input_size;
  return neighbours_of(input_size, output_size, (step - 1) / 2, step);
}

void check_output(const HeatMap& map, int width, int height) {
  check_map(map);
  if (width < 1 || height < 1)
    throw Error("a heat map cannot have that size", "", "sides of at least one pixel",
                fmt::format("{} x {}", width, height));
}

HeatMap interpolated(const HeatMap& map, const std::vector<Neighbours>& columns,
                     const std::vector<Neighbours>& rows) {
  HeatMap out{static_cast<int>(columns.size()), static_cast<int>(rows.size()), {}};
  out.values.reserve(columns.size() * rows.size());
  for (const Neighbours& y : rows) {
    const float* upper = &map.values[y.first * static_cast<size_t>(map.width)];
    const float* lower = &map.values[y.second * static_cast<size_t>(map.width)];
    for (const Neighbours& x : columns) {
      const double above = upper[x.first] * (1 - x.share) + upper[x.second] * x.share;
      const double below = lower[x.first] * (1 - x.share) + lower[x.second] * x.share;
      out.values.push_back(static_cast<float>(above * (1 - y.share) + below * y.share));
    }
  }
  return out;
}

// Blue, cyan, yellow, red: each channel a trapezoid of slope 4 around 1/4, 1/2 and 3/4. 0..255.
std::array<double, 3> jet(double value) {
  const auto channel = [&](double quarter) {
    return 255 * std::clamp(1.5 - std::abs(4 * value - quarter), 0.0, 1.0);
  };
  return {channel(3), channel(2), channel(1)};
}

void check_overlay(const Image& image, const HeatMap& map, double share) {
  check_map(map);
  if (map.width != image.width || map.height != image.height)
    throw Error("the heat map is of another size than the image", "",
                fmt::format("{} x {}", image.width, image.height),
                fmt::format("{} x {}", map.width, map.height));
  if (!(share >= 0 && share <= 1))
    throw Error("the heat map's share of an overlay is out of range", "", "0 to 1",
                fmt::format("{}", share));
  const auto [low, high] = std::minmax_element(map.values.begin(), map.values.end());
  if (*low < 0 || *high > 1)
    throw Error("heat map value is out of range", "", "0 to 1",
                fmt::format("{} to {}", *low, *high));
}

}  // namespace

HeatMap min_max(HeatMap map) {
  check_map(map);
  const auto [low, high] = std::minmax_element(map.values.begin(), map.values.end());
  const double least = *low, range = static_cast<double>(*high) - least;
  for (float& value : map.values)
    value = range > 0 ? static_cast<float>((value - least) / range) : 0.0F;
  return map;
}

HeatMap upsample(const HeatMap& map, int width, int height) {
  check_output(map, width, height);
  return interpolated(map, tiled(map.width, width), tiled(map.height, height));
}

HeatMap place(const HeatMap& map, double first_px, double step_px, int width, int height) {
  check_output(map, width, height);
  if (!std::isfinite(first_px) || !std::isfinite(step_px) || step_px <= 0)
    throw Error("the values of a heat map cannot lie there", "", "a step above 0 pixels",
                fmt::format("first {}, step {}", first_px, step_px));
  return interpolated(map, neighbours_of(map.width, width, first_px, step_px),
                      neighbours_of(map.height, height, first_px, step_px));
}

Image overlay(const Image& image, const HeatMap& map, double share) {
  check_overlay(image, map, share);
  Image out(image.width, image.height);
  for (size_t i = 0; i < map.values.size(); ++i) {
    const auto colour = jet(map.values[i]);
    for (size_t c = 0; c < 3; ++c) {
      const double mixed = share * colour[c] + (1 - share) * image.data[3 * i + c];
      out.data[3 * i + c] = static_cast<uint8_t>(std::lround(mixed));
    }
  }
  return out;
}

}  // namespace derm
