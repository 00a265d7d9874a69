// Shares, guarantees and noise of the planned tables; nothing is drawn here.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "data/generate.h"

namespace derm {
namespace {

// ISIC 2019's images per class, counted in its label table.
constexpr double kIsic[] = {4522, 12875, 3323, 867, 2624, 239, 253, 628};

GenerateOptions options(int64_t images, double noise = 0.03) {
  GenerateOptions o;
  o.images = images;
  o.label_noise = noise;
  return o;
}

std::map<uint64_t, std::vector<GeneratedImage>> by_lesion(const std::vector<GeneratedImage>& plan) {
  std::map<uint64_t, std::vector<GeneratedImage>> lesions;
  for (const auto& image : plan) lesions[image.lesion].push_back(image);
  return lesions;
}

TEST(GeneratePlan, ClassSharesAreNearThoseOfIsic2019) {
  const auto plan = plan_dataset(options(20000, 0));
  double counts[8] = {};
  for (const auto& image : plan) counts[image.label] += 1;
  for (size_t c = 0; c < 8; ++c)
    EXPECT_NEAR(counts[c] / 20000, kIsic[c] / 25331, 0.02) << generated_classes()[c];
}

TEST(GeneratePlan, EveryClassHasSixLesionsFromThreeHundredImagesOn) {
  for (const int64_t images : {300, 600, 1500}) {
    std::map<int64_t, std::set<uint64_t>> lesions;
    for (const auto& image : plan_dataset(options(images)))
      lesions[image.label].insert(image.lesion);
    ASSERT_EQ(lesions.size(), 8U);
    for (const auto& [label, numbers] : lesions) EXPECT_GE(numbers.size(), 6U) << label;
  }
}

TEST(GeneratePlan, SmallSetsStillHaveEveryClass) {
  for (const int64_t images : {12, 24, 100}) {
    std::set<int64_t> labels;
    for (const auto& image : plan_dataset(options(images))) labels.insert(image.label);
    EXPECT_EQ(labels.size(), 8U) << images;
  }
}

TEST(GeneratePlan, HasExactlyTheImagesAskedFor) {
  for (const int64_t images : {1, 2, 7, 8, 33, 601}) {
    std::set<std::string> names;
    for (const auto& image : plan_dataset(options(images))) names.insert(image.image_id);
    EXPECT_EQ(names.size(), static_cast<size_t>(images));
  }
}

TEST(GeneratePlan, LesionsHaveTheMeanNumberOfImages) {
  GenerateOptions o = options(3000);
  o.images_per_lesion = 2.5;
  const auto lesions = by_lesion(plan_dataset(o));
  EXPECT_EQ(lesions.size(), 1200U);
  size_t several = 0;
  for (const auto& [number, images] : lesions) several += images.size() > 1 ? 1 : 0;
  EXPECT_GT(several, 400U);
  EXPECT_LT(several, 1000U);
}

TEST(GeneratePlan, ImagesOfOneLesionShareLabelAndPatientFacts) {
  for (const auto& [number, images] : by_lesion(plan_dataset(options(900))))
    for (const auto& image : images) {
      EXPECT_EQ(image.label, images.front().label);
      EXPECT_EQ(image.lesion_id, images.front().lesion_id);
      EXPECT_EQ(image.age, images.front().age);
      EXPECT_EQ(image.sex, images.front().sex);
    }
}

TEST(GeneratePlan, LabelNoiseStrikesTheShareOfLesionsThatWasAskedFor) {
  for (const double noise : {0.0, 0.03, 0.2}) {
    const auto lesions = by_lesion(plan_dataset(options(3000, noise)));
    size_t wrong = 0;
    for (const auto& [number, images] : lesions)
      wrong += images.front().label != images.front().drawn_label ? 1 : 0;
    EXPECT_EQ(wrong, static_cast<size_t>(noise * static_cast<double>(lesions.size()) + 0.5));
  }
}

TEST(GeneratePlan, OnlySingleImagesLoseTheirLesionId) {
  const auto plan = plan_dataset(options(6000));
  size_t nameless = 0, no_age = 0, no_site = 0, no_sex = 0;
  for (const auto& [number, images] : by_lesion(plan)) {
    if (images.front().lesion_id.empty()) {
      EXPECT_EQ(images.size(), 1U);
    }
  }
  for (const auto& image : plan) {
    nameless += image.lesion_id.empty() ? 1 : 0;
    no_age += image.age < 0 ? 1 : 0;
    no_site += image.site.empty() ? 1 : 0;
    no_sex += image.sex.empty() ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(nameless) / 6000, 0.04, 0.02);
  EXPECT_NEAR(static_cast<double>(no_age) / 6000, 0.017, 0.01);
  EXPECT_NEAR(static_cast<double>(no_site) / 6000, 0.10, 0.03);
  EXPECT_NEAR(static_cast<double>(no_sex) / 6000, 0.015, 0.01);
}

TEST(GeneratePlan, AgesAreInStepsOfFiveAndOlderForKeratosesThanForNevi) {
  std::map<int64_t, std::pair<double, double>> sums;
  for (const auto& image : plan_dataset(options(6000, 0))) {
    if (image.age < 0) continue;
    EXPECT_EQ(image.age % 5, 0);
    EXPECT_LE(image.age, 85);
    EXPECT_GE(image.age, 5);
    sums[image.label].first += static_cast<double>(image.age);
    sums[image.label].second += 1;
  }
  const auto mean = [&](int64_t label) { return sums[label].first / sums[label].second; };
  EXPECT_NEAR(mean(1), 45, 3);
  EXPECT_GT(mean(3), mean(1) + 12);
}

TEST(GeneratePlan, AnotherSeedPlansAnotherSet) {
  GenerateOptions other = options(50);
  other.seed = 1;
  const auto a = plan_dataset(options(50)), b = plan_dataset(other);
  size_t same = 0;
  for (size_t i = 0; i < a.size(); ++i) same += a[i].label == b[i].label ? 1 : 0;
  EXPECT_LT(same, a.size());
}

}  // namespace
}  // namespace derm
