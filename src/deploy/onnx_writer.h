// Puts an ONNX model together: nodes, weights, inputs and outputs, by name. Knows protobuf and
// nothing of networks. Opset 17, IR version 8.
#pragma once

#include <onnx/onnx_pb.h>

#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "graph/frozen.h"

namespace derm {

inline constexpr int64_t kOnnxOpset = 17, kOnnxIrVersion = 8;

using OnnxAttribute = std::variant<int64_t, float, std::string, std::vector<int64_t>>;
using OnnxAttributes = std::vector<std::pair<std::string, OnnxAttribute>>;

class OnnxWriter {
 public:
  // `half`: weights are stored, and floats computed, in 16 bits.
  OnnxWriter(const std::string& name, bool half);

  // The node's output: `output`, or `type` and a number where it is empty.
  std::string node(const std::string& type, const std::vector<std::string>& inputs,
                   const OnnxAttributes& attributes = {}, std::string output = "");

  // Constants, stored once: asking again for a name gives the one that is there.
  std::string weights(const std::string& name, const Array& array);
  std::string float_weights(const std::string& name, const Array& array);  // 32 bits in any model
  std::string number(float value);
  std::string integers(const std::vector<int64_t>& values);

  // Dimensions by name ("N") or size. Inputs and outputs are float32 in every model.
  using Dimension = std::variant<std::string, int64_t>;
  void input(const std::string& name, const std::vector<Dimension>& shape);
  void output(const std::string& name, const std::vector<Dimension>& shape);
  void metadata(const std::string& key, const std::string& value);

  onnx::ModelProto finish() { return std::move(model_); }

 private:
  onnx::TensorProto* constant(const std::string& name, const std::vector<int64_t>& shape,
                              onnx::TensorProto::DataType type);

  onnx::ModelProto model_;
  bool half_;
  int64_t unnamed_ = 0;
  std::set<std::string> constants_;
};

// IEEE binary16, rounded to nearest even; too large becomes infinity.
uint16_t to_half(float value);

}  // namespace derm
