// Each step against an independent definition; the pipeline's odds over many draws.
#include "data/augment_ssdkd.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "data/augment_ssdkd_steps.h"
#include "data/geometry.h"
#include "support/augmentation.h"
#include "support/small_images.h"

namespace derm {
namespace {

using testing::gradient_image;
using testing::noise_image;
using testing::rng_of;

// Bilinear value of channel c at (x, y); 0 outside, or mirrored with the edge pixel repeated.
double sample(const Image& image, double x, double y, int c, bool mirrored) {
  const auto fold = [](int i, int n) {
    const int m = ((i % (2 * n)) + 2 * n) % (2 * n);
    return m < n ? m : 2 * n - 1 - m;
  };
  const auto pixel = [&](int px, int py) -> double {
    if (mirrored) return image.row(fold(py, image.height))[fold(px, image.width) * 3 + c];
    if (px < 0 || py < 0 || px >= image.width || py >= image.height) return 0;
    return image.row(py)[px * 3 + c];
  };
  const int x0 = static_cast<int>(std::floor(x)), y0 = static_cast<int>(std::floor(y));
  const double u = x - x0, v = y - y0;
  return (1 - v) * ((1 - u) * pixel(x0, y0) + u * pixel(x0 + 1, y0)) +
         v * ((1 - u) * pixel(x0, y0 + 1) + u * pixel(x0 + 1, y0 + 1));
}

// OpenCV rounds positions to 1/32 pixel: on a smooth image about a grey level, while half a pixel
// beside would be two and more.
constexpr double kWarpTolerance = 1.2;

TEST(SsdkdZoom, EnlargesAboutTheCentre) {
  const Image image = gradient_image(61, 40);
  const Image out = ssdkd::zoom(image, 1.7, 1.2);
  ASSERT_EQ(out.width, 61);
  ASSERT_EQ(out.height, 40);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 61; ++x)
      for (int c = 0; c < 3; ++c)
        ASSERT_NEAR(out.row(y)[x * 3 + c],
                    sample(image, 30 + (x - 30) / 1.7, 19.5 + (y - 19.5) / 1.2, c, false),
                    kWarpTolerance)
            << x << " " << y << " " << c;
}

TEST(SsdkdZoom, ByOneIsTheIdentityAndBelowOneLeavesBlackOutside) {
  const Image image = noise_image(20, 14, 1);
  EXPECT_EQ(ssdkd::zoom(image, 1, 1).data, image.data);
  const Image small = ssdkd::zoom(image, 0.5, 0.5);
  EXPECT_EQ(small.row(0)[0], 0);
  EXPECT_EQ(small.row(13)[19 * 3 + 2], 0);
}

// Keys's cubic with a = -0.75 on four neighbours, edge pixels repeated.
TEST(SsdkdResize, IsBicubicWithoutAntialias) {
  const auto weight = [](double t) {
    const double d = std::abs(t), a = -0.75;
    if (d <= 1) return (a + 2) * d * d * d - (a + 3) * d * d + 1;
    return d < 2 ? a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a : 0.0;
  };
  const Image image = noise_image(50, 35, 2);
  const Image out = ssdkd::resize_cubic(image, 24);
  for (int y = 0; y < 24; ++y)
    for (int x = 0; x < 24; ++x) {
      const double sx = (x + 0.5) * 50 / 24 - 0.5, sy = (y + 0.5) * 35 / 24 - 0.5;
      const int x0 = static_cast<int>(std::floor(sx)), y0 = static_cast<int>(std::floor(sy));
      double value = 0;
      for (int j = y0 - 1; j <= y0 + 2; ++j)
        for (int i = x0 - 1; i <= x0 + 2; ++i)
          value += weight(sx - i) * weight(sy - j) *
                   image.row(std::clamp(j, 0, 34))[std::clamp(i, 0, 49) * 3];
      ASSERT_NEAR(out.row(y)[x * 3], std::clamp(value, 0.0, 255.0), 1.5) << x << " " << y;
    }
}

TEST(SsdkdRotate, TurnsAboutTheCentreWithAMirroredBorder) {
  const Image image = gradient_image(48, 48);
  const double degrees = 37, c = std::cos(degrees * M_PI / 180), s = std::sin(degrees * M_PI / 180);
  const Image out = ssdkd::rotate(image, degrees);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 48; ++x) {
      const double dx = x - 23.5, dy = y - 23.5;
      for (int channel = 0; channel < 3; ++channel)
        ASSERT_NEAR(out.row(y)[x * 3 + channel],
                    sample(image, 23.5 + c * dx + s * dy, 23.5 - s * dx + c * dy, channel, true),
                    kWarpTolerance)
            << x << " " << y;
    }
}

TEST(SsdkdRotate, ByNinetyDegreesIsAClockwiseQuarterTurn) {
  const Image image = noise_image(32, 32, 3);
  EXPECT_EQ(ssdkd::rotate(image, 90).data, quarter_turn(image, 3).data);
  EXPECT_EQ(ssdkd::rotate(image, 0).data, image.data);
}

TEST(SsdkdFlip, IsHalfATurnOfTheMirror) {
  const Image image = noise_image(9, 6, 4);
  EXPECT_EQ(ssdkd::vflip(image).data, quarter_turn(hflip(image), 2).data);
}

TEST(SsdkdBlur, IsAGaussianOfFivePixelsWithReflectedBorder) {
  const Image image = noise_image(20, 16, 5);
  const double sigma = 1.2;
  const Image out = ssdkd::blur(image, sigma);
  const auto fold = [](int i, int n) { return i < 0 ? -i : i >= n ? 2 * n - 2 - i : i; };
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 20; ++x) {
      double value = 0, total = 0;
      for (int j = -2; j <= 2; ++j)
        for (int i = -2; i <= 2; ++i) {
          const double w = std::exp(-(i * i + j * j) / (2 * sigma * sigma));
          value += w * image.row(fold(y + j, 16))[fold(x + i, 20) * 3 + 1];
          total += w;
        }
      ASSERT_NEAR(out.row(y)[x * 3 + 1], value / total, 2) << x << " " << y;
    }
}

TEST(SsdkdBlur, DoesNothingBelowAThousandth) {
  const Image image = noise_image(10, 10, 6);
  EXPECT_EQ(ssdkd::blur(image, 9e-4).data, image.data);
}

// Whole pixels are black or untouched; how many are black.
int black_pixels(const Image& out, const Image& in) {
  int black = 0;
  for (size_t i = 0; i < in.data.size(); i += 3) {
    const bool dropped = out.data[i] == 0 && out.data[i + 1] == 0 && out.data[i + 2] == 0;
    black += dropped ? 1 : 0;
    for (size_t c = 0; !dropped && c < 3; ++c) EXPECT_EQ(out.data[i + c], in.data[i + c]);
  }
  return black;
}

Image white(int side) {
  Image image(side, side);
  std::fill(image.data.begin(), image.data.end(), uint8_t{255});
  return image;
}

TEST(SsdkdDropout, SetsWholePixelsToZeroAtItsRate) {
  const Image image = white(224);
  Image out = image;
  Rng rng = rng_of(1);
  ssdkd::drop_pixels(out, 0.05, rng);
  const double pixels = 224 * 224;
  EXPECT_NEAR(black_pixels(out, image), pixels * 0.05, 4 * std::sqrt(pixels * 0.05 * 0.95));
}

TEST(SsdkdDropout, CoarseDropsCellsOfFourByFourPixelsAt224) {
  int cells = 0;
  for (uint64_t draw = 0; draw < 10; ++draw) {
    Image out = white(224);
    Rng rng = rng_of(draw);
    ssdkd::drop_cells(out, 0.02, 0.25, rng);
    for (int y = 0; y < 224; ++y)
      for (int x = 0; x < 224; ++x)
        ASSERT_EQ(out.row(y)[x * 3], out.row(y / 4 * 4)[x / 4 * 4 * 3]) << x << " " << y;
    cells += black_pixels(out, white(224)) / 16;
  }
  const double all = 10 * 56 * 56;
  EXPECT_NEAR(cells, all * 0.02, 4 * std::sqrt(all * 0.02 * 0.98));
}

TEST(SsdkdDropout, CoarseHasAtLeastThreeByThreeCells) {
  Image out = white(8);  // a quarter of 8 is 2
  Rng rng = rng_of(5);
  ssdkd::drop_cells(out, 0.5, 0.25, rng);
  EXPECT_GT(black_pixels(out, white(8)), 0);
  for (const int x : {1, 2, 4, 5, 7})  // cells begin at 0, 8/3 and 16/3
    for (int y = 0; y < 8; ++y) EXPECT_EQ(out.row(y)[x * 3], out.row(y)[(x - 1) * 3]) << x;
}

TEST(SsdkdAdd, AddsToEachChannelAndClips) {
  Image image(1, 2);
  image.data = {0, 100, 250, 10, 255, 128};
  ssdkd::add(image, {-5, 7, 15});
  EXPECT_EQ(image.data, (std::vector<uint8_t>{0, 107, 255, 5, 255, 143}));
}

struct Hsv {
  double hue = 0, saturation = 0, value = 0;  // degrees, 0..1, 0..255
};

Hsv hsv_of(const uint8_t* p) {
  const double high = std::max({p[0], p[1], p[2]}), low = std::min({p[0], p[1], p[2]});
  const double range = high - low;
  Hsv out{0, high == 0 ? 0 : range / high, high};
  if (range == 0) return out;
  if (high == p[0])
    out.hue = 60 * (p[1] - p[2]) / range;
  else if (high == p[1])
    out.hue = 120 + 60 * (p[2] - p[0]) / range;
  else
    out.hue = 240 + 60 * (p[0] - p[1]) / range;
  out.hue = std::fmod(out.hue + 360, 360);
  return out;
}

TEST(SsdkdHueSaturation, TurnsTheHueByWholeStepsOfTwoDegrees) {
  for (const auto& [hue, degrees] : std::vector<std::pair<int, double>>{
           {10, 14}, {-10, -14}, {1, 0}, {-1, 0}, {2, 2}, {-7, -8}}) {
    Image image(1, 1);
    image.data = {200, 120, 60};
    const Hsv before = hsv_of(image.data.data());
    ssdkd::shift_hue_saturation(image, hue, 0);
    const Hsv after = hsv_of(image.data.data());
    EXPECT_NEAR(after.hue - before.hue, degrees, 1.6) << hue;  // 8-bit HSV: steps of 2 degrees
    EXPECT_NEAR(after.saturation, before.saturation, 0.01);
    EXPECT_NEAR(after.value, before.value, 1);
  }
}

TEST(SsdkdHueSaturation, WrapsTheHueAndClipsTheSaturation) {
  Image image(1, 2);
  image.data = {255, 0, 0, 128, 128, 128};
  ssdkd::shift_hue_saturation(image, -10, 10);
  const Hsv red = hsv_of(image.data.data());
  EXPECT_NEAR(red.hue, 346, 1.5);
  EXPECT_NEAR(red.saturation, 1, 0.005);
  EXPECT_NEAR(hsv_of(image.data.data() + 3).saturation, 10.0 / 255, 0.01);
}

// The pipeline on a frame of the contract's size whose steps leave traces that can be told apart.
class SsdkdPipeline : public ::testing::Test {
 protected:
  static constexpr int kSide = 16, kDraws = 4000;

  SsdkdPipeline() {
    AugmentConfig config;
    config.pipeline = "ssdkd";
    Preprocess contract;
    contract.side_px = kSide;
    augment_ = make_augment(config, contract);
  }
  Image draw(const Image& frame, uint64_t sample) const {
    Rng rng = rng_of(sample);
    return augment_->apply(frame, rng);
  }
  static void expect_share(int count, double p) {
    EXPECT_NEAR(count, kDraws * p, 4 * std::sqrt(kDraws * p * (1 - p)));
  }

  std::shared_ptr<const Augment> augment_;
};

TEST_F(SsdkdPipeline, LeavesTheFrameAloneWhenNoStepFires) {
  const Image frame = noise_image(kSide, kSide, 8);
  int same = 0;
  for (uint64_t i = 0; i < kDraws; ++i) same += draw(frame, i).data == frame.data ? 1 : 0;
  // A colour shift of nothing: add with 0 (1/31 or 1/31^3), hue within 1 and saturation 0 (HSV is
  // not exact on noise, so that one always shows).
  const double colour_quiet = 0.25 * 0.5 * (0.5 / 31 + 0.5 / 29791);
  expect_share(same, 0.75 * 0.5 * 0.8 * 0.75 * 0.75 * 0.9 * (0.75 + colour_quiet));
}

TEST_F(SsdkdPipeline, MirrorsAndTurnsUpsideDownAtItsOdds) {
  const Image frame = noise_image(kSide, kSide, 9);
  const double quiet = 0.75 * 0.75 * 0.75 * 0.9 * (0.75 + 0.25 * 0.5 * 0.5 / 31);
  int mirrored = 0, upside_down = 0, both = 0;
  for (uint64_t i = 0; i < kDraws; ++i) {
    const Image out = draw(frame, i);
    mirrored += out.data == hflip(frame).data ? 1 : 0;
    upside_down += out.data == ssdkd::vflip(frame).data ? 1 : 0;
    both += out.data == quarter_turn(frame, 2).data ? 1 : 0;
  }
  expect_share(mirrored, quiet * 0.5 * 0.8);
  expect_share(upside_down, quiet * 0.5 * 0.2);
  expect_share(both, quiet * 0.5 * 0.2);
}

// A plain frame shows nothing of geometry and blur: only dropout and colour are left.
TEST_F(SsdkdPipeline, DropsAndShiftsColourAtItsOdds) {
  Image frame(kSide, kSide);
  for (size_t i = 0; i < frame.data.size(); ++i)
    frame.data[i] = std::array<uint8_t, 3>{200, 120, 60}[i % 3];
  int shifted = 0, added_alike = 0, darkest = 0, brightest = 0;
  for (uint64_t i = 0; i < kDraws; ++i) {
    const Image out = draw(frame, i);
    std::set<std::array<uint8_t, 3>> colours;
    for (size_t p = 0; p < out.data.size(); p += 3)
      colours.insert({out.data[p], out.data[p + 1], out.data[p + 2]});
    colours.erase({0, 0, 0});
    ASSERT_LE(colours.size(), 2U);  // with dropped pixels shifted, too
    const auto colour = *colours.rbegin();
    const int r = colour[0] - 200, g = colour[1] - 120, b = colour[2] - 60;
    shifted += r != 0 || g != 0 || b != 0 ? 1 : 0;
    added_alike += r != 0 && r == g && r == b ? 1 : 0;
    darkest = std::min(darkest, r);
    brightest = std::max(brightest, r);
  }
  const double hsv_quiet = 3.0 / 21 / 21;  // hue -1, 0, 1 and saturation 0; a little may show
  EXPECT_NEAR(shifted, kDraws * 0.25 * (1 - 0.5 * hsv_quiet), 4 * 27.4 + 5);
  expect_share(added_alike, 0.25 * 0.5 * 0.5 * 30 / 31);
  EXPECT_EQ(darkest, -15);
  EXPECT_EQ(brightest, 15);
}

TEST_F(SsdkdPipeline, DropsPixelsInATenthOfTheViews) {
  int dropped = 0;
  for (uint64_t i = 0; i < kDraws; ++i) {
    const Image out = draw(white(kSide), i);
    dropped += std::any_of(out.data.begin(), out.data.end(), [](uint8_t b) { return b < 30; });
  }
  // Coarse: 4 x 4 cells at 0.02 each. Fine: 256 pixels at U(0, 0.05): mean of 1 - (1-r)^256.
  const double coarse = 1 - std::pow(0.98, 16);
  const double fine = 1 - (1 - std::pow(0.95, 257)) / (257 * 0.05);
  expect_share(dropped, 0.1 * (0.5 * coarse + 0.5 * fine));
}

TEST_F(SsdkdPipeline, GivesTheContractsSizeForFramesOfAnySize) {
  for (const auto& [width, height] :
       std::vector<std::pair<int, int>>{{200, 150}, {1, 1}, {3, 90}, {90, 3}})
    for (uint64_t i = 0; i < 100; ++i) {
      const Image out = draw(noise_image(width, height, i), i);
      ASSERT_EQ(out.width, kSide);
      ASSERT_EQ(out.height, kSide);
      ASSERT_EQ(out.data.size(), size_t{kSide * kSide * 3});
    }
}

}  // namespace
}  // namespace derm
