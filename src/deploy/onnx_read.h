// Looking into an ONNX model: parsing, constants, who makes and who reads a value.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <string>
#include <vector>

#include "base/array.h"
#include "base/files.h"

namespace derm {

// Throws Error naming `name` where the bytes are no ONNX model.
onnx::ModelProto parse_onnx(ByteView bytes, const std::string& name);

// A float32 constant as floats. Throws Error where it is of another type.
Array float_array(const onnx::TensorProto& tensor);

struct OnnxIndex {
  std::map<std::string, const onnx::TensorProto*> constants;
  std::map<std::string, const onnx::NodeProto*> makers;
  std::map<std::string, std::vector<const onnx::NodeProto*>> readers;
};
// Points into `graph`.
OnnxIndex index_of(const onnx::GraphProto& graph);

int64_t int_attribute(const onnx::NodeProto& node, const std::string& name, int64_t otherwise);

}  // namespace derm
