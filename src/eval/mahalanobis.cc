#include "eval/mahalanobis.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/parallel.h"
#include "eval/linear_solve.h"

namespace derm {
namespace {

// Rows of the covariance that are summed in one pass over the images: they stay in the cache.
constexpr size_t kRowsAtATime = 32;

using Means = std::vector<std::vector<double>>;  // by class; empty where the class has no image

void check_embeddings(const Embeddings& embeddings) {
  const bool whole = embeddings.width > 0 && !embeddings.values.empty() &&
                     embeddings.values.size() % static_cast<size_t>(embeddings.width) == 0;
  if (!whole)
    throw Error("embeddings are no table", "", "rows of one width, at least one",
                fmt::format("{} values, width {}", embeddings.values.size(), embeddings.width));
  for (const float value : embeddings.values)
    if (!std::isfinite(value)) throw Error("embedding is not finite");
}

void check_labels(const Embeddings& training, const std::vector<int64_t>& labels) {
  if (static_cast<int64_t>(labels.size()) != training.size())
    throw Error("training embeddings without their labels", "",
                fmt::format("{} labels", training.size()), fmt::format("{}", labels.size()));
  if (*std::min_element(labels.begin(), labels.end()) < 0) throw Error("label is negative");
}

Means class_means(const Embeddings& training, const std::vector<int64_t>& labels) {
  const auto width = static_cast<size_t>(training.width);
  Means means(static_cast<size_t>(*std::max_element(labels.begin(), labels.end())) + 1);
  std::vector<double> images(means.size(), 0);
  for (int64_t i = 0; i < training.size(); ++i) {
    const auto label = static_cast<size_t>(labels[static_cast<size_t>(i)]);
    means[label].resize(width);
    ++images[label];
    for (size_t d = 0; d < width; ++d) means[label][d] += static_cast<double>(training.row(i)[d]);
  }
  for (size_t c = 0; c < means.size(); ++c)
    for (double& value : means[c]) value /= images[c];
  return means;
}

// Adds the images' part of rows first..end of the covariance, up to the diagonal.
void add_covariance_rows(const Embeddings& training, const std::vector<int64_t>& labels,
                         const Means& means, size_t first, size_t end,
                         std::vector<double>& covariance) {
  const auto width = static_cast<size_t>(training.width);
  std::vector<double> x(end);
  for (int64_t i = 0; i < training.size(); ++i) {
    const auto& mean = means[static_cast<size_t>(labels[static_cast<size_t>(i)])];
    for (size_t d = 0; d < end; ++d) x[d] = static_cast<double>(training.row(i)[d]) - mean[d];
    for (size_t r = first; r < end; ++r) {
      double* row = covariance.data() + r * width;
      for (size_t d = 0; d <= r; ++d) row[d] += x[r] * x[d];
    }
  }
}

// The lower triangle, with the ridge on its diagonal.
std::vector<double> shared_covariance(const Embeddings& training,
                                      const std::vector<int64_t>& labels, const Means& means) {
  const auto width = static_cast<size_t>(training.width);
  std::vector<double> out(width * width, 0);
  parallel_for((width + kRowsAtATime - 1) / kRowsAtATime, 0, [&](size_t block) {
    add_covariance_rows(training, labels, means, block * kRowsAtATime,
                        std::min(width, (block + 1) * kRowsAtATime), out);
  });
  double trace = 0;
  for (double& value : out) value /= static_cast<double>(training.size());
  for (size_t d = 0; d < width; ++d) trace += out[d * width + d];
  if (!(trace > 0))
    throw Error("training embeddings do not vary within classes: there is no covariance");
  for (size_t d = 0; d < width; ++d)
    out[d * width + d] += ClassGaussians::kRidge * trace / static_cast<double>(width);
  return out;
}

// Mean of the classes' means: only there to keep numbers small.
std::vector<double> centre_of(const Means& means, size_t width) {
  std::vector<double> out(width, 0);
  double classes = 0;
  for (const auto& mean : means) {
    if (mean.empty()) continue;
    ++classes;
    for (size_t d = 0; d < width; ++d) out[d] += mean[d];
  }
  for (double& value : out) value /= classes;
  return out;
}

double squared_distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t d = 0; d < a.size(); ++d) sum += (a[d] - b[d]) * (a[d] - b[d]);
  return sum;
}

}  // namespace

ClassGaussians::ClassGaussians(const Embeddings& training, const std::vector<int64_t>& labels) {
  check_embeddings(training);
  check_labels(training, labels);
  const Means means = class_means(training, labels);
  const auto width = static_cast<size_t>(training.width);
  centre_ = centre_of(means, width);
  lower_ = cholesky(shared_covariance(training, labels, means), width);
  for (const auto& mean : means)
    if (!mean.empty()) means_.push_back(whitened(mean));
}

std::vector<double> ClassGaussians::whitened(std::vector<double> x) const {
  for (size_t d = 0; d < x.size(); ++d) x[d] -= centre_[d];
  solve_lower(lower_, x);
  return x;
}

std::vector<double> ClassGaussians::scores(const Embeddings& embeddings) const {
  check_embeddings(embeddings);
  if (static_cast<size_t>(embeddings.width) != centre_.size())
    throw Error("embeddings of another width", "", fmt::format("{}", centre_.size()),
                fmt::format("{}", embeddings.width));
  std::vector<double> out(static_cast<size_t>(embeddings.size()));
  parallel_for(out.size(), 0, [&](size_t i) {
    const float* row = embeddings.row(static_cast<int64_t>(i));
    const auto at = whitened({row, row + embeddings.width});
    double nearest = std::numeric_limits<double>::infinity();
    for (const auto& mean : means_) nearest = std::min(nearest, squared_distance(at, mean));
    out[i] = -nearest;
  });
  return out;
}

}  // namespace derm
