#include "data/geometry.h"

#include <gtest/gtest.h>

#include "support/small_images.h"

namespace derm {
namespace {

// 2 x 3 pixels numbered row by row: width 2, height 3.
Image numbered() {
  Image image(2, 3);
  for (size_t i = 0; i < 6; ++i)
    for (size_t c = 0; c < 3; ++c) image.data[i * 3 + c] = static_cast<uint8_t>(10 * i + c);
  return image;
}

std::vector<int> numbers_of(const Image& image) {
  std::vector<int> out;
  for (size_t i = 0; i < image.data.size(); i += 3) {
    EXPECT_EQ(image.data[i + 1], image.data[i] + 1);
    EXPECT_EQ(image.data[i + 2], image.data[i] + 2);
    out.push_back(image.data[i] / 10);
  }
  return out;
}

TEST(QuarterTurn, EqualsNumpyRot90) {
  const Image image = numbered();
  const Image left = quarter_turn(image, 1);
  EXPECT_EQ(left.width, 3);
  EXPECT_EQ(left.height, 2);
  EXPECT_EQ(numbers_of(left), (std::vector<int>{1, 3, 5, 0, 2, 4}));
  EXPECT_EQ(numbers_of(quarter_turn(image, 2)), (std::vector<int>{5, 4, 3, 2, 1, 0}));
  EXPECT_EQ(numbers_of(quarter_turn(image, 3)), (std::vector<int>{4, 2, 0, 5, 3, 1}));
}

TEST(QuarterTurn, ComposesAndWrapsAround) {
  const Image image = testing::noise_image(37, 21, 1);
  for (int k = -4; k <= 8; ++k) {
    const Image once = quarter_turn(image, k);
    EXPECT_EQ(quarter_turn(once, -k).data, image.data) << k;
    EXPECT_EQ(quarter_turn(once, 1).data, quarter_turn(image, k + 1).data) << k;
  }
}

TEST(Hflip, MirrorsEachRow) {
  EXPECT_EQ(numbers_of(hflip(numbered())), (std::vector<int>{1, 0, 3, 2, 5, 4}));
}

TEST(Hflip, IsItsOwnReverse) {
  const Image image = testing::noise_image(19, 8, 2);
  EXPECT_NE(hflip(image).data, image.data);
  EXPECT_EQ(hflip(hflip(image)).data, image.data);
}

}  // namespace
}  // namespace derm
