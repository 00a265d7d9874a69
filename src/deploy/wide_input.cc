#include "deploy/wide_input.h"

#include <algorithm>

#include "deploy/onnx_read.h"

namespace derm {
namespace {

constexpr int64_t kChannels = 4;  // of an image that integer kernels like

// The image's only reader, where it is a layer that can be widened.
onnx::NodeProto* first_layer(onnx::GraphProto& graph, const OnnxIndex& index) {
  const auto readers = index.readers.find(graph.input(0).name());
  if (readers == index.readers.end() || readers->second.size() != 1) return nullptr;
  const onnx::NodeProto* reader = readers->second[0];
  const bool wide = reader->op_type() == "Conv" && index.constants.count(reader->input(1)) != 0 &&
                    int_attribute(*reader, "group", 1) == 1;
  if (!wide || index.readers.at(reader->input(1)).size() != 1) return nullptr;
  for (auto& node : *graph.mutable_node())
    if (&node == reader) return &node;
  return nullptr;
}

onnx::TensorProto& constant_of(onnx::GraphProto& graph, const std::string& name) {
  auto& all = *graph.mutable_initializer();
  return *std::find_if(all.begin(), all.end(), [&](const auto& t) { return t.name() == name; });
}

// [O, C, h, w] -> [O, kChannels, h, w]
void widen(onnx::TensorProto& weight) {
  const Array narrow = float_array(weight);
  const auto outputs = static_cast<size_t>(narrow.shape[0]);
  const size_t from = narrow.values.size() / outputs;
  const size_t to = from / static_cast<size_t>(narrow.shape[1]) * kChannels;
  std::vector<float> wide(outputs * to, 0.f);
  for (size_t o = 0; o < outputs; ++o) std::copy_n(&narrow.values[o * from], from, &wide[o * to]);
  weight.clear_float_data();
  weight.set_dims(1, kChannels);
  weight.set_raw_data(wide.data(), wide.size() * sizeof(float));
}

// A Pad of zeros behind the last channel; first in the graph's order.
void add_pad(onnx::GraphProto& graph, const std::string& image, const std::string& output,
             int64_t channels) {
  const std::string name = output + "_pads";
  const std::vector<int64_t> pads{0, 0, 0, 0, 0, channels, 0, 0};
  auto* tensor = graph.add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(onnx::TensorProto::INT64);
  tensor->add_dims(static_cast<int64_t>(pads.size()));
  tensor->set_raw_data(pads.data(), pads.size() * sizeof(int64_t));
  auto* pad = graph.add_node();
  pad->set_op_type("Pad");
  pad->set_name(output);
  pad->add_input(image);
  pad->add_input(name);
  pad->add_output(output);
  auto& nodes = *graph.mutable_node();
  for (int i = nodes.size() - 1; i > 0; --i) nodes.SwapElements(i, i - 1);
}

}  // namespace

onnx::ModelProto with_wide_input(onnx::ModelProto model) {
  onnx::GraphProto& graph = *model.mutable_graph();
  const OnnxIndex index = index_of(graph);
  onnx::NodeProto* layer = first_layer(graph, index);
  if (layer == nullptr) return model;
  onnx::TensorProto& weight = constant_of(graph, layer->input(1));
  const int64_t channels = weight.dims(1);
  if (channels >= kChannels) return model;
  const std::string image = layer->input(0), wide = image + "_wide";
  widen(weight);
  layer->set_input(0, wide);
  add_pad(graph, image, wide, kChannels - channels);
  return model;
}

}  // namespace derm
