// Near duplicates: found through every flip and turn, re-encoding and resizing; other pictures are
// not paired.
#include "data/near_duplicate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"
#include "image/decode.h"
#include "image/encode.h"
#include "image/resize.h"

namespace derm {
namespace {

// A smooth random picture, as different from another seed's as two lesions are.
Image picture(uint64_t seed, int width, int height) {
  Rng rng({seed, Purpose::kTest, 0, 0, 0});
  std::vector<double> blobs;
  for (int i = 0; i < 12 * 3; ++i) blobs.push_back(rng.uniform());
  Image out(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      double value = 200;
      for (size_t b = 0; b < blobs.size(); b += 3) {
        const double dx = (x + 0.5) / width - blobs[b], dy = (y + 0.5) / height - blobs[b + 1];
        value -= 90 * blobs[b + 2] * std::exp(-(dx * dx + dy * dy) / 0.02);
      }
      for (int c = 0; c < 3; ++c)
        out.row(y)[3 * x + c] = static_cast<uint8_t>(std::max(0.0, value - 10 * c));
    }
  return out;
}

Image turned(const Image& image, int variant) {
  const bool transpose = (variant & 4) != 0;
  Image out(transpose ? image.height : image.width, transpose ? image.width : image.height);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      const int sx = (variant & 1) != 0 ? out.width - 1 - x : x;
      const int sy = (variant & 2) != 0 ? out.height - 1 - y : y;
      const uint8_t* from = transpose ? image.row(sx) + 3 * sy : image.row(sy) + 3 * sx;
      std::copy(from, from + 3, out.row(y) + 3 * x);
    }
  return out;
}

TEST(NearDuplicates, AreFoundThroughEveryFlipAndTurn) {
  const Image image = picture(1, 120, 90);
  for (int variant = 0; variant < 8; ++variant) {
    const auto pairs = near_duplicates({image_print(turned(image, variant)), image_print(image)});
    ASSERT_EQ(pairs.size(), 1U) << variant;
    EXPECT_GT(pairs[0].similarity, 0.999) << variant;
    EXPECT_EQ(pairs[0].variant, variant);
  }
}

TEST(NearDuplicates, AreFoundAfterReencodingResizingAndBrightening) {
  const Image image = picture(2, 300, 200);
  const Image coded = decode(encode_jpeg(image, 60), "coded.jpg");
  const Image small = resize(image, 150, 100, Filter::kBicubic);
  Image bright = image;
  for (auto& value : bright.data) value = static_cast<uint8_t>(std::min(255, value + 25));
  for (const auto& copy : std::vector<Image>{coded, small, bright})
    EXPECT_EQ(near_duplicates({image_print(image), image_print(copy)}).size(), 1U);
}

TEST(NearDuplicates, DoNotPairDifferentPictures) {
  std::vector<ImagePrint> prints;
  for (uint64_t seed = 0; seed < 150; ++seed) prints.push_back(image_print(picture(seed, 64, 48)));
  EXPECT_TRUE(near_duplicates(prints).empty());
}

TEST(NearDuplicates, AreNotMadeByDarkCornersAlone) {
  Image a = picture(4, 90, 90), b = picture(5, 90, 90);
  for (Image* image : {&a, &b})
    for (int y = 0; y < 90; ++y)
      for (int x = 0; x < 90; ++x)
        if ((x - 45) * (x - 45) + (y - 45) * (y - 45) > 40 * 40)
          std::fill_n(image->row(y) + 3 * x, 3, uint8_t{0});
  NearDuplicateOptions without_centre;
  without_centre.max_distance = 63;
  without_centre.min_similarity = 0.5;
  without_centre.min_centre = -1;
  NearDuplicateOptions with_centre = without_centre;
  with_centre.min_centre = NearDuplicateOptions().min_centre;
  const std::vector<ImagePrint> prints = {image_print(a), image_print(b)};
  EXPECT_EQ(near_duplicates(prints, without_centre).size(), 1U);
  EXPECT_TRUE(near_duplicates(prints, with_centre).empty());
}

TEST(NearDuplicates, SkipImagesThatWereNotRead) {
  const ImagePrint print = image_print(picture(3, 64, 48));
  const auto pairs = near_duplicates({print, {}, print});
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0].a, 0U);
  EXPECT_EQ(pairs[0].b, 2U);
}

TEST(NearDuplicates, TreatFlatImagesAsEqualOnlyWhereTheyAre) {
  Image grey(40, 40), white(40, 40);
  std::fill(grey.data.begin(), grey.data.end(), uint8_t{90});
  std::fill(white.data.begin(), white.data.end(), uint8_t{255});
  EXPECT_EQ(near_duplicates({image_print(grey), image_print(grey)}).size(), 1U);
  EXPECT_TRUE(near_duplicates({image_print(grey), image_print(white)}).empty());
}

}  // namespace
}  // namespace derm
