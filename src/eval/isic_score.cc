#include "eval/isic_score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "base/error.h"
#include "base/strings.h"
#include "eval/metrics_json.h"
#include "eval/ranking.h"
#include "eval/table.h"

namespace derm {
namespace {

constexpr double kCalled = 0.5, kSensitivity = 0.80;
constexpr size_t kUndecided = static_cast<size_t>(-1);

struct IsicField {
  const char* name;
  double IsicCategoryScore::*value;
};
constexpr IsicField kFields[] = {{"accuracy", &IsicCategoryScore::accuracy},
                                 {"sensitivity", &IsicCategoryScore::sensitivity},
                                 {"specificity", &IsicCategoryScore::specificity},
                                 {"dice", &IsicCategoryScore::dice},
                                 {"ppv", &IsicCategoryScore::ppv},
                                 {"npv", &IsicCategoryScore::npv},
                                 {"auc", &IsicCategoryScore::auc},
                                 {"auc_sens_80", &IsicCategoryScore::auc_sens_80},
                                 {"ap", &IsicCategoryScore::ap}};

struct WeightedDecision {
  double score = 0, weight = 0;
  bool positive = false;
};

// Sums of weights, each with everything scored at a threshold or above called; thresholds falling.
struct WeightedCalls {
  double tp = 0, fp = 0;
};

std::vector<WeightedCalls> weighted_calls(std::vector<WeightedDecision> decisions) {
  std::sort(decisions.begin(), decisions.end(),
            [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<WeightedCalls> out;
  WeightedCalls so_far;
  for (size_t i = 0; i < decisions.size(); ++i) {
    (decisions[i].positive ? so_far.tp : so_far.fp) += decisions[i].weight;
    if (i + 1 == decisions.size() || decisions[i + 1].score != decisions[i].score)
      out.push_back(so_far);
  }
  return out;
}

void set_areas(const std::vector<WeightedCalls>& calls, IsicCategoryScore& out) {
  out.auc = out.auc_sens_80 = out.ap = std::numeric_limits<double>::quiet_NaN();
  if (calls.empty() || calls.back().tp == 0 || calls.back().fp == 0) return;
  const WeightedCalls all = calls.back();
  std::vector<RocPoint> curve{{0, 0, std::numeric_limits<double>::infinity()}};
  out.auc = out.ap = 0;
  for (const auto& now : calls) {
    const RocPoint before = curve.back();
    curve.push_back({now.fp / all.fp, now.tp / all.tp, 0});
    out.auc += (curve.back().fpr - before.fpr) * (curve.back().tpr + before.tpr) / 2;
    if (now.tp > 0) out.ap += (curve.back().tpr - before.tpr) * now.tp / (now.tp + now.fp);
  }
  out.auc_sens_80 = auc_above_sensitivity(curve, kSensitivity);
}

double ratio_or_one(double part, double whole) {
  return whole == 0 ? 1 : part / whole;
}

IsicCategoryScore category_score(const std::vector<WeightedDecision>& decisions) {
  double tp = 0, fp = 0, fn = 0, tn = 0;
  for (const auto& row : decisions) {
    const bool called = row.score > kCalled;
    (row.positive ? (called ? tp : fn) : (called ? fp : tn)) += row.weight;
  }
  IsicCategoryScore out;
  out.accuracy = (tp + tn) / (tp + tn + fp + fn);
  out.sensitivity = ratio_or_one(tp, tp + fn);
  out.specificity = ratio_or_one(tn, tn + fp);
  out.dice = ratio_or_one(2 * tp, 2 * tp + fp + fn);
  out.ppv = ratio_or_one(tp, tp + fp);
  out.npv = ratio_or_one(tn, tn + fn);
  set_areas(weighted_calls(decisions), out);
  return out;
}

// The category of the only largest value.
size_t decided(const double* row, size_t categories) {
  const double* top = std::max_element(row, row + categories);
  return std::count(row, row + categories, *top) > 1 ? kUndecided : static_cast<size_t>(top - row);
}

double mean_defined(const std::vector<double>& values) {
  double sum = 0, count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    count += 1;
  }
  return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

double balanced(const IsicTable& truth, const std::vector<double>& values,
                const std::vector<double>& weights) {
  const size_t k = truth.categories.size();
  std::vector<double> right(k), all(k), recalls;
  for (size_t i = 0; i < truth.images.size(); ++i) {
    const size_t label = decided(&truth.values[i * k], k);
    if (label == kUndecided) continue;
    all[label] += weights[i];
    if (decided(&values[i * k], k) == label) right[label] += weights[i];
  }
  for (size_t c = 0; c < k; ++c) recalls.push_back(right[c] / all[c]);  // 0/0 is left out
  return mean_defined(recalls);
}

// The submission's values in the order of the truth's images.
std::vector<double> matched_values(const IsicTable& truth, const IsicTable& submission) {
  std::unordered_map<std::string, size_t> place;
  for (size_t i = 0; i < submission.images.size(); ++i) place.emplace(submission.images[i], i);
  const size_t k = truth.categories.size();
  std::vector<double> out;
  for (const auto& image : truth.images) {
    const auto it = place.find(image);
    if (it == place.end()) throw Error("image missing from the submission", "", image);
    const auto first = submission.values.begin() + static_cast<std::ptrdiff_t>(it->second * k);
    out.insert(out.end(), first, first + static_cast<std::ptrdiff_t>(k));
    place.erase(it);
  }
  if (!place.empty())
    throw Error(
        fmt::format("{} images of the submission are not in the ground truth", place.size()), "",
        "", place.begin()->first);
  return out;
}

}  // namespace

IsicScore isic_score(const IsicTruth& truth, const IsicTable& submission) {
  if (submission.categories != truth.table.categories)
    throw Error("submission of other categories", "", join(truth.table.categories, ", "),
                join(submission.categories, ", "));
  if (truth.table.images.empty()) throw Error("ground truth without an image");
  const size_t k = truth.table.categories.size();
  const auto values = matched_values(truth.table, submission);
  IsicScore out;
  out.categories = truth.table.categories;
  for (size_t c = 0; c < k; ++c) {
    std::vector<WeightedDecision> decisions;
    for (size_t i = 0; i < truth.table.images.size(); ++i)
      decisions.push_back(
          {values[i * k + c], truth.score_weight[i], truth.table.values[i * k + c] > kCalled});
    out.per_category.push_back(category_score(decisions));
  }
  for (const auto& field : kFields) {
    std::vector<double> column;
    for (const auto& category : out.per_category) column.push_back(category.*field.value);
    out.macro_average.*field.value = mean_defined(column);
  }
  out.balanced_accuracy = balanced(truth.table, values, truth.score_weight);
  out.validation = balanced(truth.table, values, truth.validation_weight);
  return out;
}

Json to_json(const IsicScore& score) {
  Json per_category = Json::object(), macro = Json::object();
  for (const auto& field : kFields) {
    macro[field.name] = finite_or_null(score.macro_average.*field.value);
    for (size_t c = 0; c < score.categories.size(); ++c)
      per_category[field.name][score.categories[c]] =
          finite_or_null(score.per_category[c].*field.value);
  }
  return {{"overall", finite_or_null(score.balanced_accuracy)},
          {"validation", finite_or_null(score.validation)},
          {"aggregate", {{"balanced_accuracy", finite_or_null(score.balanced_accuracy)}}},
          {"macro_average", macro},
          {"per_category", per_category}};
}

std::string isic_table(const IsicScore& score) {
  std::vector<std::string> header{"category"};
  for (const auto& field : kFields) header.emplace_back(field.name);
  TextTable table(header);
  const auto add = [&](const std::string& name, const IsicCategoryScore& of) {
    std::vector<std::string> row{name};
    for (const auto& field : kFields) row.push_back(format_score(of.*field.value));
    table.add(row);
  };
  for (size_t c = 0; c < score.categories.size(); ++c)
    add(score.categories[c], score.per_category[c]);
  add("macro_average", score.macro_average);
  return table.str() + fmt::format("\nbalanced_accuracy  {}\nvalidation         {}\n",
                                   format_score(score.balanced_accuracy),
                                   format_score(score.validation));
}

}  // namespace derm
