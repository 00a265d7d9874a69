// Written images read back, and the same image gives the same bytes.
#include "image/encode.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/image_cases.h"

namespace derm {
namespace {

// A picture without sharp edges, which JPEG keeps well.
Image smooth_picture(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width * 3; ++x)
      image.row(y)[x] = static_cast<uint8_t>(128 + 90 * std::sin(x / 60.0) * std::cos(y / 25.0));
  return image;
}

TEST(Encode, PngReadsBackExactly) {
  for (const int width : {1, 2, 37}) {
    const Image image = testing::formula_picture(width, 23);
    EXPECT_EQ(decode(encode_png(image), "png").data, image.data);
  }
}

TEST(Encode, JpegReadsBackCloserAtHigherQuality) {
  const Image image = smooth_picture(61, 43);
  const auto error = [&](int quality) {
    return testing::largest_difference(decode(encode_jpeg(image, quality), "jpeg"), image);
  };
  EXPECT_LE(error(100), 6);
  EXPECT_GT(error(5), error(100));
}

TEST(Encode, SameImageGivesTheSameBytes) {
  const Image image = testing::formula_picture(40, 30);
  EXPECT_EQ(encode_jpeg(image, 90), encode_jpeg(image, 90));
  EXPECT_EQ(encode_png(image), encode_png(image));
  EXPECT_NE(encode_jpeg(image, 90), encode_jpeg(image, 80));
}

TEST(Encode, RefusesEmptyImagesAndQualitiesOutOfRange) {
  EXPECT_THROW(encode_png(Image()), Error);
  EXPECT_THROW(encode_jpeg(Image(), 90), Error);
  EXPECT_THROW(encode_jpeg(Image(2, 2), 0), Error);
  EXPECT_THROW(encode_jpeg(Image(2, 2), 101), Error);
  EXPECT_THROW(encode_jpeg(Image(70000, 1), 90), Error);
}

}  // namespace
}  // namespace derm
