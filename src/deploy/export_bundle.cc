#include "deploy/export_bundle.h"

#include <cmath>

#include "base/error.h"
#include "deploy/pack.h"

namespace derm {
namespace {

double largest_difference(const Array& a, const Array& b) {
  if (a.shape != b.shape) throw Error("two outputs of different shapes");
  double largest = 0;
  for (size_t i = 0; i < a.values.size(); ++i) {
    const double difference = std::fabs(double{a.values[i]} - b.values[i]);
    if (!(difference <= largest)) largest = difference;  // NaN too
  }
  return largest;
}

class BundleExport {
 public:
  BundleExport(const TrainedNetwork& network, const LabelledFiles& validation,
               const ExportOptions& options, const std::function<void(int64_t)>& progress)
      : network_(network),
        validation_(validation),
        options_(options),
        progress_(progress),
        frozen_(freeze(network.graph, network.weights, wanted_taps(options.onnx))) {
    if (network.contract.clean.on())
      throw Error("a bundle cannot clean images", network.graph.arch,
                  "a network trained without cleaning", network.contract.clean.text());
  }

  ExportResult run() {
    describe();
    OnnxOptions onnx = options_.onnx;
    const std::string model = model_bytes(onnx);
    const Session session(ByteView(model), "model.onnx", {options_.threads});
    MeasureOptions watched{options_.threads, progress_,
                           [&](const auto& images, const auto& logits, const auto& where) {
                             compare(session, images, logits, where);
                           }};
    const auto golden = golden_answers(session, network_.contract, watched);
    std::optional<Metrics> metrics;
    if (!validation_.files.empty()) {
      const Measured measured =
          measure(session, network_.contract, validation_, network_.graph.classes, watched);
      metrics = calibrate(metadata_, measured, validation_.split, options_.sensitivity);
      onnx.temperature = metadata_.calibration.temperature;
    }
    metadata_.parity_difference = differences_["logits"];
    BundleFiles files = pack(metadata_, model_bytes(onnx), golden, metrics);
    return {std::move(files), std::move(metadata_), std::move(differences_)};
  }

 private:
  void describe() {
    const Cost network_cost = cost(network_.graph);
    metadata_.model = {network_.graph.arch,
                       network_cost.parameters,
                       network_cost.macs,
                       options_.onnx.half ? "fp16" : "fp32",
                       {"logits", "probabilities"}};
    metadata_.classes = network_.classes;
    metadata_.contract = network_.contract;
    metadata_.manifest_hash = network_.manifest_hash;
    metadata_.protocol = network_.protocol;
    metadata_.recipe = network_.recipe;
    metadata_.weights_sha256 = network_.weights_sha256;
    metadata_.parity_limit = options_.max_difference;
    metadata_.licence = network_.licence;
    metadata_.program_version = DERM_VERSION;
    if (options_.onnx.cam) metadata_.model.outputs.push_back("cam");
    for (const auto& tap : options_.onnx.taps) metadata_.model.outputs.push_back(tap);
  }

  std::string model_bytes(const OnnxOptions& options) {
    const OnnxModel model = to_onnx(frozen_, options);
    check_onnx(model.proto, network_.graph.arch);
    if (model.cam) metadata_.cam = *model.cam == CamKind::kExact ? "exact" : "positionwise";
    return onnx_bytes(model.proto);
  }

  // Every output that is a tap, against the trained network's.
  void compare(const Session& session, const std::vector<Image>& images, const Array& logits,
               const std::string& where) {
    std::set<std::string> taps(options_.onnx.taps.begin(), options_.onnx.taps.end());
    taps.erase("logits");
    const std::vector<std::string> names(taps.begin(), taps.end());
    taps.insert("logits");
    const auto trained = network_.run(images, taps);
    note_difference("logits", logits, trained.at("logits"));
    if (!names.empty()) {
      const std::vector<float> input = network_input(images, network_.contract);
      const auto exported = session.run(input.data(), static_cast<int64_t>(images.size()), names);
      for (size_t i = 0; i < names.size(); ++i)
        note_difference(names[i], exported[i], trained.at(names[i]));
    }
    if (!(differences_["logits"] <= options_.max_difference))
      throw Error("the exported model gives other logits than the network that was trained", where,
                  fmt::format("a difference of at most {}", options_.max_difference),
                  fmt::format("{:.3g}", differences_["logits"]));
    metadata_.parity_images += static_cast<int64_t>(images.size());
  }

  void note_difference(const std::string& output, const Array& exported, const Array& trained) {
    const double difference = largest_difference(exported, trained);
    double& largest = differences_[output];
    if (!(difference <= largest)) largest = difference;
  }

  const TrainedNetwork& network_;
  const LabelledFiles& validation_;
  const ExportOptions& options_;
  const std::function<void(int64_t)>& progress_;
  const FrozenGraph frozen_;

  BundleMetadata metadata_;
  std::map<std::string, double> differences_;
};

}  // namespace

ExportResult export_bundle(const TrainedNetwork& network, const LabelledFiles& validation,
                           const ExportOptions& options,
                           const std::function<void(int64_t)>& progress) {
  return BundleExport(network, validation, options, progress).run();
}

}  // namespace derm
