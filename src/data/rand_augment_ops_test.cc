#include "data/rand_augment_ops.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "data/geometry.h"
#include "support/golden.h"
#include "support/small_images.h"

namespace derm {
namespace {

using testing::noise_image;

// Values 20 to 229, none of which solarize's weakest magnitude inverts.
Image middle_noise(int width, int height, uint64_t seed) {
  Image image = noise_image(width, height, seed);
  for (auto& byte : image.data) byte = static_cast<uint8_t>(20 + byte * 210 / 256);
  return image;
}

// The golden file's planes, interleaved.
Image image_of(const Json& tensor) {
  const auto values = testing::numbers(tensor);
  const auto shape = tensor.at("shape").get<std::vector<int>>();
  Image image(shape[2], shape[1]);
  const size_t pixels = image.data.size() / 3;
  for (size_t i = 0; i < image.data.size(); ++i)
    image.data[i] = static_cast<uint8_t>(values[i % 3 * pixels + i / 3]);
  return image;
}

const rand_augment::Operation& named(const std::string& name) {
  for (const auto& operation : rand_augment::operations())
    if (operation.name == name) return operation;
  throw std::out_of_range(name);
}

TEST(RandAugmentOps, EqualTheGoldenValues) {
  const Json golden = testing::golden("augment_pixel");
  const Image in = image_of(golden["inputs"]["image"]);
  const std::vector<std::pair<std::string, Image>> results = {
      {"autocontrast", rand_augment::autocontrast(in)},
      {"equalize", rand_augment::equalize(in)},
      {"posterize_4bits", rand_augment::posterize(in, 4)},
      {"solarize_128", rand_augment::solarize(in, 128)},
      {"brightness_1.25", rand_augment::brightness(in, 1.25)},
      {"color_0.625", rand_augment::colour(in, 0.625)},
      {"contrast_1.375", rand_augment::contrast(in, 1.375)},
      {"sharpness_1.75", rand_augment::sharpness(in, 1.75)}};
  ASSERT_EQ(golden["cases"].size(), results.size());
  for (const auto& [name, out] : results)
    EXPECT_EQ(out.data, image_of(golden["cases"][name]["values"]["image"]).data) << name;
}

// Autocontrast and equalize have no magnitude.
TEST(RandAugmentOps, LeaveTheImageAloneAtBinZero) {
  const Image in = middle_noise(23, 17, 1);
  for (const auto& operation : rand_augment::operations()) {
    const std::string name = operation.name;
    const bool fixed = name == "autocontrast" || name == "equalize";
    EXPECT_EQ(operation.apply(in, 0).data == in.data, !fixed) << name;
  }
}

TEST(RandAugmentOps, ChangeTheImageAtBinNineAndKeepItsSize) {
  const Image in = middle_noise(40, 31, 2);
  std::set<std::vector<uint8_t>> results;
  for (const auto& operation : rand_augment::operations())
    for (const double sign : {1.0, -1.0}) {
      if (sign < 0 && !operation.is_signed) continue;
      const Image out = operation.apply(in, sign * 9 / 30);
      EXPECT_EQ(out.width, 40);
      EXPECT_EQ(out.height, 31);
      EXPECT_TRUE(results.insert(out.data).second) << operation.name << " " << sign;
      EXPECT_EQ(operation.apply(in, sign * 9 / 30).data, out.data) << operation.name;
    }
  EXPECT_EQ(results.size(), 14U + 9U);  // nine come with both signs
}

TEST(RandAugmentOps, HaveTheMagnitudesOfBinNine) {
  const Image in = middle_noise(224, 224, 3);
  const double share = 9.0 / 30;
  const auto at = [&](const char* name, double s) { return named(name).apply(in, s).data; };
  EXPECT_EQ(at("translate_x", share), rand_augment::translate_x(in, 30).data);
  EXPECT_EQ(at("translate_y", -share), rand_augment::translate_y(in, -30).data);
  EXPECT_EQ(at("rotate", share), rand_augment::rotate(in, 9).data);
  EXPECT_EQ(at("shear_x", -share), rand_augment::shear_x(in, -0.09).data);
  EXPECT_EQ(at("shear_y", share), rand_augment::shear_y(in, 0.09).data);
  EXPECT_EQ(at("posterize", share), rand_augment::posterize(in, 7).data);
  EXPECT_EQ(at("solarize", share), rand_augment::solarize(in, 178.5).data);
  EXPECT_EQ(at("brightness", share), rand_augment::brightness(in, 1.27).data);
  EXPECT_EQ(at("contrast", -share), rand_augment::contrast(in, 0.73).data);
  EXPECT_EQ(at("colour", share), rand_augment::colour(in, 1.27).data);
  EXPECT_EQ(at("sharpness", -share), rand_augment::sharpness(in, 0.73).data);
}

TEST(RandAugmentTranslate, MovesPixelsExactlyAndFillsWithBlack) {
  const Image in = middle_noise(19, 13, 4);
  for (const int px : {-25, -13, -4, 0, 1, 7, 18, 19}) {
    const Image right = rand_augment::translate_x(in, px), down = rand_augment::translate_y(in, px);
    for (int y = 0; y < 13; ++y)
      for (int x = 0; x < 19; ++x)
        for (int c = 0; c < 3; ++c) {
          const bool has_x = x - px >= 0 && x - px < 19, has_y = y - px >= 0 && y - px < 13;
          ASSERT_EQ(right.row(y)[x * 3 + c], has_x ? in.row(y)[(x - px) * 3 + c] : 0);
          ASSERT_EQ(down.row(y)[x * 3 + c], has_y ? in.row(y - px)[x * 3 + c] : 0);
        }
  }
}

TEST(RandAugmentRotate, TurnsSquaresByQuartersExactly) {
  for (const int side : {16, 17}) {
    const Image in = noise_image(side, side, 5);
    EXPECT_EQ(rand_augment::rotate(in, 0).data, in.data);
    EXPECT_EQ(rand_augment::rotate(in, 90).data, quarter_turn(in, 1).data);
    EXPECT_EQ(rand_augment::rotate(in, 180).data, quarter_turn(in, 2).data);
    EXPECT_EQ(rand_augment::rotate(in, -90).data, quarter_turn(in, 3).data);
  }
  const Image wide = noise_image(21, 12, 6);
  EXPECT_EQ(rand_augment::rotate(wide, 180).data, quarter_turn(wide, 2).data);
}

// Row y of a shear by 1/4 is the row moved to the left by y/4: the top row stays.
TEST(RandAugmentShear, MovesEachRowByItsDistanceFromTheTop) {
  const Image in = middle_noise(20, 16, 7);
  const Image out = rand_augment::shear_x(in, 0.25);
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 20; ++x) {
      const int from = static_cast<int>(std::floor(x + 0.5 + 0.25 * (y + 0.5)));
      ASSERT_EQ(out.row(y)[x * 3], from < 20 ? in.row(y)[from * 3] : 0) << x << " " << y;
    }
  // The other axis is the same with rows and columns exchanged.
  const auto transposed = [](const Image& image) { return hflip(quarter_turn(image, 3)); };
  EXPECT_EQ(transposed(rand_augment::shear_y(in, -0.3)).data,
            rand_augment::shear_x(transposed(in), -0.3).data);
}

TEST(RandAugmentPixels, KeepPlainImagesPlain) {
  Image plain(6, 5);
  std::fill(plain.data.begin(), plain.data.end(), uint8_t{77});
  EXPECT_EQ(rand_augment::autocontrast(plain).data, plain.data);
  EXPECT_EQ(rand_augment::equalize(plain).data, plain.data);
  EXPECT_EQ(rand_augment::sharpness(plain, 1.75).data, plain.data);
}

TEST(RandAugmentPixels, SpreadValuesOverTheWholeRange) {
  Image image(64, 64);
  for (size_t i = 0; i < image.data.size(); ++i)
    image.data[i] = static_cast<uint8_t>(100 + i / 3 % 50);
  for (const Image& out : {rand_augment::autocontrast(image), rand_augment::equalize(image)}) {
    EXPECT_EQ(*std::min_element(out.data.begin(), out.data.end()), 0);
    EXPECT_GE(*std::max_element(out.data.begin(), out.data.end()), 254);
  }
}

TEST(RandAugmentPixels, ColourAtZeroIsGreyAndContrastAtZeroIsPlain) {
  const Image in = noise_image(15, 15, 8);
  const Image grey = rand_augment::colour(in, 0), plain = rand_augment::contrast(in, 0);
  for (size_t i = 0; i < in.data.size(); ++i) {
    EXPECT_EQ(grey.data[i], grey.data[i / 3 * 3]);
    EXPECT_EQ(plain.data[i], plain.data[0]);
  }
}

}  // namespace
}  // namespace derm
