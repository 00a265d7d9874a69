#include "deploy/onnx_export.h"

#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

namespace derm {
namespace {

using Dimensions = std::vector<OnnxWriter::Dimension>;

Dimensions batch_of(const Shape& shape, bool map) {
  if (!map) return {std::string("N"), shape.channels};
  return {std::string("N"), shape.channels, shape.height, shape.width};
}

class Exporter {
 public:
  Exporter(const FrozenGraph& frozen, const OnnxOptions& options)
      : frozen_(frozen), options_(options), writer_(frozen.graph.arch, options.half) {}

  OnnxModel run() {
    write_graph();
    OnnxModel model;
    float_output("logits");
    if (options_.probabilities) write_probabilities();
    if (options_.cam) {
      const Cam cam = write_cam(writer_, frozen_, tap("features"), options_.half ? "" : "cam");
      model.cam = cam.kind;
      finish_output(cam.name, "cam", batch_of(cam.shape, true));
    }
    for (const auto& name : options_.taps)
      if (name != "logits") float_output(name);
    for (const auto& [key, value] : options_.metadata) writer_.metadata(key, value);
    model.proto = writer_.finish();
    return model;
  }

 private:
  const OnnxValue& tap(const std::string& name) const {
    return values_[static_cast<size_t>(frozen_.graph.taps.at(name))];
  }

  void write_graph() {
    const Graph& graph = frozen_.graph;
    writer_.input("image", batch_of(graph.ops[0].shape, true));
    values_.push_back({options_.half ? writer_.node("Cast", {"image"}, {{"to", kHalf}}) : "image"});
    for (size_t i = 1; i < graph.ops.size(); ++i) {
      std::vector<OnnxValue> inputs;
      for (const Value x : graph.ops[i].inputs) inputs.push_back(values_[static_cast<size_t>(x)]);
      values_.push_back(write_op(writer_, frozen_, graph.ops[i], inputs, graph.ops[i].name));
    }
  }

  // A tap under its own name, in 32 bits.
  void float_output(const std::string& name) {
    finish_output(tap(name).name, name, batch_of(frozen_.graph.shape(name), tap(name).map));
  }

  void finish_output(const std::string& value, const std::string& name, const Dimensions& shape) {
    if (options_.half)
      writer_.node("Cast", {value}, {{"to", kFloat}}, name);
    else if (value != name)
      writer_.node("Identity", {value}, {}, name);
    writer_.output(name, shape);
  }

  void write_probabilities() {
    const std::string temperature =
        writer_.float_weights("temperature", {{}, {static_cast<float>(options_.temperature)}});
    const std::string scaled = writer_.node("Div", {"logits", temperature});
    writer_.node("Softmax", {scaled}, {{"axis", int64_t{1}}}, "probabilities");
    writer_.output("probabilities", {std::string("N"), frozen_.graph.classes});
  }

  static constexpr int64_t kHalf = onnx::TensorProto::FLOAT16;
  static constexpr int64_t kFloat = onnx::TensorProto::FLOAT;

  const FrozenGraph& frozen_;
  const OnnxOptions& options_;
  OnnxWriter writer_;
  std::vector<OnnxValue> values_;  // of each op
};

}  // namespace

std::set<std::string> wanted_taps(const OnnxOptions& options) {
  std::set<std::string> taps(options.taps.begin(), options.taps.end());
  taps.insert("logits");
  if (options.cam) taps.insert("features");
  return taps;
}

OnnxModel to_onnx(const FrozenGraph& frozen, const OnnxOptions& options) {
  return Exporter(frozen, options).run();
}

void check_onnx(const onnx::ModelProto& model, const std::string& name) {
  try {
    onnx::checker::check_model(model);
    onnx::ModelProto inferred = model;
    onnx::shape_inference::InferShapes(inferred, onnx::OpSchemaRegistry::Instance(),
                                       onnx::ShapeInferenceOptions(true, 1, true));
  } catch (const std::exception& error) {
    throw Error("the model is not valid ONNX", name, "", error.what());
  }
}

std::string onnx_bytes(const onnx::ModelProto& model) {
  std::string bytes;
  if (!model.SerializeToString(&bytes))
    throw Error("the model is too large for an ONNX file", model.graph().name(), "below 2 GB");
  return bytes;
}

}  // namespace derm
