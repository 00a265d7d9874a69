#include "distill/chunks.h"

#include <vector>

namespace derm {
namespace {

struct SumInChunks : torch::autograd::Function<SumInChunks> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context,
                               const torch::Tensor& student, const torch::Tensor& teacher,
                               int64_t chunk, const ChunkLoss* loss) {
    const bool wanted = student.requires_grad();
    torch::Tensor total = torch::zeros({}, student.options());
    std::vector<torch::Tensor> slopes;
    for (int64_t row = 0; row < student.size(0); row += chunk) {
      const int64_t end = std::min(row + chunk, student.size(0));
      const torch::AutoGradMode mode(wanted);
      const auto part = student.slice(0, row, end).detach().set_requires_grad(wanted);
      const auto value = (*loss)(teacher.slice(0, row, end), part);
      if (wanted) slopes.push_back(torch::autograd::grad({value}, {part})[0]);
      total += value.detach();
    }
    if (wanted) context->save_for_backward({torch::cat(slopes)});
    return total;
  }

  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                               torch::autograd::tensor_list upstream) {
    return {context->get_saved_variables()[0] * upstream[0], {}, {}, {}};
  }
};

}  // namespace

torch::Tensor sum_in_chunks(const torch::Tensor& teacher, const torch::Tensor& student,
                            int64_t chunk, const ChunkLoss& loss) {
  return SumInChunks::apply(student, teacher, chunk, &loss);
}

}  // namespace derm
