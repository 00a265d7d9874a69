// libtorch for speed on the CPU.
#pragma once

#include <cstdint>

namespace derm {

// Threads of its arithmetic, 0: one per core (left alone, it may start with one thread only), and
// tensor memory that is kept from step to step (net/tensor_memory.h).
void prepare_cpu(int64_t threads);

}  // namespace derm
