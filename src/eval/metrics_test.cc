// Metrics against scikit-learn's values, and what must hold for any predictor.
#include "eval/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <numeric>

#include "base/error.h"
#include "base/rng.h"
#include "eval/confusion.h"
#include "eval/metric_names.h"
#include "eval/metrics_json.h"
#include "support/golden.h"

namespace derm {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

Scores golden_scores(const Json& golden) {
  Scores s;
  s.classes = golden["inputs"]["scores"]["shape"][1];
  s.labels = golden["inputs"]["labels"].get<std::vector<int64_t>>();
  s.probabilities = testing::numbers(golden["inputs"]["scores"]);
  return s;
}

// Random probabilities that favour the label; `levels` > 0 rounds them so that many tie.
Scores random_scores(int64_t n, int64_t classes, uint64_t seed, int levels = 0) {
  Rng rng({seed, Purpose::kTest, 0, 0, 0});
  Scores s;
  s.classes = classes;
  for (int64_t i = 0; i < n; ++i) {
    s.labels.push_back(static_cast<int64_t>(rng.below(static_cast<uint64_t>(classes))));
    for (int64_t c = 0; c < classes; ++c) {
      double p = rng.uniform() + (c == s.labels.back() ? 0.3 : 0.0);
      if (levels > 0) p = std::floor(p * levels) / levels;
      s.probabilities.push_back(p / 1.3);
    }
  }
  return s;
}

Scores reordered(const Scores& s, const std::vector<int64_t>& samples,
                 const std::vector<int64_t>& classes) {
  Scores out;
  out.classes = s.classes;
  for (const int64_t i : samples) {
    const auto label = s.labels[static_cast<size_t>(i)];
    out.labels.push_back(std::find(classes.begin(), classes.end(), label) - classes.begin());
    for (const int64_t c : classes) out.probabilities.push_back(s.row(i)[c]);
  }
  return out;
}

std::vector<int64_t> counted(int64_t n) {
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  return order;
}

void expect_same(const Metrics& a, const Metrics& b) {
  for (const auto& metric : named_metrics())
    EXPECT_NEAR(a.*metric.value, b.*metric.value, 1e-12) << metric.name;
}

TEST(Metrics, EqualScikitLearn) {
  const Json golden = testing::golden("metrics");
  const Metrics m = evaluate(golden_scores(golden));
  const Json& values = golden["values"];
  int compared = 0;
  for (const auto& metric : named_metrics()) {
    if (!values.contains(metric.name)) continue;
    EXPECT_NEAR(m.*metric.value, values[metric.name].get<double>(), 1e-10) << metric.name;
    ++compared;
  }
  EXPECT_EQ(compared, 16);
  EXPECT_EQ(testing::numbers(values["confusion_rows_true_cols_pred"]),
            std::vector<double>(m.confusion.begin(), m.confusion.end()));
}

TEST(Metrics, PerClassTableEqualsScikitLearn) {
  const Json golden = testing::golden("metrics");
  const Metrics m = evaluate(golden_scores(golden));
  ASSERT_EQ(m.per_class.size(), golden["values"]["per_class"].size());
  const Json table = to_json(m, {"a", "b", "c", "d"})["per_class"];
  for (size_t c = 0; c < m.per_class.size(); ++c)
    for (const auto& [key, value] : golden["values"]["per_class"][c].items()) {
      std::string name = key;
      std::transform(name.begin(), name.end(), name.begin(), ::tolower);
      ASSERT_TRUE(table[c].contains(name)) << name;
      EXPECT_NEAR(table[c][name].get<double>(), value.get<double>(), 1e-10) << name;
    }
}

TEST(Metrics, PredictionsEqualScikitLearn) {
  const Json golden = testing::golden("metrics");
  const Scores s = golden_scores(golden);
  for (int64_t i = 0; i < s.size(); ++i)
    EXPECT_EQ(arg_max(s.row(i), s.classes),
              golden["values"]["predicted"][static_cast<size_t>(i)].get<int64_t>());
}

TEST(Metrics, DoNotDependOnTheOrderOfSamples) {
  const Scores s = random_scores(300, 5, 1, 10);
  auto order = counted(300);
  Rng rng({2, Purpose::kTest, 0, 0, 0});
  rng.shuffle(order);
  expect_same(evaluate(s), evaluate(reordered(s, order, counted(5))));
}

TEST(Metrics, DoNotDependOnTheOrderOfClasses) {
  const Scores s = random_scores(300, 5, 3);
  const std::vector<int64_t> classes{3, 0, 4, 1, 2};
  const Metrics a = evaluate(s), b = evaluate(reordered(s, counted(300), classes));
  expect_same(a, b);
  for (size_t c = 0; c < classes.size(); ++c)
    EXPECT_EQ(b.per_class[c].tp, a.per_class[static_cast<size_t>(classes[c])].tp);
}

TEST(Metrics, WeightedRecallIsAccuracyAndMacroRecallBalancedAccuracy) {
  const Metrics m = evaluate(random_scores(500, 6, 4));
  EXPECT_DOUBLE_EQ(m.weighted_recall, m.accuracy);
  EXPECT_DOUBLE_EQ(m.macro_recall, m.balanced_accuracy);
  EXPECT_NEAR(m.mean_ovr_accuracy, 1 - 2 * (1 - m.accuracy) / 6, 1e-12);
  EXPECT_EQ(std::accumulate(m.confusion.begin(), m.confusion.end(), int64_t{0}), 500);
}

TEST(Metrics, OfAPerfectPredictorAreAllOne) {
  Scores s;
  s.classes = 3;
  s.labels = {0, 1, 2, 2};
  s.probabilities = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1};
  const Metrics m = evaluate(s);
  for (const auto& metric : named_metrics()) {
    const double expected = higher_is_better(metric.name) ? 1 : 0;
    EXPECT_NEAR(m.*metric.value, expected, 1e-12) << metric.name;
  }
  EXPECT_TRUE(m.warnings.empty());
}

TEST(Metrics, OfAConstantPredictorAreChance) {
  Scores s;
  s.classes = 4;
  for (int64_t i = 0; i < 40; ++i) s.labels.push_back(i % 4);
  s.probabilities.assign(160, 0.25);
  const Metrics m = evaluate(s);
  EXPECT_DOUBLE_EQ(m.balanced_accuracy, 0.25);
  EXPECT_DOUBLE_EQ(m.macro_auc_ovr, 0.5);
  EXPECT_DOUBLE_EQ(m.macro_auc_of_mean_curve, 0.5);
  EXPECT_DOUBLE_EQ(m.micro_auc, 0.5);
  EXPECT_DOUBLE_EQ(m.macro_ap, 0.25);
  EXPECT_DOUBLE_EQ(m.cohen_kappa, 0);
  EXPECT_NEAR(m.log_loss, std::log(4.0), 1e-12);
  EXPECT_DOUBLE_EQ(m.top2_accuracy, 0.5);
}

TEST(Metrics, SkipAbsentClassesInMeansAndSaySo) {
  Scores s;
  s.classes = 3;
  s.labels = {0, 0, 1, 1};
  s.probabilities = {.8, .1, .1, .1, .2, .7, .3, .6, .1, .2, .7, .1};
  const Metrics m = evaluate(s);
  EXPECT_DOUBLE_EQ(m.balanced_accuracy, 0.75);
  EXPECT_DOUBLE_EQ(m.macro_precision, 1);
  EXPECT_TRUE(std::isnan(m.per_class[2].recall));
  EXPECT_TRUE(std::isnan(m.per_class[2].auc));
  EXPECT_DOUBLE_EQ(m.macro_auc_ovr, (m.per_class[0].auc + m.per_class[1].auc) / 2);
  EXPECT_THAT(m.warnings, Contains(HasSubstr("class 2 has no image")));
  EXPECT_THAT(to_json(m, {"A", "B", "C"})["warnings"][0].get<std::string>(), HasSubstr("class C"));
}

TEST(Metrics, OfOneImageAndOneClassAreDefinedOrNan) {
  Scores s;
  s.classes = 3;
  s.labels = {1};
  s.probabilities = {.2, .5, .3};
  const Metrics m = evaluate(s);
  EXPECT_DOUBLE_EQ(m.accuracy, 1);
  EXPECT_DOUBLE_EQ(m.balanced_accuracy, 1);
  EXPECT_NEAR(m.log_loss, -std::log(.5), 1e-12);
  EXPECT_TRUE(std::isnan(m.macro_auc_ovr));
  EXPECT_TRUE(std::isnan(m.cohen_kappa));
  EXPECT_THAT(m.warnings, Contains(HasSubstr("only one class")));
}

TEST(Metrics, LogLossIsFiniteForACertainMistake) {
  Scores s;
  s.classes = 2;
  s.labels = {0};
  s.probabilities = {0, 1};
  EXPECT_NEAR(evaluate(s).log_loss, 52 * std::log(2.0), 1e-6);
}

TEST(Metrics, RefuseWhatCannotBeEvaluated) {
  const Scores good = random_scores(4, 3, 5);
  Scores s = good;
  s.labels[2] = 3;
  EXPECT_THROW(evaluate(s), Error);
  s.labels[2] = -1;
  EXPECT_THROW(evaluate(s), Error);
  s = good;
  s.probabilities.pop_back();
  EXPECT_THROW(evaluate(s), Error);
  s = good;
  s.probabilities[0] = std::nan("");
  EXPECT_THROW(evaluate(s), Error);
  EXPECT_THROW(evaluate(Scores{}), Error);
  s = good;
  s.classes = 0;
  EXPECT_THROW(evaluate(s), Error);
}

TEST(MetricNames, FindEveryMetricAndNameTheNearest) {
  Metrics m;
  m.log_loss = 0.7;
  EXPECT_DOUBLE_EQ(metric_named(m, "loss"), 0.7);
  EXPECT_FALSE(higher_is_better("loss"));
  EXPECT_TRUE(higher_is_better("macro_f1"));
  for (const auto& name : metric_names()) EXPECT_NO_THROW(metric_named(m, name));
  try {
    metric_named(m, "balanced_acuracy");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'balanced_accuracy'"));
  }
}

TEST(MetricsJson, RoundTripsUndefinedValuesToo) {
  Scores s = random_scores(50, 4, 6);
  for (auto& label : s.labels) label = std::min<int64_t>(label, 2);
  const Metrics m = evaluate(s);
  const std::vector<std::string> names{"A", "B", "C", "D"};
  const Json json = parse_json(to_json(m, names).dump(), "t");
  EXPECT_TRUE(json["per_class"][3]["auc"].is_null());
  EXPECT_EQ(to_json(metrics_from_json(json, "t"), names), json);
}

TEST(MetricsJson, DamageIsAnError) {
  const Json good = to_json(evaluate(random_scores(9, 3, 7)), {"A", "B", "C"});
  const auto broken = [&](const char* key, const Json& value) {
    Json bad = good;
    bad[key] = value;
    return bad;
  };
  for (const Json& bad : {broken("accuracy", "high"), broken("confusion", Json::array()),
                          broken("classes", 0), broken("classes", 1 << 30), broken("samples", -1),
                          broken("per_class", 3), Json::array(), Json("text")})
    EXPECT_THROW(metrics_from_json(bad, "t"), Error) << bad.dump();
}

// Processor time of one evaluation, the least of several: other work on the machine only adds.
double seconds_for(int64_t images) {
  const Scores s = random_scores(images, 8, 8);
  double least = 1e9;
  for (int i = 0; i < 3; ++i) {
    const std::clock_t start = std::clock();
    EXPECT_GT(evaluate(s).macro_auc_ovr, 0.5);
    least = std::min(least, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return least;
}

TEST(Metrics, CostLittleMoreThanLinearTimeInTheNumberOfImages) {
  const double few = seconds_for(2000), many = seconds_for(32000);
  RecordProperty("ms_32000_images", std::to_string(1000 * many));
  EXPECT_LT(many, 100 * few);  // sorting: about 20 times; every pair: 256 times
}

}  // namespace
}  // namespace derm
