#include "data/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "image/decode.h"
#include "support/small_images.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using testing::message_of;
using testing::TempFolder;

TEST(Sources, GiveTheRowsOfTheSplitByPosition) {
  const TempFolder folder;
  const Manifest manifest = testing::small_manifest(folder.path(), 5);
  Preprocess contract;
  contract.side_px = 16;
  CacheSpec spec;
  spec.contract = contract;
  const std::vector<int64_t> rows = {4, 1};
  const auto cached = cached_source(Cache::open(folder.path(), manifest, spec), rows);
  const auto fitted = file_source(manifest, rows, contract, Pixels::kFitted);
  const auto frames = file_source(manifest, rows, contract, Pixels::kFrame);
  for (int64_t i = 0; i < 2; ++i) {
    const Image frame = decode_file(
        folder.path() / manifest.rows[static_cast<size_t>(rows[static_cast<size_t>(i)])].path);
    EXPECT_EQ(frames(i).data, frame.data);
    EXPECT_EQ(fitted(i).data, fit(frame, contract).data);
    EXPECT_EQ(cached(i).data, fitted(i).data);
  }
}

TEST(Sources, NameTheFileThatCannotBeRead) {
  const TempFolder folder;
  const Manifest manifest = testing::small_manifest(folder.path(), 3);
  const auto frames = file_source(manifest, {0, 2}, {}, Pixels::kFrame);
  fs::remove(folder.path() / "image_2.jpg");
  EXPECT_THAT(message_of([&] { frames(1); }), ::testing::HasSubstr("image_2.jpg"));
}

}  // namespace
}  // namespace derm
