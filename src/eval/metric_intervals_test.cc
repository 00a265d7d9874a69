#include "eval/metric_intervals.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "eval/metric_names.h"
#include "eval/table.h"
#include "eval/weighted_metrics.h"
#include "support/golden.h"

namespace derm {
namespace {

using ::testing::HasSubstr;

// Rows that lean to their label; `levels` > 0 rounds them so that many tie.
Scores leaning_scores(int64_t n, int64_t classes, uint64_t seed, int levels = 0) {
  Rng rng({seed, Purpose::kTest});
  Scores s;
  s.classes = classes;
  for (int64_t i = 0; i < n; ++i) {
    s.labels.push_back(rng.between(0, classes - 1));
    for (int64_t c = 0; c < classes; ++c) {
      const double p = (rng.uniform() + (c == s.labels.back() ? 0.3 : 0.0)) / 1.3;
      s.probabilities.push_back(levels > 0 ? std::floor(p * levels) / levels : p);
    }
  }
  return s;
}

Scores rows_of(const Scores& s, const std::vector<int64_t>& rows) {
  Scores out{s.classes, {}, {}};
  for (const int64_t i : rows) {
    out.labels.push_back(s.labels[static_cast<size_t>(i)]);
    out.probabilities.insert(out.probabilities.end(), s.row(i), s.row(i) + s.classes);
  }
  return out;
}

void expect_same_metrics(const Metrics& a, const Metrics& b) {
  EXPECT_EQ(a.confusion, b.confusion);
  for (const auto& metric : named_metrics())
    EXPECT_NEAR(a.*metric.value, b.*metric.value, 1e-12) << metric.name;
  for (size_t c = 0; c < a.per_class.size(); ++c)
    for (const auto& ratio : named_class_metrics()) {
      const double first = a.per_class[c].*ratio.value, second = b.per_class[c].*ratio.value;
      EXPECT_EQ(std::isnan(first), std::isnan(second)) << ratio.name;
      if (std::isnan(first)) continue;
      EXPECT_NEAR(first, second, 1e-12) << ratio.name;
    }
}

TEST(WeightedMetrics, EqualThoseOfASetThatRepeatsItsRows) {
  for (uint64_t seed = 0; seed < 10; ++seed) {
    const Scores scores = leaning_scores(60, 4, seed, seed % 2 == 0 ? 8 : 0);
    const RowWeights weights = replicate_weights(RowGroups(std::vector<std::string>(60)), seed, 1);
    std::vector<int64_t> rows;
    for (int64_t i = 0; i < 60; ++i) rows.insert(rows.end(), weights[static_cast<size_t>(i)], i);
    expect_same_metrics(WeightedMetrics(scores).at(weights), evaluate(rows_of(scores, rows)));
  }
}

TEST(WeightedMetrics, EqualScikitLearnsWithSampleWeights) {
  const Json golden = testing::golden("evidence");
  const Scores scores{golden["inputs"]["scores"]["shape"][1], golden["inputs"]["labels"],
                      testing::numbers(golden["inputs"]["scores"])};
  const Metrics m = WeightedMetrics(scores).at(golden["inputs"]["weights"].get<RowWeights>());
  int compared = 0;
  for (const auto& [name, value] : golden["values"]["weighted"].items()) {
    EXPECT_NEAR(metric_named(m, name), value.get<double>(), 1e-10) << name;
    ++compared;
  }
  EXPECT_EQ(compared, 10);
}

TEST(WeightedMetrics, OfRowsWithoutAClassLeaveItOutOfTheMeans) {
  const Scores scores = leaning_scores(30, 3, 1);
  RowWeights weights;
  for (const int64_t label : scores.labels) weights.push_back(label == 2 ? 0 : 1);
  const Metrics m = WeightedMetrics(scores).at(weights);
  EXPECT_TRUE(std::isnan(m.per_class[2].recall));
  EXPECT_TRUE(std::isnan(m.per_class[2].auc));
  EXPECT_NEAR(m.balanced_accuracy, (m.per_class[0].recall + m.per_class[1].recall) / 2, 1e-12);
}

TEST(MetricIntervals, HoldTheirMetric) {
  const Scores scores = leaning_scores(400, 4, 2);
  const auto found = metric_intervals(scores, "image", std::vector<std::string>(400), {500});
  const Metrics m = evaluate(scores);
  for (size_t i = 0; i < named_metrics().size(); ++i) {
    const double value = m.*named_metrics()[i].value;
    EXPECT_LT(found.named[i].low, value) << named_metrics()[i].name;
    EXPECT_GT(found.named[i].high, value) << named_metrics()[i].name;
  }
  for (size_t c = 0; c < 4; ++c)
    for (size_t i = 0; i < named_class_metrics().size(); ++i) {
      const double value = m.per_class[c].*named_class_metrics()[i].value;
      EXPECT_LE(found.per_class[c].ratios[i].low, value) << named_class_metrics()[i].name;
      EXPECT_GE(found.per_class[c].ratios[i].high, value) << named_class_metrics()[i].name;
    }
}

// A share's bootstrap and exact intervals nearly agree where rows are independent and many.
TEST(MetricIntervals, ComeCloseToTheExactOnesForIndependentRows) {
  const Scores scores = leaning_scores(2000, 2, 3);
  const auto found = metric_intervals(scores, "image", std::vector<std::string>(2000), {2000});
  const auto& recall = found.per_class[0].ratios[1];
  ASSERT_STREQ(named_class_metrics()[1].name, "recall");
  EXPECT_NEAR(recall.low, found.per_class[0].exact_recall.low, 0.006);
  EXPECT_NEAR(recall.high, found.per_class[0].exact_recall.high, 0.006);
}

TEST(MetricIntervals, AreWiderWhenRowsStandForFewerLesions) {
  const Scores once = leaning_scores(100, 3, 4);
  std::vector<int64_t> rows;
  std::vector<std::string> lesions;
  for (int64_t i = 0; i < 100; ++i) {
    rows.insert(rows.end(), 8, i);
    lesions.insert(lesions.end(), 8, fmt::format("{}", i));
  }
  const Scores often = rows_of(once, rows);
  const auto by_lesion = metric_intervals(often, "lesion", lesions, {300}).named[0];
  const auto by_image =
      metric_intervals(often, "image", std::vector<std::string>(800), {300}).named[0];
  EXPECT_GT(by_lesion.high - by_lesion.low, 2 * (by_image.high - by_image.low));
}

TEST(MetricIntervals, DoNotDependOnTheNumberOfThreadsOrARepeat) {
  const Scores scores = leaning_scores(80, 3, 5);
  const std::vector<std::string> names(80);
  const Json first = to_json(metric_intervals(scores, "image", names, {100}), {"A", "B", "C"});
  EXPECT_EQ(first, to_json(metric_intervals(scores, "image", names, {100}), {"A", "B", "C"}));
  EXPECT_EQ(first["groups"], 80);
  EXPECT_EQ(first["replicates"], 100);
  EXPECT_TRUE(first["per_class"][2]["exact"]["recall"]["low"].is_number());
}

TEST(MetricIntervals, StandBesideTheirMetricInTheTable) {
  const Scores scores = leaning_scores(80, 3, 5);
  const auto found = metric_intervals(scores, "lesion", std::vector<std::string>(80), {100});
  const std::string text = metrics_table(evaluate(scores), {"A", "B", "C"}, &found);
  EXPECT_THAT(text, HasSubstr("95 % interval"));
  EXPECT_THAT(text, HasSubstr(format_interval(found.named[1])));
  EXPECT_THAT(text, HasSubstr("draw from 80 lesions"));
}

}  // namespace
}  // namespace derm
