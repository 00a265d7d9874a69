#include "distill/adaptor.h"

#include "base/error.h"

namespace derm {
namespace {

torch::nn::Conv2d convolution(const Shape& student, const Shape& teacher, int64_t kernel_height,
                              int64_t kernel_width) {
  return torch::nn::Conv2d(
      torch::nn::Conv2dOptions(student.channels, teacher.channels, {kernel_height, kernel_width}));
}

}  // namespace

ConvRegressorImpl::ConvRegressorImpl(const Shape& student, const Shape& teacher, bool relu) {
  const int64_t in = student.channels, out = teacher.channels;
  const bool larger = student.height >= teacher.height && student.width >= teacher.width;
  if (student.height == 2 * teacher.height && student.width == 2 * teacher.width) {
    conv_ = torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).stride(2).padding(1));
  } else if (2 * student.height == teacher.height && 2 * student.width == teacher.width) {
    up_ = torch::nn::ConvTranspose2d(
        torch::nn::ConvTranspose2dOptions(in, out, 4).stride(2).padding(1));
  } else if (larger) {
    conv_ = convolution(student, teacher, 1 + student.height - teacher.height,
                        1 + student.width - teacher.width);
  } else {
    resize_height_ = teacher.height;
    resize_width_ = teacher.width;
    conv_ = convolution(student, teacher, 1, 1);
  }
  if (conv_) register_module("conv", conv_);
  if (up_) register_module("up", up_);
  if (relu) norm_ = register_module("norm", torch::nn::BatchNorm2d(out));
}

torch::Tensor ConvRegressorImpl::forward(torch::Tensor x) {
  if (resize_height_ > 0) x = resized(x, resize_height_, resize_width_);
  x = up_ ? up_->forward(x) : conv_->forward(x);
  return norm_ ? torch::relu(norm_->forward(x)) : x;
}

PointwiseImpl::PointwiseImpl(int64_t in, int64_t out, bool norm) {
  conv_ =
      register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 1).bias(!norm)));
  if (norm) norm_ = register_module("norm", torch::nn::BatchNorm2d(out));
}

torch::Tensor PointwiseImpl::forward(const torch::Tensor& x) {
  const auto y = conv_->forward(x);
  return norm_ ? norm_->forward(y) : y;
}

torch::Tensor resized(const torch::Tensor& map, int64_t height, int64_t width) {
  if (map.size(2) == height && map.size(3) == width) return map;
  return torch::upsample_bilinear2d(map, {height, width}, /*align_corners=*/false);
}

const Shape& map_shape(const Graph& graph, const std::string& tap_name, const char* where) {
  if (!graph.has_tap(tap_name))
    throw Error(fmt::format("network {} has no tap '{}'", graph.arch, tap_name),
                fmt::format("term {}", where));
  const Shape& shape = graph.shape(tap_name);
  if (shape.channels < 1)
    throw Error(fmt::format("tap '{}' of {} is no feature map", tap_name, graph.arch),
                fmt::format("term {}", where), "channels x height x width", shape.text());
  return shape;
}

}  // namespace derm
