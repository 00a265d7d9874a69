// `check` names every bad file with its reason; `stats` counts what is there.
#include "data/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/stats.h"
#include "image/encode.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using testing::TempFolder;

std::string jpeg(int width, int height) {
  const Bytes bytes = encode_jpeg(Image(width, height), 80);
  return {bytes.begin(), bytes.end()};
}

TEST(Check, ListsEveryUnreadableFileAndNoOther) {
  const TempFolder folder;
  folder.write("a/good.jpg", jpeg(40, 30));
  folder.write("a/torn.jpg", jpeg(40, 30).substr(0, 400));
  folder.write("empty.png", "");
  folder.write("text.JPG", "this is no image");
  folder.write("notes.txt", "ignored");
  const ImageCheck result = check_folder(folder.path());
  EXPECT_EQ(result.files, 4);
  std::vector<std::string> names;
  for (const auto& [path, reason] : result.bad) {
    names.push_back(path);
    EXPECT_FALSE(reason.empty()) << path;
  }
  EXPECT_THAT(names, ElementsAre("a/torn.jpg", "empty.png", "text.JPG"));
}

Manifest manifest_of(const TempFolder& folder, const std::vector<std::string>& names) {
  Manifest out;
  out.root = folder.path();
  out.classes = {"MEL", "NV"};
  for (const auto& name : names) {
    ManifestRow row;
    row.image_id = row.path = name;
    row.sha256 = sha256_file(folder.path() / name);
    out.rows.push_back(row);
  }
  return out;
}

TEST(Check, FindsFilesThatChangedOrWentAwayAfterTheSplit) {
  const TempFolder folder;
  for (const char* name : {"a.jpg", "b.jpg", "c.jpg"}) folder.write(name, jpeg(16, 16));
  const Manifest manifest = manifest_of(folder, {"a.jpg", "b.jpg", "c.jpg"});
  folder.write("b.jpg", jpeg(17, 16));
  fs::remove(folder.path() / "c.jpg");
  const ImageCheck result = check_manifest(manifest);
  EXPECT_THAT(result.bad, ElementsAre(Pair("b.jpg", "its bytes changed since the split"),
                                      Pair("c.jpg", ::testing::HasSubstr("cannot open"))));
}

TEST(Quarantine, DropsRowsOfAManifestAndNotesWhy) {
  const TempFolder folder;
  for (const char* name : {"a.jpg", "b.jpg"}) folder.write(name, jpeg(16, 16));
  Manifest manifest = manifest_of(folder, {"a.jpg", "b.jpg"});
  drop_quarantined(manifest, {{"a.jpg", "torn"}});
  ASSERT_EQ(manifest.rows.size(), 1U);
  EXPECT_EQ(manifest.rows[0].path, "b.jpg");
  EXPECT_EQ(manifest.details["quarantined"]["a.jpg"], "torn");
}

TEST(Stats, CountImagesLesionsAgesAndSizes) {
  const TempFolder folder;
  folder.write("a.jpg", jpeg(40, 30));
  folder.write("b.jpg", jpeg(40, 30));
  folder.write("c.jpg", "no image");
  Manifest manifest = manifest_of(folder, {"a.jpg", "b.jpg", "c.jpg"});
  manifest.rows[0].lesion_id = manifest.rows[1].lesion_id = "L";
  manifest.rows[0].age = 30;
  manifest.rows[1].age = 50;
  manifest.rows[1].sex = "female";
  manifest.rows[2].label = 1;
  manifest.rows[2].split = Split::kTest;
  const DatasetStats stats = dataset_stats(manifest);
  EXPECT_EQ(stats.all.images, 3);
  EXPECT_EQ(stats.all.lesions, 2);
  EXPECT_EQ(stats.classes.at(0).age_mean, 40);
  EXPECT_EQ(stats.classes.at(0).age_min, 30);
  EXPECT_EQ(stats.classes.at(0).age_max, 50);
  EXPECT_EQ(stats.classes.at(1).ages_known, 0);
  EXPECT_THAT(stats.all.sex, ElementsAre(Pair("", 2), Pair("female", 1)));
  EXPECT_EQ(stats.splits.size(), 2U);
  EXPECT_THAT(stats.images_per_lesion, ElementsAre(Pair(1, 1), Pair(2, 1)));
  EXPECT_THAT(stats.sizes, ElementsAre(Pair("40 x 30", 2)));
  EXPECT_EQ(stats.sizes_unknown, 1);
  EXPECT_EQ(stats_json(stats)["all"]["lesions"], 2);
}

}  // namespace
}  // namespace derm
