// What holds for every set of predictions, whatever they are.
#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"
#include "eval/metrics.h"

namespace derm::property {
namespace {

constexpr uint64_t kSets = 40;

// Random labels with every class present, and random probabilities that lean to the label.
Scores random_scores(uint64_t number) {
  Rng rng({1, Purpose::kTest, 0, number, 0});
  Scores scores;
  scores.classes = rng.between(2, 9);
  const auto n = scores.classes + rng.between(5, 120);
  for (int64_t i = 0; i < n; ++i) {
    const auto label = i < scores.classes ? i : rng.between(0, scores.classes - 1);
    scores.labels.push_back(label);
    std::vector<double> row(static_cast<size_t>(scores.classes));
    double sum = 0;
    for (auto& p : row) p = rng.uniform(0.01, 1);
    row[static_cast<size_t>(label)] += rng.uniform();
    for (const double p : row) sum += p;
    for (const double p : row) scores.probabilities.push_back(p / sum);
  }
  return scores;
}

// The same predictions with classes renamed: class c becomes (c + 1) mod K.
Scores with_classes_turned(const Scores& scores) {
  Scores turned = scores;
  const auto k = scores.classes;
  for (int64_t i = 0; i < scores.size(); ++i) {
    turned.labels[static_cast<size_t>(i)] = (scores.labels[static_cast<size_t>(i)] + 1) % k;
    for (int64_t c = 0; c < k; ++c)
      turned.probabilities[static_cast<size_t>(i * k + (c + 1) % k)] = scores.row(i)[c];
  }
  return turned;
}

TEST(EveryMetric, LiesInItsRange) {
  for (uint64_t number = 0; number < kSets; ++number) {
    const auto metrics = evaluate(random_scores(number));
    for (const auto& name : metric_names()) {
      const double value = metric_named(metrics, name);
      EXPECT_GE(value, name == "cohen_kappa" ? -1 : 0) << name;
      EXPECT_LE(value, higher_is_better(name) ? 1 + 1e-12 : HUGE_VAL) << name;
    }
  }
}

TEST(EveryMetric, IsTheSameWhenClassesAreRenamed) {
  for (uint64_t number = 0; number < kSets; ++number) {
    const auto scores = random_scores(number);
    const auto one = evaluate(scores), other = evaluate(with_classes_turned(scores));
    for (const auto& name : metric_names())
      EXPECT_NEAR(metric_named(one, name), metric_named(other, name), 1e-9) << name;
    EXPECT_NEAR(one.per_class.back().auc, other.per_class.front().auc, 1e-12);
  }
}

TEST(EveryMetric, IsPerfectOnPerfectPredictions) {
  for (uint64_t number = 0; number < kSets; ++number) {
    auto scores = random_scores(number);
    for (int64_t i = 0; i < scores.size(); ++i)
      for (int64_t c = 0; c < scores.classes; ++c)
        scores.probabilities[static_cast<size_t>(i * scores.classes + c)] =
            scores.labels[static_cast<size_t>(i)] == c ? 1 : 0;
    const auto metrics = evaluate(scores);
    for (const auto& name : metric_names())
      EXPECT_NEAR(metric_named(metrics, name), higher_is_better(name) ? 1 : 0, 1e-9) << name;
  }
}

TEST(EveryMetric, DoublesItsCountsAndNothingElseWhenEveryRowStandsTwice) {
  for (uint64_t number = 0; number < kSets; ++number) {
    const auto scores = random_scores(number);
    auto twice = scores;
    twice.labels.insert(twice.labels.end(), scores.labels.begin(), scores.labels.end());
    twice.probabilities.insert(twice.probabilities.end(), scores.probabilities.begin(),
                               scores.probabilities.end());
    const auto one = evaluate(scores), two = evaluate(twice);
    for (const auto& name : metric_names())
      EXPECT_NEAR(metric_named(one, name), metric_named(two, name), 1e-9) << name;
    EXPECT_EQ(two.samples, 2 * one.samples);
  }
}

TEST(Confusion, RowsSumToTheSupportOfTheirClass) {
  for (uint64_t number = 0; number < kSets; ++number) {
    const auto metrics = evaluate(random_scores(number));
    int64_t all = 0;
    for (int64_t c = 0; c < metrics.classes; ++c) {
      int64_t row = 0;
      for (int64_t p = 0; p < metrics.classes; ++p)
        row += metrics.confusion[static_cast<size_t>(c * metrics.classes + p)];
      EXPECT_EQ(row, metrics.per_class[static_cast<size_t>(c)].support());
      all += row;
    }
    EXPECT_EQ(all, metrics.samples);
  }
}

TEST(Accuracy, EqualsTheSupportWeightedRecall) {
  for (uint64_t number = 0; number < kSets; ++number) {
    const auto metrics = evaluate(random_scores(number));
    EXPECT_NEAR(metrics.accuracy, metrics.weighted_recall, 1e-12);
    EXPECT_GE(metrics.top2_accuracy, metrics.accuracy);
  }
}

}  // namespace
}  // namespace derm::property
