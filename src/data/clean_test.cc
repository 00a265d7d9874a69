#include "data/clean.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>

#include "data/generate.h"
#include "support/small_images.h"

namespace derm {
namespace {

constexpr int kWidth = 400, kHeight = 300, kPlainlyHair = 25;

// Skin without structure, and `count` dark vertical hairs of `width` pixels.
Image with_hairs(int count, int width) {
  Image image = testing::gradient_image(kWidth, kHeight);
  for (auto& byte : image.data) byte = static_cast<uint8_t>(120 + byte / 4);
  for (int n = 0; n < count; ++n)
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < width; ++x)
        std::fill_n(image.row(y) + ((n + 1) * kWidth / (count + 1) + x) * 3, 3, uint8_t{30});
  return image;
}

int largest_difference(const Image& a, const Image& b) {
  int out = 0;
  for (size_t i = 0; i < a.data.size(); ++i) out = std::max(out, std::abs(a.data[i] - b.data[i]));
  return out;
}

TEST(RemoveHair, PaintsHairsOverWithTheSkinAroundThem) {
  const Image bare = with_hairs(0, 0), hairy = with_hairs(6, 3);
  EXPECT_NEAR(hair_share(hairy), 6 * (3 + 2) / double{kWidth}, 1e-9);  // widened by a pixel
  const Image out = remove_hair(hairy);
  EXPECT_GT(largest_difference(hairy, bare), 90);
  EXPECT_LT(largest_difference(out, bare), 6);
  EXPECT_EQ(hair_share(out), 0);
}

TEST(RemoveHair, LeavesWhatIsNoHairBitForBit) {
  const Image bare = with_hairs(0, 0), speck = with_hairs(1, 1);
  EXPECT_EQ(hair_share(bare), 0);
  EXPECT_EQ(remove_hair(bare).data, bare.data);
  EXPECT_LT(hair_share(speck), 0.01);
  EXPECT_GT(hair_share(speck), 0);
  EXPECT_EQ(remove_hair(speck).data, speck.data);
  const Image noise = testing::noise_image(kWidth, kHeight, 1);
  EXPECT_GT(hair_share(noise), 0.3);
  EXPECT_EQ(remove_hair(noise).data, noise.data);
  // Wider than the closing: a lesion, not a hair.
  const Image block = with_hairs(2, 40);
  EXPECT_EQ(remove_hair(block).data, block.data);
}

TEST(RemoveHair, BringsGeneratedImagesCloserToTheSameOnesWithoutHair) {
  int treated = 0;
  for (uint64_t n = 0; n < 6; ++n) {
    LesionSpec lesion = make_lesion(4, n, 1);
    lesion.skin.texture = 0;
    lesion.skin.hair_colour = {0.01, 0.01, 0.01};
    Shot shot;
    shot.number = n;
    lesion.skin.hair = 0.9;
    const Image hairy = render(lesion, shot);
    lesion.skin.hair = 0;
    const Image bare = render(lesion, shot);
    const Image out = remove_hair(hairy);
    if (out.data == hairy.data) continue;
    ++treated;
    EXPECT_LT(hair_share(out), 0.5 * hair_share(hairy)) << n;
    double before = 0, after = 0;
    for (size_t i = 0; i < out.data.size(); ++i)
      if (std::abs(hairy.data[i] - bare.data[i]) > kPlainlyHair) {
        before += std::abs(hairy.data[i] - bare.data[i]);
        after += std::abs(out.data[i] - bare.data[i]);
      }
    EXPECT_LT(after, 0.5 * before) << n;
  }
  EXPECT_GE(treated, 4);
}

TEST(ShadesOfGrey, MakesTheMinkowskiMeanGrey) {
  const Image out = shades_of_grey(with_hairs(3, 3));
  std::array<double, 3> sums{};
  for (size_t i = 0; i < out.data.size(); ++i) sums[i % 3] += std::pow(out.data[i] / 255.0, 6);
  const double red = std::pow(sums[0], 1.0 / 6);
  EXPECT_NEAR(std::pow(sums[1], 1.0 / 6) / red, 1, 0.005);
  EXPECT_NEAR(std::pow(sums[2], 1.0 / 6) / red, 1, 0.005);
}

TEST(ShadesOfGrey, DoesNotDependOnTheLight) {
  const Image white = testing::gradient_image(64, 48);
  Image tinted = white;  // darker than white: nothing is cut
  for (size_t i = 0; i < tinted.data.size(); ++i)
    tinted.data[i] = static_cast<uint8_t>(
        std::lround(tinted.data[i] * std::array<double, 3>{0.9, 0.7, 0.8}[i % 3]));
  const Image a = shades_of_grey(white), b = shades_of_grey(tinted);
  // The level of the light stays, its colour goes.
  double scale = 0;
  for (size_t i = 0; i < a.data.size(); ++i)
    if (a.data[i] > 100 && a.data[i] < 200) {
      const double ratio = static_cast<double>(b.data[i]) / a.data[i];
      if (scale == 0) scale = ratio;
      EXPECT_NEAR(ratio, scale, 0.02);
    }
  EXPECT_GT(scale, 0.7);
  EXPECT_LT(scale, 0.9);
}

TEST(ShadesOfGrey, LeavesGreyAndBlackFramesAlone) {
  Image grey(20, 10);
  for (size_t i = 0; i < grey.data.size(); ++i) grey.data[i] = static_cast<uint8_t>(i / 3);
  EXPECT_EQ(shades_of_grey(grey).data, grey.data);
  const Image black(5, 5);
  EXPECT_EQ(shades_of_grey(black).data, black.data);
}

TEST(CleanFrame, DoesWhatTheContractWantsAndNothingByDefault) {
  const Image hairy = with_hairs(6, 3);
  EXPECT_EQ(clean(hairy, {}).data, hairy.data);
  EXPECT_EQ(clean(hairy, {true, "none"}).data, remove_hair(hairy).data);
  EXPECT_EQ(clean(hairy, {true, "shades_of_grey"}).data, shades_of_grey(remove_hair(hairy)).data);
}

}  // namespace
}  // namespace derm
