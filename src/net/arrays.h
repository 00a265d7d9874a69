// Between torch's tensors and plain floats.
#pragma once

#include "base/array.h"
#include "graph/frozen.h"
#include "net/graph_net.h"

namespace derm {

Array array_of(const torch::Tensor& tensor);  // any device and floating type -> float32

// Parameters and running statistics by torchvision's names; batch counters are left out.
Arrays arrays_of(GraphNet& net);

}  // namespace derm
