// Tests of paired predictions against values from their definitions (tools/make_compare_golden.py),
// and the seed bootstrap against what must hold.
#include "eval/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/rng.h"
#include "eval/delong.h"
#include "eval/holm.h"
#include "support/golden.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::HasSubstr;
using testing::message_of;

struct GoldenSets {
  Json json = testing::golden("compare");
  std::vector<Scores> scores;
  std::vector<std::string> lesions = json["lesions"], mixed = json["mixed"];
  std::vector<std::string> images = std::vector<std::string>(lesions.size());

  GoldenSets() {
    for (const auto& network : json["networks"])
      scores.push_back({3, json["labels"], network.get<std::vector<double>>()});
  }
};

TEST(CompareAuc, IsDelongsWhereEveryImageIsItsOwnLesion) {
  const GoldenSets g;
  for (const auto& of_class : g.json["auc"]) {
    const auto found = compare_auc({&g.scores[0]}, {&g.scores[1]}, g.images, of_class["class"]);
    const Json& expected = of_class["images"];
    EXPECT_NEAR(found.first, expected["first"], 1e-12);
    EXPECT_NEAR(found.second, expected["second"], 1e-12);
    EXPECT_NEAR(found.standard_error, expected["standard_error"], 1e-12);
    EXPECT_NEAR(found.p, expected["p"], 1e-12);
    EXPECT_NEAR(found.high - found.low, 2 * 1.959963984540054 * found.standard_error, 1e-12);
  }
}

// "mixed": clusters with images of several classes.
TEST(CompareAuc, IsObuchowskisWhereLesionsHaveSeveralImages) {
  const GoldenSets g;
  for (const auto& of_class : g.json["auc"])
    for (const auto& [clusters, names] : {std::pair("lesions", &g.lesions), {"mixed", &g.mixed}}) {
      const auto found = compare_auc({&g.scores[0]}, {&g.scores[1]}, *names, of_class["class"]);
      EXPECT_NEAR(found.standard_error, of_class[clusters]["standard_error"], 1e-12) << clusters;
      EXPECT_NEAR(found.p, of_class[clusters]["p"], 1e-12) << clusters;
    }
}

TEST(CompareAuc, OfSeveralNetworksIsOfTheirMean) {
  const GoldenSets g;
  const auto pair = compare_auc({&g.scores[0]}, {&g.scores[1], &g.scores[2]}, g.lesions, 0);
  const auto one = compare_auc({&g.scores[0]}, {&g.scores[1]}, g.lesions, 0);
  const auto other = compare_auc({&g.scores[0]}, {&g.scores[2]}, g.lesions, 0);
  EXPECT_NEAR(pair.difference, (one.difference + other.difference) / 2, 1e-12);
  const auto twice = compare_auc({&g.scores[0], &g.scores[0]}, {&g.scores[1]}, g.lesions, 0);
  EXPECT_NEAR(twice.standard_error, one.standard_error, 1e-12);
}

TEST(CompareAuc, SaysNothingWhereNothingCanBeSaid) {
  const GoldenSets g;
  const auto same = compare_auc({&g.scores[0]}, {&g.scores[0]}, g.lesions, 0);
  EXPECT_EQ(same.standard_error, 0);
  EXPECT_EQ(same.p, 1);
  Scores one_class = g.scores[0];
  one_class.labels.assign(one_class.labels.size(), 1);
  EXPECT_TRUE(std::isnan(compare_auc({&one_class}, {&one_class}, g.lesions, 0).p));
  const std::vector<std::string> one_lesion(g.lesions.size(), "L");
  const auto alone = compare_auc({&g.scores[0]}, {&g.scores[1]}, one_lesion, 0);
  EXPECT_NEAR(alone.first, g.json["auc"][0]["images"]["first"], 1e-12);
  EXPECT_TRUE(std::isnan(alone.p));
}

TEST(SignFlip, EqualsTheEnumerationOfAllSigns) {
  const GoldenSets g;
  for (const auto& expected : g.json["sign_flip"]) {
    const auto found = sign_flip_test(expected["terms"]);
    EXPECT_NEAR(found.exact, expected["exact"], 1e-12) << expected;
    EXPECT_NEAR(found.mid, expected["mid"], 1e-12) << expected;
  }
}

TEST(SignFlip, OfOnesIsMcnemarsExactAndMidP) {
  const GoldenSets g;
  for (const auto& expected : g.json["binomial"]) {
    std::vector<int64_t> terms(expected["b"].get<size_t>(), -1);
    terms.insert(terms.end(), expected["c"].get<size_t>(), 1);
    const auto found = sign_flip_test(terms);
    EXPECT_NEAR(found.exact, expected["exact"], 1e-10) << expected;
    EXPECT_NEAR(found.mid, expected["mid"], 1e-10) << expected;
  }
  EXPECT_EQ(sign_flip_test({}).exact, 1);
}

TEST(RightOrWrong, CountsByImageAndByLesion) {
  const GoldenSets g;
  const auto found = compare_right_or_wrong({&g.scores[0]}, {&g.scores[1]}, g.lesions);
  EXPECT_EQ(found.only_first, g.json["only_first"]);
  EXPECT_EQ(found.only_second, g.json["only_second"]);
  EXPECT_NEAR(found.images.exact, g.json["mcnemar"]["exact"], 1e-12);
  EXPECT_NEAR(found.images.mid, g.json["mcnemar"]["mid"], 1e-12);
  EXPECT_NEAR(found.by_lesion.exact, g.json["by_lesion"]["exact"], 1e-12);
  EXPECT_NEAR(found.by_lesion.mid, g.json["by_lesion"]["mid"], 1e-12);
  EXPECT_NEAR(found.first, evaluate(g.scores[0]).accuracy, 1e-12);
}

TEST(RightOrWrong, TakesSidesOfUnequalNumbers) {
  const GoldenSets g;
  const Networks one = {&g.scores[0]}, twice = {&g.scores[1], &g.scores[1]};
  const auto found = compare_right_or_wrong(one, twice, g.lesions);
  const auto plain = compare_right_or_wrong(one, {&g.scores[1]}, g.lesions);
  EXPECT_NEAR(found.by_lesion.exact, plain.by_lesion.exact, 1e-12);
  EXPECT_EQ(found.only_second, 2 * plain.only_second);
}

TEST(Holm, EqualsTheDefinition) {
  const Json expected = testing::golden("compare")["holm"];
  const auto adjusted = holm(expected["p"]);
  for (size_t i = 0; i < adjusted.size(); ++i)
    EXPECT_NEAR(adjusted[i], expected["adjusted"][i], 1e-12);
  const auto with_gap = holm({0.02, std::nan(""), 0.04});
  EXPECT_NEAR(with_gap[0], 0.04, 1e-12);
  EXPECT_TRUE(std::isnan(with_gap[1]));
}

TEST(ResampledMetric, IsEvaluateOnTheDrawnRows) {
  const GoldenSets g;
  const std::vector<std::string> classes = {"MEL", "NV", "BCC"};
  auto names = metric_names();
  for (const auto& ratio : class_ratio_names()) names.push_back(ratio + ".BCC");
  const RowGroups lesions(g.lesions);
  const RowWeights weights = replicate_weights(lesions, 7, 3);
  Scores drawn{3, {}, {}};
  for (size_t i = 0; i < weights.size(); ++i)
    for (int32_t copy = 0; copy < weights[i]; ++copy) {
      drawn.labels.push_back(g.scores[0].labels[i]);
      const double* row = g.scores[0].row(static_cast<int64_t>(i));
      drawn.probabilities.insert(drawn.probabilities.end(), row, row + 3);
    }
  for (const auto& name : names) {
    const auto choice = choose_metric(name, classes);
    EXPECT_NEAR(ResampledMetric(choice, g.scores[0])(weights), value_of(choice, evaluate(drawn)),
                1e-12)
        << name;
  }
}

TEST(MetricChoice, NamesTheNearestMetricOrClass) {
  const std::vector<std::string> classes = {"MEL", "NV"};
  EXPECT_THAT(message_of([&] { choose_metric("balanced_acuracy", classes); }),
              HasSubstr("did you mean 'balanced_accuracy'"));
  EXPECT_THAT(message_of([&] { choose_metric("recal.MEL", classes); }),
              HasSubstr("did you mean 'recall'"));
  EXPECT_THAT(message_of([&] { choose_metric("recall.MEl", classes); }),
              HasSubstr("did you mean 'MEL'"));
  EXPECT_FALSE(choose_metric("loss", classes).higher_is_better);
}

// Networks that are right with a given chance on lesions of two images. The seed of a network
// changes its chance by up to `spread`.
Scores random_network(double chance, uint64_t seed, int64_t images = 300) {
  Rng rng({seed, Purpose::kTest, 9, 0, 0});
  Scores scores{2, {}, {}};
  for (int64_t i = 0; i < images; ++i) {
    scores.labels.push_back((i / 2) % 2);
    const double p = rng.chance(chance) ? 0.9 : 0.1;
    const bool first = scores.labels.back() == 0;
    scores.probabilities.insert(scores.probabilities.end(), {first ? p : 1 - p, first ? 1 - p : p});
  }
  return scores;
}

std::vector<std::string> lesions_of_two(int64_t images) {
  std::vector<std::string> out;
  for (int64_t i = 0; i < images; ++i) out.push_back(std::to_string(i / 2));
  return out;
}

BootstrapDifference bootstrapped(const NetworkGroup& first, const NetworkGroup& second) {
  const auto metric = choose_metric("accuracy", {"A", "B"});
  const auto lesions = lesions_of_two(first.networks.front()->size());
  return bootstrap_differences({first, second}, {{0, 1}}, metric, lesions, {}).front();
}

TEST(SeedBootstrap, OfOneNetworkEachIsTheBootstrapOverLesions) {
  const Scores a = random_network(0.7, 1), b = random_network(0.8, 2);
  const auto found = bootstrapped({"a", {&a}, {0}}, {"b", {&b}, {0}});
  // The standard error of a mean of independent differences of lesions, by its formula.
  double square = 0;
  const double mean = found.difference * 2;
  for (int64_t lesion = 0; lesion < 150; ++lesion) {
    double d = 0;
    for (int64_t i = 2 * lesion; i < 2 * lesion + 2; ++i) {
      const int64_t label = a.labels[static_cast<size_t>(i)];
      d += (b.row(i)[label] > 0.5 ? 1 : 0) - (a.row(i)[label] > 0.5 ? 1 : 0);
    }
    square += (d - mean) * (d - mean);
  }
  const double error = std::sqrt(square) / 300;
  EXPECT_NEAR(found.high - found.low, 2 * 1.96 * error, 0.25 * error);
  EXPECT_NEAR(found.first, evaluate(a).accuracy, 1e-12);
}

TEST(SeedBootstrap, IsWiderWhereSeedsDiffer) {
  const Scores a = random_network(0.75, 1), low = random_network(0.6, 2),
               high = random_network(0.9, 3), middle = random_network(0.75, 4);
  const auto steady = bootstrapped({"a", {&a, &a}, {0, 1}}, {"b", {&middle, &middle}, {0, 1}});
  const auto spread = bootstrapped({"a", {&a, &a}, {0, 1}}, {"b", {&low, &high}, {0, 1}});
  EXPECT_GT(spread.high - spread.low, 2 * (steady.high - steady.low));
}

// Both methods are good with the first seed and bad with the second: drawn together, that cancels.
TEST(SeedBootstrap, PairsNetworksOfTheSameSeed) {
  const Scores a0 = random_network(0.9, 1), a1 = random_network(0.6, 2),
               b0 = random_network(0.9, 3), b1 = random_network(0.6, 4);
  const auto paired = bootstrapped({"a", {&a0, &a1}, {0, 1}}, {"b", {&b0, &b1}, {0, 1}});
  const auto unpaired = bootstrapped({"a", {&a0, &a1}, {0, 1}}, {"b", {&b0, &b1}, {2, 3}});
  EXPECT_LT(paired.high - paired.low, 0.6 * (unpaired.high - unpaired.low));
  EXPECT_EQ(paired.difference, unpaired.difference);
}

TEST(SeedBootstrap, FindsADifferenceAndNoneInEqualNetworks) {
  const Scores a = random_network(0.6, 1), b = random_network(0.9, 2);
  EXPECT_LT(bootstrapped({"a", {&a}, {0}}, {"b", {&b}, {0}}).p, 0.01);
  const auto same = bootstrapped({"a", {&a}, {0}}, {"b", {&a}, {0}});
  EXPECT_EQ(same.p, 1);
  EXPECT_EQ(same.low, 0);
}

// Under no difference p is below 0.05 about one time in twenty: 200 pairs, so 2 to 20 of them.
TEST(SeedBootstrap, KeepsItsLevelWhereThereIsNoDifference) {
  int found = 0;
  for (uint64_t i = 0; i < 200; ++i) {
    const Scores a = random_network(0.8, 2 * i), b = random_network(0.8, 2 * i + 1);
    const NetworkGroup first{"a", {&a}, {0}}, second{"b", {&b}, {0}};
    Bootstrap options;
    options.replicates = 400;
    found += bootstrap_differences({first, second}, {{0, 1}}, choose_metric("accuracy", {"A", "B"}),
                                   lesions_of_two(300), options)
                 .front()
                 .p < 0.05;
  }
  EXPECT_GE(found, 2);
  EXPECT_LE(found, 20);
}

TEST(CompareGroups, CorrectsEveryTestForItsOwnRows) {
  const GoldenSets g;
  const std::vector<std::string> classes = {"MEL", "NV", "BCC"};
  const std::vector<NetworkGroup> groups = {
      {"a", {&g.scores[0]}, {0}}, {"b", {&g.scores[1]}, {0}}, {"c", {&g.scores[2]}, {0}}};
  CompareOptions options;
  options.metrics = {choose_metric("balanced_accuracy", classes), choose_metric("loss", classes)};
  options.auc_classes = {0};
  options.pairs = {{0, 1}, {0, 2}};
  const auto rows = compare_groups(groups, classes, g.lesions, options);
  ASSERT_EQ(rows.size(), 8U);
  for (const std::string test : {"bootstrap", "McNemar", "DeLong"}) {
    std::vector<double> p, corrected;
    for (const auto& row : rows)
      if (row.test == test) {
        p.push_back(row.p);
        corrected.push_back(row.p_holm);
      }
    EXPECT_EQ(corrected, holm(p)) << test;
  }
  EXPECT_EQ(rows[4].measure, "accuracy");
  EXPECT_NEAR(rows[4].p, g.json["by_lesion"]["mid"], 1e-12);
  EXPECT_NEAR(rows[6].p, g.json["auc"][0]["lesions"]["p"], 1e-12);
}

TEST(CompareGroups, CallsALowerLossBetter) {
  const Scores a = random_network(0.6, 1), b = random_network(0.95, 2);
  CompareOptions options;
  options.metrics = {choose_metric("loss", {"A", "B"})};
  options.pairs = {{0, 1}, {1, 0}};
  const auto rows = compare_groups({{"a", {&a}, {0}}, {"b", {&b}, {0}}}, {"A", "B"},
                                   lesions_of_two(300), options);
  EXPECT_LT(rows[0].difference, 0);
  EXPECT_EQ(rows[0].verdict, Verdict::kBetter);
  EXPECT_EQ(rows[1].verdict, Verdict::kWorse);
}

TEST(CompareGroups, RefusesOtherImages) {
  const Scores a = random_network(0.6, 1);
  Scores b = a;
  b.labels[0] = 1;
  CompareOptions options;
  options.metrics = {choose_metric("accuracy", {"A", "B"})};
  options.pairs = {{0, 1}};
  EXPECT_THROW(compare_groups({{"a", {&a}, {0}}, {"b", {&b}, {0}}}, {"A", "B"}, lesions_of_two(300),
                              options),
               Error);
}

}  // namespace
}  // namespace derm
