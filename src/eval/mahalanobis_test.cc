#include "eval/mahalanobis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"
#include "eval/linear_solve.h"
#include "support/golden.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::HasSubstr;

Embeddings embeddings_of(const Json& tensor) {
  return {tensor.at("shape").at(1), tensor.at("data").get<std::vector<float>>()};
}

TEST(Cholesky, IsTheFactorThatMultipliesToTheMatrix) {
  const auto lower = cholesky({4, 0, 2, 3}, 2);
  EXPECT_DOUBLE_EQ(lower[0], 2);
  EXPECT_DOUBLE_EQ(lower[2], 1);
  EXPECT_DOUBLE_EQ(lower[3], std::sqrt(2.0));
  std::vector<double> x{6, 5};
  solve_lower(lower, x);
  EXPECT_DOUBLE_EQ(x[0], 3);
  EXPECT_DOUBLE_EQ(x[1], 2 / std::sqrt(2.0));
  EXPECT_THAT(testing::message_of([] { cholesky({1, 0, 1, 1}, 2); }), HasSubstr("definite"));
}

TEST(ClassGaussians, GiveTheDistancesOfNumpy) {
  const Json golden = testing::golden("ood");
  for (const auto& item : golden["mahalanobis"]) {
    SCOPED_TRACE(item["name"]);
    const ClassGaussians gaussians(embeddings_of(item["training"]), item["labels"]);
    const auto found = gaussians.scores(embeddings_of(item["rows"]));
    const auto expected = item["scores"].get<std::vector<double>>();
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i] / expected[i], 1, 1e-8) << "row " << i;
  }
}

// Two classes on a line, each at +-1 of its mean: the covariance is 1.
TEST(ClassGaussians, MeasureFromTheNearestClass) {
  const ClassGaussians gaussians({1, {-1, 1, 9, 11}}, {0, 0, 1, 1});
  const auto found = gaussians.scores({1, {0, 10, 5, 13}});
  EXPECT_NEAR(found[0], 0, 1e-4);
  EXPECT_NEAR(found[1], 0, 1e-4);
  EXPECT_NEAR(found[2], -25, 1e-4);
  EXPECT_NEAR(found[3], -9, 1e-4);
}

// More dimensions than a pass over the images sums rows of the covariance.
TEST(ClassGaussians, WhitenWhatTheyWereFittedOn) {
  constexpr int64_t kWidth = 70, kImages = 400;
  Rng rng({1, Purpose::kTest});
  Embeddings training{kWidth, {}};
  for (int64_t i = 0; i < kImages * kWidth; ++i)
    training.values.push_back(static_cast<float>(rng.normal()));
  double sum = 0;
  const std::vector<int64_t> one_class(kImages, 0);
  for (const double score : ClassGaussians(training, one_class).scores(training)) sum -= score;
  EXPECT_NEAR(sum / kImages, kWidth, 1e-3);
}

TEST(ClassGaussians, RefuseWhatHasNoCovariance) {
  const auto message = [](const Embeddings& training, const std::vector<int64_t>& labels) {
    return testing::message_of([&] { ClassGaussians(training, labels); });
  };
  EXPECT_THAT(message({2, {}}, {}), HasSubstr("0 values"));
  EXPECT_THAT(message({2, {1, 2, 3}}, {0}), HasSubstr("3 values"));
  EXPECT_THAT(message({2, {1, 2, 3, 4}}, {0}), HasSubstr("1"));
  EXPECT_THAT(message({2, {1, 2, 3, 4}}, {0, -1}), HasSubstr("negative"));
  EXPECT_THAT(message({2, {1, NAN, 3, 4}}, {0, 0}), HasSubstr("not finite"));
  EXPECT_THAT(message({2, {1, 2, 1, 2}}, {0, 0}), HasSubstr("do not vary"));
  EXPECT_THAT(message({2, {1, 2, 3, 4}}, {0, 1}), HasSubstr("do not vary"));
  const ClassGaussians gaussians({1, {1, 2}}, {0, 0});
  EXPECT_THAT(testing::message_of([&] { gaussians.scores({2, {1, 2}}); }), HasSubstr("width"));
}

}  // namespace
}  // namespace derm
