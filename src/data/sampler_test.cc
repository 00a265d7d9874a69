// The order of an epoch: which images, how often.
#include <gtest/gtest.h>

#include <set>

#include "data/loader.h"

namespace derm {
namespace {

constexpr int64_t kClassCount = 3;

LoaderOptions order_options(const std::string& sampler, uint64_t seed) {
  LoaderOptions options;
  options.sampler = sampler;
  options.seed = seed;
  return options;
}

TEST(SampleOrder, ShuffleIsAPermutationThatChangesWithTheEpoch) {
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < 1000; ++i) labels.push_back(i % kClassCount);
  const auto a = sample_order(labels, kClassCount, order_options("shuffle", 5), 0);
  const auto b = sample_order(labels, kClassCount, order_options("shuffle", 5), 1);
  EXPECT_NE(a, b);
  EXPECT_EQ(std::set<int64_t>(a.begin(), a.end()).size(), labels.size());
  EXPECT_EQ(sample_order(labels, kClassCount, order_options("shuffle", 5), 1), b);
}

TEST(SampleOrder, BalancedGivesEachClassTheSameOddsAndDealsItsImagesEvenly) {
  std::vector<int64_t> labels(6000, 0);  // class 1: 30 images, class 2: 3, class 3: none
  for (size_t i = 0; i < 30; ++i) labels[i * 7] = 1;
  for (size_t i = 0; i < 3; ++i) labels[i * 7 + 1] = 2;
  const auto order = sample_order(labels, 4, order_options("balanced", 1), 0);
  ASSERT_EQ(order.size(), labels.size());
  std::vector<int64_t> of_class(4), of_position(labels.size());
  for (const int64_t position : order) {
    ++of_class[static_cast<size_t>(labels[static_cast<size_t>(position)])];
    ++of_position[static_cast<size_t>(position)];
  }
  for (size_t k = 0; k < 3; ++k)  // binomial(6000, 1/3): standard deviation 36.5
    EXPECT_NEAR(static_cast<double>(of_class[k]), 2000, 4 * 36.5) << k;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == 0) {
      EXPECT_LE(of_position[i], 1);
    } else {
      const auto deals = static_cast<double>(of_class[static_cast<size_t>(labels[i])]);
      EXPECT_NEAR(static_cast<double>(of_position[i]), deals / (labels[i] == 1 ? 30 : 3), 1);
    }
  }
}

TEST(SampleOrder, TargetGivesEveryImageOnceAndFillsRareClassesEvenly) {
  std::vector<int64_t> labels(200, 0);  // class 1: 30 images, class 2: 3, class 3: none
  for (size_t i = 0; i < 30; ++i) labels[i * 6] = 1;
  for (size_t i = 0; i < 3; ++i) labels[i * 6 + 1] = 2;
  LoaderOptions options = order_options("target", 1);
  options.target_per_class = 100;
  const auto order = sample_order(labels, 4, options, 0);
  ASSERT_EQ(order.size(), 167U + 100 + 100);
  std::vector<int64_t> of_position(labels.size());
  for (const int64_t position : order) ++of_position[static_cast<size_t>(position)];
  for (size_t i = 0; i < labels.size(); ++i) {
    const double expected = labels[i] == 0 ? 1 : labels[i] == 1 ? 100.0 / 30 : 100.0 / 3;
    EXPECT_NEAR(static_cast<double>(of_position[i]), expected, labels[i] == 0 ? 0 : 0.99);
  }
  EXPECT_NE(sample_order(labels, 4, options, 1), order);
  options.target_per_class = 1;
  EXPECT_EQ(sample_order(labels, 4, options, 0).size(), labels.size());
}

}  // namespace
}  // namespace derm
