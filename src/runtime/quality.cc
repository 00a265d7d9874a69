#include "runtime/quality.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/error.h"

namespace derm {
namespace {

std::vector<int> luma_of(const Image& image) {
  std::vector<int> luma(image.data.size() / 3);
  for (size_t i = 0; i < luma.size(); ++i)
    luma[i] = 299 * image.data[3 * i] + 587 * image.data[3 * i + 1] + 114 * image.data[3 * i + 2];
  return luma;  // in thousandths
}

double mean_laplacian(const std::vector<int>& luma, int width, int height) {
  double sum = 0;
  for (int y = 1; y + 1 < height; ++y)
    for (int x = 1; x + 1 < width; ++x) {
      const auto i = static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x);
      const auto w = static_cast<size_t>(width);
      sum += std::abs(4 * luma[i] - luma[i - 1] - luma[i + 1] - luma[i - w] - luma[i + w]);
    }
  return sum / 1000 / (static_cast<double>(width - 2) * (height - 2));
}

}  // namespace

Quality quality_of(const Image& fitted) {
  if (fitted.width < 3 || fitted.height < 3)
    throw Error("an image too small to judge", "", "3 x 3 pixels or more",
                fmt::format("{} x {}", fitted.width, fitted.height));
  const std::vector<int> luma = luma_of(fitted);
  double sum = 0, squares = 0;
  for (const int value : luma) {
    const double y = value / 1000.0;
    sum += y;
    squares += y * y;
  }
  const auto n = static_cast<double>(luma.size());
  Quality out;
  out.brightness = sum / n;
  out.contrast = std::sqrt(std::max(0.0, squares / n - out.brightness * out.brightness));
  out.sharpness = mean_laplacian(luma, fitted.width, fitted.height) / (out.contrast + 1);
  return out;
}

double energy_score(const std::vector<double>& logits) {
  const double top = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit - top);
  return top + std::log(sum);
}

std::vector<std::string> quality_warnings(const Quality& quality, double energy,
                                          const QualityLimits& limits) {
  std::vector<std::string> out;
  const auto warn = [&](bool crossed, const char* text, double value, double limit) {
    if (crossed) out.push_back(fmt::format("{} ({:.3g}, limit {:.3g})", text, value, limit));
  };
  warn(quality.brightness < limits.brightness_low, "the image is dark", quality.brightness,
       limits.brightness_low);
  warn(quality.brightness > limits.brightness_high, "the image is overexposed", quality.brightness,
       limits.brightness_high);
  warn(quality.contrast < limits.contrast_low, "no lesion stands out in the frame",
       quality.contrast, limits.contrast_low);
  warn(quality.sharpness < limits.sharpness_low, "the image is blurred", quality.sharpness,
       limits.sharpness_low);
  warn(energy < limits.energy_low, "the image is unlike those that the network was made for",
       energy, limits.energy_low);
  return out;
}

}  // namespace derm
