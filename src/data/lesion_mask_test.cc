#include "data/lesion_mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "image/encode.h"
#include "support/golden.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::HasSubstr;
using testing::message_of;
using testing::TempFolder;

// White from column `begin` to `end`, exclusive.
Image band(int width, int height, int begin, int end, uint8_t white = 255) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 3 * begin; x < 3 * end; ++x) image.row(y)[x] = white;
  return image;
}

fs::path write_band(const TempFolder& folder, const Image& image) {
  const fs::path path = folder.path() / "a_segmentation.png";
  write_file_atomic(path, ByteView(encode_png(image)));
  return path;
}

Preprocess contract_of_side(int64_t side_px, const std::string& geometry = "stretch") {
  Preprocess contract;
  contract.side_px = side_px;
  contract.geometry = geometry;
  return contract;
}

std::vector<bool> first_row(const LesionMask& mask) {
  return {mask.inside.begin(), mask.inside.begin() + mask.width};
}

TEST(LesionMask, IsFoundByTheNamesInUse) {
  const TempFolder folder;
  EXPECT_FALSE(find_mask(folder.path(), "a"));
  folder.write("b_segmentation.png", "");
  for (const char* name : {"a.png", "a_mask.png", "a_segmentation.png"}) {
    folder.write(name, "");
    EXPECT_EQ(find_mask(folder.path(), "a"), folder.path() / name);
  }
  EXPECT_THAT(message_of([&] { find_mask(folder.path() / "none", "a"); }), HasSubstr("none"));
}

TEST(LesionMask, IsStretchedWithItsImage) {
  const TempFolder folder;
  const auto path = write_band(folder, band(16, 12, 4, 8));
  const auto mask = read_mask(path, {16, 12}, contract_of_side(8));
  EXPECT_EQ(mask.height, 8);
  EXPECT_EQ(mask.inside.size(), 64U);
  EXPECT_EQ(first_row(mask), (std::vector<bool>{0, 0, 1, 1, 0, 0, 0, 0}));
  EXPECT_FALSE(mask.empty());
}

TEST(LesionMask, FollowsTheOtherGeometriesToo) {
  const TempFolder folder;
  const auto path = write_band(folder, band(16, 8, 0, 16));
  const auto padded = read_mask(path, {16, 8}, contract_of_side(8, "pad"));
  EXPECT_EQ(first_row(padded), std::vector<bool>(8, false));
  EXPECT_EQ(std::count(padded.inside.begin(), padded.inside.end(), true), 32);
  auto cropped = contract_of_side(8, "crop");
  cropped.crop_share = 1;
  write_band(folder, band(16, 8, 4, 12));
  const auto square = read_mask(path, {16, 8}, cropped);
  EXPECT_EQ(std::count(square.inside.begin(), square.inside.end(), true), 64);
}

TEST(LesionMask, MayBeOfAnotherScaleButNotOfAnotherShape) {
  const TempFolder folder;
  const auto path = write_band(folder, band(16, 12, 4, 8));
  const auto expected = read_mask(path, {16, 12}, contract_of_side(8)).inside;
  EXPECT_EQ(read_mask(path, {600, 450}, contract_of_side(8)).inside, expected);
  EXPECT_EQ(read_mask(path, {601, 450}, contract_of_side(8)).inside, expected);
  EXPECT_THAT(message_of([&] {
                read_mask(path, {12, 16}, contract_of_side(8));
              }),
              ::testing::AllOf(HasSubstr("a_segmentation.png"), HasSubstr("12 x 16"),
                               HasSubstr("16 x 12")));
}

TEST(LesionMask, StartsAboveHalfOfWhite) {
  const TempFolder folder;
  EXPECT_TRUE(
      read_mask(write_band(folder, band(8, 8, 0, 8, 127)), {8, 8}, contract_of_side(8)).empty());
  EXPECT_FALSE(
      read_mask(write_band(folder, band(8, 8, 0, 8, 128)), {8, 8}, contract_of_side(8)).empty());
}

TEST(LesionMask, IsReadForEveryRealImageAskedFor) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  const auto ham = testing::real_data() / "HAM10000";
  if (!fs::is_directory(ham / "HAM10000_masks")) GTEST_SKIP() << "no masks: " << ham.string();
  constexpr size_t kStep = 400;
  const auto images = list_files(ham / "HAM10000_images");
  ASSERT_GT(images.size(), kStep);
  for (size_t i = 0; i < images.size(); i += kStep) {
    const auto id = images[i].stem().string();
    const auto path = find_mask(ham / "HAM10000_masks", id);
    ASSERT_TRUE(path) << id;
    const auto size = decode_size(read_file(images[i]), id);
    const auto mask = read_mask(*path, size, contract_of_side(64));
    const auto lesion = std::count(mask.inside.begin(), mask.inside.end(), true);
    EXPECT_GT(lesion, 0) << id;
    EXPECT_LE(lesion, 64 * 64) << id;
  }
}

}  // namespace
}  // namespace derm
