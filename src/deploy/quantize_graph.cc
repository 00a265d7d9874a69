#include "deploy/quantize_graph.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "deploy/onnx_read.h"

namespace derm {
namespace {

using Node = onnx::NodeProto;

bool is_layer(const Node& node, const OnnxIndex& index) {
  const bool type = node.op_type() == "Conv" || node.op_type() == "Gemm";
  return type && index.constants.count(node.input(1)) != 0;
}

// Their output has the levels of their input.
const std::set<std::string> kSameLevels = {"MaxPool", "Reshape", "Transpose", "Slice", "Flatten"};
const std::set<std::string> kNewLevels = {"Add", "Concat", "GlobalAveragePool", "AveragePool"};

// Inputs that are activations: no constants.
std::vector<std::string> data_inputs(const Node& node, const OnnxIndex& index) {
  std::vector<std::string> out;
  for (const auto& input : node.input())
    if (index.constants.count(input) == 0) out.push_back(input);
  return out;
}

// Decides what is quantised.
class Selection {
 public:
  Selection(const onnx::GraphProto& graph, const OnnxIndex& index,
            const std::set<std::string>& float_layers)
      : graph_(graph), index_(index) {
    for (const Node& node : graph.node())
      if (is_layer(node, index) && float_layers.count(node.name()) == 0) add_layer(node);
    for (bool changed = true; changed;) {
      changed = false;
      for (const Node& node : graph.node()) changed = add_carrier(node) || changed;
    }
  }

  bool quantised(const Node& node) const { return nodes_.count(node.name()) != 0; }
  bool has_levels(const std::string& value) const { return values_.count(value) != 0; }
  bool left_out(const Node& node) const { return left_out_.count(node.name()) != 0; }

  // The node's output, or that of the activation function behind it which is left out.
  std::string output_of(const Node& node) const {
    const auto found = merged_.find(node.name());
    return found == merged_.end() ? node.output(0) : found->second;
  }

 private:
  void add_layer(const Node& node) {
    nodes_.insert(node.name());
    values_.insert(node.input(0));
    if (node.op_type() == "Conv") add_output(node);
  }

  bool add_carrier(const Node& node) {
    const bool carries =
        kSameLevels.count(node.op_type()) != 0 || kNewLevels.count(node.op_type()) != 0;
    if (!carries || quantised(node)) return false;
    for (const auto& input : data_inputs(node, index_))
      if (!has_levels(input)) return false;
    nodes_.insert(node.name());
    add_output(node);
    return true;
  }

  void add_output(const Node& node) {
    if (const Node* function = merged_function(node)) {
      left_out_.insert(function->name());
      merged_[node.name()] = function->output(0);
    }
    values_.insert(output_of(node));
  }

  // A lone ReLU or ReLU6 behind a Conv or Add.
  const Node* merged_function(const Node& node) const {
    const auto readers = index_.readers.find(node.output(0));
    const bool takes = node.op_type() == "Conv" || node.op_type() == "Add";
    if (!takes || readers == index_.readers.end() || readers->second.size() != 1) return nullptr;
    const Node* reader = readers->second[0];
    return reader->op_type() == "Relu" || reader->op_type() == "Clip" ? reader : nullptr;
  }

  const onnx::GraphProto& graph_;
  const OnnxIndex& index_;
  std::set<std::string> nodes_, values_, left_out_;
  std::map<std::string, std::string> merged_;  // node -> output of the function left out
};

void append_raw(onnx::TensorProto* tensor, const void* data, size_t bytes) {
  tensor->set_raw_data(data, bytes);
}

class GraphQuantizer {
 public:
  GraphQuantizer(const onnx::ModelProto& model, const GraphQuantization& how)
      : from_(model.graph()),
        how_(how),
        index_(index_of(from_)),
        selection_(from_, index_, how.float_layers),
        model_(model) {
    out_ = model_.mutable_graph();
    out_->clear_node();
    out_->clear_initializer();
  }

  onnx::ModelProto run() {
    find_levels();
    for (const auto& input : from_.input()) write_levels(input.name());
    for (const Node& node : from_.node()) {
      if (selection_.left_out(node)) continue;
      if (is_layer(node, index_) && selection_.quantised(node)) write_weights(node);
      Node copy = node;
      for (auto& input : *copy.mutable_input()) input = read_name(input);
      if (is_layer(node, index_) && !selection_.quantised(node) &&
          selection_.has_levels(node.input(0)))
        copy.set_input(0, shielded(copy.input(0), node.name()));
      copy.set_output(0, selection_.output_of(node));
      *out_->add_node() = copy;
      write_levels(copy.output(0));
    }
    keep_used_constants();
    return std::move(model_);
  }

 private:
  void find_levels() {
    for (const auto& input : from_.input()) choose_levels(input.name(), nullptr);
    for (const Node& node : from_.node())
      if (!selection_.left_out(node)) choose_levels(selection_.output_of(node), &node);
  }

  void choose_levels(const std::string& value, const Node* maker) {
    if (!selection_.has_levels(value)) return;
    const bool same = maker != nullptr && selection_.quantised(*maker) &&
                      kSameLevels.count(maker->op_type()) != 0;
    if (same) {
      levels_[value] = levels_.at(maker->input(0));
      return;
    }
    const auto range = how_.ranges.find(value);
    if (range == how_.ranges.end()) throw Error("an activation without a range", value);
    levels_[value] = levels_of(range->second);
  }

  std::string read_name(const std::string& value) const {
    if (weights_.count(value) != 0) return value + "_float";
    return selection_.has_levels(value) ? value + "_float" : value;
  }

  void node(const char* type, std::vector<std::string> inputs, const std::string& output,
            int64_t axis = -1) {
    Node* made = out_->add_node();
    made->set_op_type(type);
    made->set_name(output);
    for (auto& input : inputs) made->add_input(std::move(input));
    made->add_output(output);
    if (axis < 0) return;
    auto* attribute = made->add_attribute();
    attribute->set_name("axis");
    attribute->set_type(onnx::AttributeProto::INT);
    attribute->set_i(axis);
  }

  template <typename T>
  std::string constant(const std::string& name, const std::vector<int64_t>& shape,
                       onnx::TensorProto::DataType type, const std::vector<T>& values) {
    auto* tensor = out_->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(type);
    for (const int64_t size : shape) tensor->add_dims(size);
    append_raw(tensor, values.data(), values.size() * sizeof(T));
    return name;
  }

  // ONNX Runtime (1.30) quantises the weights of a float layer itself, with one scale for all
  // channels, where its input comes from a DequantizeLinear and its output goes to a
  // QuantizeLinear. A Clip that never clips keeps it from seeing that.
  std::string shielded(const std::string& input, const std::string& layer) {
    std::string open = layer + "_input";
    const auto bound = [&](const char* end, float value) {
      return constant(open + end, {}, onnx::TensorProto::FLOAT, std::vector<float>{value});
    };
    node("Clip", {input, bound("_low", -3e38f), bound("_high", 3e38f)}, open);
    return open;
  }

  void write_levels(const std::string& value) {
    if (!selection_.has_levels(value)) return;
    const Levels& levels = levels_.at(value);
    const std::vector<float> scales{static_cast<float>(levels.scale)};
    const std::vector<uint8_t> zeros{static_cast<uint8_t>(levels.zero)};
    const auto scale = constant(value + "_scale", {}, onnx::TensorProto::FLOAT, scales);
    const auto zero = constant(value + "_zero", {}, onnx::TensorProto::UINT8, zeros);
    node("QuantizeLinear", {value, scale, zero}, value + "_levels");
    node("DequantizeLinear", {value + "_levels", scale, zero}, value + "_float");
  }

  void write_weights(const Node& layer) {
    const std::string& name = layer.input(1);
    if (!weights_.insert(name).second) return;
    const Array weight = float_array(*index_.constants.at(name));
    Array bias =
        layer.input_size() > 2 ? float_array(*index_.constants.at(layer.input(2))) : Array{};
    const auto channels = static_cast<size_t>(weight.shape.at(0));
    const size_t fan_in = weight.values.size() / channels;
    const auto kernel = fan_in / static_cast<size_t>(weight.shape.at(1));
    const double input_scale = levels_.at(layer.input(0)).scale;
    const auto output = levels_.find(selection_.output_of(layer));
    ScaleLimits limits;
    if (output != levels_.end()) limits.most = output->second.scale / 2 / input_scale;
    std::vector<int8_t> levels;
    std::vector<float> scales;
    for (size_t c = 0; c < channels; ++c) {
      if (!bias.values.empty())
        limits.least = std::fabs(double{bias.values[c]}) / input_scale / kMostBias;
      const auto first = weight.values.begin() + static_cast<std::ptrdiff_t>(c * fan_in);
      const std::vector<float> row(first, first + static_cast<std::ptrdiff_t>(fan_in));
      const ChannelWeights channel =
          quantize_channel(row, kernel, how_.weight_bits == 7 ? 63 : 127, limits);
      levels.insert(levels.end(), channel.levels.begin(), channel.levels.end());
      scales.push_back(channel.scale);
      if (!bias.values.empty())
        bias.values[c] -= static_cast<float>(mean_change(layer, row, channel, kernel, c, channels));
    }
    const auto size = static_cast<int64_t>(channels);
    constant(name + "_levels", weight.shape, onnx::TensorProto::INT8, levels);
    constant(name + "_scale", {size}, onnx::TensorProto::FLOAT, scales);
    constant(name + "_zero", {size}, onnx::TensorProto::INT8, std::vector<int8_t>(channels, 0));
    node("DequantizeLinear", {name + "_levels", name + "_scale", name + "_zero"}, name + "_float",
         0);
    if (!bias.values.empty()) write_bias(layer.input(2), bias, scales, input_scale);
  }

  // What rounding adds to the mean of output channel `c`, borders aside.
  double mean_change(const Node& layer, const std::vector<float>& row,
                     const ChannelWeights& rounded, size_t kernel, size_t c,
                     size_t channels) const {
    const auto found = how_.means.find(layer.input(0));
    if (found == how_.means.end()) return 0;
    const auto groups = static_cast<size_t>(int_attribute(layer, "group", 1));
    const size_t inputs = row.size() / kernel, first = c / (channels / groups) * inputs;
    double sum = 0;
    for (size_t i = 0; i < row.size(); ++i) {
      const double change = double{rounded.scale} * rounded.levels[i] - row[i];
      sum += change * found->second.at(first + i / kernel);
    }
    return sum;
  }

  void write_bias(const std::string& name, const Array& bias, std::vector<float> scales,
                  double input_scale) {
    weights_.insert(name);
    std::vector<int32_t> levels;
    for (size_t c = 0; c < scales.size(); ++c) {
      scales[c] = static_cast<float>(scales[c] * input_scale);
      levels.push_back(static_cast<int32_t>(std::nearbyint(bias.values[c] / scales[c])));
    }
    const auto size = static_cast<int64_t>(scales.size());
    constant(name + "_levels", {size}, onnx::TensorProto::INT32, levels);
    constant(name + "_scale", {size}, onnx::TensorProto::FLOAT, scales);
    node("DequantizeLinear", {name + "_levels", name + "_scale"}, name + "_float", 0);
  }

  void keep_used_constants() {
    std::set<std::string> used;
    for (const Node& node : out_->node()) used.insert(node.input().begin(), node.input().end());
    for (const auto& tensor : from_.initializer())
      if (used.count(tensor.name()) != 0) *out_->add_initializer() = tensor;
  }

  static constexpr double kMostBias = 1 << 30;

  const onnx::GraphProto& from_;
  const GraphQuantization& how_;
  const OnnxIndex index_;
  const Selection selection_;
  onnx::ModelProto model_;
  onnx::GraphProto* out_ = nullptr;
  std::map<std::string, Levels> levels_;
  std::set<std::string> weights_;  // constants that have levels
};

// Rounds other weights the other way, those nearest to it first, until the sum of the levels is
// within half a level of the exact one.
void keep_sum(const double* exact, int8_t* levels, size_t count) {
  double missing = 0;
  for (size_t i = 0; i < count; ++i) missing += exact[i] - levels[i];
  for (size_t step = 0; step < count && std::fabs(missing) > 0.5; ++step) {
    const double sign = missing > 0 ? 1 : -1;
    size_t nearest = 0;
    for (size_t i = 1; i < count; ++i)
      if (sign * (exact[i] - levels[i]) > sign * (exact[nearest] - levels[nearest])) nearest = i;
    if (!(sign * (exact[nearest] - levels[nearest]) > 0)) return;  // all are at their ends
    levels[nearest] = static_cast<int8_t>(levels[nearest] + static_cast<int>(sign));
    missing -= sign;
  }
}

}  // namespace

std::vector<std::string> quantizable_layers(const onnx::ModelProto& model) {
  const OnnxIndex index = index_of(model.graph());
  std::vector<std::string> names;
  for (const Node& node : model.graph().node())
    if (is_layer(node, index)) names.push_back(node.name());
  return names;
}

std::vector<std::string> activations_of(const onnx::ModelProto& model) {
  const OnnxIndex index = index_of(model.graph());
  std::vector<std::string> names{model.graph().input(0).name()};
  for (const Node& node : model.graph().node())
    if (node.op_type() != "Unsqueeze" && node.op_type() != "Softmax")
      names.push_back(node.output(0));
  return names;
}

onnx::ModelProto quantize_graph(const onnx::ModelProto& model, const GraphQuantization& how) {
  return GraphQuantizer(model, how).run();
}

ChannelWeights quantize_channel(const std::vector<float>& weights, size_t kernel, int64_t largest,
                                const ScaleLimits& limits) {
  double most = 0;
  for (const float weight : weights) most = std::max(most, std::fabs(double{weight}));
  const double wanted = std::min(most / static_cast<double>(largest), limits.most);
  const double scale = std::max(wanted, limits.least);
  ChannelWeights out;
  out.scale = scale > 0 ? static_cast<float>(scale) : 1.f;
  std::vector<double> exact;
  for (const float weight : weights) {
    const auto end = static_cast<double>(largest);
    exact.push_back(std::clamp(weight / double{out.scale}, -end, end));
    out.levels.push_back(static_cast<int8_t>(std::nearbyint(exact.back())));
  }
  for (size_t begin = 0; kernel > 1 && begin < weights.size(); begin += kernel)
    keep_sum(&exact[begin], &out.levels[begin], kernel);
  return out;
}

}  // namespace derm
