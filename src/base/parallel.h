// A loop over [0, n) on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace derm {

// Calls body(i) once for every i in [0, n) on `threads` threads (0: one per core). The first
// exception stops the loop and is thrown again here.
void parallel_for(size_t n, size_t threads, const std::function<void(size_t)>& body);

size_t hardware_threads();

}  // namespace derm
