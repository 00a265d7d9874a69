#include "deploy/export_bundle.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/parallel.h"
#include "deploy/golden_images.h"
#include "deploy/model_card.h"
#include "eval/calibration.h"
#include "eval/threshold.h"
#include "image/decode.h"
#include "runtime/predictor.h"
#include "runtime/verify.h"

namespace derm {
namespace {

constexpr size_t kBlock = 32;             // images that are in memory at once
constexpr double kFloatTolerance = 1e-3;  // of a golden logit on another machine
constexpr double kHalfTolerance = 0.25;

// Classes whose operating points a bundle states, where it knows them: the malignant ones.
const std::vector<std::string> kMalignant = {"MEL", "BCC", "SCC", "AK", "AKIEC"};

double largest_difference(const Array& a, const Array& b) {
  if (a.shape != b.shape) throw Error("two outputs of different shapes");
  double largest = 0;
  for (size_t i = 0; i < a.values.size(); ++i) {
    const double difference = std::fabs(double{a.values[i]} - b.values[i]);
    if (!(difference <= largest)) largest = difference;  // NaN too
  }
  return largest;
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto place = static_cast<size_t>(share * static_cast<double>(values.size()));
  return values[std::min(place, values.size() - 1)];
}

std::vector<float> input_of(const std::vector<Image>& images, const Preprocess& contract) {
  const auto side = static_cast<size_t>(contract.side_px);
  std::vector<float> input(images.size() * 3 * side * side);
  for (size_t i = 0; i < images.size(); ++i)
    normalise(images[i], contract, Layout::kPlanes, &input[i * 3 * side * side]);
  return input;
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
    measure_golden(session);
    if (!validation_.files.empty()) {
      measure_validation(session);
      calibrate();
      onnx.temperature = metadata_.calibration.temperature;
    }
    metadata_.parity_images = compared_;
    metadata_.parity_difference = differences_["logits"];
    pack(model_bytes(onnx));
    return {std::move(files_), std::move(metadata_), std::move(differences_)};
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

  // The exported model's logits, after comparing every shared output with the trained network's.
  Array compare(const Session& session, const std::vector<Image>& images,
                const std::string& where) {
    std::set<std::string> taps(options_.onnx.taps.begin(), options_.onnx.taps.end());
    taps.insert("logits");
    const std::vector<std::string> names(taps.begin(), taps.end());
    const std::vector<float> input = input_of(images, network_.contract);
    const auto exported = session.run(input.data(), static_cast<int64_t>(images.size()), names);
    const auto trained = network_.run(images, taps);
    Array logits;
    for (size_t i = 0; i < names.size(); ++i) {
      const double difference = largest_difference(exported[i], trained.at(names[i]));
      if (!(difference <= differences_[names[i]])) differences_[names[i]] = difference;
      if (names[i] == "logits") logits = exported[i];
    }
    if (!(differences_["logits"] <= options_.max_difference))
      throw Error("the exported model gives other logits than the network that was trained", where,
                  fmt::format("a difference of at most {}", options_.max_difference),
                  fmt::format("{:.3g}", differences_["logits"]));
    compared_ += static_cast<int64_t>(images.size());
    return logits;
  }

  void measure_golden(const Session& session) {
    for (const EncodedImage& encoded : golden_images()) {
      const Image image = fit(decode(encoded.bytes, encoded.file), network_.contract);
      const Array logits = compare(session, {image}, encoded.file);
      golden_.push_back(
          {encoded.file, pixels_sha256(image), {logits.values.begin(), logits.values.end()}});
      files_[encoded.file] = encoded.bytes;
    }
  }

  void measure_validation(const Session& session) {
    logits_ = {network_.graph.classes, validation_.labels, {}};
    qualities_.resize(validation_.files.size());
    for (size_t begin = 0; begin < validation_.files.size(); begin += kBlock) {
      if (interrupt_requested()) throw Interrupted("interrupted");
      const size_t n = std::min(kBlock, validation_.files.size() - begin);
      std::vector<Image> images(n);
      parallel_for(n, static_cast<size_t>(options_.threads), [&](size_t i) {
        images[i] = fit(decode_file(validation_.files[begin + i]), network_.contract);
        qualities_[begin + i] = quality_of(images[i]);
      });
      const Array logits = compare(session, images, validation_.files[begin].string());
      logits_.values.insert(logits_.values.end(), logits.values.begin(), logits.values.end());
      if (progress_) progress_(static_cast<int64_t>(n));
    }
  }

  void calibrate() {
    const auto images = static_cast<int64_t>(validation_.files.size());
    const double temperature = fit_temperature(logits_);
    const Scores scores = scores_at(logits_, temperature);
    metadata_.calibration = {temperature, validation_.split, images,
                             expected_calibration_error(scores_at(logits_, 1)),
                             expected_calibration_error(scores)};
    validation_metrics_ = evaluate(scores);
    for (size_t k = 0; k < network_.classes.size(); ++k) {
      if (std::count(kMalignant.begin(), kMalignant.end(), network_.classes[k]) == 0) continue;
      const auto point =
          threshold_at_sensitivity(scores, static_cast<int64_t>(k), options_.sensitivity);
      if (!point) continue;
      metadata_.thresholds.push_back(
          {network_.classes[k],
           fmt::format("largest with sensitivity at least {}", options_.sensitivity),
           point->threshold, point->sensitivity, point->specificity, validation_.split, images});
    }
    metadata_.quality = quality_limits();
  }

  QualityLimits quality_limits() const {
    const auto limit = [&](double Quality::*field, double share) {
      std::vector<double> values;
      for (const Quality& quality : qualities_) values.push_back(quality.*field);
      return quantile(std::move(values), share);
    };
    std::vector<double> energies;
    const auto k = static_cast<size_t>(logits_.classes);
    for (size_t n = 0; n < qualities_.size(); ++n) {
      const auto row = logits_.values.begin() + static_cast<std::ptrdiff_t>(n * k);
      energies.push_back(energy_score({row, row + logits_.classes}));
    }
    constexpr double kUnusual = 0.005;
    return {limit(&Quality::brightness, kUnusual),   limit(&Quality::brightness, 1 - kUnusual),
            limit(&Quality::sharpness, kUnusual),    limit(&Quality::contrast, kUnusual),
            quantile(std::move(energies), kUnusual), validation_.split,
            static_cast<int64_t>(qualities_.size())};
  }

  void add_text(const std::string& entry, const std::string& text) {
    files_[entry] = Bytes(text.begin(), text.end());
  }

  // The device's own reader and verifier have the last word.
  void pack(const std::string& model) {
    const double tolerance = options_.onnx.half ? kHalfTolerance : kFloatTolerance;
    add_text("model.onnx", model);
    add_text("metadata.json", to_json(metadata_).dump(2) + "\n");
    add_text("golden/golden.json", golden_json(golden_, tolerance).dump(2) + "\n");
    add_text("model_card.md", model_card(metadata_, validation_metrics_));
    verify(Predictor(parse_bundle(files_, "the new bundle")));
  }

  const TrainedNetwork& network_;
  const LabelledFiles& validation_;
  const ExportOptions& options_;
  const std::function<void(int64_t)>& progress_;
  const FrozenGraph frozen_;

  BundleFiles files_;
  BundleMetadata metadata_;
  std::map<std::string, double> differences_;
  int64_t compared_ = 0;
  std::vector<GoldenImage> golden_;
  LabelledLogits logits_;
  std::vector<Quality> qualities_;
  std::optional<Metrics> validation_metrics_;
};

}  // namespace

ExportResult export_bundle(const TrainedNetwork& network, const LabelledFiles& validation,
                           const ExportOptions& options,
                           const std::function<void(int64_t)>& progress) {
  return BundleExport(network, validation, options, progress).run();
}

}  // namespace derm
