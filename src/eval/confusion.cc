#include "eval/confusion.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace derm {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double ratio(int64_t part, int64_t whole, double empty) {
  return whole == 0 ? empty : static_cast<double>(part) / static_cast<double>(whole);
}

ClassMetrics ratios(ClassMetrics c) {
  c.precision = ratio(c.tp, c.tp + c.fp, 0);
  c.recall = ratio(c.tp, c.tp + c.fn, kNan);
  c.specificity = ratio(c.tn, c.tn + c.fp, kNan);
  c.f1 = ratio(2 * c.tp, 2 * c.tp + c.fp + c.fn, kNan);
  c.ovr_accuracy = ratio(c.tp + c.tn, c.tp + c.fp + c.fn + c.tn, kNan);
  c.auc = c.ap = kNan;
  return c;
}

}  // namespace

void check_scores(const Scores& scores) {
  if (scores.classes < 1)
    throw Error("predictions without classes", "", "at least 1 class",
                std::to_string(scores.classes));
  if (scores.labels.empty()) throw Error("no predictions to evaluate", "", "at least 1 image");
  const auto classes = static_cast<size_t>(scores.classes);
  const size_t n = scores.labels.size(), values = scores.probabilities.size();
  if (values % classes != 0 || values / classes != n)
    throw Error("labels and probabilities do not belong together", "",
                fmt::format("{} labels x {} classes", n, classes),
                fmt::format("{} probabilities", values));
  for (size_t i = 0; i < n; ++i)
    if (scores.labels[i] < 0 || scores.labels[i] >= scores.classes)
      throw Error("label out of range", fmt::format("prediction {}", i),
                  fmt::format("0..{}", scores.classes - 1), std::to_string(scores.labels[i]));
  for (size_t i = 0; i < values; ++i)
    if (!std::isfinite(scores.probabilities[i]))
      throw Error("probability is not finite",
                  fmt::format("prediction {}, class {}", i / classes, i % classes), "a number",
                  fmt::format("{}", scores.probabilities[i]));
}

int64_t arg_max(const double* row, int64_t classes) {
  return std::max_element(row, row + classes) - row;
}

int64_t rank_of(const double* row, int64_t classes, int64_t label) {
  int64_t before = 0;
  for (int64_t c = 0; c < classes; ++c)
    before += row[c] > row[label] || (row[c] == row[label] && c < label) ? 1 : 0;
  return before;
}

std::vector<int64_t> confusion_matrix(const Scores& scores) {
  const int64_t k = scores.classes;
  std::vector<int64_t> confusion(static_cast<size_t>(k * k), 0);
  for (int64_t i = 0; i < scores.size(); ++i)
    ++confusion[static_cast<size_t>(scores.labels[static_cast<size_t>(i)] * k +
                                    arg_max(scores.row(i), k))];
  return confusion;
}

std::vector<ClassMetrics> class_counts(const std::vector<int64_t>& confusion, int64_t classes) {
  const auto k = static_cast<size_t>(classes);
  std::vector<ClassMetrics> out(k);
  int64_t samples = 0;
  for (size_t t = 0; t < k; ++t)
    for (size_t p = 0; p < k; ++p) {
      const int64_t count = confusion[t * k + p];
      samples += count;
      if (t == p) {
        out[t].tp = count;
      } else {
        out[t].fn += count;
        out[p].fp += count;
      }
    }
  for (auto& c : out) {
    c.tn = samples - c.tp - c.fp - c.fn;
    c = ratios(c);
  }
  return out;
}

double cohen_kappa(const std::vector<int64_t>& confusion, int64_t classes) {
  const auto counts = class_counts(confusion, classes);
  double samples = 0, agreed = 0, chance = 0;
  for (const auto& c : counts) {
    samples += static_cast<double>(c.support());
    agreed += static_cast<double>(c.tp);
    chance += static_cast<double>(c.support()) * static_cast<double>(c.tp + c.fp);
  }
  const double expected = chance / samples;
  return samples - expected > 0 ? (agreed - expected) / (samples - expected) : kNan;
}

}  // namespace derm
