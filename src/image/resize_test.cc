// Resize equals Pillow exactly, and keeps what a resize must keep.
#include "image/resize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "image/resample.h"
#include "support/image_cases.h"

namespace derm {
namespace {

using ::testing::Each;

TEST(Resize, EqualsPillowOnEverySample) {
  const Json golden = testing::golden("image_resize");
  const Image source = testing::image_of(golden.at("source"));
  ASSERT_EQ(golden.at("cases").size(), 16U);
  for (const auto& item : golden.at("cases")) {
    const Image expected = testing::image_of(item);
    const Image out =
        resize(source, expected.width, expected.height, filter_named(item.at("name")));
    EXPECT_EQ(testing::largest_difference(out, expected), 0)
        << item.at("name") << " to " << expected.width << " x " << expected.height;
  }
}

TEST(Resize, EqualsPillowOnLargeImages) {
  const Json golden = testing::golden("image_resize");
  ASSERT_EQ(golden.at("large").size(), 10U);
  for (const auto& item : golden.at("large")) {
    const Image source = testing::formula_picture(item.at("from")[0], item.at("from")[1]);
    const Image out =
        resize(source, item.at("to")[0], item.at("to")[1], filter_named(item.at("name")));
    EXPECT_EQ(sha256(out.data), item.at("sha256").get<std::string>()) << item.dump();
  }
}

TEST(Resize, GivesTheSameBytesOnEveryProcessor) {
  for (const auto& [width, height] :
       {std::pair(1, 1), {3, 2}, {10, 7}, {11, 5}, {64, 33}, {301, 8}})
    for (const int target : {1, 2, 9, 13, 100})
      for (const Filter filter : {Filter::kBilinear, Filter::kBicubic}) {
        const Image image = testing::formula_picture(width, height);
        const Taps columns = taps_of(width, target, filter, 0, target);
        const Taps rows = taps_of(height, target + 1, filter, 0, target + 1);
        const auto through = [&](const Kernels& kernels) {
          return resample(image, columns, rows, kernels);
        };
        EXPECT_EQ(through(fastest_kernels()).data, through(portable_kernels()).data)
            << width << " x " << height << " to " << target;
      }
}

TEST(Resize, KeepsAConstantImageConstant) {
  for (const int level : {0, 1, 127, 254, 255})
    for (const Filter filter : {Filter::kBilinear, Filter::kBicubic})
      for (const int width : {1, 7, 40, 201}) {
        Image image(53, 31);
        std::fill(image.data.begin(), image.data.end(), static_cast<uint8_t>(level));
        EXPECT_THAT(resize(image, width, 300 / width, filter).data, Each(level));
      }
}

TEST(Resize, PartEqualsTheCutFromTheWhole) {
  const Image image = testing::formula_picture(53, 31);
  const Box parts[] = {{0, 0, 40, 50}, {7, 9, 11, 30}, {39, 49, 1, 1}, {0, 20, 40, 3}};
  for (const auto& [width, height] : {std::pair(40, 50), {53, 60}, {70, 52}, {60, 160}})
    for (const Box& box : parts) {
      const Image whole = resize(image, width, height, Filter::kBicubic);
      const Image part = resize_part(image, width, height, Filter::kBicubic, box);
      for (int y = 0; y < box.height; ++y)
        EXPECT_TRUE(std::equal(part.row(y), part.row(y) + box.width * 3,
                               whole.row(static_cast<int>(box.top) + y) + box.left * 3))
            << width << " x " << height << ", row " << y;
    }
}

TEST(Resize, TakesMemoryForThePartAlone) {
  // The whole would have 256 x 25,600,000 pixels.
  const Image strip = testing::formula_picture(1, 100000);
  const Box middle{100, 12800000, 64, 64};
  EXPECT_EQ(resize_part(strip, 256, 25600000, Filter::kBilinear, middle).data.size(), 64U * 64 * 3);
}

TEST(Resize, ToTheSameSizeCopies) {
  const Image image = testing::formula_picture(17, 9);
  EXPECT_EQ(resize(image, 17, 9, Filter::kBicubic).data, image.data);
}

TEST(Resize, CommutesWithMirroring) {
  const Image image = testing::formula_picture(90, 1);
  Image mirrored(90, 1);
  for (int x = 0; x < 90; ++x) std::copy_n(image.row(0) + (89 - x) * 3, 3, mirrored.row(0) + x * 3);
  const Image a = resize(image, 31, 1, Filter::kBilinear);
  const Image b = resize(mirrored, 31, 1, Filter::kBilinear);
  for (int x = 0; x < 31; ++x)
    for (int c = 0; c < 3; ++c)
      EXPECT_NEAR(a.row(0)[x * 3 + c], b.row(0)[(30 - x) * 3 + c], 1) << x;
}

TEST(Resize, WeightsStayInsideTheInputAndSumToOne) {
  for (const Filter filter : {Filter::kBilinear, Filter::kBicubic})
    for (const int input : {1, 2, 5, 100, 999})
      for (const int output : {1, 3, 64, 1000}) {
        const Taps taps = taps_of(input, output, filter, 0, output);
        ASSERT_EQ(taps.size(), output);
        for (size_t i = 0; i < taps.first.size(); ++i) {
          EXPECT_GE(taps.first[i], 0);
          EXPECT_LE(taps.first[i] + taps.count[i], input);
          const auto* row = &taps.weights[i * static_cast<size_t>(taps.stride)];
          EXPECT_NEAR(std::accumulate(row, row + taps.count[i], 0.0) / (1 << kWeightBits), 1, 1e-4);
        }
      }
}

TEST(Resize, RefusesEmptyImagesAndUnknownFilters) {
  EXPECT_THROW(resize(Image(), 4, 4, Filter::kBilinear), Error);
  EXPECT_THROW(resize(Image(2, 2), 0, 4, Filter::kBilinear), Error);
  EXPECT_THROW(resize_part(Image(2, 2), 8, 8, Filter::kBilinear, {5, 0, 4, 4}), Error);
  EXPECT_THROW(resize_part(Image(2, 2), 8, 8, Filter::kBilinear, {0, -1, 4, 4}), Error);
  EXPECT_THROW(filter_named("lanczos"), Error);
}

}  // namespace
}  // namespace derm
