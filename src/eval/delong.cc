#include "eval/delong.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "eval/bootstrap.h"

namespace derm {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kZ95 = 1.9599639845400545;

// Ranks from 1 on; equal values share the mean of their ranks.
std::vector<double> midranks(const std::vector<double>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double rank = (static_cast<double>(begin + end) + 1) / 2;
    for (size_t i = begin; i < end; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

// One row's share of the area: of a positive, the share of the negatives that it outranks; of a
// negative, the share of the positives that outrank it. Ties count one half.
struct Components {
  std::vector<double> of_row;  // [N]
  double area = 0;             // the mean over the positives, and over the negatives
};

struct Sides {
  std::vector<size_t> positives, negatives;
};

Sides sides_of(const Scores& scores, int64_t label) {
  Sides out;
  for (size_t i = 0; i < scores.labels.size(); ++i)
    (scores.labels[i] == label ? out.positives : out.negatives).push_back(i);
  return out;
}

std::vector<double> taken(const std::vector<double>& values, const std::vector<size_t>& rows) {
  std::vector<double> out;
  for (const size_t row : rows) out.push_back(values[row]);
  return out;
}

Components components_of(const Scores& scores, int64_t label, const Sides& sides) {
  std::vector<double> values;
  for (int64_t i = 0; i < scores.size(); ++i) values.push_back(scores.row(i)[label]);
  const auto all = midranks(values);
  const auto within_positives = midranks(taken(values, sides.positives));
  const auto within_negatives = midranks(taken(values, sides.negatives));
  const auto m = static_cast<double>(sides.positives.size());
  const auto n = static_cast<double>(sides.negatives.size());
  Components out{std::vector<double>(values.size()), 0};
  for (size_t i = 0; i < sides.positives.size(); ++i) {
    const size_t row = sides.positives[i];
    out.of_row[row] = (all[row] - within_positives[i]) / n;
    out.area += out.of_row[row] / m;
  }
  for (size_t j = 0; j < sides.negatives.size(); ++j) {
    const size_t row = sides.negatives[j];
    out.of_row[row] = 1 - (all[row] - within_negatives[j]) / m;
  }
  return out;
}

// Components are linear in the network: those of a mean area are the mean of the components.
Components mean_components(const Networks& networks, int64_t label, const Sides& sides) {
  Components mean{std::vector<double>(networks.front()->labels.size(), 0), 0};
  const auto count = static_cast<double>(networks.size());
  for (const Scores* scores : networks) {
    const Components one = components_of(*scores, label, sides);
    mean.area += one.area / count;
    for (size_t i = 0; i < mean.of_row.size(); ++i) mean.of_row[i] += one.of_row[i] / count;
  }
  return mean;
}

// Of each cluster: the sum of the rows' distances from the area, and whether it has such rows.
struct ClusterSums {
  std::vector<double> sum;
  std::vector<bool> present;
};

ClusterSums cluster_sums(const Components& components, const std::vector<size_t>& rows,
                         const RowGroups& groups) {
  ClusterSums out{std::vector<double>(groups.size(), 0), std::vector<bool>(groups.size(), false)};
  for (const size_t row : rows) {
    out.sum[groups[row]] += components.of_row[row] - components.area;
    out.present[groups[row]] = true;
  }
  return out;
}

// sum a b over clusters, times clusters / (clusters - 1).
double between(const ClusterSums& a, const ClusterSums& b) {
  double clusters = 0, sum = 0;
  for (size_t i = 0; i < a.sum.size(); ++i) {
    clusters += a.present[i] || b.present[i] ? 1 : 0;
    sum += a.sum[i] * b.sum[i];
  }
  return clusters > 1 ? sum * clusters / (clusters - 1) : kNan;
}

double variance_of(const Components& components, const Sides& sides, const RowGroups& groups) {
  const auto positive = cluster_sums(components, sides.positives, groups);
  const auto negative = cluster_sums(components, sides.negatives, groups);
  const auto m = static_cast<double>(sides.positives.size());
  const auto n = static_cast<double>(sides.negatives.size());
  return between(positive, positive) / (m * m) + between(negative, negative) / (n * n) +
         2 * between(positive, negative) / (m * n);
}

void set_inference(AucDifference& out, double variance) {
  out.standard_error = std::sqrt(std::max(0.0, variance));
  if (std::isnan(variance)) out.standard_error = kNan;
  out.low = out.difference - kZ95 * out.standard_error;
  out.high = out.difference + kZ95 * out.standard_error;
  if (out.standard_error == 0)
    out.p = out.difference == 0 ? 1 : kNan;
  else
    out.p = std::erfc(std::fabs(out.difference) / out.standard_error / std::sqrt(2.0));
}

}  // namespace

AucDifference compare_auc(const Networks& first, const Networks& second,
                          const std::vector<std::string>& groups, int64_t class_index) {
  check_same_images(first, second, groups);
  const Sides sides = sides_of(*first.front(), class_index);
  if (sides.positives.empty() || sides.negatives.empty())
    return {kNan, kNan, kNan, kNan, kNan, kNan, kNan};
  const auto a = mean_components(first, class_index, sides);
  auto b = mean_components(second, class_index, sides);
  AucDifference out;
  out.first = a.area;
  out.second = b.area;
  out.difference = b.area - a.area;
  for (size_t i = 0; i < b.of_row.size(); ++i) b.of_row[i] -= a.of_row[i];
  b.area = out.difference;
  set_inference(out, variance_of(b, sides, RowGroups(groups)));
  return out;
}

}  // namespace derm
