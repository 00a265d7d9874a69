#include "deploy/onnx_ops.h"

#include <cmath>

namespace derm {
namespace {

using Ints = std::vector<int64_t>;

class OpWriter {
 public:
  OpWriter(OnnxWriter& writer, const FrozenGraph& frozen, const Op& op,
           const std::vector<OnnxValue>& inputs, const std::string& output)
      : writer_(writer), frozen_(frozen), op_(op), inputs_(inputs), output_(output) {}

  OnnxValue write() { return {node(), op_.kind != OpKind::kFlatten && inputs_[0].map}; }

 private:
  const std::string& x() const { return inputs_[0].name; }

  std::string weight(const char* name) {
    return writer_.weights(weight_name(op_, name), frozen_.weight(op_, name));
  }

  std::string last(const std::string& type, const std::vector<std::string>& inputs,
                   const OnnxAttributes& attributes = {}) {
    return writer_.node(type, inputs, attributes, output_);
  }

  std::string node() {
    switch (op_.kind) {
      case OpKind::kConv2d:
        return conv();
      case OpKind::kBatchNorm:
        return last(
            "BatchNormalization",
            {x(), weight("weight"), weight("bias"), weight("running_mean"), weight("running_var")},
            {{"epsilon", static_cast<float>(op_.eps)}});
      case OpKind::kLayerNorm:
        return layer_norm();
      case OpKind::kLayerScale:
        return last("Mul", {x(), weight("layer_scale")});
      case OpKind::kRelu:
        return last("Relu", {x()});
      case OpKind::kRelu6:
        return last("Clip", {x(), writer_.number(0), writer_.number(6)});
      case OpKind::kHardswish:
        return last("HardSwish", {x()});
      case OpKind::kHardsigmoid:
        return last("HardSigmoid", {x()}, {{"alpha", 1.f / 6}, {"beta", 0.5f}});
      case OpKind::kSigmoid:
        return last("Sigmoid", {x()});
      case OpKind::kSilu:
        return last("Mul", {x(), writer_.node("Sigmoid", {x()})});
      case OpKind::kGelu:
        return gelu();
      case OpKind::kMaxPool:
        return last("MaxPool", {x()}, window());
      case OpKind::kAvgPool:
        return avg_pool();
      case OpKind::kGlobalAvgPool:
        return last("GlobalAveragePool", {x()});
      case OpKind::kAdd:
        return last("Add", {x(), inputs_[1].name});
      case OpKind::kMultiply:
        return last("Mul", {x(), inputs_[1].name});
      case OpKind::kConcat:
        return concat();
      case OpKind::kSlice:
        return last("Slice",
                    {x(), writer_.integers({op_.begin}),
                     writer_.integers({op_.begin + op_.shape.channels}), writer_.integers({1})});
      case OpKind::kChannelShuffle:
        return channel_shuffle();
      case OpKind::kFlatten:
        return last("Flatten", {x()}, {{"axis", int64_t{1}}});
      case OpKind::kLinear:
        return linear();
      case OpKind::kInput:
      case OpKind::kDropout:
      case OpKind::kStochasticDepth:
        break;
    }
    throw Error("an op that is not exported", op_.name, "an op of inference",
                op_kind_name(op_.kind));
  }

  OnnxAttributes window() const {
    return {{"kernel_shape", Ints{op_.kernel, op_.kernel}},
            {"strides", Ints{op_.stride, op_.stride}},
            {"pads", Ints{op_.padding, op_.padding, op_.padding, op_.padding}},
            {"ceil_mode", int64_t{op_.ceil_mode}}};
  }

  std::string conv() {
    std::vector<std::string> inputs{x(), weight("weight")};
    if (op_.bias) inputs.push_back(weight("bias"));
    OnnxAttributes attributes = window();
    attributes.back() = {"group", op_.groups};
    return last("Conv", inputs, attributes);
  }

  std::string avg_pool() {
    // ONNX before opset 19 leaves open how a window that hangs over the edge is counted.
    if (op_.ceil_mode) throw Error("average pooling with ceil_mode is not exported", op_.name);
    OnnxAttributes attributes = window();
    attributes.emplace_back("count_include_pad", int64_t{1});
    return last("AveragePool", {x()}, attributes);
  }

  std::string layer_norm() {
    const OnnxAttributes attributes{{"axis", int64_t{-1}},
                                    {"epsilon", static_cast<float>(op_.eps)}};
    const std::vector<std::string> rest{weight("weight"), weight("bias")};
    if (!inputs_[0].map) return last("LayerNormalization", {x(), rest[0], rest[1]}, attributes);
    const std::string rows = writer_.node("Transpose", {x()}, {{"perm", Ints{0, 2, 3, 1}}});
    const std::string y = writer_.node("LayerNormalization", {rows, rest[0], rest[1]}, attributes);
    return last("Transpose", {y}, {{"perm", Ints{0, 3, 1, 2}}});
  }

  // x / 2 * (1 + erf(x / sqrt(2))), in the order that ONNX Runtime recognises.
  std::string gelu() {
    const std::string scaled =
        writer_.node("Div", {x(), writer_.number(static_cast<float>(std::sqrt(2.0)))});
    const std::string shifted =
        writer_.node("Add", {writer_.node("Erf", {scaled}), writer_.number(1)});
    return last("Mul", {writer_.node("Mul", {x(), shifted}), writer_.number(0.5f)});
  }

  std::string concat() {
    std::vector<std::string> parts;
    for (const auto& input : inputs_) parts.push_back(input.name);
    return last("Concat", parts, {{"axis", int64_t{1}}});
  }

  // 0 in a Reshape keeps a dimension: the batch.
  std::string channel_shuffle() {
    const Shape& s = op_.shape;
    const std::string grouped = writer_.node(
        "Reshape",
        {x(), writer_.integers({0, op_.groups, s.channels / op_.groups, s.height, s.width})});
    const std::string turned =
        writer_.node("Transpose", {grouped}, {{"perm", Ints{0, 2, 1, 3, 4}}});
    return last("Reshape", {turned, writer_.integers({0, s.channels, s.height, s.width})});
  }

  // At each position of a map: a 1x1 convolution with the same weight.
  std::string linear() {
    std::vector<std::string> inputs{x(), weight("weight")};
    if (inputs_[0].map)
      inputs[1] = writer_.node("Unsqueeze", {inputs[1], writer_.integers({2, 3})});
    if (op_.bias) inputs.push_back(weight("bias"));
    return inputs_[0].map ? last("Conv", inputs) : last("Gemm", inputs, {{"transB", int64_t{1}}});
  }

  OnnxWriter& writer_;
  const FrozenGraph& frozen_;
  const Op& op_;
  const std::vector<OnnxValue>& inputs_;
  const std::string& output_;
};

}  // namespace

OnnxValue write_op(OnnxWriter& writer, const FrozenGraph& frozen, const Op& op,
                   const std::vector<OnnxValue>& inputs, const std::string& output) {
  return OpWriter(writer, frozen, op, inputs, output).write();
}

}  // namespace derm
