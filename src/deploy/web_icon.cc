#include "deploy/web_icon.h"

#include <array>
#include <cmath>

namespace derm {
namespace {

using Colour = std::array<double, 3>;
constexpr Colour kGround{246, 250, 249}, kRing{15, 118, 110}, kSpot{154, 91, 60};
constexpr int kSamples = 4;  // along each side of a pixel

// x and y from -1 to 1.
const Colour& colour_at(double x, double y) {
  const double centre = std::hypot(x, y), spot = std::hypot(x - 0.08, y + 0.04);
  if (spot < 0.21) return kSpot;
  return centre > 0.45 && centre < 0.61 ? kRing : kGround;
}

}  // namespace

Image web_icon(int side_px) {
  Image icon(side_px, side_px);
  const double step = 2.0 / (side_px * kSamples);
  for (int y = 0; y < side_px; ++y)
    for (int x = 0; x < side_px; ++x) {
      Colour sum{};
      for (int i = 0; i < kSamples * kSamples; ++i) {
        const int row = y * kSamples + i / kSamples, column = x * kSamples + i % kSamples;
        const Colour& colour = colour_at((column + 0.5) * step - 1, (row + 0.5) * step - 1);
        for (size_t c = 0; c < 3; ++c) sum[c] += colour[c];
      }
      for (size_t c = 0; c < 3; ++c)
        icon.row(y)[x * 3 + static_cast<int>(c)] =
            static_cast<uint8_t>(std::lround(sum[c] / (kSamples * kSamples)));
    }
  return icon;
}

}  // namespace derm
