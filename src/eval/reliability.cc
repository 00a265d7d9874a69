#include "eval/reliability.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eval/metric_intervals.h"
#include "eval/metrics_json.h"
#include "eval/paired.h"

namespace derm {
namespace {

constexpr double kNoImage = std::numeric_limits<double>::quiet_NaN();

// Sums become means.
void finish(ReliabilityBin& bin) {
  const auto n = static_cast<double>(bin.images);
  bin.confidence = bin.images == 0 ? kNoImage : bin.confidence / n;
  bin.accuracy = bin.images == 0 ? kNoImage : bin.accuracy / n;
}

void add(const Decision& decision, ReliabilityBin& bin) {
  ++bin.images;
  bin.confidence += decision.score;
  bin.accuracy += decision.positive ? 1 : 0;
}

double squared_error(const Scores& scores, int64_t row, int64_t c) {
  const double truth = scores.labels[static_cast<size_t>(row)] == c ? 1 : 0;
  return (scores.row(row)[c] - truth) * (scores.row(row)[c] - truth);
}

void set_per_class(const Scores& scores, CalibrationMeasures& out) {
  for (int64_t c = 0; c < scores.classes; ++c) {
    double sum = 0;
    for (int64_t i = 0; i < scores.size(); ++i) sum += squared_error(scores, i, c);
    out.brier_per_class.push_back(sum / static_cast<double>(scores.size()));
    out.ece_per_class.push_back(calibration_error(equal_width_bins(one_vs_rest(scores, c))));
    out.classwise_ece += out.ece_per_class.back() / static_cast<double>(scores.classes);
  }
}

// Mean Brier score of weighted rows whose own scores are given.
double weighted_mean(const std::vector<double>& values, const RowWeights& weights) {
  double sum = 0, all = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    sum += weights[i] * values[i];
    all += weights[i];
  }
  return sum / all;
}

}  // namespace

Confidences top_confidences(const Scores& scores) {
  Confidences out;
  for (int64_t i = 0; i < scores.size(); ++i) {
    const double* row = scores.row(i);
    const double* top = std::max_element(row, row + scores.classes);
    out.push_back({*top, top - row == scores.labels[static_cast<size_t>(i)]});
  }
  return out;
}

std::vector<ReliabilityBin> equal_width_bins(const Confidences& confidences, int64_t bins) {
  std::vector<ReliabilityBin> out(static_cast<size_t>(bins));
  const auto count = static_cast<double>(bins);
  for (size_t b = 0; b < out.size(); ++b) {
    out[b].low = static_cast<double>(b) / count;
    out[b].high = static_cast<double>(b + 1) / count;
  }
  for (const Decision& decision : confidences)
    add(decision, out[std::min(out.size() - 1, static_cast<size_t>(decision.score * count))]);
  for (auto& bin : out) finish(bin);
  return out;
}

std::vector<ReliabilityBin> equal_mass_bins(Confidences confidences, int64_t bins) {
  std::stable_sort(confidences.begin(), confidences.end(),
                   [](const Decision& a, const Decision& b) { return a.score < b.score; });
  const size_t n = confidences.size(), count = static_cast<size_t>(bins);
  std::vector<ReliabilityBin> out(count);
  for (size_t b = 0; b < count; ++b) {
    const size_t first = n * b / count, end = n * (b + 1) / count;
    if (first < end) out[b].low = confidences[first].score;
    if (first < end) out[b].high = confidences[end - 1].score;
    for (size_t i = first; i < end; ++i) add(confidences[i], out[b]);
    finish(out[b]);
  }
  return out;
}

double calibration_error(const std::vector<ReliabilityBin>& bins) {
  double sum = 0, images = 0;
  for (const auto& bin : bins) {
    if (bin.images == 0) continue;
    sum += static_cast<double>(bin.images) * std::fabs(bin.confidence - bin.accuracy);
    images += static_cast<double>(bin.images);
  }
  return sum / images;
}

CalibrationMeasures calibration_measures(const Scores& scores, const RowGroups& groups,
                                         const Bootstrap& options) {
  CalibrationMeasures out;
  out.reliability = equal_width_bins(top_confidences(scores));
  out.ece_equal_mass = calibration_error(equal_mass_bins(top_confidences(scores)));
  out.log_loss = evaluate(scores).log_loss;
  set_per_class(scores, out);
  std::vector<double> brier(scores.labels.size());
  for (int64_t i = 0; i < scores.size(); ++i)
    for (int64_t c = 0; c < scores.classes; ++c)
      brier[static_cast<size_t>(i)] += squared_error(scores, i, c);
  const auto measure = [&](const RowWeights& weights) {
    return std::vector<double>{weighted_calibration_error(scores, weights),
                               weighted_mean(brier, weights)};
  };
  const auto values = measure(RowWeights(brier.size(), 1));
  std::vector<Interval> intervals(2, percentile_interval({}, options.confidence));
  if (options.replicates > 0) intervals = bootstrap_intervals(groups, options, measure);
  out.ece = {values[0], intervals[0]};
  out.brier = {values[1], intervals[1]};
  return out;
}

Json to_json(const CalibrationMeasures& measures, const std::vector<std::string>& class_names) {
  Json table = Json::array(), per_class = Json::array();
  for (const auto& bin : measures.reliability)
    table.push_back({{"low", bin.low},
                     {"high", bin.high},
                     {"images", bin.images},
                     {"confidence", finite_or_null(bin.confidence)},
                     {"accuracy", finite_or_null(bin.accuracy)}});
  for (size_t c = 0; c < measures.brier_per_class.size(); ++c)
    per_class.push_back({{"class", class_names.at(c)},
                         {"ece", finite_or_null(measures.ece_per_class[c])},
                         {"brier", measures.brier_per_class[c]}});
  return {{"ece", to_json(measures.ece)},
          {"ece_equal_mass", finite_or_null(measures.ece_equal_mass)},
          {"classwise_ece", finite_or_null(measures.classwise_ece)},
          {"brier", to_json(measures.brier)},
          {"log_loss", finite_or_null(measures.log_loss)},
          {"per_class", per_class},
          {"reliability", table}};
}

}  // namespace derm
