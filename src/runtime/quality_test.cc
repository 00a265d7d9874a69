#include "runtime/quality.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/rng.h"

namespace derm {
namespace {

Image checkers(int side, uint8_t low, uint8_t high) {
  Image image(side, side);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      for (int c = 0; c < 3; ++c) image.row(y)[3 * x + c] = (x + y) % 2 == 0 ? low : high;
  return image;
}

TEST(Quality, MeasuresACheckerBoardByHand) {
  // Luma is 100 or 200 on half of the pixels each; each inner pixel differs from four neighbours by
  // 100.
  const Quality quality = quality_of(checkers(10, 100, 200));
  EXPECT_NEAR(quality.brightness, 150, 1e-9);
  EXPECT_NEAR(quality.contrast, 50, 1e-9);
  EXPECT_NEAR(quality.sharpness, 400.0 / 51, 1e-9);
}

TEST(Quality, WeighsChannelsAsLuma) {
  Image image(3, 3);
  for (size_t i = 0; i < image.data.size(); i += 3) image.data[i] = 200;  // red alone
  const Quality quality = quality_of(image);
  EXPECT_NEAR(quality.brightness, 0.299 * 200, 1e-9);
  EXPECT_NEAR(quality.contrast, 0, 1e-6);
  EXPECT_EQ(quality.sharpness, 0);
}

TEST(Quality, RefusesWhatHasNoInnerPixel) {
  EXPECT_THROW(quality_of(Image(2, 5)), Error);
}

TEST(EnergyScore, IsTheLogOfTheSumOfExponentials) {
  EXPECT_NEAR(energy_score({1, 2, 3}), std::log(std::exp(1) + std::exp(2) + std::exp(3)), 1e-12);
  EXPECT_NEAR(energy_score({1000, 1000}), 1000 + std::log(2), 1e-9);
}

TEST(QualityWarnings, NameEachLimitThatIsCrossedAndNoOther) {
  QualityLimits limits;
  limits.brightness_low = 50;
  limits.brightness_high = 200;
  limits.contrast_low = 10;
  limits.sharpness_low = 0.2;
  limits.energy_low = 1;
  EXPECT_TRUE(quality_warnings({100, 20, 1}, 2, limits).empty());
  EXPECT_EQ(quality_warnings({40, 20, 1}, 2, limits).size(), 1u);
  EXPECT_EQ(quality_warnings({210, 5, 0.1}, 0, limits).size(), 4u);
}

}  // namespace
}  // namespace derm
