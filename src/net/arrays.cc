#include "net/arrays.h"

namespace derm {

Array array_of(const torch::Tensor& tensor) {
  const torch::Tensor plain =
      tensor.detach().to(torch::kCPU).to(torch::kFloat).contiguous(torch::MemoryFormat::Contiguous);
  const float* data = plain.data_ptr<float>();
  return {plain.sizes().vec(), {data, data + plain.numel()}};
}

Arrays arrays_of(GraphNet& net) {
  Arrays out;
  for (const auto& [name, tensor] : net->state())
    if (tensor.is_floating_point()) out[name] = array_of(tensor);
  return out;
}

}  // namespace derm
