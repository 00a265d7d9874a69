#include "eval/scaling.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "eval/confusion.h"
#include "eval/linear_solve.h"

namespace derm {
namespace {

constexpr double kRidge = 1e-6;

// Mean log loss of validation logits with its first and second derivatives by weights and biases.
struct ScalingLoss {
  double value = 0;
  std::vector<double> slope, curvature;  // [2K], [2K * 2K]
};

std::vector<double> scaled_row(const double* logits, const Scaling& by) {
  std::vector<double> out(by.weight.size());
  for (size_t c = 0; c < out.size(); ++c) out[c] = by.weight[c] * logits[c] + by.bias[c];
  const double top = *std::max_element(out.begin(), out.end());
  double sum = 0;
  for (double& value : out) sum += value = std::exp(value - top);
  for (double& value : out) value /= sum;
  return out;
}

double penalty(const Scaling& at) {
  double sum = 0;
  for (size_t c = 0; c < at.weight.size(); ++c)
    sum += (at.weight[c] - 1) * (at.weight[c] - 1) + at.bias[c] * at.bias[c];
  return kRidge / 2 * sum;
}

double mean_loss(const LabelledLogits& logits, const Scaling& at) {
  const size_t k = at.weight.size(), n = logits.labels.size();
  double sum = 0;
  for (size_t i = 0; i < n; ++i) {
    const auto p = scaled_row(&logits.values[i * k], at);
    const double of_label = p[static_cast<size_t>(logits.labels[i])];
    sum -= std::log(std::max(of_label, std::numeric_limits<double>::min()));
  }
  return sum / static_cast<double>(n) + penalty(at);
}

// Adds one row: parameter c is the weight of class c, parameter K + c its bias.
void add_row(const double* logits, int64_t label, const std::vector<double>& p, ScalingLoss& out) {
  const size_t k = p.size(), size = 2 * k;
  const auto factor = [&](size_t i) { return i < k ? logits[i] : 1.0; };
  for (size_t i = 0; i < size; ++i) {
    const size_t c = i % k;
    out.slope[i] += (p[c] - (static_cast<int64_t>(c) == label ? 1 : 0)) * factor(i);
    for (size_t j = 0; j <= i; ++j) {
      const size_t d = j % k;
      out.curvature[i * size + j] += p[c] * ((c == d ? 1 : 0) - p[d]) * factor(i) * factor(j);
    }
  }
}

ScalingLoss derivatives(const LabelledLogits& logits, const Scaling& at) {
  const size_t k = at.weight.size(), size = 2 * k, n = logits.labels.size();
  ScalingLoss out{mean_loss(logits, at), std::vector<double>(size),
                  std::vector<double>(size * size)};
  for (size_t i = 0; i < n; ++i)
    add_row(&logits.values[i * k], logits.labels[i], scaled_row(&logits.values[i * k], at), out);
  for (double& value : out.slope) value /= static_cast<double>(n);
  for (double& value : out.curvature) value /= static_cast<double>(n);
  for (size_t i = 0; i < size; ++i) {
    out.slope[i] += kRidge * (i < k ? at.weight[i] - 1 : at.bias[i - k]);
    out.curvature[i * size + i] += kRidge;
  }
  return out;
}

Scaling moved(const Scaling& from, const std::vector<double>& step, double share) {
  Scaling out = from;
  const size_t k = from.weight.size();
  for (size_t c = 0; c < k; ++c) {
    out.weight[c] -= share * step[c];
    out.bias[c] -= share * step[k + c];
  }
  return out;
}

}  // namespace

LabelledLogits logits_of(const Scores& scores) {
  check_scores(scores);
  LabelledLogits out{scores.classes, scores.labels, scores.probabilities};
  for (double& value : out.values)
    value = std::log(std::max(value, std::numeric_limits<double>::min()));
  return out;
}

Scaling temperature_scaling(double temperature, int64_t classes) {
  const auto k = static_cast<size_t>(classes);
  return {std::vector<double>(k, 1 / temperature), std::vector<double>(k, 0.0)};
}

// Newton's method, halving a step until it helps: the loss is convex.
Scaling vector_scaling(const Scores& validation) {
  const LabelledLogits logits = logits_of(validation);
  Scaling at = temperature_scaling(fit_temperature(logits), validation.classes);
  for (int round = 0; round < 100; ++round) {
    const ScalingLoss loss = derivatives(logits, at);
    const auto step = solve_positive(loss.curvature, loss.slope);
    double share = 1;
    Scaling next = moved(at, step, share);
    while (share > 1e-6 && mean_loss(logits, next) > loss.value) next = moved(at, step, share /= 2);
    if (!(mean_loss(logits, next) < loss.value - 1e-14)) break;
    at = next;
  }
  return at;
}

Scores scaled(const Scores& scores, const Scaling& scaling) {
  const auto k = static_cast<size_t>(scores.classes);
  if (scaling.weight.size() != k || scaling.bias.size() != k)
    throw Error("calibration of another number of classes", "", fmt::format("{}", k),
                fmt::format("{}", scaling.weight.size()));
  const LabelledLogits logits = logits_of(scores);
  Scores out{scores.classes, scores.labels, {}};
  for (size_t i = 0; i < scores.labels.size(); ++i) {
    const auto row = scaled_row(&logits.values[i * k], scaling);
    out.probabilities.insert(out.probabilities.end(), row.begin(), row.end());
  }
  return out;
}

}  // namespace derm
