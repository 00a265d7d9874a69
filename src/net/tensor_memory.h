// Memory of CPU tensors, kept for later tensors of about that size. A training step allocates the
// same few hundred maps again and again; malloc hands large ones back to the kernel each time, and
// a third of the step then goes into page faults.
#pragma once

#include <cstddef>

namespace derm {

// For every CPU tensor of the process from now on; a second call does nothing. What is in use and
// what is kept stay below 1.25 times the most that was ever in use.
void keep_tensor_memory();

struct TensorMemory {
  size_t in_use = 0, kept = 0, peak = 0;  // bytes; tensors below 64 KiB are not counted
};

TensorMemory tensor_memory();

}  // namespace derm
