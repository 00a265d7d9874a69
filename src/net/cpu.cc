#include "net/cpu.h"

#include "base/parallel.h"
#include "net/tensor_memory.h"
#include "net/torch.h"

namespace derm {

void prepare_cpu(int64_t threads) {
  keep_tensor_memory();
  torch::set_num_threads(
      static_cast<int>(threads > 0 ? threads : static_cast<int64_t>(hardware_threads())));
}

}  // namespace derm
