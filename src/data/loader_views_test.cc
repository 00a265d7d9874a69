// The four turned copies of an image, each augmented by itself or all alike.
#include <gtest/gtest.h>

#include <algorithm>

#include "data/loader.h"

namespace derm {
namespace {

constexpr int kSide = 16;

// One colour everywhere: turns do not show, only the draws of colour do.
Image plain_frame(int64_t) {
  Image frame(20, 20);
  for (size_t i = 0; i < frame.data.size(); ++i)
    frame.data[i] = static_cast<uint8_t>(90 + 40 * (i % 3));
  return frame;
}

bool views_are_alike(bool shared) {
  Preprocess contract;
  contract.side_px = kSide;
  LoaderOptions options;
  options.views = 4;
  options.shared_views = shared;
  Loader loader(plain_frame, {0, 1}, 2, contract, make_augment(AugmentConfig(), contract), options);
  loader.start(0, 0);
  Batch batch;
  EXPECT_TRUE(loader.next(batch));
  const auto begin = batch.images->begin();
  const auto view = static_cast<std::ptrdiff_t>(3 * kSide * kSide);
  return std::equal(begin, begin + 3 * view, begin + view);
}

TEST(LoaderViews, HaveADrawEachOrOneForAll) {
  EXPECT_FALSE(views_are_alike(false));
  EXPECT_TRUE(views_are_alike(true));
}

}  // namespace
}  // namespace derm
