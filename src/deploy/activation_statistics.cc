#include "deploy/activation_statistics.h"

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

  // Calls see(name, activation) for every activation of every image.
  void run(const std::vector<Image>& images, const Preprocess& contract,
           const std::function<void(int64_t)>& progress,
           const std::function<void(const std::string&, const Array&)>& see) const {
    for (const Image& image : images) {
      if (interrupt_requested()) throw Interrupted("interrupted");
      const std::vector<float> input = network_input({image}, contract);
      see(input_, {{1, 3, contract.side_px, contract.side_px}, input});
      const auto arrays = session_->run(input.data(), 1, values_);
      for (size_t i = 0; i < values_.size(); ++i) see(values_[i], arrays[i]);
      if (progress) progress(1);
    }
  }

 private:
  std::vector<std::string> values_;
  std::string input_, bytes_;
  std::unique_ptr<Session> session_;
};

// Adds the mean of each channel of [1, C, ...].
void add_means(const Array& activation, std::vector<double>& sums) {
  const auto channels = static_cast<size_t>(activation.shape.at(1));
  const size_t positions = activation.values.size() / channels;
  sums.resize(channels);
  for (size_t c = 0; c < channels; ++c) {
    double sum = 0;
    for (size_t i = c * positions; i < (c + 1) * positions; ++i) sum += activation.values[i];
    sums[c] += sum / static_cast<double>(positions);
  }
}

}  // namespace

ActivationStatistics activation_statistics(const onnx::ModelProto& model,
                                           const std::vector<Image>& images,
                                           const Preprocess& contract, RangeMethod method,
                                           int64_t threads,
                                           const std::function<void(int64_t)>& progress) {
  if (images.empty()) throw Error("no image to calibrate with");
  const ActivationWatcher watcher(model, threads);
  ActivationStatistics out;
  watcher.run(images, contract, progress, [&](const std::string& name, const Array& activation) {
    const auto [low, high] =
        std::minmax_element(activation.values.begin(), activation.values.end());
    Range& range = out.ranges[name];
    range.low = std::min(range.low, double{*low});
    range.high = std::max(range.high, double{*high});
    add_means(activation, out.means[name]);
  });
  for (auto& [name, means] : out.means)
    for (double& mean : means) mean /= static_cast<double>(images.size());
  if (method == RangeMethod::kMinMax) return out;
  std::map<std::string, ActivationHistogram> histograms;
  for (const auto& [name, range] : out.ranges)
    histograms[name] = {range, std::vector<double>(kBins)};
  watcher.run(images, contract, progress, [&](const std::string& name, const Array& activation) {
    ActivationHistogram& histogram = histograms[name];
    if (histogram.range.high <= histogram.range.low) return;
    // Zeros have a level of their own in every range, and would hide all other values.
    for (const float value : activation.values)
      if (value != 0) histogram.add(value);
  });
  for (auto& [name, range] : out.ranges) range = choose_range(histograms.at(name), method);
  return out;
}

}  // namespace derm
