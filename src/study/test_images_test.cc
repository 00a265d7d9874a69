// Three splits over the same test images: who leaks what, and that nothing else differs.
#include "study/test_images.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/error.h"

namespace derm {
namespace {

constexpr int64_t kTarget = 120;

// Lesions of 1, 2 and 3 images in turn; a common class 0 and a rare class 1.
Dataset made_dataset() {
  Dataset out;
  out.format = "isic2019";
  out.classes = {"A", "B"};
  for (int64_t lesion = 0; out.records.size() < 400; ++lesion)
    for (int64_t i = 0; i <= lesion % 3; ++i) {
      Record record;
      record.image_id = fmt::format("image{}", out.records.size());
      record.path = record.image_id + ".jpg";
      record.label = lesion % 5 == 0 ? 1 : 0;
      record.lesion_id = fmt::format("lesion{}", lesion);
      out.records.push_back(record);
    }
  return out;
}

std::vector<std::string> hashes_of(const Dataset& dataset) {
  std::vector<std::string> out;
  for (const auto& record : dataset.records) out.push_back(sha256(record.image_id));
  return out;
}

Manifest split_of(const std::string& protocol) {
  const auto dataset = made_dataset();
  return common_test_split(dataset, hashes_of(dataset), {protocol, 3, kTarget});
}

std::vector<std::string> test_images(const Manifest& manifest) {
  std::vector<std::string> out;
  for (const int64_t row : manifest.indices(Split::kTest))
    out.push_back(manifest.rows[static_cast<size_t>(row)].image_id);
  return out;
}

std::map<std::pair<int64_t, bool>, int64_t> originals_and_copies(const Manifest& m, Split split) {
  std::map<std::pair<int64_t, bool>, int64_t> out;
  for (const auto& row : m.rows)
    if (row.split == split) ++out[{row.label, row.copy > 0}];
  return out;
}

TEST(CommonTest, TestImagesAreTheSameAndNoCopies) {
  const auto lesion = split_of("lesion");
  EXPECT_EQ(test_images(lesion).size(), 60U);
  EXPECT_EQ(test_images(split_of("image")), test_images(lesion));
  EXPECT_EQ(test_images(split_of("dsp-paper")), test_images(lesion));
}

TEST(CommonTest, TrainAndValAreOfTheSameSizeClassByClass) {
  const auto lesion = split_of("lesion");
  for (const char* protocol : {"image", "dsp-paper"})
    for (const Split split : {Split::kTrain, Split::kVal})
      EXPECT_EQ(originals_and_copies(split_of(protocol), split),
                originals_and_copies(lesion, split))
          << protocol;
  EXPECT_GT((originals_and_copies(lesion, Split::kTrain)[{1, true}]), 0);
  EXPECT_EQ((originals_and_copies(lesion, Split::kTrain)[{0, true}]), 0);
}

TEST(CommonTest, EachProtocolLeaksWhatItSays) {
  const auto lesion = count_leaks(split_of("lesion"));
  EXPECT_EQ(lesion.lesion_in_train + lesion.copy_in_train, 0);
  const auto image = count_leaks(split_of("image"));
  EXPECT_GT(image.lesion_in_train, image.test / 4);
  EXPECT_EQ(image.copy_in_train, 0);
  const auto paper = count_leaks(split_of("dsp-paper"));
  EXPECT_GE(paper.lesion_in_train, image.lesion_in_train);
  EXPECT_GT(paper.copy_in_train, 0);
}

TEST(CommonTest, LesionKeepsValApartFromTrain) {
  std::map<std::string, std::set<Split>> splits;
  for (const auto& row : split_of("lesion").rows) splits[row.lesion_id].insert(row.split);
  for (const auto& [id, in] : splits) EXPECT_EQ(in.size(), 1U) << id;
}

TEST(CommonTest, OnlyTheProtocolOfCopiesIsMarkedLeakyInItsManifest) {
  EXPECT_FALSE(is_leaky(split_of("lesion").protocol));
  EXPECT_TRUE(is_leaky(split_of("dsp-paper").protocol));
}

TEST(CommonTest, SeedDecides) {
  const auto dataset = made_dataset();
  const auto sums = hashes_of(dataset);
  EXPECT_EQ(common_test_split(dataset, sums, {"image", 3, kTarget}).hash(),
            split_of("image").hash());
  EXPECT_NE(common_test_split(dataset, sums, {"image", 4, kTarget}).hash(),
            split_of("image").hash());
}

}  // namespace
}  // namespace derm
