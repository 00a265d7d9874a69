#include "data/augment_modern.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "data/geometry.h"
#include "image/resize.h"
#include "support/augmentation.h"
#include "support/small_images.h"

namespace derm {
namespace {

using testing::contract_of;
using testing::rng_of;

// Only symmetries are left: no crop, no jitter.
AugmentConfig symmetries_only() {
  AugmentConfig config;
  config.crop_min = 1;
  config.crop_ratio = 1;
  config.brightness = config.contrast = config.saturation = config.hue = 0;
  return config;
}

TEST(Modern, GivesTheContractsSizeForFramesOfAnySize) {
  const auto augment = make_augment({}, contract_of(32));
  for (const auto& [width, height] :
       std::vector<std::pair<int, int>>{{200, 150}, {32, 32}, {1, 1}, {3, 500}, {1000, 20}})
    for (uint64_t sample = 0; sample < 20; ++sample) {
      Rng rng = rng_of(sample);
      const Image out = augment->apply(testing::noise_image(width, height, 1), rng);
      EXPECT_EQ(out.width, 32);
      EXPECT_EQ(out.height, 32);
    }
}

TEST(Modern, IsAPureFunctionOfFrameAndKey) {
  const auto augment = make_augment({}, contract_of(32));
  const Image frame = testing::noise_image(60, 45, 2);
  Rng a = rng_of(1), b = rng_of(1), c = rng_of(2);
  const Image first = augment->apply(frame, a);
  EXPECT_EQ(augment->apply(frame, b).data, first.data);
  EXPECT_NE(augment->apply(frame, c).data, first.data);
}

TEST(Modern, WithoutCropAndJitterGivesTheEightSymmetriesEquallyOften) {
  const auto augment = make_augment(symmetries_only(), contract_of(24));
  const Image frame = testing::noise_image(48, 36, 3);
  const Image fitted = resize(frame, 24, 24, Filter::kBilinear);
  std::vector<std::vector<uint8_t>> symmetries;
  for (int turn = 0; turn < 4; ++turn) {
    symmetries.push_back(quarter_turn(fitted, turn).data);
    symmetries.push_back(quarter_turn(hflip(fitted), turn).data);
  }
  std::vector<int> counts(8);
  constexpr int kDraws = 1600;
  for (uint64_t sample = 0; sample < kDraws; ++sample) {
    Rng rng = rng_of(sample);
    const auto found =
        std::find(symmetries.begin(), symmetries.end(), augment->apply(frame, rng).data);
    ASSERT_NE(found, symmetries.end());
    ++counts[static_cast<size_t>(found - symmetries.begin())];
  }
  for (const int count : counts)  // binomial(1600, 1/8): standard deviation 13.2
    EXPECT_NEAR(count, kDraws / 8, 4 * 13.2);
}

TEST(Modern, JitterStaysWithinItsRanges) {
  AugmentConfig config = symmetries_only();
  config.brightness = 0.2;
  const auto augment = make_augment(config, contract_of(8));
  Image frame(16, 16);
  std::fill(frame.data.begin(), frame.data.end(), uint8_t{100});
  int low = 255, high = 0;
  for (uint64_t sample = 0; sample < 500; ++sample) {
    Rng rng = rng_of(sample);
    const Image out = augment->apply(frame, rng);
    for (const uint8_t byte : out.data) EXPECT_EQ(byte, out.data[0]);
    low = std::min<int>(low, out.data[0]);
    high = std::max<int>(high, out.data[0]);
  }
  EXPECT_NEAR(low, 80, 1);
  EXPECT_NEAR(high, 120, 1);
}

TEST(DrawCrop, StaysInsideAndKeepsAreaAndAspectInTheirRanges) {
  AugmentConfig config;
  config.crop_min = 0.3;
  config.crop_ratio = 1.5;
  double smallest = 1, largest = 0, narrow = 10, wide = 0;
  for (uint64_t sample = 0; sample < 4000; ++sample) {
    Rng rng = rng_of(sample);
    const CropBox box = draw_crop(400, 300, 4.0 / 3, config, rng);
    ASSERT_GE(box.left, 0);
    ASSERT_GE(box.top, 0);
    ASSERT_LE(box.left + box.width, 400);
    ASSERT_LE(box.top + box.height, 300);
    const double area = box.width * box.height / 120'000.0;
    const double aspect = static_cast<double>(box.width) / box.height / (4.0 / 3);
    smallest = std::min(smallest, area);
    largest = std::max(largest, area);
    narrow = std::min(narrow, aspect);
    wide = std::max(wide, aspect);
  }
  EXPECT_NEAR(smallest, 0.3, 0.01);
  EXPECT_GT(largest, 0.95);
  EXPECT_NEAR(narrow, 1 / 1.5, 0.02);
  EXPECT_NEAR(wide, 1.5, 0.02);
}

TEST(DrawCrop, ReachesEveryCorner) {
  AugmentConfig config;
  std::set<std::pair<int, int>> corners;
  for (uint64_t sample = 0; sample < 4000; ++sample) {
    Rng rng = rng_of(sample);
    const CropBox box = draw_crop(10, 10, 1, config, rng);
    const bool right = box.left + box.width == 10, bottom = box.top + box.height == 10;
    if (box.width < 10 && box.height < 10 && (right || box.left == 0) && (bottom || box.top == 0))
      corners.emplace(right, bottom);
  }
  EXPECT_EQ(corners.size(), 4U);
}

TEST(DrawCrop, TakesTheWholeFrameWhereNothingFits) {
  AugmentConfig config = symmetries_only();
  Rng rng = rng_of(0);
  const CropBox box = draw_crop(1000, 3, 1, config, rng);
  EXPECT_EQ(box.width, 1000);
  EXPECT_EQ(box.height, 3);
}

TEST(None, FitsByTheContract) {
  AugmentConfig config;
  config.pipeline = "none";
  Preprocess contract = contract_of(20);
  contract.geometry = "crop";
  const Image frame = testing::noise_image(50, 40, 6);
  Rng rng = rng_of(0);
  EXPECT_EQ(make_augment(config, contract)->apply(frame, rng).data, fit(frame, contract).data);
}

TEST(MakeAugment, NamesThePipelinesThereAre) {
  AugmentConfig config;
  config.pipeline = "moderm";
  EXPECT_THROW(make_augment(config, {}), Error);
}

}  // namespace
}  // namespace derm
