// Adaptors: the auxiliary modules that bring a student's feature map to a teacher's width and,
// where a loss compares positions, to its size.
//
// Shapes come from the graphs before step 0. `where` names the term in errors.
#pragma once

#include <memory>
#include <string>

#include "distill/term.h"

namespace derm {

// The regressor of FitNet, CRKD and their public codes: convolution, batch norm, ReLU. By the two
// sides' heights: equal or larger by any amount: an unpadded kernel of the difference + 1; twice
// the teacher's: 3x3 with stride 2; half of it: a transposed 4x4 with stride 2; smaller otherwise:
// a bilinear resize, then 1x1.
class ConvRegressorImpl : public torch::nn::Module {
 public:
  // relu false: the convolution alone ("linear").
  ConvRegressorImpl(const Shape& student, const Shape& teacher, bool relu);
  // [N, C_s, H_s, W_s] -> [N, C_t, H_t, W_t]
  torch::Tensor forward(torch::Tensor x);

 private:
  torch::nn::Conv2d conv_{nullptr};
  torch::nn::ConvTranspose2d up_{nullptr};
  torch::nn::BatchNorm2d norm_{nullptr};
  int64_t resize_height_ = 0, resize_width_ = 0;
};
TORCH_MODULE(ConvRegressor);

// 1x1 convolution to `channels`; with `norm` a batch norm follows (and the convolution has no
// bias).
class PointwiseImpl : public torch::nn::Module {
 public:
  PointwiseImpl(int64_t in, int64_t out, bool norm);
  torch::Tensor forward(const torch::Tensor& x);  // [N, in, H, W] -> [N, out, H, W]

 private:
  torch::nn::Conv2d conv_{nullptr};
  torch::nn::BatchNorm2d norm_{nullptr};
};
TORCH_MODULE(Pointwise);

// The map itself where it has that size, else its bilinear resize (align_corners false).
torch::Tensor resized(const torch::Tensor& map, int64_t height, int64_t width);

// The shape of a tap on one side. Throws Error naming term, network and tap where it is not there,
// or (for maps) has no positions.
const Shape& map_shape(const Graph& graph, const std::string& tap_name, const char* where);

}  // namespace derm
