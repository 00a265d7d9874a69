#include "data/augment_ssdkd_steps.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "data/opencv_view.h"

namespace derm::ssdkd {
namespace {

constexpr double kPi = 3.141592653589793;
constexpr int kMinBlurKernel = 5, kMinGrid = 3, kHues = 180;

uint8_t clip(int value) {
  return static_cast<uint8_t>(std::clamp(value, 0, 255));
}

// The linear map (a, b; c, d) about the centre of the pixel grid.
Image warp_about_centre(const Image& image, const cv::Matx22d& linear, int border) {
  const cv::Vec2d centre(image.width / 2.0 - 0.5, image.height / 2.0 - 0.5);
  const cv::Vec2d shift = centre - linear * centre;
  const cv::Matx23d matrix(linear(0, 0), linear(0, 1), shift[0],  //
                           linear(1, 0), linear(1, 1), shift[1]);
  Image out(image.width, image.height);
  cv::Mat target = opencv_view(out);
  cv::warpAffine(opencv_view(image), target, matrix, target.size(), cv::INTER_LINEAR, border,
                 cv::Scalar(0, 0, 0));
  return out;
}

void blacken(Image& image, int x, int y) {
  std::fill_n(image.row(y) + x * 3, 3, uint8_t{0});
}

}  // namespace

Image zoom(const Image& image, double scale_x, double scale_y) {
  return warp_about_centre(image, {scale_x, 0, 0, scale_y}, cv::BORDER_CONSTANT);
}

Image resize_cubic(const Image& image, int side_px) {
  Image out(side_px, side_px);
  cv::Mat target = opencv_view(out);
  cv::resize(opencv_view(image), target, target.size(), 0, 0, cv::INTER_CUBIC);
  return out;
}

Image vflip(const Image& image) {
  Image out(image.width, image.height);
  for (int y = 0; y < image.height; ++y)
    std::copy_n(image.row(y), image.width * 3, out.row(image.height - 1 - y));
  return out;
}

Image rotate(const Image& image, double degrees) {
  const double c = std::cos(degrees * kPi / 180), s = std::sin(degrees * kPi / 180);
  return warp_about_centre(image, {c, -s, s, c}, cv::BORDER_REFLECT);
}

Image blur(const Image& image, double sigma) {
  if (sigma < 1e-3) return image;
  const int wanted = std::max(kMinBlurKernel, static_cast<int>(3.3 * sigma));
  const int side = wanted % 2 == 0 ? wanted + 1 : wanted;
  Image out(image.width, image.height);
  cv::Mat target = opencv_view(out);
  cv::GaussianBlur(opencv_view(image), target, {side, side}, sigma, sigma, cv::BORDER_REFLECT_101);
  return out;
}

void drop_pixels(Image& image, double rate, Rng& rng) {
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      if (rng.chance(rate)) blacken(image, x, y);
}

void drop_cells(Image& image, double rate, double share, Rng& rng) {
  const int columns = std::max(kMinGrid, static_cast<int>(image.width * share));
  const int rows = std::max(kMinGrid, static_cast<int>(image.height * share));
  std::vector<bool> dropped(static_cast<size_t>(columns) * static_cast<size_t>(rows));
  for (auto&& cell : dropped) cell = rng.chance(rate);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const int cell = y * rows / image.height * columns + x * columns / image.width;
      if (dropped[static_cast<size_t>(cell)]) blacken(image, x, y);
    }
}

void add(Image& image, const std::array<int, 3>& shift) {
  for (size_t i = 0; i < image.data.size(); ++i) image.data[i] = clip(image.data[i] + shift[i % 3]);
}

void shift_hue_saturation(Image& image, int hue, int saturation) {
  const int turn = static_cast<int>(hue / 255.0 * kHues);
  cv::Mat rgb = opencv_view(image), hsv;
  cv::cvtColor(rgb, hsv, cv::COLOR_RGB2HSV);
  hsv.forEach<cv::Vec3b>([&](cv::Vec3b& pixel, const int*) {
    pixel[0] = static_cast<uint8_t>((pixel[0] + turn + kHues) % kHues);
    pixel[1] = clip(pixel[1] + saturation);
  });
  cv::cvtColor(hsv, rgb, cv::COLOR_HSV2RGB);
}

}  // namespace derm::ssdkd
