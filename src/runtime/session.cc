#include "runtime/session.h"

#include <onnxruntime_cxx_api.h>

#include <future>

#include "base/error.h"
#include "base/parallel.h"
#include "base/strings.h"

namespace derm {
namespace {

Ort::Env& environment() {
  static Ort::Env env(ORT_LOGGING_LEVEL_ERROR, "dermdistill");
  return env;
}

Ort::SessionOptions ort_options(const SessionOptions& options) {
  Ort::SessionOptions out;
  const int64_t threads =
      options.threads > 0 ? options.threads : static_cast<int64_t>(hardware_threads());
  out.SetIntraOpNumThreads(static_cast<int>(threads));
  out.SetInterOpNumThreads(1);
  out.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  return out;
}

// The model's bytes are not ours to trust: whatever the library throws becomes one error.
template <typename Body>
auto guarded(const std::string& problem, const std::string& where, Body body) {
  try {
    return body();
  } catch (const Ort::Exception& error) {
    throw Error(problem, where, "", error.what());
  }
}

}  // namespace

void start_runtime() {
  static const auto kStarted = std::async(std::launch::async, [] { environment(); });
}

struct Session::State {
  std::string name, input;
  Ort::Session session{nullptr};
  std::vector<int64_t> input_shape;
  std::map<std::string, std::vector<int64_t>> outputs;

  void describe() {
    Ort::AllocatorWithDefaultOptions allocator;
    if (session.GetInputCount() != 1)
      throw Error("a model with other inputs", name, "one input",
                  std::to_string(session.GetInputCount()));
    input = session.GetInputNameAllocated(0, allocator).get();
    input_shape = float_shape(session.GetInputTypeInfo(0), input);
    for (size_t i = 0; i < session.GetOutputCount(); ++i) {
      const std::string output = session.GetOutputNameAllocated(i, allocator).get();
      outputs[output] = float_shape(session.GetOutputTypeInfo(i), output);
    }
  }

  std::vector<int64_t> float_shape(const Ort::TypeInfo& info, const std::string& value) const {
    const bool tensor = info.GetONNXType() == ONNX_TYPE_TENSOR;
    if (!tensor ||
        info.GetTensorTypeAndShapeInfo().GetElementType() != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT)
      throw Error("a model with inputs or outputs of another type", name + ", " + value,
                  "a tensor of float32");
    return info.GetTensorTypeAndShapeInfo().GetShape();
  }
};

Session::Session(ByteView model, const std::string& name, const SessionOptions& options)
    : state_(std::make_unique<State>()) {
  state_->name = name;
  guarded("the model cannot be loaded", name, [&] {
    state_->session = Ort::Session(environment(), model.data, model.size, ort_options(options));
    state_->describe();
  });
}

Session::~Session() = default;
Session::Session(Session&&) noexcept = default;

const std::vector<int64_t>& Session::input_shape() const {
  return state_->input_shape;
}

std::vector<std::string> Session::outputs() const {
  std::vector<std::string> names;
  for (const auto& [name, shape] : state_->outputs) names.push_back(name);
  return names;
}

std::vector<int64_t> Session::output_shape(const std::string& output) const {
  const auto found = state_->outputs.find(output);
  if (found == state_->outputs.end())
    throw Error("the model has no such output", state_->name, join(outputs(), ", "), output);
  return found->second;
}

std::vector<Array> Session::run(const float* input, int64_t rows,
                                const std::vector<std::string>& outputs) const {
  std::vector<int64_t> shape = state_->input_shape;
  shape.at(0) = rows;
  size_t elements = 1;
  for (const int64_t size : shape) elements *= static_cast<size_t>(size);
  std::vector<const char*> names;
  for (const auto& output : outputs) {
    output_shape(output);  // refuses an unknown one
    names.push_back(output.c_str());
  }
  return guarded("the model cannot be run", state_->name, [&] {
    const auto memory = Ort::MemoryInfo::CreateCpu(OrtDeviceAllocator, OrtMemTypeCPU);
    const Ort::Value image = Ort::Value::CreateTensor<float>(memory, const_cast<float*>(input),
                                                             elements, shape.data(), shape.size());
    const char* input_name = state_->input.c_str();
    const auto values = state_->session.Run(Ort::RunOptions{nullptr}, &input_name, &image, 1,
                                            names.data(), names.size());
    std::vector<Array> arrays;
    for (const auto& value : values) {
      Array array{value.GetTensorTypeAndShapeInfo().GetShape(), {}};
      const float* data = value.GetTensorData<float>();
      array.values.assign(data, data + array.elements());
      arrays.push_back(std::move(array));
    }
    return arrays;
  });
}

}  // namespace derm
