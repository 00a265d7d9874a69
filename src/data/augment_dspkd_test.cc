#include "data/augment_dspkd.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "data/rand_augment_ops.h"
#include "support/augmentation.h"
#include "support/small_images.h"

namespace derm {
namespace {

using testing::contract_of;
using testing::rng_of;

std::shared_ptr<const Augment> dspkd(int64_t side_px) {
  AugmentConfig config;
  config.pipeline = "dspkd";
  return make_augment(config, contract_of(side_px));
}

TEST(Dspkd, LeavesOriginalsPlainAndTransformsRepeats) {
  const Image frame = testing::noise_image(50, 40, 1);
  const Image plain = fit(frame, contract_of(32));
  int changed = 0;
  for (uint64_t i = 0; i < 100; ++i) {
    Rng original = rng_of(i), repeat = rng_of(i);
    EXPECT_EQ(dspkd(32)->apply(frame, original).data, plain.data);
    changed += dspkd(32)->apply_again(frame, repeat).data != plain.data ? 1 : 0;
  }
  EXPECT_GT(changed, 80);
}

TEST(Dspkd, IsAPureFunctionOfFrameAndKey) {
  const Image frame = testing::noise_image(40, 40, 2);
  std::set<std::vector<uint8_t>> looks;
  for (uint64_t i = 0; i < 50; ++i) {
    Rng a = rng_of(i), b = rng_of(i);
    const Image out = transform_copy(frame, a);
    EXPECT_EQ(out.width, 40);
    EXPECT_EQ(out.height, 40);
    EXPECT_EQ(transform_copy(frame, b).data, out.data);
    looks.insert(out.data);
  }
  EXPECT_GT(looks.size(), 35U);
}

// A third of the copies are one operation, and those are all of them, equally often, signs too.
TEST(Dspkd, DrawsEveryOperationEquallyOftenWithBothSigns) {
  const Image frame = testing::noise_image(24, 24, 3);
  std::map<std::vector<uint8_t>, std::pair<std::string, double>> single;  // share of the draws
  for (const auto& operation : rand_augment::operations())
    for (const double sign : {1.0, -1.0})
      if (sign > 0 || operation.is_signed)
        single[operation.apply(frame, sign * 0.3).data] = {
            operation.name + std::string(sign > 0 ? "" : " opposite"),
            1.0 / 14 / (operation.is_signed ? 2 : 1)};
  ASSERT_EQ(single.size(), 23U);
  std::map<std::string, int> counts;
  constexpr int kDraws = 6000;
  int found = 0;
  for (uint64_t i = 0; i < kDraws; ++i) {
    Rng rng = rng_of(i);
    const auto it = single.find(transform_copy(frame, rng).data);
    if (it == single.end()) continue;
    ++found;
    ++counts[it->second.first];
  }
  // Two operations look like one where either is the identity (0.14) or they repeat a harmless one.
  EXPECT_NEAR(found, kDraws * 0.39, kDraws * 0.04);
  for (const auto& [image, entry] : single) {
    const double share = entry.second;
    EXPECT_GT(counts[entry.first], kDraws / 3.0 * share * 0.7) << entry.first;
    EXPECT_LT(counts[entry.first], kDraws / 3.0 * share * 2.0) << entry.first;
  }
}

}  // namespace
}  // namespace derm
