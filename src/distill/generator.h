// The generation block that MGD and DSP-KD share: align to the teacher's width and size, hide by a
// mask, regenerate with two 3x3 convolutions.
#pragma once

#include <memory>
#include <string>

#include "distill/adaptor.h"

namespace derm {

class GenerateImpl : public torch::nn::Module {
 public:
  // gelu: exact GELU between the convolutions (DSP-KD) instead of ReLU (MGD).
  GenerateImpl(int64_t channels, bool gelu);
  torch::Tensor forward(const torch::Tensor& map);  // [N, C, H, W] -> the same shape

 private:
  torch::nn::Conv2d first_{nullptr}, second_{nullptr};
  bool gelu_;
};
TORCH_MODULE(Generate);

// The pieces of one term: the student's map at the teacher's shape, and what regenerates it.
struct Generator {
  Pointwise align{nullptr};  // null where the widths agree
  Generate generate{nullptr};
  Shape teacher;

  // [N, C_s, H_s, W_s] -> [N, C_t, H_t, W_t]
  torch::Tensor aligned(const torch::Tensor& student);
};

// aux.align and aux.generate (aux.generate_gelu) for this pair of taps.
Generator make_generator(const TermContext& context, const std::string& tap, bool gelu,
                         const char* where);

// Sum of squared differences over channels and positions, mean over the batch -> scalar.
torch::Tensor squared_error_per_image(const torch::Tensor& a, const torch::Tensor& b);

}  // namespace derm
