#include "deploy/activation_ranges.h"

#include <algorithm>

#include "base/error.h"
#include "base/interrupt.h"
#include "deploy/measure.h"
#include "deploy/onnx_export.h"

namespace derm {
namespace {

constexpr size_t kBins = 2048;

// The model with every activation among its outputs.
std::string open_model(onnx::ModelProto model, const std::vector<std::string>& values) {
  std::set<std::string> outputs;
  for (const auto& output : model.graph().output()) outputs.insert(output.name());
  for (const auto& value : values) {
    if (outputs.count(value) != 0) continue;
    auto* output = model.mutable_graph()->add_output();
    output->set_name(value);
    output->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
  }
  return onnx_bytes(model);
}

class ActivationWatcher {
 public:
  ActivationWatcher(const onnx::ModelProto& model, int64_t threads)
      : values_(activations_of(model)) {
    input_ = values_.front();
    values_.erase(values_.begin());
    bytes_ = open_model(model, values_);
    session_ = std::make_unique<Session>(ByteView(bytes_), "the model with open activations",
                                         SessionOptions{threads});
  }

  // Calls see(name, values) for every activation of every image.
  void run(const std::vector<Image>& images, const Preprocess& contract,
           const std::function<void(int64_t)>& progress,
           const std::function<void(const std::string&, const std::vector<float>&)>& see) const {
    for (const Image& image : images) {
      if (interrupt_requested()) throw Interrupted("interrupted");
      const std::vector<float> input = network_input({image}, contract);
      see(input_, input);
      const auto arrays = session_->run(input.data(), 1, values_);
      for (size_t i = 0; i < values_.size(); ++i) see(values_[i], arrays[i].values);
      if (progress) progress(1);
    }
  }

 private:
  std::vector<std::string> values_;
  std::string input_, bytes_;
  std::unique_ptr<Session> session_;
};

}  // namespace

std::map<std::string, Range> activation_ranges(const onnx::ModelProto& model,
                                               const std::vector<Image>& images,
                                               const Preprocess& contract, RangeMethod method,
                                               int64_t threads,
                                               const std::function<void(int64_t)>& progress) {
  if (images.empty()) throw Error("no image to calibrate with");
  const ActivationWatcher watcher(model, threads);
  std::map<std::string, Range> ranges;
  watcher.run(images, contract, progress, [&](const std::string& name, const auto& values) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    Range& range = ranges[name];
    range.low = std::min(range.low, double{*low});
    range.high = std::max(range.high, double{*high});
  });
  if (method == RangeMethod::kMinMax) return ranges;
  std::map<std::string, Histogram> histograms;
  for (const auto& [name, range] : ranges) histograms[name] = {range, std::vector<double>(kBins)};
  watcher.run(images, contract, progress, [&](const std::string& name, const auto& values) {
    Histogram& histogram = histograms[name];
    if (histogram.range.high <= histogram.range.low) return;
    for (const float value : values) histogram.add(value);
  });
  for (auto& [name, range] : ranges) range = choose_range(histograms.at(name), method);
  return ranges;
}

}  // namespace derm
