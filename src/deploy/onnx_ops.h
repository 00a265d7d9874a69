// One op of a frozen graph as ONNX nodes.
#pragma once

#include <string>
#include <vector>

#include "deploy/onnx_writer.h"

namespace derm {

struct OnnxValue {
  std::string name;
  bool map = true;  // [N, C, H, W]; or a vector, [N, D]
};

// `op` with weights of `frozen`; `inputs` in the op's order. Throws Error for an op of training.
OnnxValue write_op(OnnxWriter& writer, const FrozenGraph& frozen, const Op& op,
                   const std::vector<OnnxValue>& inputs, const std::string& output = "");

}  // namespace derm
