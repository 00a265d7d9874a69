#include "distill/generator.h"

namespace derm {

GenerateImpl::GenerateImpl(int64_t channels, bool gelu) : gelu_(gelu) {
  const auto options = torch::nn::Conv2dOptions(channels, channels, 3).padding(1);
  first_ = register_module("first", torch::nn::Conv2d(options));
  second_ = register_module("second", torch::nn::Conv2d(options));
}

torch::Tensor GenerateImpl::forward(const torch::Tensor& map) {
  const auto hidden = first_->forward(map);
  return second_->forward(gelu_ ? torch::gelu(hidden) : torch::relu(hidden));
}

torch::Tensor Generator::aligned(const torch::Tensor& student) {
  const auto map = align ? align->forward(student) : student;
  return resized(map, teacher.height, teacher.width);
}

Generator make_generator(const TermContext& context, const std::string& tap, bool gelu,
                         const char* where) {
  const Shape& student = map_shape(context.student, tap, where);
  Generator made;
  made.teacher = map_shape(context.teacher(), tap, where);
  const int64_t in = student.channels, out = made.teacher.channels;
  if (in != out)
    made.align = Pointwise(context.aux.get<PointwiseImpl>(
        "align", [&] { return std::make_shared<PointwiseImpl>(in, out, /*norm=*/false); }));
  made.generate = Generate(context.aux.get<GenerateImpl>(gelu ? "generate_gelu" : "generate", [&] {
    return std::make_shared<GenerateImpl>(out, gelu);
  }));
  return made;
}

torch::Tensor squared_error_per_image(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).square().sum() / static_cast<double>(a.size(0));
}

}  // namespace derm
