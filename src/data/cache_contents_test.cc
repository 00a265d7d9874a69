// What a cache holds where frames are cleaned, or a manifest lists copies.
#include <gtest/gtest.h>

#include <set>

#include "data/cache.h"
#include "data/clean.h"
#include "data/source.h"
#include "image/decode.h"
#include "support/small_images.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using testing::TempFolder;

TEST(Cache, HoldsCleanedImagesWhereTheContractWantsIt) {
  const TempFolder folder;
  const Manifest manifest = testing::small_manifest(folder.path(), 2);
  CacheSpec spec;
  spec.contract.side_px = 16;
  spec.contract.clean.colour_constancy = "shades_of_grey";
  for (const char* kind : {"contract", "frame"}) {
    spec.kind = kind;
    const Cache cleaned = Cache::open(folder.path(), manifest, spec);
    CacheSpec plain = spec;
    plain.contract.clean = {};
    const Cache as_is = Cache::open(folder.path(), manifest, plain);
    EXPECT_NE(cleaned.path(), as_is.path());
    EXPECT_NE(cleaned.image(0).data, as_is.image(0).data);
  }
  const Image frame = decode_file(folder.path() / manifest.rows[1].path);
  spec.kind = "contract";
  EXPECT_EQ(Cache::open(folder.path(), manifest, spec).image(1).data,
            fit(shades_of_grey(frame), spec.contract).data);
}

TEST(Cache, HoldsTheTransformedCopiesThatAManifestLists) {
  const TempFolder folder;
  Manifest manifest = testing::small_manifest(folder.path(), 2);
  const auto add_copy = [&](int64_t copy) {
    manifest.rows.push_back(manifest.rows[0]);
    manifest.rows.back().copy = copy;
  };
  for (const int64_t copy : {1, 2, 3, 4, 5}) add_copy(copy);
  CacheSpec spec;
  spec.contract.side_px = 16;
  const Cache cache = Cache::open(folder.path(), manifest, spec);
  std::set<std::vector<uint8_t>> looks;
  for (int64_t row = 0; row < 7; ++row) looks.insert(cache.image(row).data);
  EXPECT_GE(looks.size(), 5U);
  const std::string sources = cache_sources(manifest);
  manifest.rows[6].copy = 6;
  EXPECT_NE(cache_sources(manifest), sources);
  const auto source = file_source(manifest, {2}, spec.contract, Pixels::kFitted);
  EXPECT_EQ(source(0).data, cache.image(2).data);
}

}  // namespace
}  // namespace derm
