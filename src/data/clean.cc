#include "data/clean.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>

#include "data/opencv_view.h"

namespace derm {
namespace {

// Differs from paper: DSP-KD gives no criterion for "noisy" images, and DullRazor closes along
// three directions with thresholds of its own. These are ours.
constexpr int kReach = 17, kReachSide = 450, kMinReach = 3, kWiden = 3, kDarker = 10, kMargin = 8;
constexpr double kInpaintRadius = 3, kMinShare = 0.01, kMaxShare = 0.3;
constexpr int kMinkowski = 6;

// Side of the closing's cross: odd, kReach for a frame whose short side is kReachSide.
int reach_of(const Image& frame) {
  const int half = kReach * std::min(frame.width, frame.height) / (2 * kReachSide);
  return std::max(kMinReach, 2 * half + 1);
}

cv::Mat hair_mask(const Image& frame) {
  const int reach = reach_of(frame);
  cv::Mat grey, dark, mask;
  cv::cvtColor(opencv_view(frame), grey, cv::COLOR_RGB2GRAY);
  const auto cross = cv::getStructuringElement(cv::MORPH_CROSS, {reach, reach});
  cv::morphologyEx(grey, dark, cv::MORPH_BLACKHAT, cross);
  cv::threshold(dark, mask, kDarker, 255, cv::THRESH_BINARY);
  const auto square = cv::getStructuringElement(cv::MORPH_RECT, {kWiden, kWiden});
  cv::dilate(mask, mask, square);
  return mask;
}

// OpenCV's result is wrong within a few pixels of the border, so that is moved away.
void inpaint(const cv::Mat& frame, const cv::Mat& mask, cv::Mat& out) {
  cv::Mat wide, wide_mask, painted;
  cv::copyMakeBorder(frame, wide, kMargin, kMargin, kMargin, kMargin, cv::BORDER_REFLECT_101);
  cv::copyMakeBorder(mask, wide_mask, kMargin, kMargin, kMargin, kMargin, cv::BORDER_REFLECT_101);
  cv::inpaint(wide, wide_mask, painted, kInpaintRadius, cv::INPAINT_TELEA);
  painted({kMargin, kMargin, frame.cols, frame.rows}).copyTo(out);
}

double share_of(const cv::Mat& mask) {
  return static_cast<double>(cv::countNonZero(mask)) / static_cast<double>(mask.total());
}

// Per channel, of x / 255.
std::array<double, 3> minkowski_means(const Image& frame) {
  std::array<std::array<int64_t, 256>, 3> histograms{};
  for (size_t i = 0; i < frame.data.size(); ++i) ++histograms[i % 3][frame.data[i]];
  const auto pixels = static_cast<double>(frame.data.size()) / 3;
  std::array<double, 3> out{};
  for (size_t c = 0; c < 3; ++c) {
    double sum = 0;
    for (size_t v = 0; v < 256; ++v)
      sum += static_cast<double>(histograms[c][v]) *
             std::pow(static_cast<double>(v) / 255, kMinkowski);
    out[c] = std::pow(sum / pixels, 1.0 / kMinkowski);
  }
  return out;
}

}  // namespace

double hair_share(const Image& frame) {
  return frame.empty() ? 0 : share_of(hair_mask(frame));
}

Image remove_hair(const Image& frame) {
  if (frame.empty()) return frame;
  const cv::Mat mask = hair_mask(frame);
  if (const double share = share_of(mask); share < kMinShare || share > kMaxShare) return frame;
  Image out(frame.width, frame.height);
  cv::Mat target = opencv_view(out);
  inpaint(opencv_view(frame), mask, target);
  return out;
}

Image shades_of_grey(const Image& frame) {
  const auto light = minkowski_means(frame);
  if (*std::min_element(light.begin(), light.end()) <= 0) return frame;  // a channel is all black
  const double level =
      std::sqrt((light[0] * light[0] + light[1] * light[1] + light[2] * light[2]) / 3);
  Image out(frame.width, frame.height);
  for (size_t i = 0; i < frame.data.size(); ++i)
    out.data[i] =
        static_cast<uint8_t>(std::min(255L, std::lround(frame.data[i] * (level / light[i % 3]))));
  return out;
}

Image clean(Image frame, const Clean& wanted) {
  if (wanted.hair) frame = remove_hair(frame);
  if (wanted.colour_constancy == "shades_of_grey") frame = shades_of_grey(frame);
  return frame;
}

}  // namespace derm
