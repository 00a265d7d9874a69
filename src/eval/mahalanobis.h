// How close an embedding lies to the training images: Gaussians of the classes with one covariance.
//
// Source: Lee et al., "A simple unified framework for detecting out-of-distribution samples and
// adversarial attacks", NeurIPS 2018, section 2.1.
// Differs from paper: it combines several layers and disturbs the input, with weights and strength
// fitted on samples of the unknown; here it is one layer, and nothing is fitted on the unknown. Its
// covariance has no ridge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace derm {

// Embeddings of N images, row-major [N, width].
struct Embeddings {
  int64_t width = 0;
  std::vector<float> values;
  int64_t size() const { return width == 0 ? 0 : static_cast<int64_t>(values.size()) / width; }
  const float* row(int64_t i) const { return values.data() + static_cast<size_t>(i * width); }
};

class ClassGaussians {
 public:
  // The ridge added to the covariance's diagonal, as a share of its mean: fewer images than
  // dimensions, and units that never fire, make the covariance singular.
  static constexpr double kRidge = 1e-6;

  // `labels` [N], 0 on; a class without an image has no Gaussian. The covariance is the mean over
  // images of (x - mean of its class)(x - mean of its class)^T. Costs N * width^2 / 2. Throws Error
  // where there is no image, a size does not fit, a value is not finite or nothing varies.
  ClassGaussians(const Embeddings& training, const std::vector<int64_t>& labels);

  // [N], minus the squared Mahalanobis distance to the nearest class mean: 0 at most, higher for
  // what is more usual. Throws Error where the width differs or a value is not finite.
  std::vector<double> scores(const Embeddings& embeddings) const;

 private:
  // L^-1 (x - centre), in which the covariance is the identity.
  std::vector<double> whitened(std::vector<double> x) const;

  std::vector<double> centre_;              // [width], of all training images
  std::vector<double> lower_;               // [width * width], Cholesky's L of the covariance
  std::vector<std::vector<double>> means_;  // of the classes that occur, whitened
};

}  // namespace derm
