#include "deploy/onnx_read.h"

#include <cstring>

#include "base/error.h"

namespace derm {

onnx::ModelProto parse_onnx(ByteView bytes, const std::string& name) {
  onnx::ModelProto model;
  if (bytes.size > INT32_MAX || !model.ParseFromArray(bytes.data, static_cast<int>(bytes.size)) ||
      !model.has_graph())
    throw Error("not an ONNX model", name);
  return model;
}

Array float_array(const onnx::TensorProto& tensor) {
  Array array{{tensor.dims().begin(), tensor.dims().end()}, {}};
  const auto bytes = static_cast<size_t>(array.elements()) * sizeof(float);
  if (tensor.data_type() != onnx::TensorProto::FLOAT || tensor.raw_data().size() != bytes)
    throw Error("a constant of another type", tensor.name(), "float32 as raw data");
  array.values.resize(static_cast<size_t>(array.elements()));
  std::memcpy(array.values.data(), tensor.raw_data().data(), bytes);
  return array;
}

OnnxIndex index_of(const onnx::GraphProto& graph) {
  OnnxIndex index;
  for (const auto& tensor : graph.initializer()) index.constants[tensor.name()] = &tensor;
  for (const auto& node : graph.node()) {
    for (const auto& output : node.output()) index.makers[output] = &node;
    for (const auto& input : node.input()) index.readers[input].push_back(&node);
  }
  return index;
}

int64_t int_attribute(const onnx::NodeProto& node, const std::string& name, int64_t otherwise) {
  for (const auto& attribute : node.attribute())
    if (attribute.name() == name) return attribute.i();
  return otherwise;
}

}  // namespace derm
