#include "eval/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/rng.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> kThree = {"MEL", "NV", "BCC"};

Scores some_rows(int64_t n, uint64_t seed) {
  Rng rng({seed, Purpose::kTest});
  Scores out{3, {}, {}};
  for (int64_t i = 0; i < n; ++i) {
    out.labels.push_back(i % 3);
    std::vector<double> p(3);
    double sum = 0;
    for (size_t c = 0; c < 3; ++c)
      sum += p[c] = rng.uniform() + (static_cast<int64_t>(c) == i % 3 ? 0.4 : 0);
    for (const double value : p) out.probabilities.push_back(value / sum);
  }
  return out;
}

std::vector<RowOrigin> some_origins(size_t n) {
  std::vector<RowOrigin> out(n);
  for (size_t i = 0; i < n; ++i) {
    out[i].age = i % 4 == 0 ? -1 : static_cast<double>(i % 90);
    out[i].sex = i % 2 == 0 ? "female" : "male";
  }
  return out;
}

TEST(AgeBand, PutsEveryAgeSomewhere) {
  EXPECT_EQ(age_band(-1), "unknown");
  EXPECT_EQ(age_band(0), "0-29");
  EXPECT_EQ(age_band(30), "30-44");
  EXPECT_EQ(age_band(59.5), "45-59");
  EXPECT_EQ(age_band(75), "75+");
}

TEST(Subgroups, DivideTheImagesByWhatIsKnown) {
  const Scores scores = some_rows(90, 1);
  const auto parts = subgroups(scores, some_origins(90), std::vector<std::string>(90), 0, {100});
  int64_t by_sex = 0, by_age = 0;
  std::vector<std::string> sexes;
  for (const auto& part : parts) {
    EXPECT_EQ(part.small, part.images < 20) << part.value;
    EXPECT_NE(part.attribute, "site");
    if (part.attribute == "sex") sexes.push_back(part.value);
    (part.attribute == "sex" ? by_sex : by_age) += part.images;
  }
  EXPECT_THAT(sexes, ElementsAre("female", "male"));
  EXPECT_EQ(by_sex, 90);
  EXPECT_EQ(by_age, 90);
}

TEST(Subgroups, OfEverythingAreTheWhole) {
  const Scores scores = some_rows(60, 2);
  std::vector<RowOrigin> origins(60);
  for (auto& origin : origins) origin.source = "one clinic";
  const auto parts = subgroups(scores, origins, std::vector<std::string>(60), 0, {50});
  ASSERT_EQ(parts.size(), 1u);
  const Metrics m = evaluate(scores);
  EXPECT_DOUBLE_EQ(parts[0].balanced_accuracy.value, m.balanced_accuracy);
  EXPECT_DOUBLE_EQ(parts[0].melanoma_sensitivity.value, m.per_class[0].recall);
  EXPECT_THROW(subgroups(scores, {}, std::vector<std::string>(60), 0, {50}), Error);
}

TEST(Evidence, HasEveryPartWithValidationAndSaysLessWithout) {
  const Scores scores = some_rows(90, 3), validation = some_rows(120, 4);
  const std::vector<std::string> names(90);
  EvidenceOptions options;
  options.bootstrap.replicates = 50;
  Json with = Json::object(), without = Json::object();
  const auto found = evidence(scores, kThree, names, some_origins(90), &validation, options);
  add_evidence(found, kThree, with);
  EXPECT_EQ(with["clinical"].size(), 2u);
  EXPECT_EQ(with["clinical"][0]["operating_points"].size(), 3u);
  EXPECT_EQ(with["prediction_sets"].size(), 4u);
  EXPECT_TRUE(with["calibration"]["temperature"]["value"].is_number());
  EXPECT_EQ(with["intervals"]["replicates"], 50);
  EXPECT_THAT(evidence_text(found, true), HasSubstr("sex female"));
  EXPECT_THAT(evidence_text(found, false), Not(HasSubstr("sex female")));
  options.bootstrap.replicates = 0;
  add_evidence(evidence(scores, kThree, names, {}, nullptr, options), kThree, without);
  EXPECT_FALSE(without.contains("intervals"));
  EXPECT_TRUE(without["clinical"][0]["operating_points"].empty());
  EXPECT_TRUE(without["prediction_sets"].empty());
  EXPECT_TRUE(without["clinical"][0]["auc"]["low"].is_null());
}

}  // namespace
}  // namespace derm
