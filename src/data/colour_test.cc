#include "data/colour.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/small_images.h"

namespace derm {
namespace {

// One pixel through a jitter, without rounding, by the definition of each step in turn.
std::array<double, 3> by_definition(std::array<double, 3> x, const ColourJitter& j, double mean) {
  const auto luma = [](const std::array<double, 3>& v) {
    return 0.299 * v[0] + 0.587 * v[1] + 0.114 * v[2];
  };
  for (auto& v : x) v *= j.brightness;
  for (auto& v : x) v = mean * j.brightness + (v - mean * j.brightness) * j.contrast;
  const double grey = luma(x);
  for (auto& v : x) v = grey + (v - grey) * j.saturation;
  // Rodrigues' rotation about k = (1, 1, 1) / sqrt(3).
  const double turn = j.hue * 2 * M_PI, c = std::cos(turn), s = std::sin(turn);
  const double k = 1 / std::sqrt(3.0), along = k * (x[0] + x[1] + x[2]) * k * (1 - c);
  const std::array<double, 3> cross = {k * (x[2] - x[1]), k * (x[0] - x[2]), k * (x[1] - x[0])};
  for (size_t i = 0; i < 3; ++i) x[i] = x[i] * c + cross[i] * s + along;
  return x;
}

TEST(Colour, MatrixEqualsTheStepsOneAfterTheOther) {
  const Image image = testing::noise_image(13, 11, 3);
  const double mean = mean_luma(image);
  const ColourJitter jitter = {1.17, 0.83, 1.2, 0.07};
  Image out = image;
  apply_colour(out, colour_matrix(jitter, mean));
  for (size_t i = 0; i < image.data.size(); i += 3) {
    const auto expected =
        by_definition({double(image.data[i]), double(image.data[i + 1]), double(image.data[i + 2])},
                      jitter, mean);
    for (size_t c = 0; c < 3; ++c)
      EXPECT_NEAR(out.data[i + c], std::min(std::max(expected[c], 0.0), 255.0), 0.8);
  }
}

TEST(Colour, HasNoBias) {
  const Image image = testing::noise_image(100, 100, 8);
  Image out = image;
  const ColourJitter jitter = {0.9, 0.85, 1.1, 0.03};  // nothing is clipped
  apply_colour(out, colour_matrix(jitter, 128));
  double sum = 0, expected = 0;
  for (size_t i = 0; i < image.data.size(); i += 3) {
    const auto exact = by_definition(
        {double(image.data[i]), double(image.data[i + 1]), double(image.data[i + 2])}, jitter, 128);
    for (size_t c = 0; c < 3; ++c) {
      sum += out.data[i + c];
      expected += std::clamp(exact[c], 0.0, 255.0);
    }
  }
  EXPECT_NEAR(sum / 30000, expected / 30000, 0.05);
}

TEST(Colour, CutsExtremesInsteadOfWrapping) {
  Image image = testing::noise_image(50, 3, 9);
  Image bright = image, dark = image;
  apply_colour(bright, colour_matrix({2, 2, 2, 0}, 0));
  apply_colour(dark, colour_matrix({0, 2, 2, 0}, 0));
  const auto matrix = colour_matrix({2, 2, 2, 0}, 0);
  for (size_t i = 0; i < image.data.size(); ++i) {
    const uint8_t* p = image.data.data() + i / 3 * 3;
    const auto& row = matrix[i % 3];
    const float exact = row[0] * p[0] + row[1] * p[1] + row[2] * p[2];
    EXPECT_NEAR(bright.data[i], std::clamp(exact, 0.0F, 255.0F), 0.8);
    EXPECT_EQ(dark.data[i], 0);
  }
}

TEST(Colour, IsTheIdentityWithoutJitter) {
  const Image image = testing::noise_image(100, 7, 4);
  Image out = image;
  apply_colour(out, colour_matrix({}, mean_luma(image)));
  EXPECT_EQ(out.data, image.data);
}

TEST(Colour, AThirdOfTheCircleExchangesTheChannels) {
  Image image(1, 1);
  image.data = {200, 100, 50};
  apply_colour(image, colour_matrix({1, 1, 1, 1.0 / 3}, 0));
  EXPECT_EQ(image.data, (std::vector<uint8_t>{50, 200, 100}));
}

TEST(Colour, GreysStayGreyUnderSaturationAndHue) {
  Image image(1, 1);
  image.data = {77, 77, 77};
  apply_colour(image, colour_matrix({1, 1, 1.9, 0.4}, 10));
  EXPECT_EQ(image.data, (std::vector<uint8_t>{77, 77, 77}));
}

TEST(Colour, NoContrastLeavesTheMean) {
  Image image = testing::noise_image(9, 9, 5);
  const double mean = mean_luma(image);
  apply_colour(image, colour_matrix({1, 0, 1, 0}, mean));
  for (const uint8_t byte : image.data) EXPECT_NEAR(byte, mean, 0.8);
}

TEST(Colour, MeanLumaWeighsTheChannels) {
  Image image(2, 1);
  image.data = {100, 0, 0, 0, 100, 200};
  EXPECT_NEAR(mean_luma(image), (29.9 + 58.7 + 22.8) / 2, 1e-9);
}

}  // namespace
}  // namespace derm
