// The resize loops for x86-64 processors with AVX2.
#pragma once

#include "image/resample.h"

namespace derm {

// Null where this is another architecture, or the processor at hand has no AVX2.
const Kernels* avx2_kernels();

}  // namespace derm
