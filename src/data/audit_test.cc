// The audit finds each kind of leak, and the shares it prints are counted by hand here.
#include "data/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "data/split.h"
#include "support/golden.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Manifest with_rows(const std::vector<std::tuple<std::string, int64_t, Split>>& rows) {
  Manifest out;
  out.classes = {"MEL", "NV"};
  for (const auto& [lesion, label, split] : rows) {
    ManifestRow row;
    row.image_id = "i" + std::to_string(out.rows.size());
    row.path = row.image_id + ".jpg";
    row.lesion_id = lesion;
    row.label = label;
    row.split = split;
    row.sha256 = sha256(std::string_view(row.image_id));
    out.rows.push_back(row);
  }
  return out;
}

TEST(Audit, FindsNoLeakInACleanSplit) {
  const Audit result = audit(with_rows({{"a", 0, Split::kTrain},
                                        {"a", 0, Split::kTrain},
                                        {"", 1, Split::kVal},
                                        {"", 1, Split::kTest}}),
                             {});
  EXPECT_THAT(result.leaks(), IsEmpty());
  EXPECT_EQ(result.lesions, 1);
  EXPECT_EQ(result.without_lesion, 2);
  EXPECT_THAT(result.splits[0].images, ElementsAre(2, 0));
  EXPECT_THAT(result.splits[0].lesions, ElementsAre(1, 0));
}

TEST(Audit, CountsTestImagesWithTheirLesionInTrainPerClass) {
  const Audit result = audit(with_rows({{"a", 0, Split::kTrain},
                                        {"b", 1, Split::kVal},
                                        {"a", 0, Split::kTest},
                                        {"c", 0, Split::kTest},
                                        {"b", 1, Split::kTest}}),
                             {});
  const auto& in_train = result.siblings.at(0);
  EXPECT_EQ(in_train.classes[0].images, 2);
  EXPECT_EQ(in_train.classes[0].same_lesion, 1);
  EXPECT_EQ(in_train.classes[1].same_lesion, 0);
  EXPECT_EQ(result.siblings.at(1).classes[1].same_lesion, 1);
  EXPECT_EQ(result.siblings.at(1).all.same_lesion, 2);
  EXPECT_THAT(result.leaks(),
              ElementsAre("1 lesions are in train and test", "1 lesions are in val and test"));
}

TEST(Audit, FindsPatientsAndBytesInTwoSplits) {
  Manifest manifest =
      with_rows({{"a", 0, Split::kTrain}, {"b", 0, Split::kVal}, {"", 1, Split::kTest}});
  manifest.rows[0].patient_id = manifest.rows[1].patient_id = "P";
  manifest.rows[2].sha256 = manifest.rows[0].sha256;
  const Audit result = audit(manifest, {});
  EXPECT_THAT(result.leaks(),
              ElementsAre("1 patients are in train and val",
                          "1 pairs of byte-identical images lie in different splits"));
  EXPECT_EQ(result.siblings.at(0).all.same_lesion, 0);
  EXPECT_EQ(result.siblings.at(0).all.any, 1);
  EXPECT_FALSE(result.byte_duplicates.at(0).same_label);
}

TEST(Audit, CountsNearDuplicatesAsALeakUnlessTheyAreOnlyToBeListed) {
  const Manifest manifest = with_rows({{"a", 0, Split::kTrain}, {"b", 0, Split::kTest}});
  ImagePrint print;
  for (int i = 0; i < kThumbnailSide * kThumbnailSide; ++i)
    print.grey.push_back(static_cast<uint8_t>(i * 37 % 251));
  const Audit result = audit(manifest, {print, print});
  ASSERT_EQ(result.near_duplicates.size(), 1U);
  EXPECT_THAT(result.leaks(), ElementsAre(HasSubstr("near-duplicate")));
  EXPECT_THAT(result.leaks(false), IsEmpty());
  EXPECT_EQ(audit_json(result, manifest).at("near_duplicates").at(0).at("b"), "i1");
}

TEST(Audit, KeepsImagesWithoutFilesOutOfTheDuplicates) {
  Manifest manifest = with_rows({{"a", 0, Split::kTrain}, {"b", 0, Split::kTest}});
  for (auto& row : manifest.rows) row.sha256.clear();
  EXPECT_THAT(audit(manifest, {}).byte_duplicates, IsEmpty());
  EXPECT_EQ(audit(manifest, {}).files, 0);
}

TEST(Audit, GroupedSplitsHaveNoLesionInCommonWhateverTheSeed) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  DatasetOptions tables;
  tables.tables_only = true;
  const Dataset isic = read_dataset(testing::real_data() / "ISIC2019", tables);
  for (uint64_t seed = 0; seed < 5; ++seed) {
    SplitOptions options;
    options.seed = seed;
    EXPECT_THAT(audit(split_dataset(isic, {}, options), {}).leaks(), IsEmpty()) << seed;
  }
}

TEST(Audit, FindsTheLeakOfThePublishedSplitAndItsLesionCounts) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  DatasetOptions tables;
  tables.tables_only = true;
  const Dataset isic = read_dataset(testing::real_data() / "ISIC2019", tables);
  SplitOptions options;
  options.protocol = "ssdkd";
  const Manifest manifest = split_dataset(isic, {}, options);
  const Audit result = audit(manifest, {});
  EXPECT_EQ(result.lesions, 11847);
  EXPECT_EQ(result.images - result.without_lesion, 23247);
  EXPECT_EQ(result.siblings.at(0).all.images, 2533);
  const double in_train = static_cast<double>(result.siblings.at(0).all.same_lesion) / 2533;
  const double in_both = static_cast<double>(result.siblings.at(1).all.same_lesion) / 2533;
  EXPECT_NEAR(in_train, 0.596, 0.0005);  // docs/data.md
  EXPECT_NEAR(in_both, 0.639, 0.0005);
  EXPECT_FALSE(result.leaks().empty());
}

TEST(Audit, FindsTheDuplicatesOfRealHam10000) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  const Dataset ham = read_dataset(testing::real_data() / "HAM10000");
  const Manifest manifest = split_dataset(ham, hash_images(ham), {});
  const Audit result = audit(manifest, read_prints(manifest));
  const auto& near = result.near_duplicates;
  EXPECT_GE(near.size(), 47U);
  EXPECT_LE(std::count_if(near.begin(), near.end(), [](const auto& p) { return !p.same_lesion; }),
            2);
  ASSERT_EQ(result.byte_duplicates.size(), 2U);
  EXPECT_TRUE(result.byte_duplicates[0].same_lesion);
  EXPECT_TRUE(result.byte_duplicates[1].same_lesion);
  EXPECT_EQ(result.lesions, 7470);
}

}  // namespace
}  // namespace derm
