// numpy's and scikit-learn's published arithmetic, against values made with them.
#include "data/numpy_rng.h"

#include <gtest/gtest.h>

#include "support/golden.h"

namespace derm {
namespace {

using testing::golden;

TEST(NumpyRng, DrawsTheSameWordsAsRandomState) {
  const Json values = golden("split").at("values");
  NumpyRng rng(2021);
  for (const auto& word : values.at("mt19937_seed2021_first5_u32")) EXPECT_EQ(rng.next(), word);
}

TEST(NumpyRng, PermutesTheRowsAsPandasSampleDoes) {
  const Json values = golden("split").at("values");
  const auto order = numpy_permutation(values.at("n").get<size_t>(), 2021);
  const auto first = values.at("perm_first20").get<std::vector<size_t>>();
  const auto last = values.at("perm_last5").get<std::vector<size_t>>();
  EXPECT_EQ(std::vector<size_t>(order.begin(), order.begin() + 20), first);
  EXPECT_EQ(std::vector<size_t>(order.end() - 5, order.end()), last);
  uint64_t checksum = 0;
  for (size_t i = 0; i < order.size(); ++i) checksum += (i + 1) * order[i];
  EXPECT_EQ(checksum % 1000000007, values.at("perm_weighted_checksum"));
}

TEST(NumpyRng, FoldsRowsAsStratifiedKFoldDoes) {
  const Json cases = golden("split").at("cases").at("stratified_5fold_seed2021");
  const auto labels = cases.at("labels").get<std::vector<int64_t>>();
  EXPECT_EQ(sklearn_stratified_folds(labels, 5, 2021),
            cases.at("test_fold").get<std::vector<int64_t>>());
}

TEST(NumpyRng, MasksAndRejectsWithinBounds) {
  NumpyRng rng(1);
  std::array<int, 6> seen{};
  for (int i = 0; i < 6000; ++i) ++seen.at(rng.at_most(5));
  for (const int count : seen) EXPECT_NEAR(count, 1000, 150);
  EXPECT_EQ(rng.at_most(0), 0U);
}

}  // namespace
}  // namespace derm
