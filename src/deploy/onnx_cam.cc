#include "deploy/onnx_cam.h"

#include <algorithm>

namespace derm {
namespace {

const Op& op_at(const Graph& graph, Value x) {
  return graph.ops[static_cast<size_t>(x)];
}

// The ops from features (left out) to logits.
std::vector<Op> head_of(const Graph& graph) {
  std::vector<Op> head;
  for (Value x = graph.taps.at("logits"); x != graph.taps.at("features");) {
    const Op& op = op_at(graph, x);
    if (op.inputs.size() != 1)
      throw Error("no class activation map for this head", graph.arch,
                  "a chain of ops from features to logits", op_kind_name(op.kind));
    head.push_back(op);
    x = op.inputs[0];
  }
  std::reverse(head.begin(), head.end());
  return head;
}

bool pools(const Op& op) {
  return op.kind == OpKind::kGlobalAvgPool || op.kind == OpKind::kFlatten;
}

// [out, C * H * W] as [out, C, H, W], times H * W, so that the mean over the positions is the sum
// that the layer takes.
std::string write_flat_classifier(OnnxWriter& writer, const FrozenGraph& frozen, const Op& linear,
                                  const Shape& map, const std::string& features,
                                  const std::string& output) {
  const std::string weight = weight_name(linear, "weight");
  const std::string by_position = writer.node(
      "Reshape", {writer.weights(weight, frozen.weight(linear, "weight")),
                  writer.integers({linear.shape.channels, map.channels, map.height, map.width})});
  const std::string sums = writer.node("Einsum", {features, by_position},
                                       {{"equation", std::string("nchw,kchw->nkhw")}});
  return writer.node("Mul", {sums, writer.number(static_cast<float>(map.height * map.width))}, {},
                     output);
}

}  // namespace

Cam write_cam(OnnxWriter& writer, const FrozenGraph& frozen, const OnnxValue& features,
              const std::string& output) {
  const Graph& graph = frozen.graph;
  const Shape& map = graph.shape("features");
  Cam cam{CamKind::kExact, {graph.classes, map.height, map.width}, ""};
  std::vector<Op> head = head_of(graph);
  if (head.size() == 2 && head[0].kind == OpKind::kFlatten && map.height * map.width > 1) {
    cam.name = write_flat_classifier(writer, frozen, head[1], map, features.name, output);
    return cam;
  }
  bool pooled = false;
  for (const Op& op : head) {
    if (op.kind == OpKind::kFlatten && !pooled)
      throw Error("no class activation map for this head", graph.arch,
                  "global pooling, or one linear layer behind a flattened map", "");
    pooled = pooled || op.kind == OpKind::kGlobalAvgPool;
    const bool linear = pools(op) || op.kind == OpKind::kLinear;
    if (pooled && !linear) cam.kind = CamKind::kPositionwise;
  }
  head.erase(std::remove_if(head.begin(), head.end(), pools), head.end());
  OnnxValue x = features;
  for (Op& op : head) {
    const bool last = &op == &head.back();
    if (last && op.kind == OpKind::kLinear) op.bias = false;
    x = write_op(writer, frozen, op, {x}, last ? output : "");
  }
  cam.name = x.name;
  return cam;
}

}  // namespace derm
