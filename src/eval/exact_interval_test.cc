#include "eval/exact_interval.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "support/golden.h"

namespace derm {
namespace {

TEST(RegularisedIncompleteBeta, HasItsClosedForms) {
  for (const double x : {0.0, 1e-6, 0.2, 0.5, 0.9, 1.0}) {
    EXPECT_NEAR(regularised_incomplete_beta(1, 1, x), x, 1e-14);
    EXPECT_NEAR(regularised_incomplete_beta(3, 1, x), x * x * x, 1e-14);
    EXPECT_NEAR(regularised_incomplete_beta(2, 2, x), x * x * (3 - 2 * x), 1e-14);
    EXPECT_NEAR(regularised_incomplete_beta(50, 7, x) + regularised_incomplete_beta(7, 50, 1 - x),
                1, 1e-12);
  }
}

TEST(ClopperPearson, EqualsScipy) {
  int compared = 0;
  const Json golden = testing::golden("evidence");
  for (const auto& item : golden["values"]["clopper_pearson"]) {
    const auto found = clopper_pearson(item["successes"], item["trials"], item["confidence"]);
    EXPECT_NEAR(found.low, item["low"].get<double>(), 1e-10) << item;
    EXPECT_NEAR(found.high, item["high"].get<double>(), 1e-10) << item;
    ++compared;
  }
  EXPECT_GE(compared, 12);
}

TEST(ClopperPearson, IsClosedAtTheEndsAndUnknownWithoutTrials) {
  EXPECT_EQ(clopper_pearson(0, 10).low, 0);
  EXPECT_NEAR(clopper_pearson(0, 10).high, 1 - std::pow(0.025, 0.1), 1e-12);
  EXPECT_EQ(clopper_pearson(10, 10).high, 1);
  EXPECT_TRUE(std::isnan(clopper_pearson(0, 0).low));
  EXPECT_THROW(clopper_pearson(3, 2), Error);
  EXPECT_THROW(clopper_pearson(1, 2, 1), Error);
}

}  // namespace
}  // namespace derm
