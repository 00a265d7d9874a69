#include "distill/class_weights.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/golden.h"

namespace derm {
namespace {

void expect_equal(const std::vector<double>& got, const Json& want, const std::string& kind) {
  ASSERT_EQ(got.size(), want.size()) << kind;
  for (size_t c = 0; c < got.size(); ++c)
    EXPECT_NEAR(got[c], want[c].get<double>(), 1e-9 * got[c]) << kind << " class " << c;
}

TEST(ClassWeights, EqualTheGoldenValuesInEveryVariant) {
  const Json file = testing::golden("wce");
  const auto counts = file["params"]["counts"].get<std::vector<int64_t>>();
  const std::map<std::string, std::string> renamed = {{"effective_0.999_mean1", "effective"}};
  int variants = 0;
  for (const auto& [name, want] : file["values"]["class_weights"].items()) {
    const auto it = renamed.find(name);
    expect_equal(class_weights(it == renamed.end() ? name : it->second, counts), want, name);
    ++variants;
  }
  EXPECT_EQ(variants, 6);
}

TEST(ClassWeights, EqualTheGoldenValuesOnIsic2019) {
  const Json file = testing::golden("wce");
  std::vector<int64_t> counts;
  for (const auto& [name, n] : file["values"]["isic2019_counts_alphabetical"].items())
    counts.push_back(n.get<int64_t>());
  for (const auto& [name, want] : file["values"]["isic2019_class_weights"].items())
    expect_equal(class_weights(name.rfind("effective", 0) == 0 ? "effective" : name, counts), want,
                 name);
}

TEST(ClassWeights, AbsentClassWeighsNothingAndUnknownKindIsNamed) {
  const auto weights = class_weights("inv_freq", {3, 0, 1});
  EXPECT_EQ(weights[1], 0);
  EXPECT_EQ(weights[2], 4);
  EXPECT_THROW(class_weights("inverse", {1}), Error);
}

}  // namespace
}  // namespace derm
