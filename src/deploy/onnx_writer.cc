#include "deploy/onnx_writer.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace derm {
namespace {

void set_attribute(onnx::AttributeProto* out, const OnnxAttribute& value) {
  if (const auto* i = std::get_if<int64_t>(&value)) {
    out->set_type(onnx::AttributeProto::INT);
    out->set_i(*i);
  } else if (const auto* f = std::get_if<float>(&value)) {
    out->set_type(onnx::AttributeProto::FLOAT);
    out->set_f(*f);
  } else if (const auto* s = std::get_if<std::string>(&value)) {
    out->set_type(onnx::AttributeProto::STRING);
    out->set_s(*s);
  } else {
    out->set_type(onnx::AttributeProto::INTS);
    for (const int64_t item : std::get<std::vector<int64_t>>(value)) out->add_ints(item);
  }
}

void set_value_info(onnx::ValueInfoProto* out, const std::string& name,
                    const std::vector<OnnxWriter::Dimension>& shape) {
  out->set_name(name);
  auto* type = out->mutable_type()->mutable_tensor_type();
  type->set_elem_type(onnx::TensorProto::FLOAT);
  for (const auto& dimension : shape) {
    auto* dim = type->mutable_shape()->add_dim();
    if (const auto* text = std::get_if<std::string>(&dimension))
      dim->set_dim_param(*text);
    else
      dim->set_dim_value(std::get<int64_t>(dimension));
  }
}

}  // namespace

OnnxWriter::OnnxWriter(const std::string& name, bool half) : half_(half) {
  model_.set_ir_version(kOnnxIrVersion);
  model_.set_producer_name("dermdistill");
  model_.set_producer_version(DERM_VERSION);
  model_.add_opset_import()->set_version(kOnnxOpset);
  model_.mutable_graph()->set_name(name);
}

std::string OnnxWriter::node(const std::string& type, const std::vector<std::string>& inputs,
                             const OnnxAttributes& attributes, std::string output) {
  if (output.empty()) output = fmt::format("{}_{}", type, ++unnamed_);
  auto* node = model_.mutable_graph()->add_node();
  node->set_op_type(type);
  node->set_name(output);
  for (const auto& input : inputs) node->add_input(input);
  node->add_output(output);
  for (const auto& [name, value] : attributes) {
    auto* attribute = node->add_attribute();
    attribute->set_name(name);
    set_attribute(attribute, value);
  }
  return output;
}

onnx::TensorProto* OnnxWriter::constant(const std::string& name, const std::vector<int64_t>& shape,
                                        onnx::TensorProto::DataType type) {
  if (!constants_.insert(name).second) return nullptr;
  auto* tensor = model_.mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(type);
  for (const int64_t size : shape) tensor->add_dims(size);
  return tensor;
}

std::string OnnxWriter::weights(const std::string& name, const Array& array) {
  if (!half_) return float_weights(name, array);
  if (auto* tensor = constant(name, array.shape, onnx::TensorProto::FLOAT16)) {
    std::vector<uint16_t> halves;
    for (const float value : array.values) halves.push_back(to_half(value));
    tensor->set_raw_data(halves.data(), halves.size() * sizeof(uint16_t));
  }
  return name;
}

std::string OnnxWriter::float_weights(const std::string& name, const Array& array) {
  if (auto* tensor = constant(name, array.shape, onnx::TensorProto::FLOAT))
    tensor->set_raw_data(array.values.data(), array.values.size() * sizeof(float));
  return name;
}

std::string OnnxWriter::number(float value) {
  return weights(fmt::format("number_{}", value), {{}, {value}});
}

std::string OnnxWriter::integers(const std::vector<int64_t>& values) {
  std::string name = fmt::format("integers_{}", fmt::join(values, "_"));
  const auto size = static_cast<int64_t>(values.size());
  if (auto* tensor = constant(name, {size}, onnx::TensorProto::INT64))
    tensor->set_raw_data(values.data(), values.size() * sizeof(int64_t));
  return name;
}

void OnnxWriter::input(const std::string& name, const std::vector<Dimension>& shape) {
  set_value_info(model_.mutable_graph()->add_input(), name, shape);
}

void OnnxWriter::output(const std::string& name, const std::vector<Dimension>& shape) {
  set_value_info(model_.mutable_graph()->add_output(), name, shape);
}

void OnnxWriter::metadata(const std::string& key, const std::string& value) {
  auto* entry = model_.add_metadata_props();
  entry->set_key(key);
  entry->set_value(value);
}

uint16_t to_half(float value) {
  uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  const uint32_t sign = (bits >> 16) & 0x8000u;
  if (std::isnan(value)) return static_cast<uint16_t>(sign | 0x7e00u);
  const double magnitude = std::fabs(double{value});
  if (magnitude == 0) return static_cast<uint16_t>(sign);
  if (magnitude >= 65520.0) return static_cast<uint16_t>(sign | 0x7c00u);
  // Numbers of a binade are 2^-10 of it apart; below 2^-14 all are 2^-24 apart.
  int exponent = 0;
  std::frexp(magnitude, &exponent);  // magnitude < 2^exponent
  exponent = std::max(exponent - 1, -14);
  // nearbyint rounds to nearest even. The sum carries into the exponent where it must.
  const auto steps = static_cast<uint32_t>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
  return static_cast<uint16_t>(sign | (static_cast<uint32_t>(exponent + 14) * 1024u + steps));
}

}  // namespace derm
